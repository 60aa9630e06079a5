package gateway

import (
	"net/http"
	"testing"
)

func TestDemandsFresh(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  bool
	}{
		{"no header", nil, false},
		{"no-cache", []string{"no-cache"}, true},
		{"no-store", []string{"no-store"}, true},
		{"max-age=0", []string{"max-age=0"}, true},
		{"in any case, among others", []string{"no-transform ,\tNo-Cache"}, true},
		{"on the second line", []string{"max-stale", "max-age=0"}, true},
		{"some age", []string{"max-age=60"}, false},
		{"nonsense", []string{"max-age, =0, max-age=x, no-caches"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{Header: http.Header{"Cache-Control": tt.lines}}
			if got := demandsFresh(r); got != tt.want {
				t.Errorf("demandsFresh(Cache-Control %q) = %t, want %t", tt.lines, got, tt.want)
			}
		})
	}
}
