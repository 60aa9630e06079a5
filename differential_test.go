//go:build clients

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// TestDifferential asks the gateway and graphql-js the same random queries, and
// holds their answers against each other: see clients/differential. QUERIES is how
// many, SEED which ones.
func TestDifferential(t *testing.T) {
	p := differentialPortal(t)
	data := filepath.Join(t.TempDir(), "portal.json")
	file, err := os.Create(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Dump(file); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	change := func(ttl time.Duration) func(*config.Config) {
		return func(cfg *config.Config) {
			cfg.Objects = []string{"contacts", "companies", "deals", "tickets", "line_items", "notes", "house"}
			cfg.MaxCalls = 100_000
			cfg.RecordTTL, cfg.RecordCacheBytes = ttl, 16<<20
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", "clients/differential/main.js")
	cmd.Env = append(os.Environ(), "PORTAL_DUMP="+data, fmt.Sprintf("HUBGRAPH_URLS=%s %s",
		startGateway(t, p, unthrottled, deep, change(0)).url,
		startGateway(t, p, unthrottled, deep, change(time.Hour)).url, // keeps records
	))
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("the answers differ: %v", err)
	}
}

// deep lets random queries nest as they come.
func deep(c *config.Config) {
	c.Limits.Depth, c.Limits.Records = limit.Limit{Mode: limit.Off}, limit.Limit{Mode: limit.Off}
}
