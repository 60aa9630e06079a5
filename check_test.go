package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// command runs a command to its end; settings are of the form NAME=value.
func command(t *testing.T, stdin string, args []string, settings ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs strings.Builder
	env := make(map[string]string)
	var names []string
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		env[name] = value
		names = append(names, name)
	}
	p := &program{
		args: args, variables: names, getenv: func(name string) string { return env[name] },
		stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs,
	}
	err = p.run(context.Background())
	return out.String(), errs.String(), err
}

// TestCheckFindsMistakes seeds one mistake at a time. The check must name it, say
// what to do, and fail; nothing else may be wrong.
func TestCheckFindsMistakes(t *testing.T) {
	portal := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	limited := hubspottest.New(t, hubspottest.Options{}) // says how many calls it takes
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	folder := t.TempDir()
	good := []string{"HUBGRAPH_ADDR=127.0.0.1:0", "HUBSPOT_BASE_URL=" + portal.URL(), "HUBSPOT_ACCESS_TOKEN=" + portal.Token(), "HUBGRAPH_SNAPSHOT=" + filepath.Join(folder, "portal.snapshot")}
	tests := []struct {
		name      string
		args      []string
		variables []string
		seed      func()
		want, fix string
	}{
		{"a variable with a typing error", nil, []string{"HUBGRAPH_TIMEOT=5s"}, nil, "unknown variable HUBGRAPH_TIMEOT", `did you mean "HUBGRAPH_TIMEOUT"?`},
		{"a value that cannot be", nil, []string{"HUBGRAPH_LIMIT_DEPTH=deep"}, nil, `HUBGRAPH_LIMIT_DEPTH (--limit-depth) is "deep"`, "must be a whole number from 1 to 1000"},
		{"no token", nil, []string{"HUBSPOT_ACCESS_TOKEN="}, nil, "no portal to serve", "set HUBSPOT_ACCESS_TOKEN"},
		{"a token that is refused", nil, []string{"HUBSPOT_ACCESS_TOKEN=pat-wrong-token"}, nil, "HubSpot does not accept the access token", "copy it again"},
		{"nobody at the URL", nil, []string{"HUBSPOT_BASE_URL=http://127.0.0.1:1"}, nil, "HubSpot cannot be read", "try again"},
		{"something else at the URL", nil, []string{"HUBSPOT_BASE_URL=" + portal.URL() + "/elsewhere"}, nil, "portal: ", "--hubspot-url (HUBSPOT_BASE_URL)"},
		{"an object type that is none", []string{"--objects=contacts,wombats"}, nil, nil, `no object type called "wombats"`, "--objects (HUBGRAPH_OBJECTS)"},
		{"an object type without its scope", []string{"--objects=contacts,deals"}, nil, func() { portal.RemoveScope("crm.objects.deals.read") }, "object type deals", "give the token the scopes crm.objects.deals.read"},
		{"an address that is in use", []string{"--addr=" + taken.Addr().String()}, nil, nil, "address already in use", "choose another with --addr"},
		{"an address that everybody reaches", []string{"--addr=0.0.0.0:0"}, nil, nil, "without asking who they are", "--api-keys"},
		{"API keys that are none", nil, []string{`HUBGRAPH_API_KEYS={"keys":[{"name":"web","sha256":"1"}]}`}, nil, `key "web": sha256`, "hubgraph keys create"},
		{"a snapshot in no folder", []string{"--snapshot=" + filepath.Join(folder, "none", "portal.snapshot")}, nil, nil, "no such file or directory", "make the folder"},
		{"a snapshot that is a folder", []string{"--snapshot=" + folder}, nil, nil, "is no file", "name a file with --snapshot"},
		{"a secret without a URL", nil, []string{"HUBSPOT_CLIENT_SECRET=11-secret"}, nil, "webhooks: HUBSPOT_CLIENT_SECRET is set", "set --public-url"},
		{"a URL without a secret", []string{"--public-url=https://gw.example.com"}, nil, nil, "HUBSPOT_CLIENT_SECRET is not", "copy the client secret"},
		{"a URL that nobody reaches", []string{"--public-url=http://localhost:8080"}, []string{"HUBSPOT_CLIENT_SECRET=11-secret"}, nil, "HubSpot cannot reach", "name the URL that the internet sees"},
		{"more calls than HubSpot allows", []string{"--burst-limit=190"}, []string{"HUBSPOT_BASE_URL=" + limited.URL()}, nil, "--burst-limit (HUBSPOT_BURST_LIMIT) is 190", "leave it at auto"},
		{"more searches than HubSpot allows", []string{"--search-limit=20"}, nil, nil, "--search-limit (HUBSPOT_SEARCH_LIMIT) is 20", "set it to 5 at most"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.seed != nil {
				tt.seed()
			}
			stdout, stderr, err := command(t, "", append([]string{"check"}, tt.args...), append(good, tt.variables...)...)
			if err == nil || err.Error() != "1 mistake found" {
				t.Errorf("error %v, want one mistake; report:\n%s", err, stdout)
			}
			found := false
			for line := range strings.Lines(stdout) {
				found = found || strings.HasPrefix(line, "mistake ") && strings.Contains(line, tt.want) && strings.Contains(line, tt.fix)
			}
			if !found {
				t.Errorf("no mistake with %q and the fix %q in\n%s", tt.want, tt.fix, stdout)
			}
			if all := stdout + stderr; strings.Contains(all, "pat-") || strings.Contains(all, "11-secret") {
				t.Errorf("a secret shows:\n%s", all)
			}
		})
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
		t.Errorf("the check left %v behind, error %v", entries, err)
	}
}

