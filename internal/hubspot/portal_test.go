package hubspot_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// newClient returns a client of p. Inside a bubble it calls p in process.
func newClient(t *testing.T, p *hubspottest.Portal, o hubspot.Options) *hubspot.Client {
	t.Helper()
	o.Token = hubspot.StaticToken(p.Token())
	if p.URL() != "" {
		o.BaseURL = p.URL()
	} else {
		o.HTTPClient = &http.Client{Transport: traced{p.Transport()}}
	}
	c, err := hubspot.NewClient(slog.New(slog.DiscardHandler), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// traced tells that the request was written, as a real transport does.
type traced struct{ http.RoundTripper }

func (tr traced) RoundTrip(r *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
	return tr.RoundTripper.RoundTrip(r)
}

// TestReads walks through every method against a strict portal, once per API
// version.
func TestReads(t *testing.T) {
	for _, version := range []hubspot.APIVersion{hubspot.APIVersionV3, hubspot.APIVersion202603, hubspot.APIVersion202609} {
		t.Run(string(version), func(t *testing.T) {
			p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
			contacts := p.AddRecords("contacts", 250)
			companies := p.AddRecords("companies", 3)
			p.Associate("contacts", contacts[0], "companies", companies[0], "Primary")
			p.Associate("contacts", contacts[0], "companies", companies[1])
			p.Archive("contacts", contacts[249])
			live := p.AddOwner(hubspottest.Owner{Email: "ann@example.com", FirstName: "Ann"})
			car := p.DefineObject(hubspottest.Object{Name: "car"})
			c := newClient(t, p, hubspot.Options{APIVersion: version})
			ctx := t.Context()
			names := hubspot.NewPropertySet("email", "firstname")

			var listed []string
			for after := ""; ; {
				page, err := c.List(ctx, hubspot.ListRequest{ObjectType: "0-1", Properties: names, Associations: []string{"companies"}, After: after})
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range page.Records {
					listed = append(listed, r.ID)
				}
				if r := page.Records[0]; r.ID == contacts[0] && (len(r.Associations) != 1 || r.Associations[0].Name != "companies" || len(r.Associations[0].IDs) != 2) {
					t.Errorf("associations of the first record = %+v, want 2 companies", r.Associations)
				}
				if after = page.After; after == "" {
					break
				}
			}
			if diff := gocmp.Diff(contacts[:249], listed); diff != "" {
				t.Errorf("List (-want +got):\n%s", diff)
			}

			rec, err := c.Get(ctx, hubspot.GetRequest{ObjectType: "contacts", ID: contacts[0], Properties: names})
			if err != nil || rec.ID != contacts[0] || rec.Value("email") == "" {
				t.Fatalf("Get = %+v, %v; want record %s with an email", rec, err, contacts[0])
			}
			byEmail, err := c.Get(ctx, hubspot.GetRequest{ObjectType: "0-1", ID: rec.Value("email"), IDProperty: "email"})
			if err != nil || byEmail.ID != rec.ID {
				t.Errorf("Get by email = %+v, %v; want record %s", byEmail, err, rec.ID)
			}
			if _, err := c.Get(ctx, hubspot.GetRequest{ObjectType: "0-1", ID: "999999"}); !errors.Is(err, hubspot.ErrNotFound) {
				t.Errorf("Get of an unknown ID = %v, want %v", err, hubspot.ErrNotFound)
			}
			if r, err := c.Get(ctx, hubspot.GetRequest{ObjectType: "0-1", ID: contacts[249], Archived: true}); err != nil || !r.Archived {
				t.Errorf("Get of an archived record = %+v, %v", r, err)
			}

			records, err := c.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: "0-1", IDs: append([]string{"999999"}, contacts[:99]...), Properties: names})
			slices.SortFunc(records, func(a, b *hubspot.Record) int { return cmp.Compare(a.ID, b.ID) })
			if err != nil || len(records) != 99 || records[0].Value("email") == "" {
				t.Errorf("BatchRead = %d records, %v; want 99", len(records), err)
			}
			if got, err := c.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: "0-1", IDs: []string{"999999"}}); err != nil || len(got) != 0 {
				t.Errorf("BatchRead of an unknown ID = %v, %v; want none", got, err)
			}

			found, err := c.Search(ctx, hubspot.SearchRequest{
				ObjectType: "0-1", Limit: 7, Properties: names, Sorts: []hubspot.Sort{{Property: "hs_object_id", Descending: true}},
				Groups: []hubspot.FilterGroup{{Filters: []hubspot.Filter{{Property: "hs_object_id", Operator: "LTE", Value: contacts[19]}}}},
			})
			if err != nil || found.Total != 20 || len(found.Records) != 7 || found.Records[0].ID != contacts[19] || found.After == "" {
				t.Errorf("Search = %+v, %v; want 7 of 20 from %s down", found, err, contacts[19])
			}

			linked, err := c.AssociationsBatchRead(ctx, "0-1", "0-2", []hubspot.AssociationInput{{ID: contacts[0]}, {ID: contacts[1]}})
			if err != nil || len(linked) != 1 || len(linked[contacts[0]].To) != 2 {
				t.Errorf("AssociationsBatchRead = %+v, %v; want 2 companies of %s only", linked, err, contacts[0])
			}
			primary := hubspot.AssociationType{Category: "HUBSPOT_DEFINED", TypeID: 1, Label: "Primary"}
			if i := slices.IndexFunc(linked[contacts[0]].To, func(a hubspot.Associated) bool { return slices.Contains(a.Types, primary) }); i < 0 || linked[contacts[0]].To[i].ID != companies[0] {
				t.Errorf("no primary company %s in %+v", companies[0], linked[contacts[0]])
			}
			labels, err := c.AssociationLabels(ctx, "0-1", "0-2")
			if err != nil || !slices.Contains(labels, primary) {
				t.Errorf("AssociationLabels = %+v, %v; want %+v among them", labels, err, primary)
			}

			properties, err := c.Properties(ctx, "0-1", hubspot.NonSensitive)
			if err != nil || !slices.ContainsFunc(properties, func(p hubspot.Property) bool { return p.Name == "email" && p.Type == "string" }) {
				t.Errorf("Properties = %d, %v; want email among them", len(properties), err)
			}
			if _, err := c.Properties(ctx, "0-1", hubspot.HighlySensitive); err != nil {
				t.Errorf("Properties, highly sensitive: %v", err)
			}
			schemas, err := c.Schemas(ctx)
			if err != nil || len(schemas) != 1 || schemas[0].ObjectTypeID != car || schemas[0].Name != "car" {
				t.Errorf("Schemas = %+v, %v; want %s", schemas, err, car)
			}
			pipelines, err := c.Pipelines(ctx, "deals")
			if err != nil || len(pipelines) == 0 || len(pipelines[0].Stages) == 0 || pipelines[0].Stages[0].Metadata["probability"] == "" {
				t.Errorf("Pipelines = %+v, %v; want stages with a probability", pipelines, err)
			}
			owners, err := c.Owners(ctx, false)
			if err != nil || !slices.ContainsFunc(owners, func(o hubspot.Owner) bool { return o.ID == live && o.UserID != "" }) {
				t.Errorf("Owners = %+v, %v; want %s with a user ID", owners, err, live)
			}
			if _, err := c.Owners(ctx, true); err != nil {
				t.Errorf("Owners, archived: %v", err)
			}
			account, err := c.Account(ctx)
			if err != nil || account.PortalID != fmt.Sprint(p.PortalID()) || account.TimeZone == "" {
				t.Errorf("Account = %+v, %v; want portal %d", account, err, p.PortalID())
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	c := newClient(t, p, hubspot.Options{})
	p.RemoveScope("crm.objects.owners.read")
	_, err := c.Owners(t.Context(), false)
	e, ok := errors.AsType[*hubspot.Error](err)
	if !ok || e.Kind != hubspot.ErrNoAccess || !slices.Contains(e.Scopes, "crm.objects.owners.read") {
		t.Errorf("Owners without scope = %v, want %v naming it", err, hubspot.ErrNoAccess)
	}
	if _, err := c.List(t.Context(), hubspot.ListRequest{ObjectType: "no_such_type"}); !errors.Is(err, hubspot.ErrInvalid) && !errors.Is(err, hubspot.ErrNotFound) {
		t.Errorf("List of no type = %v, want %v", err, hubspot.ErrInvalid)
	}
	p.SetToken("another")
	if _, err := c.Account(t.Context()); !errors.Is(err, hubspot.ErrUnauthenticated) {
		t.Errorf("Account with a wrong token = %v, want %v", err, hubspot.ErrUnauthenticated)
	}
}

func TestRefusedWithoutACall(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	c := newClient(t, p, hubspot.Options{})
	ids := func(n int) []string {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprint(i)
		}
		return ids
	}
	names := make([]string, 400)
	for i := range names {
		names[i] = fmt.Sprintf("a_rather_long_property_name_%d", i)
	}
	groups := func(n, filters int) []hubspot.FilterGroup {
		return slices.Repeat([]hubspot.FilterGroup{{Filters: make([]hubspot.Filter, filters)}}, n)
	}
	tests := []struct {
		name string
		call func(context.Context) error
	}{
		{"no type", func(ctx context.Context) error { _, err := c.List(ctx, hubspot.ListRequest{}); return err }},
		{"a path as a type", func(ctx context.Context) error {
			_, err := c.List(ctx, hubspot.ListRequest{ObjectType: "../owners"})
			return err
		}},
		{"page size", func(ctx context.Context) error {
			_, err := c.List(ctx, hubspot.ListRequest{ObjectType: "0-1", Limit: 101})
			return err
		}},
		{"long url", func(ctx context.Context) error {
			_, err := c.List(ctx, hubspot.ListRequest{ObjectType: "0-1", Properties: hubspot.NewPropertySet(names...)})
			return err
		}},
		{"no id", func(ctx context.Context) error {
			_, err := c.Get(ctx, hubspot.GetRequest{ObjectType: "0-1"})
			return err
		}},
		{"dots as an id", func(ctx context.Context) error {
			_, err := c.Get(ctx, hubspot.GetRequest{ObjectType: "0-1", ID: ".."})
			return err
		}},
		{"101 ids", func(ctx context.Context) error {
			_, err := c.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: "0-1", IDs: ids(101)})
			return err
		}},
		{"an id twice", func(ctx context.Context) error {
			_, err := c.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: "0-1", IDs: []string{"1", "1"}})
			return err
		}},
		{"bad utf-8", func(ctx context.Context) error {
			_, err := c.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: "0-1", IDs: []string{"\xff"}})
			return err
		}},
		{"1001 parents", func(ctx context.Context) error {
			inputs := make([]hubspot.AssociationInput, 1001)
			for i, id := range ids(1001) {
				inputs[i].ID = id
			}
			_, err := c.AssociationsBatchRead(ctx, "0-1", "0-2", inputs)
			return err
		}},
		{"6 groups", func(ctx context.Context) error {
			_, err := c.Search(ctx, hubspot.SearchRequest{ObjectType: "0-1", Groups: groups(6, 1)})
			return err
		}},
		{"7 filters", func(ctx context.Context) error {
			_, err := c.Search(ctx, hubspot.SearchRequest{ObjectType: "0-1", Groups: groups(1, 7)})
			return err
		}},
		{"20 filters", func(ctx context.Context) error {
			_, err := c.Search(ctx, hubspot.SearchRequest{ObjectType: "0-1", Groups: groups(4, 5)})
			return err
		}},
		{"2 sorts", func(ctx context.Context) error {
			_, err := c.Search(ctx, hubspot.SearchRequest{ObjectType: "0-1", Sorts: make([]hubspot.Sort, 2)})
			return err
		}},
		{"sensitivity", func(ctx context.Context) error {
			_, err := c.Properties(ctx, "0-1", "secret")
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.call(t.Context()); !errors.Is(err, hubspot.ErrInvalid) {
				t.Errorf("error = %v, want %v", err, hubspot.ErrInvalid)
			}
		})
	}
	if calls := p.Calls(); len(calls) != 0 {
		t.Errorf("calls were made:\n%s", calls)
	}
	if !c.ListFits(hubspot.ListRequest{ObjectType: "0-1", Properties: hubspot.NewPropertySet(names[:150]...)}) {
		t.Error("ListFits of 150 names = false, want true")
	}
}

