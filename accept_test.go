package main

import (
	"net/http"
	"testing"
)

func TestAccepted(t *testing.T) {
	for _, tt := range []struct {
		name   string
		accept []string
		want   string
	}{
		{"no header", nil, mediaJSON},
		{"anything", []string{"*/*"}, mediaJSON},
		{"plain JSON", []string{"application/json"}, mediaJSON},
		{"the response type", []string{"application/graphql-response+json"}, mediaResponse},
		{"both, the first wins", []string{"application/json, application/graphql-response+json"}, mediaJSON},
		{"Apollo Client", []string{"application/graphql-response+json,application/json;q=0.9"}, mediaResponse},
		{"urql", []string{"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"}, mediaResponse},
		{"weights before order", []string{"application/json;q=0.1, application/graphql-response+json;q=0.9"}, mediaResponse},
		{"a weight of nothing refuses", []string{"application/graphql-response+json;q=0, application/json;q=0.1"}, mediaJSON},
		{"two headers", []string{"application/json;q=0.5", "application/graphql-response+json"}, mediaResponse},
		{"what is not spoken", []string{"text/event-stream, text/html;q=0.9"}, mediaJSON},
		{"a weight that is none", []string{"application/graphql-response+json;q=high, application/json;q=0.1"}, mediaJSON},
		{"nonsense", []string{",;/, application/graphql-response+json"}, mediaResponse},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{Header: http.Header{"Accept": tt.accept}}
			if got := accepted(r); got != tt.want {
				t.Errorf("accepted(%q) = %s, want %s", tt.accept, got, tt.want)
			}
		})
	}
}