func TestCheckFindsNoMistakes(t *testing.T) {
	portal := hubspottest.New(t, hubspottest.Options{})
	stdout, _, err := command(t, "", []string{"check", "--public-url=https://gw.example.com"},
		"HUBGRAPH_ADDR=127.0.0.1:0", "HUBSPOT_BASE_URL="+portal.URL(), "HUBSPOT_ACCESS_TOKEN="+portal.Token(), "HUBSPOT_CLIENT_SECRET=11-secret",
		"HUBGRAPH_SERVICE_HOST=10.0.0.1", "HUBGRAPH_PORT_8080_TCP_ADDR=10.0.0.1", "HUBGRAPH_ADMIN_SERVICE_PORT_HTTP=80") // Kubernetes sets those
	if err != nil || strings.Contains(stdout, "mistake") || !strings.Contains(stdout, "ok       portal: 4711") {
		t.Errorf("error %v, report:\n%s", err, stdout)
	}
	for _, call := range portal.Calls() {
		if call.Method != http.MethodGet {
			t.Errorf("the check called %s %s", call.Method, call.Path)
		}
	}
}

// TestCheckMemory has no container: it is told what one would allow.
func TestCheckMemory(t *testing.T) {
	none := func() (uint64, error) { return 0, errors.New("none") }
	cfg := config.Config{RecordTTL: 1, RecordCacheBytes: 128 << 20}
	for _, tt := range []struct {
		of   memlimit.Provider
		cfg  config.Config
		want string
	}{
		{memlimit.Limit(200 << 20), cfg, "mistake  memory: 200 MiB are allowed, and kept records alone may take 128; lower --record-cache-bytes (HUBGRAPH_RECORD_CACHE_BYTES) to 109051904, or allow more\n"},
		{memlimit.Limit(512 << 20), cfg, "ok       memory: 512 MiB are allowed\n"},
		{memlimit.Limit(200 << 20), config.Config{RecordCacheBytes: 128 << 20}, "ok       memory: 200 MiB are allowed\n"},
		{none, cfg, "note     memory: no limit found; in a container or unit, set one\n"},
	} {
		var out strings.Builder
		r := &report{to: &out}
		if r.checkMemory(tt.cfg, tt.of); out.String() != tt.want {
			t.Errorf("report %q, want %q", out.String(), tt.want)
		}
	}
}
