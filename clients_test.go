//go:build clients

package main

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestClients runs real GraphQL clients against the gateway: those of the
// Node.js project in clients/, and genqlient in the module of its own in
// clients/genqlient. `make clients` installs what they need.
func TestClients(t *testing.T) {
	demo := hubspottest.Demo(hubspottest.Options{Unlimited: true})
	hubspottest.Serve(t, demo)
	large := startGateway(t, clientsPortal(t), unthrottled)
	env := append(os.Environ(),
		"HUBGRAPH_DEMO="+startGateway(t, demo, unthrottled, persisting).url,
		"HUBGRAPH_LARGE="+large.url,
	)
	run := func(t *testing.T, folder, command string, args ...string) {
		cmd := exec.CommandContext(t.Context(), command, args...)
		cmd.Dir, cmd.Env = folder, env
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		if err != nil {
			t.Fatalf("%v in %s: %v", cmd.Args, folder, err)
		}
	}
	t.Run("node", func(t *testing.T) {
		run(t, "clients", "node", "manifests.js")
		enforcing := startGateway(t, demo, unthrottled, func(cfg *config.Config) {
			cfg.Documents = config.Documents{
				Files: []string{"clients/out/trusted/gql/persisted-documents.json", "clients/out/trusted/relay.json"},
				Mode:  "enforce",
			}
		})
		env = append(env, "HUBGRAPH_TRUSTED="+enforcing.url)
		run(t, "clients", "npm", "test", "--silent")
	})
	t.Run("genqlient", func(t *testing.T) {
		const folder = "clients/genqlient"
		if err := os.MkdirAll(folder+"/crm", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(folder+"/crm/schema.graphql", []byte(large.get("/schema.graphql")), 0o644); err != nil {
			t.Fatal(err)
		}
		run(t, folder, "go", "tool", "genqlient")
		run(t, folder, "go", "vet", "./...")
		run(t, folder, "go", "test", "-count=1", "./...")
	})
}

// persisting keeps queries by their hashes, as the gateway does by default.
func persisting(cfg *config.Config) { cfg.Documents.CacheBytes = 16 << 20 }

// clientsPortal is a large portal with the few records that the clients know.
func clientsPortal(t *testing.T) *hubspottest.Portal {
	p := largePortal(t)
	company := p.AddRecord("companies", map[string]string{"name": "Everybody's"})
	for i := range 60 {
		contact := p.AddRecord("contacts", map[string]string{
			"email": fmt.Sprintf("contact-%d@example.com", i), "firstname": "Ada", "lastname": fmt.Sprint(i),
		})
		var labels []string
		if i < 30 {
			labels = []string{"Primary"}
		}
		p.Associate("contacts", contact, "companies", company, labels...)
	}
	for i := range 10 {
		p.AddRecord("deals", map[string]string{
			"dealname": fmt.Sprintf("Deal %d", i), "amount": fmt.Sprintf("%d.50", 100+i), "pipeline": "default", "dealstage": "closedwon",
		})
	}
	return p
}
