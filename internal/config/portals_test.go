package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPortals(t *testing.T) {
	c, err := Parse([]string{
		"--store-keys=keys.json", "--client-id=4f5e", "--public-url=https://gw.example.com", "--scopes=oauth", "--optional-scopes=tickets, forms",
		"--portal-memory=100000000", "--portal=62515", "--portal-idle=0", "--replicas=5",
	}, env("HUBGRAPH_STORE=postgres://hubgraph:hunter2@db/hubgraph", "HUBSPOT_CLIENT_SECRET=11-secret", "HUBGRAPH_REDIS_URL=rediss://:hunter2@redis:6379/0"))
	if err != nil {
		t.Fatal(err)
	}
	want := Portals{
		Store: NewSecret("postgres://hubgraph:hunter2@db/hubgraph"), KeysFile: "keys.json", ClientID: "4f5e", AppURL: "https://app.hubspot.com",
		Scopes: []string{"oauth"}, OptionalScopes: []string{"tickets", "forms"}, Default: "62515", Memory: 100_000_000,
	}
	if diff := cmp.Diff(want, c.Portals); diff != "" {
		t.Errorf("Portals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Cluster{Redis: NewSecret("rediss://:hunter2@redis:6379/0"), Replicas: 5}, c.Cluster); diff != "" {
		t.Errorf("Cluster (-want +got):\n%s", diff)
	}
	if !c.Portals.Many() || !c.Portals.Connects() || !c.Cluster.Shared() || c.Portals.Idle != time.Duration(0) {
		t.Errorf("many %t, connects %t, shared %t, idle %v", c.Portals.Many(), c.Portals.Connects(), c.Cluster.Shared(), c.Portals.Idle)
	}
}

func TestPortalsMistakes(t *testing.T) {
	tests := []struct {
		name string
		args []string
		env  []string
		want []string
	}{
		{"no keys", []string{"--store=sqlite:///tmp/p.db"}, nil,
			[]string{"--store (HUBGRAPH_STORE) is set, and no keys to encrypt what is stored: make them with hubgraph keyset create, and name the file with --store-keys (HUBGRAPH_STORE_KEYS_FILE)"}},
		{"keys and no store", nil, []string{withToken, "HUBGRAPH_STORE_KEYS={}"},
			[]string{"keys of a store are given and no store: name one with --store (HUBGRAPH_STORE), or take HUBGRAPH_STORE_KEYS away"}},
		{"keys twice", []string{"--store=sqlite:///tmp/p.db", "--store-keys=k"}, []string{"HUBGRAPH_STORE_KEYS={}"},
			[]string{"--store-keys (HUBGRAPH_STORE_KEYS_FILE) and HUBGRAPH_STORE_KEYS both hold the keys of the store: take one of them away"}},
		{"another store", []string{"--store=mysql://hunter2@db/x", "--store-keys=k"}, nil,
			[]string{`--store (HUBGRAPH_STORE) is "REDACTED": must be a URL such as sqlite:///var/lib/hubgraph/portals.db, or postgres://hubgraph@db.example.com/hubgraph`}},
		{"a password in a flag", []string{"--store=postgres://me:hunter2@db/x", "--store-keys=k"}, nil,
			[]string{`--store (HUBGRAPH_STORE) is "REDACTED": must hold no password, which would show in the list of processes: set HUBGRAPH_STORE instead`}},
		{"an app alone", []string{"--client-id=4f5e"}, []string{withToken}, []string{
			"--client-id (HUBSPOT_CLIENT_ID) needs a place to keep what is connected: name it with --store (HUBGRAPH_STORE)",
			"--client-id (HUBSPOT_CLIENT_ID) needs the app's client secret: set HUBSPOT_CLIENT_SECRET",
			"--client-id (HUBSPOT_CLIENT_ID) needs the URL that HubSpot sends browsers back to: set --public-url (HUBGRAPH_PUBLIC_URL)",
		}},
		{"a portal of no store", []string{"--portal=62515"}, []string{withToken}, []string{
			"--portal (HUBGRAPH_PORTAL) names a portal of a store, and there is none: name it with --store (HUBGRAPH_STORE)",
			"--portal (HUBGRAPH_PORTAL) and HUBSPOT_ACCESS_TOKEN both say what is served at /graphql: take one of them away",
		}},
		{"no portal ID", []string{"--portal=acme"}, []string{withToken},
			[]string{`--portal (HUBGRAPH_PORTAL) is "acme": must be a portal's ID, such as 62515, as HubSpot's addresses have it`}},
		{"a scope twice", []string{"--optional-scopes=oauth"}, []string{withToken},
			[]string{`--scopes (HUBSPOT_SCOPES) and --optional-scopes (HUBSPOT_OPTIONAL_SCOPES) both name "oauth": take it out of one of them`}},
		{"Redis", nil, []string{withToken, "HUBGRAPH_REDIS_URL=hunter2@redis"},
			[]string{"HUBGRAPH_REDIS_URL must be a URL such as redis://redis:6379/0, or rediss:// for TLS"}},
		{"numbers", []string{"--portal-memory=1MB", "--portal-idle=1", "--replicas=0"}, []string{withToken}, []string{
			`--portal-memory (HUBGRAPH_PORTAL_MEMORY) is "1MB": must be a whole number of bytes, at least 16777216, or auto`,
			`--portal-idle (HUBGRAPH_PORTAL_IDLE) is "1": must be a duration with its unit, such as 1h, and at least 1s, or 0 for off`,
			`--replicas (HUBGRAPH_REPLICAS) is "0": must be a whole number from 1 to 1000`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(tt.args, env(tt.env...))
			if err == nil {
				t.Fatalf("Parse(%q) = nil error, want %q", tt.args, tt.want)
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("Parse(%q) mistakes (-want +got):\n%s", tt.args, diff)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the message holds a secret: %v", err)
			}
		})
	}
}
