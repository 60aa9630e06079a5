package resolvers_test

import (
	"log/slog"
	"net/http"
	"os"
	"testing"

	"github.com/hubgraph/hubgraph/graph/resolvers"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// TestLabelsTellNoScopes: for those from whom HubSpot's words are withheld, the
// labels of associations fail as all else does.
func TestLabelsTellNoScopes(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	lg := slog.New(slog.DiscardHandler)
	client, err := hubspot.NewClient(lg, hubspot.Options{BaseURL: p.URL(), Token: hubspot.StaticToken(p.Token())})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	full, err := portal.Load(t.Context(), lg, client, portal.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	core, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Build(string(core), full)
	if err != nil {
		t.Fatal(err)
	}
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.AssociationLabels, Status: http.StatusForbidden, Body: hubspottest.MissingScopes("crm.objects.quotes.read")})
	for _, withheld := range []bool{false, true} {
		meta := *full
		meta.Withheld.Words = withheld
		_, err := (&resolvers.Resolver{Schema: s, Metadata: &meta, API: client}).Query().AssociationLabels(t.Context(), "contacts", "companies")
		presented, known := execute.Present(err)
		if _, told := presented.Extensions["missingScopes"]; !known || told == withheld || presented.Extensions["code"] != execute.CodeForbidden {
			t.Errorf("withheld %t: %v, extensions %v", withheld, presented, presented.Extensions)
		}
	}
}
