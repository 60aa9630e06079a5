package portal

import (
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// newFake is a portal without limits, so that tests may load as often as they like.
func newFake(t testing.TB) *hubspottest.Portal {
	t.Helper()
	return hubspottest.New(t, hubspottest.Options{Unlimited: true})
}

func newClient(t testing.TB, p *hubspottest.Portal) *hubspot.Client {
	t.Helper()
	return newClientWith(t, hubspot.Options{BaseURL: p.URL(), Token: hubspot.StaticToken(p.Token())})
}

func newClientWith(t testing.TB, o hubspot.Options) *hubspot.Client {
	t.Helper()
	o.Limiter = hubspot.NewLimiter(hubspot.Limits{Burst: 100_000, Associations: 100_000, Search: 1000})
	c, err := hubspot.NewClient(quiet, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func mustLoad(t testing.TB, api API, o LoadOptions) *Metadata {
	t.Helper()
	m, err := Load(t.Context(), quiet, api, o)
	if err != nil {
		t.Fatalf("Load(%+v) = %v", o, err)
	}
	return m
}

func mustOpen(t testing.TB, api API, o Options) *Portal {
	t.Helper()
	p, err := Open(t.Context(), quiet, api, o)
	if err != nil {
		t.Fatalf("Open(%+v) = %v", o, err)
	}
	t.Cleanup(p.Close)
	return p
}

func typeIDs(m *Metadata) []string {
	var ids []string
	for _, t := range m.Types {
		ids = append(ids, t.TypeID)
	}
	return ids
}

func unavailableIDs(m *Metadata) []string {
	var ids []string
	for _, u := range m.Unavailable {
		ids = append(ids, u.TypeID)
	}
	return ids
}

func hasProperty(m *Metadata, typeID, name string) bool {
	t := m.Type(typeID)
	return t != nil && len(defined([]string{name}, t.Properties)) == 1
}
