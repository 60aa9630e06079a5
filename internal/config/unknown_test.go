package config

import "testing"

// TestMeant proposes a name that may be meant, and none where none is near.
func TestMeant(t *testing.T) {
	variables := []string{"HUBGRAPH_ADDR", "HUBGRAPH_DEMO", "HUBSPOT_ACCESS_TOKEN", "HUBGRAPH_API_KEYS", "HUBGRAPH_TIMEOUT",
		"HUBGRAPH_SCHEMA_TTL", "HUBGRAPH_RECORD_TTL", "HUBGRAPH_LOG_LEVEL", "HUBSPOT_CLIENT_SECRET"}
	for name, want := range map[string]string{
		"HUBGRAPH_TIMOT":          "HUBGRAPH_TIMEOUT",
		"HUBGRAPH_LOGLEVEL":       "HUBGRAPH_LOG_LEVEL",
		"HUBSPOT_ACCES_TOKEN":     "HUBSPOT_ACCESS_TOKEN",
		"HUBSPOT_TOKEN":           "HUBSPOT_ACCESS_TOKEN",
		"HUBGRAPH_TOKEN":          "HUBSPOT_ACCESS_TOKEN",
		"HUBGRAPH_SECRET":         "HUBSPOT_CLIENT_SECRET",
		"HUBSPOT_API_KEY":         "HUBGRAPH_API_KEYS",
		"HUBGRAPH_TTL":            "", // of two
		"HUBGRAPH_PORTAL":         "",
		"HUBGRAPH_XYZ":            "",
		"HUBGRAPH_SCHEMA_TIMEOUT": "",
		"HUBGRAPH_":               "",
	} {
		if want != "" {
			want = ", did you mean \"" + want + "\"?"
		}
		if got := meant(name, variables); got != want {
			t.Errorf("meant(%q) = %q, want %q", name, got, want)
		}
	}
}
