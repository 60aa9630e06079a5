package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// defaults is the Config of a token and nothing else.
func defaults(change func(*Config)) Config {
	c := Config{
		Addr:              "127.0.0.1:8080",
		Token:             NewSecret("pat-na1-secret"),
		HubSpotURL:        "https://api.hubapi.com",
		HubSpotAPIVersion: "v3",
		BurstLimit:        0,
		AssociationLimit:  0,
		SearchLimit:       4,
		SchemaTTL:         12 * time.Hour,
		RecordCacheBytes:  128 << 20,
		MaxCalls:          200,
		Timeout:           30 * time.Second,
		LogFormat:         "json",
		Portals: Portals{
			AppURL: "https://app.hubspot.com",
			Scopes: []string{"oauth", "crm.objects.contacts.read", "crm.objects.companies.read", "crm.objects.deals.read"},
			Idle:   time.Hour,
		},
		Cluster:    Cluster{Replicas: 3},
		HTTP:       HTTP{Status: "audit", ExportRows: 1_000_000},
		Documents:  Documents{Mode: "off", CacheBytes: 16 << 20},
		Limits:     standardLimits(),
		DrainDelay: DrainDelay{Auto: true, For: 5 * time.Second},
	}
	change(&c)
	return c
}

func env(pairs ...string) func(string) string {
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		k, v, _ := strings.Cut(p, "=")
		m[k] = v
	}
	return func(name string) string { return m[name] }
}

// parseDemo parses args for the demo portal, which must find these mistakes, one a
// line.
func parseDemo(t *testing.T, args, variables, mistakes []string) Config {
	t.Helper()
	c, err := Parse(append(slices.Clone(args), "--demo"), env(variables...))
	var found []string
	if err != nil {
		found = strings.Split(err.Error(), "\n")
	}
	if diff := cmp.Diff(mistakes, found); diff != "" {
		t.Errorf("Parse(%q) mistakes (-want +got):\n%s", args, diff)
	}
	return c
}

const withToken = "HUBSPOT_ACCESS_TOKEN=pat-na1-secret"

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		args []string
		env  []string
		want Config
	}{
		{"token alone", nil, []string{withToken}, defaults(func(*Config) {})},
		{"token with line end", nil, []string{withToken + "\n"}, defaults(func(*Config) {})},
		{"demo", []string{"--demo"}, nil, defaults(func(c *Config) { c.Demo, c.Token = true, Secret{} })},
		{"demo by variable", nil, []string{"HUBGRAPH_DEMO=1"}, defaults(func(c *Config) { c.Demo, c.Token = true, Secret{} })},
		{"demo drops the token", []string{"--demo"}, []string{withToken, "HUBSPOT_CLIENT_SECRET=11-secret"}, defaults(func(c *Config) { c.Demo, c.Token, c.ClientSecret = true, Secret{}, NewSecret("11-secret") })},
		{"flag before variable", []string{"--demo=false"}, []string{"HUBGRAPH_DEMO=true", withToken}, defaults(func(*Config) {})},
		{"empty variable is not set", nil, []string{withToken, "HUBGRAPH_ADDR="}, defaults(func(*Config) {})},
		{"flag and value as two arguments", []string{"--addr", ":0"}, []string{withToken}, defaults(func(c *Config) { c.Addr = ":0" })},
		{"lists", []string{"--objects=contacts, 2-123", "--exclude-objects=deals"}, []string{withToken}, defaults(func(c *Config) {
			c.Objects, c.ExcludeObjects = []string{"contacts", "2-123"}, []string{"deals"}
		})},
		{"every flag", []string{
			"--addr=0.0.0.0:80", "--public-url=https://gw.example.com/hubgraph/", "--hubspot-url=http://127.0.0.1:9/", "--hubspot-api-version=2026-09", "--burst-limit=190",
			"--association-limit=150", "--search-limit=5", "--schema-ttl=1h", "--record-ttl=90s", "--record-cache-bytes=2000000", "--max-calls=10", "--timeout=5s", "--sensitive",
			"--snapshot=a b.json", "--log-level=debug", "--log-format=text",
		}, []string{withToken, "HUBSPOT_BURST_LIMIT=nonsense", "HUBSPOT_CLIENT_SECRET=11-secret"}, defaults(changeAll)},
		{"every variable", nil, []string{
			"HUBGRAPH_ADDR=0.0.0.0:80", "HUBSPOT_BASE_URL=http://127.0.0.1:9", "HUBSPOT_API_VERSION=2026-09", "HUBSPOT_BURST_LIMIT=190",
			"HUBSPOT_ASSOCIATION_LIMIT=150", "HUBSPOT_SEARCH_LIMIT=5", "HUBGRAPH_SCHEMA_TTL=1h", "HUBGRAPH_MAX_CALLS=10",
			"HUBGRAPH_RECORD_TTL=90s", "HUBGRAPH_RECORD_CACHE_BYTES=2000000",
			"HUBGRAPH_TIMEOUT=5s", "HUBGRAPH_SENSITIVE=true", "HUBGRAPH_SNAPSHOT=a b.json", "HUBGRAPH_LOG_LEVEL=DEBUG",
			"HUBGRAPH_LOG_FORMAT=text", "HUBGRAPH_PUBLIC_URL=https://gw.example.com/hubgraph", "HUBSPOT_CLIENT_SECRET= 11-secret\n", withToken,
		}, defaults(changeAll)},
		{"nothing shared", []string{"--no-sharing"}, []string{withToken}, defaults(func(c *Config) { c.NoSharing = true })},
		{"health check needs no portal", []string{"--healthcheck"}, nil, defaults(func(c *Config) { c.Healthcheck, c.Token = true, Secret{} })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.args, env(tt.env...))
			if err != nil {
				t.Fatalf("Parse(%q) = %v, want no error", tt.args, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.args, diff)
			}
		})
	}
}