// TestSaturation has 200 clients call a strict portal as fast as they may:
// HubSpot must never refuse, and the allowance must be used.
func TestSaturation(t *testing.T) {
	tests := []struct {
		name   string
		budget hubspottest.Budget
		length time.Duration
		call   func(context.Context, *hubspot.Client) error
	}{
		{"burst", hubspottest.BurstBudget, 2 * time.Minute, func(ctx context.Context, c *hubspot.Client) error {
			_, err := c.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: "0-1", IDs: []string{"101"}})
			return err
		}},
		{"associations", hubspottest.AssociationBudget, 2 * time.Minute, func(ctx context.Context, c *hubspot.Client) error {
			_, err := c.AssociationsBatchRead(ctx, "0-1", "0-2", []hubspot.AssociationInput{{ID: "101"}})
			return err
		}},
		{"search", hubspottest.SearchBudget, 2 * time.Minute, func(ctx context.Context, c *hubspot.Client) error {
			_, err := c.Search(ctx, hubspot.SearchRequest{ObjectType: "0-1"})
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := hubspottest.NewPortal(hubspottest.Options{Latency: 50 * time.Millisecond, SearchLimit: 4})
				p.AddRecords("contacts", 1)
				c := newClient(t, p, hubspot.Options{})
				end := time.Now().Add(tt.length)
				var wg sync.WaitGroup
				for range 200 {
					wg.Go(func() {
						for time.Now().Before(end) {
							ctx := hubspot.WithTrace(t.Context(), hubspot.NewTrace(time.Now()))
							if err := tt.call(ctx, c); err != nil {
								t.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				stats := p.Stats()[tt.budget]
				t.Logf("%d calls, %.1f %% of the allowance, peak %d", stats.Accepted, 100*stats.Utilisation(), stats.Peak)
				if p.Rejected() != 0 {
					t.Errorf("%d calls were refused with 429, want none", p.Rejected())
				}
				if u := stats.Utilisation(); u < 0.95 {
					t.Errorf("%.1f %% of the allowance used, want at least 95 %%", 100*u)
				}
			})
		})
	}
}

// TestSaturationOverHTTP sends a whole window at once over real connections,
// and three seconds of searches beside it.
func TestSaturationOverHTTP(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Latency: 50 * time.Millisecond})
	p.AddRecords("contacts", 1)
	c := newClient(t, p, hubspot.Options{})
	searches := 12
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := c.BatchRead(t.Context(), hubspot.BatchReadRequest{ObjectType: "0-1", IDs: []string{"101"}}); err != nil {
				t.Error(err)
			}
		})
	}
	for range searches {
		wg.Go(func() {
			if _, err := c.Search(t.Context(), hubspot.SearchRequest{ObjectType: "0-1"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := p.Rejected(); n != 0 {
		t.Errorf("%d calls were refused with 429, want none", n)
	}
	if got := c.RateLimit().Burst.Remaining; got != 0 {
		t.Errorf("remaining = %d, want 0", got)
	}
}
