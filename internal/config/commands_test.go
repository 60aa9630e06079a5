package config

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommands(t *testing.T) {
	for _, tt := range []struct {
		args string
		want Command
	}{
		{"", Command{Name: Serve}},
		{"--addr=:1", Command{Name: Serve}},
		{"serve --addr=:1", Command{Name: Serve}},
		{"--addr=:1 serve", Command{Name: Serve}},
		{"check", Command{Name: Check}},
		{"schema print --demo", Command{Name: SchemaPrint}},
		{"schema diff a.graphql", Command{Name: SchemaDiff, From: "a.graphql"}},
		{"schema diff a.graphql b.graphql", Command{Name: SchemaDiff, From: "a.graphql", To: "b.graphql"}},
		{"query", Command{Name: RunQuery}},
		{"query - --operation=A --variables={}", Command{Name: RunQuery, Query: "-", Operation: "A", Variables: "{}"}},
		{"portals list --store=sqlite:///p.db --store-keys=k", Command{Name: PortalsList}},
		{"portals remove 62515 --store=sqlite:///p.db --store-keys=k", Command{Name: PortalsRemove, PortalID: "62515"}},
		{"keyset create k", Command{Name: KeysetCreate, KeysetFile: "k"}},
		{"keyset promote k 7", Command{Name: KeysetPromote, KeysetFile: "k", Key: 7}},
		{"query --file q.graphql --max-calls 5", Command{Name: RunQuery, File: "q.graphql"}},
	} {
		got, err := ParseCommand(strings.Fields(tt.args), env(withToken), nil)
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
		}
		quiet := got.Config.LogLevel == slog.LevelWarn
		if got.Config = (Config{}); cmp.Diff(tt.want, got) != "" || quiet != (got.Name != Serve) {
			t.Errorf("%s: %+v, quiet %v, want %+v", tt.args, got, quiet, tt.want)
		}
	}
}

// TestPortalOfCommands has no token: only two files can do without.
func TestPortalOfCommands(t *testing.T) {
	for args, needed := range map[string]bool{
		"": true, "check": true, "schema print": true, "schema diff a": true, "query {a}": true, "schema diff a b": false, "query {a} --demo": false,
	} {
		c, err := ParseCommand(strings.Fields(args), env(), nil)
		if (err != nil) != needed || err != nil && !strings.HasPrefix(err.Error(), "no portal to serve") || c.Name == "" {
			t.Errorf("%s: %s with %v, want a portal to be needed: %v", args, c.Name, err, needed)
		}
	}
}

func TestStoreOfCommands(t *testing.T) {
	for args, want := range map[string]string{
		"portals list":  "hubgraph portals list is about a store: name it with --store (HUBGRAPH_STORE)",
		"keyset reseal": "hubgraph keyset reseal is about a store: name it with --store (HUBGRAPH_STORE)",
		"keyset add k":  "",
	} {
		_, err := ParseCommand(strings.Fields(args), env(), nil)
		if got := fmt.Sprint(err); want != "" && got != want || want == "" && err != nil {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}

// TestLogLevelOfCommands keeps to what is asked for.
func TestLogLevelOfCommands(t *testing.T) {
	for _, variables := range [][]string{{withToken, "HUBGRAPH_LOG_LEVEL=info"}, {withToken, "HUBGRAPH_LOG_LEVEL="}} {
		c, err := ParseCommand([]string{"check"}, env(variables...), nil)
		want := map[bool]slog.Level{true: slog.LevelInfo, false: slog.LevelWarn}[variables[1] == "HUBGRAPH_LOG_LEVEL=info"]
		if err != nil || c.Config.LogLevel != want {
			t.Errorf("%q: level %v, error %v, want %v", variables, c.Config.LogLevel, err, want)
		}
	}
}