func changeAll(c *Config) {
	c.Addr = "0.0.0.0:80"
	c.HubSpotURL = "http://127.0.0.1:9"
	c.HubSpotAPIVersion = "2026-09"
	c.BurstLimit, c.AssociationLimit, c.SearchLimit = 190, 150, 5
	c.SchemaTTL, c.Timeout = time.Hour, 5*time.Second
	c.RecordTTL, c.RecordCacheBytes = 90*time.Second, 2_000_000
	c.MaxCalls = 10
	c.Sensitive = true
	c.Snapshot = "a b.json"
	c.LogLevel, c.LogFormat = slog.LevelDebug, "text"
	c.ClientSecret, c.PublicURL = NewSecret("11-secret"), "https://gw.example.com/hubgraph"
}

func TestParseMistakes(t *testing.T) {
	tests := []struct {
		name string
		args []string
		env  []string
		want []string // one mistake a line, in order
	}{
		{"no portal", nil, nil, []string{"no portal to serve: set HUBSPOT_ACCESS_TOKEN to a HubSpot private-app token or service key, or pass --demo (HUBGRAPH_DEMO=true) for the built-in demo portal; many portals need --store (HUBGRAPH_STORE)"}},
		{"blank token", nil, []string{"HUBSPOT_ACCESS_TOKEN= "}, []string{"no portal to serve: set HUBSPOT_ACCESS_TOKEN to a HubSpot private-app token or service key, or pass --demo (HUBGRAPH_DEMO=true) for the built-in demo portal; many portals need --store (HUBGRAPH_STORE)"}},
		{"broken token", nil, []string{"HUBSPOT_ACCESS_TOKEN=pat-na1 secret"}, []string{"HUBSPOT_ACCESS_TOKEN holds a character at position 8 that no token has: copy the token again"}},
		{"unknown flag", []string{"--demoo"}, nil, []string{"unknown flag --demoo, did you mean \"--demo\"? (hubgraph --help lists the flags)"}},
		{"stray argument", []string{"nope"}, nil, []string{"unexpected argument nope (hubgraph --help lists the flags)"}},
		{"all at once", []string{"--addr=8080", "--burst-limit=0", "--timeout=30", "--log-format=xml"},
			[]string{"HUBGRAPH_SENSITIVE=maybe", "HUBGRAPH_MAX_CALLS=1e3", "HUBGRAPH_LOG_LEVEL=loud", "HUBGRAPH_OBJECTS=a,,b"},
			[]string{
				`--addr (HUBGRAPH_ADDR) is "8080": must be host:port, such as 127.0.0.1:8080 or :8080`,
				`--burst-limit (HUBSPOT_BURST_LIMIT) is "0": must be a whole number from 1 to 100000, or auto`,
				`HUBGRAPH_MAX_CALLS (--max-calls) is "1e3": must be a whole number from 1 to 1000000; or measure:200 to let pass and tell; or off`,
				`--timeout (HUBGRAPH_TIMEOUT) is "30": must be a duration with its unit, such as 30s, and at least 1s; or measure:30s to let pass and tell; or off`,
				`HUBGRAPH_OBJECTS (--objects) is "a,,b": must be names separated by single commas, such as contacts,companies`,
				`HUBGRAPH_SENSITIVE (--sensitive) is "maybe": must be true or false`,
				`HUBGRAPH_LOG_LEVEL (--log-level) is "loud": must be one of debug, info, warn, error`,
				`--log-format (HUBGRAPH_LOG_FORMAT) is "xml": must be one of json, text`,
				`no portal to serve: set HUBSPOT_ACCESS_TOKEN to a HubSpot private-app token or service key, or pass --demo (HUBGRAPH_DEMO=true) for the built-in demo portal; many portals need --store (HUBGRAPH_STORE)`,
			}},
		{"a negative value behind its flag", []string{"--burst-limit", "-1", "--record-ttl", "-5m"}, []string{withToken}, []string{
			`--burst-limit (HUBSPOT_BURST_LIMIT) is "-1": must be a whole number from 1 to 100000, or auto`,
			`--record-ttl (HUBGRAPH_RECORD_TTL) is "-5m": must be a duration with its unit, such as 5m, and at least 1s, or 0 for off`}},
		{"no value", []string{"--addr"}, []string{withToken}, []string{`--addr (HUBGRAPH_ADDR) has no value: write --addr=HOST:PORT`}},
		{"a flag for a value", []string{"--burst-limit", "--demo"}, nil, []string{`--burst-limit (HUBSPOT_BURST_LIMIT) has no value: write --burst-limit=CALLS`}},
		{"neither true nor false", []string{"--demo=-1"}, nil, []string{`--demo (HUBGRAPH_DEMO) is "-1": must be true or false`}},
		{"an unknown letter", []string{"-5"}, nil, []string{`unknown flag -5 (hubgraph --help lists the flags)`}},
		{"stale records that are not kept", []string{"--stale-for=1h"}, []string{withToken}, []string{
			`--stale-for (HUBGRAPH_STALE_FOR) is "1h", and no record is kept that could answer: say how long records are kept with --record-ttl (HUBGRAPH_RECORD_TTL), or leave it out`}},
		{"an address for others that is none", nil, []string{withToken, "HUBGRAPH_ADMIN_ALLOW_REMOTE=true"}, []string{
			`HUBGRAPH_ADMIN_ALLOW_REMOTE (--admin-allow-remote) does nothing without --admin-addr (HUBGRAPH_ADMIN_ADDR): name the address that others may reach, such as 0.0.0.0:9090, or leave it out`}},
		{"keys that are none", []string{"--api-keys="}, []string{withToken, "HUBGRAPH_API_KEYS= \n"}, []string{
			`--api-keys (HUBGRAPH_API_KEYS_FILE) is "": name the file of the API keys, or leave it out`,
			`HUBGRAPH_API_KEYS is blank: put the text of the API keys there, or unset it`}},
		{"object types in both lists", []string{"--objects=deals,contacts", "--exclude-objects=deals"}, []string{withToken},
			[]string{`--objects (HUBGRAPH_OBJECTS) and --exclude-objects (HUBGRAPH_EXCLUDE_OBJECTS) both name "deals": take it out of one of them`}},
		{"too short a TTL", []string{"--schema-ttl=5s"}, []string{withToken},
			[]string{`--schema-ttl (HUBGRAPH_SCHEMA_TTL) is "5s": must be a duration with its unit, such as 12h, and at least 1m`}},
		{"record cache", []string{"--record-ttl=-1s", "--record-cache-bytes=128MiB"}, []string{withToken}, []string{
			`--record-ttl (HUBGRAPH_RECORD_TTL) is "-1s": must be a duration with its unit, such as 5m, and at least 1s, or 0 for off`,
			`--record-cache-bytes (HUBGRAPH_RECORD_CACHE_BYTES) is "128MiB": must be a whole number of bytes, at least 1048576`}},
		{"too few bytes", nil, []string{"HUBGRAPH_RECORD_CACHE_BYTES=1000", withToken}, []string{
			`HUBGRAPH_RECORD_CACHE_BYTES (--record-cache-bytes) is "1000": must be a whole number of bytes, at least 1048576`}},
		{"unknown API version", []string{"--hubspot-api-version=v4"}, []string{withToken},
			[]string{`--hubspot-api-version (HUBSPOT_API_VERSION) is "v4": must be one of v3, 2026-03, 2026-09`}},
		{"not a URL", []string{"--hubspot-url=api.hubapi.com"}, []string{withToken},
			[]string{`--hubspot-url (HUBSPOT_BASE_URL) is "api.hubapi.com": must be a URL such as https://api.hubapi.com`}},
		{"URL in the clear", []string{"--hubspot-url=http://example.com"}, []string{withToken},
			[]string{`--hubspot-url (HUBSPOT_BASE_URL) is "http://example.com": must start with https://, or the access token would travel in the clear`}},
		{"URL with a query", []string{"--hubspot-url=https://example.com?a"}, []string{withToken},
			[]string{`--hubspot-url (HUBSPOT_BASE_URL) is "https://example.com?a": must have no query and no fragment, such as https://api.hubapi.com`}},
		{"URL with a password", []string{"--hubspot-url=https://me:hunter2@example.com"}, []string{withToken},
			[]string{`--hubspot-url (HUBSPOT_BASE_URL) is "https://REDACTED@example.com": must not hold a user name or password: the token goes into HUBSPOT_ACCESS_TOKEN`}},
		{"broken client secret", nil, []string{withToken, "HUBSPOT_CLIENT_SECRET=11-\u00e9-secret"},
			[]string{"HUBSPOT_CLIENT_SECRET holds a character at position 4 that no client secret has: copy the client secret again"}},
		{"public URL of no host", []string{"--public-url=/hubgraph"}, []string{withToken},
			[]string{`--public-url (HUBGRAPH_PUBLIC_URL) is "/hubgraph": must be a URL such as https://hubgraph.example.com`}},
		{"public URL in the clear", nil, []string{withToken, "HUBGRAPH_PUBLIC_URL=http://example.com"},
			[]string{`HUBGRAPH_PUBLIC_URL (--public-url) is "http://example.com": must start with https://, or HubSpot would not send its webhooks there`}},
		{"public URL with a query", []string{"--public-url=https://example.com/?"}, []string{withToken},
			[]string{`--public-url (HUBGRAPH_PUBLIC_URL) is "https://example.com/?": must have no query and no fragment, such as https://hubgraph.example.com`}},
		{"public URL with a password", []string{"--public-url=https://me:hunter2@example.com"}, []string{withToken},
			[]string{`--public-url (HUBGRAPH_PUBLIC_URL) is "https://REDACTED@example.com": must not hold a user name or password: webhooks are signed with HUBSPOT_CLIENT_SECRET`}},
		{"port out of range", []string{"--addr=:70000"}, []string{withToken},
			[]string{`--addr (HUBGRAPH_ADDR) is ":70000": must be host:port, such as 127.0.0.1:8080 or :8080`}},
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
			for _, secret := range []string{"pat-na1", "11-", "hunter2"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the message holds the secret %s…: %v", secret, err)
				}
			}
		})
	}
}

