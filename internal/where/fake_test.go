package where

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// samples are values that records hold, by property, and that conditions are
// made of: few, so that they meet, and each with another way to write it.
var samples = map[string][]string{
	"test_text":  {"Ada", "ada", "ADA LOVELACE", "ada@x.org", "bob@X.org", "x.org", "*", "a*a", "Ünal Öz", "日本 語", "a;b", "1e5", " ", "a-b_c"},
	"test_num":   {"0", "-0", "0.10", ".1", "0.1", "1e5", "100000", "-3", "-3.00", "12345678901234567890", "12345678901234567891", "1E-7", "007", "no number"},
	"test_day":   {"2026-01-05", "1767571200000", "2026-01-06", "1969-12-31", "-86400000", "0", "2026-01-05T00:00:00Z"},
	"test_time":  {"2026-01-05T10:00:00.000Z", "1767607200000", "2026-01-05T10:00:00.001Z", "2026-01-05T12:00:00+02:00", "1969-12-31T23:59:59.999Z", "0", "no time"},
	"test_enum":  {"a", "A", "b", "c", "a;b"},
	"test_many":  {"a", "b", "c", "a;b", "b;c", ";a", "a;;c", ";", "A"},
	"test_bool":  {"true", "false"},
	"test_owner": {"7", "07", "8", "77"},
	"test_id":    {"X1", "x1", "12", "012", "y"},
}

// fakePortal has contacts with all samples, in all sorts of combinations.
func fakePortal(t *testing.T) (client *hubspot.Client, s *schema.Schema, records []map[string]string) {
	t.Helper()
	fake := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	for _, p := range []hubspottest.Property{
		{Name: "test_text"},
		{Name: "test_num", Type: "number"},
		{Name: "test_day", Type: "date"},
		{Name: "test_time", Type: "datetime"},
		{Name: "test_enum", Type: "enumeration", FieldType: "select"},
		{Name: "test_many", Type: "enumeration", FieldType: "checkbox"},
		{Name: "test_bool", Type: "bool"},
		{Name: "test_owner", Type: "enumeration", FieldType: "select", ReferencedObjectType: "OWNER", ExternalOptions: true},
		{Name: "test_id"},
	} {
		fake.DefineProperty("contacts", p)
	}
	companies := fake.AddRecords("companies", 3)
	for i := range 150 {
		values := make(map[string]string)
		for j, name := range slices.Sorted(maps.Keys(samples)) {
			if k := (i*(j+3) + i/7) % (len(samples[name]) + 2); k < len(samples[name]) {
				values[name] = samples[name][k]
			}
		}
		id := fake.AddRecord("contacts", values)
		values["hs_object_id"] = id
		if i%4 > 0 {
			fake.Associate("contacts", id, "companies", companies[i%3])
		}
		records = append(records, values)
	}
	lg := slog.New(slog.DiscardHandler)
	client, err := hubspot.NewClient(lg, hubspot.Options{
		BaseURL: fake.URL(), Token: hubspot.StaticToken(fake.Token()),
		Limiter: hubspot.NewLimiter(hubspot.Limits{Search: 1_000_000, Burst: 1_000_000}),
	})
	if err != nil {
		t.Fatal(err)
	}
	meta, err := portal.Load(t.Context(), lg, client, portal.LoadOptions{Objects: []string{"contacts", "companies"}})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = schema.Build(coreSDL(t), meta); err != nil {
		t.Fatal(err)
	}
	return client, s, records
}

// TestMatchIsHubSpots: whatever the condition, the gateway finds the records
// that the search of the fake portal finds.
func TestMatchIsHubSpots(t *testing.T) {
	client, s, records := fakePortal(t)
	contacts := s.TypeByID("0-1")
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		generic := rapid.Bool().Draw(t, "generic")
		arg := drawWhere(t, generic, 2)
		read := Parse
		if generic {
			read = ParseRecord
		}
		e, err := read(contacts, "contacts", arg)
		if err != nil {
			t.Fatalf("parse %v fails: %v", arg, err)
		}
		groups, err := e.FilterGroups()
		if err != nil {
			return // too large
		}
		tried++
		page, err := client.Search(context.Background(), hubspot.SearchRequest{ObjectType: "contacts", Groups: groups, Limit: 200})
		if err != nil {
			t.Fatalf("search %s for %s: %v", groupsText(groups), e, err)
		}
		if diff := cmp.Diff(idsOf(page.Records), matching(e, records)); diff != "" {
			t.Fatalf("%s as %s: the search and Match differ (-search +Match):\n%s", e, groupsText(groups), diff)
		}
		if e.Never() && page.Total > 0 {
			t.Fatalf("%s never matches, and matches %d", e, page.Total)
		}
	})
	if tried < 20 {
		t.Errorf("only %d conditions fit into a search", tried)
	}
}

func TestAssociatedWith(t *testing.T) {
	client, s, records := fakePortal(t)
	all, err := client.Search(t.Context(), hubspot.SearchRequest{ObjectType: "companies"})
	if err != nil {
		t.Fatal(err)
	}
	company := idsOf(all.Records)
	for _, test := range []struct {
		where string
		want  func(i int) bool
	}{
		{`{associatedWith: {company: ` + company[0] + `}}`, func(i int) bool { return i%4 > 0 && i%3 == 0 }},
		{`{associatedWith: {company: ["` + company[0] + `", "0-2:` + company[2] + `"]}}`, func(i int) bool { return i%4 > 0 && i%3 != 1 }},
		{`{OR: [{associatedWith: {company: ` + company[0] + `}}, {associatedWith: {company: ` + company[1] + `}}]}`, func(i int) bool { return i%4 > 0 && i%3 != 2 }},
		{`{AND: [{associatedWith: {company: ` + company[0] + `}}, {associatedWith: {company: ` + company[1] + `}}]}`, func(int) bool { return false }},
		{`{associatedWith: {company: []}}`, func(int) bool { return false }},
	} {
		e, err := Parse(s.TypeByID("0-1"), "contacts", parseArg(t, test.where))
		if err != nil {
			t.Fatal(err)
		}
		groups, err := e.FilterGroups()
		if err != nil {
			t.Fatal(err)
		}
		page, err := client.Search(t.Context(), hubspot.SearchRequest{ObjectType: "contacts", Groups: groups, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for i, record := range records {
			if test.want(i) {
				want = append(want, record["hs_object_id"])
			}
		}
		if diff := cmp.Diff(want, idsOf(page.Records)); diff != "" {
			t.Errorf("search for %s differs (-want +got):\n%s", test.where, diff)
		}
		if e.Local() == nil || e.Properties() != nil {
			t.Errorf("%s: Local() = %v, Properties() = %v, want an error and none", test.where, e.Local(), e.Properties())
		}
	}
}

// idsOf are the records' IDs, sorted.
func idsOf(records []*hubspot.Record) []string {
	var ids []string
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}

// matching are the IDs of the records that match, sorted.
func matching(e *Expr, records []map[string]string) []string {
	var ids []string
	for _, record := range records {
		if e.Match(func(property string) string { return record[property] }) {
			ids = append(ids, record["hs_object_id"])
		}
	}
	slices.Sort(ids)
	return ids
}
