package config

import (
	"strings"
	"testing"
	"time"
)

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name  string
		args  []string
		env   []string
		want  Faults
		stale time.Duration // of a minute's TTL
	}{
		{"defaults", nil, nil, Faults{}, 10 * time.Minute},
		{"flags", []string{"--max-requests=50", "--stale-for=1h", "--record-ttl=1m"}, []string{"HUBGRAPH_MAX_REQUESTS=7"}, Faults{50, time.Hour}, time.Hour},
		{"variables", nil, []string{"HUBGRAPH_MAX_REQUESTS=7", "HUBGRAPH_STALE_FOR=90s", "HUBGRAPH_RECORD_TTL=1m"}, Faults{7, 90 * time.Second}, 90 * time.Second},
		{"no stale records", []string{"--stale-for=0"}, nil, Faults{0, -1}, time.Minute},
		{"less than the TTL", []string{"--stale-for=2s", "--record-ttl=1m"}, nil, Faults{0, 2 * time.Second}, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Parse(tt.args, env(append(tt.env, withToken)...))
			if err != nil || c.Faults != tt.want || c.Faults.Stale(time.Minute) != tt.stale {
				t.Errorf("Faults = %+v, stale after %v, %v; want %+v, %v", c.Faults, c.Faults.Stale(time.Minute), err, tt.want, tt.stale)
			}
		})
	}
	_, err := Parse([]string{"--max-requests=0", "--stale-for=10ms"}, env(withToken))
	for _, want := range []string{"--max-requests", "--stale-for", "auto"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want %s in it", err, want)
		}
	}
}