func TestParseUsage(t *testing.T) {
	for arg, want := range map[string]string{"--help": "$HUBGRAPH_ADDR", "-h": "HUBSPOT_ACCESS_TOKEN", "--version": "hubgraph "} {
		t.Run(arg, func(t *testing.T) {
			_, err := Parse([]string{arg}, env())
			usage, ok := errors.AsType[*UsageError](err)
			if !ok || !strings.Contains(usage.Text, want) {
				t.Errorf("Parse(%s) = %v, want a UsageError that holds %q", arg, err, want)
			}
		})
	}
}

func TestSecretNeverPrints(t *testing.T) {
	c := Config{Token: NewSecret("pat-na1-secret"), ClientSecret: NewSecret("11-secret")}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("started", "config", c, "token", c.Token)
	asJSON, err := json.Marshal(map[Secret]any{c.Token: c})
	if err != nil {
		t.Fatal(err)
	}
	for how, got := range map[string]string{
		"%v":   fmt.Sprintf("%v", c),
		"%+v":  fmt.Sprintf("%+v", c),
		"%#v":  fmt.Sprintf("%#v", c),
		"%s":   fmt.Sprintf("%s and %[1]s", c.Token),
		"%q":   fmt.Sprintf("%q", c.Token),
		"%x":   fmt.Sprintf("%x", c.Token),
		"slog": logged.String(),
		"JSON": string(asJSON),
	} {
		if strings.Contains(got, "secret") || strings.Contains(got, fmt.Sprintf("%x", "secret")) {
			t.Errorf("%s prints %s", how, got)
		}
	}
}
