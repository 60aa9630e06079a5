package portal

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// notInFake are the standard types that the fake portal does not have, as most
// real ones do not.
var notInFake = []string{"0-54", "partner_clients", "partner_services"}

func TestLoadEverything(t *testing.T) {
	fake := newFake(t)
	house := fake.DefineObject(hubspottest.Object{
		Name: "house", Singular: "House", Plural: "Houses", Display: "street", SecondaryDisplay: []string{"city"},
		Properties:   []hubspottest.Property{{Name: "street"}, {Name: "city"}},
		Associations: []string{"contacts"},
	})
	fake.DefinePipeline("house", hubspottest.Pipeline{ID: "rent", Label: "Rent", DisplayOrder: 1})
	fake.DefinePipeline("house", hubspottest.Pipeline{ID: "sale", Label: "Sale", DisplayOrder: 0, Stages: []hubspottest.Stage{
		{ID: "3", Label: "Sold", DisplayOrder: 1}, {ID: "2", Label: "Viewed", DisplayOrder: 0}, {ID: "1", Label: "Listed", DisplayOrder: 0},
	}})
	fake.AddOwner(hubspottest.Owner{ID: "7", Email: "gone@example.com", Archived: true})
	fake.AddOwner(hubspottest.Owner{ID: "5", Email: "here@example.com"})
	client := newClient(t, fake)

	m := mustLoad(t, client, LoadOptions{})

	if want := strconv.FormatInt(fake.PortalID(), 10); m.Account.PortalID != want {
		t.Errorf("portal ID = %q, want %q", m.Account.PortalID, want)
	}
	want := []string{house}
	for _, s := range StandardTypes() {
		if !slices.Contains(notInFake, s.TypeID) {
			want = append(want, s.TypeID)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, typeIDs(m)); diff != "" {
		t.Errorf("types differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(notInFake, unavailableIDs(m)); diff != "" {
		t.Errorf("unavailable types differ (-want +got):\n%s", diff)
	}
	if len(m.Warnings) != 0 || m.Partial {
		t.Errorf("warnings %q, partial %v, want none", m.Warnings, m.Partial)
	}
	if err := m.check(); err != nil {
		t.Errorf("check() = %v", err)
	}

	contact := m.Type("0-1")
	if diff := cmp.Diff([]string{"firstname", "lastname"}, contact.DisplayProperties); diff != "" {
		t.Errorf("display properties of contacts differ (-want +got):\n%s", diff)
	}
	if !slices.Contains(contact.Associates, house) || !slices.Contains(contact.Associates, "0-1") || slices.Contains(contact.Associates, "0-7") {
		t.Errorf("associates of contacts = %q, want %s and contacts in it, products not", contact.Associates, house)
	}
	for _, id := range []string{"0-1", "0-3", "0-5"} {
		if len(m.Type(id).Pipelines) == 0 {
			t.Errorf("no pipelines of %s", id)
		}
	}
	got := *m.Type(house)
	want2 := ObjectType{
		TypeID: house, Name: "house", PluralName: "p" + m.Account.PortalID + "_house", Custom: true,
		SingularLabel: "House", PluralLabel: "Houses",
		DisplayProperties: []string{"street"}, FallbackProperties: []string{"city"},
		Associates: []string{"0-1", typePostalMail, typeCommunications, typeTasks, typeNotes, typeMeetings, typeCalls, typeEmails},
		Searchable: true, SearchedProperties: []string{"street"},
	}
	if diff := cmp.Diff(want2, got, cmpopts.IgnoreFields(ObjectType{}, "Properties", "Pipelines", "Description")); diff != "" {
		t.Errorf("the custom object differs (-want +got):\n%s", diff)
	}
	var stages []string
	for _, p := range got.Pipelines {
		stages = append(stages, p.Label)
		for _, s := range p.Stages {
			stages = append(stages, p.Label+" "+s.Label)
		}
	}
	if diff := cmp.Diff([]string{"Sale", "Sale Listed", "Sale Viewed", "Sale Sold", "Rent"}, stages); diff != "" {
		t.Errorf("pipelines of the custom object differ (-want +got):\n%s", diff)
	}
	var owners []string
	for _, o := range m.Owners {
		owners = append(owners, o.ID+" "+o.Email+" "+strconv.FormatBool(o.Archived))
	}
	if diff := cmp.Diff([]string{"5 here@example.com false", "7 gone@example.com true"}, owners); diff != "" {
		t.Errorf("owners differ (-want +got):\n%s", diff)
	}

	if again := mustLoad(t, client, LoadOptions{}); !again.sameAs(m) {
		t.Errorf("two loads of one portal differ:\n%s", cmp.Diff(m, again))
	}
}

// TestLoadCalls bounds what a start costs: all of it has to fit into the calls
// that HubSpot's smallest plan allows in ten seconds.
func TestLoadCalls(t *testing.T) {
	fake := newFake(t)
	fake.DefineObject(hubspottest.Object{Name: "house"})
	mustLoad(t, newClient(t, fake), LoadOptions{})

	types := len(StandardTypes()) + 1
	want := map[hubspottest.Endpoint]int{
		hubspottest.AccountInfo: 1,
		hubspottest.Schemas:     1,
		hubspottest.Properties:  types,
		hubspottest.Pipelines:   12, // eleven standard types, one custom
		hubspottest.Owners:      2,
	}
	got := map[hubspottest.Endpoint]int{}
	for _, c := range fake.Calls() {
		got[c.Endpoint]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls of Load() differ (-want +got):\n%s%s", diff, fake.Calls())
	}
}

// TestLoadFitsTheSmallestPlan starts against a portal that enforces HubSpot's
// lowest limits, with the client's own.
func TestLoadFitsTheSmallestPlan(t *testing.T) {
	fake := hubspottest.New(t, hubspottest.Options{})
	client, err := hubspot.NewClient(quiet, hubspot.Options{BaseURL: fake.URL(), Token: hubspot.StaticToken(fake.Token())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	trace := hubspot.NewTrace(time.Now())
	if _, err := Load(hubspot.WithTrace(t.Context(), trace), quiet, client, LoadOptions{}); err != nil {
		t.Fatalf("Load() = %v", err)
	}
	if n := fake.Rejected(); n != 0 {
		t.Errorf("%d calls of Load() were over HubSpot's limit, want 0", n)
	}
	if waited := trace.Waited(); waited > time.Second { // a full window would be ten
		t.Errorf("Load() waited %v for the limit, want no time", waited)
	}
}

func TestLoadWithoutScopes(t *testing.T) {
	fake := newFake(t)
	fake.DefineObject(hubspottest.Object{Name: "house"})
	fake.SetScopes("crm.objects.contacts.read", "crm.objects.deals.read")

	m := mustLoad(t, newClient(t, fake), LoadOptions{Objects: []string{"contacts", "companies", "deals", "tickets", "users"}})

	if diff := cmp.Diff([]string{"0-1", "0-3"}, typeIDs(m)); diff != "" {
		t.Errorf("types differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"0-115", "0-2", "0-5"}, unavailableIDs(m)); diff != "" {
		t.Errorf("unavailable types differ (-want +got):\n%s", diff)
	}
	for _, u := range m.Unavailable {
		if u.Reason == "" || len(u.Scopes) == 0 || u.Name == "" {
			t.Errorf("unavailable %+v, want a name, a reason and scopes", u)
		}
	}
	if diff := cmp.Diff([]string{"0-1", "0-3"}, m.Type("0-1").Associates); diff != "" {
		t.Errorf("associates of contacts differ (-want +got):\n%s", diff)
	}
	if len(m.Owners) != 0 || len(m.Warnings) != 2 { // no custom objects, no owners
		t.Errorf("%d owners, warnings %q, want none and two", len(m.Owners), m.Warnings)
	}
	if m.Partial {
		t.Error("Partial = true, but loading again would not help")
	}
}

func TestLoadWithWrongToken(t *testing.T) {
	fake := newFake(t)
	client := newClientWith(t, hubspot.Options{BaseURL: fake.URL(), Token: hubspot.StaticToken("pat-wrong-secret")})
	_, err := Load(t.Context(), quiet, client, LoadOptions{})
	if !errors.Is(err, hubspot.ErrUnauthenticated) {
		t.Fatalf("Load() = %v, want %v", err, hubspot.ErrUnauthenticated)
	}
	if strings.Contains(err.Error(), "pat-wrong-secret") {
		t.Errorf("Load() = %v, which holds the token", err)
	}
	if n := len(fake.Calls()); n > 4 { // the first two, which leave side by side, and each once more
		t.Errorf("%d calls with a wrong token, want at most 4:\n%s", n, fake.Calls())
	}
}

func TestLoadChoosesObjects(t *testing.T) {
	fake := newFake(t)
	house := fake.DefineObject(hubspottest.Object{Name: "house"})
	tests := []struct {
		name    string
		opts    LoadOptions
		want    []string
		wantErr string
	}{
		{"chosen", LoadOptions{Objects: []string{"contact", "DEALS", "House"}}, []string{"0-1", "0-3", house}, ""},
		{"chosen without one", LoadOptions{Objects: []string{"contact", "0-3"}, ExcludeObjects: []string{"deals"}}, []string{"0-1"}, ""},
		{"unknown", LoadOptions{Objects: []string{"contacts", "yachts"}}, nil, `"yachts"`},
		{"unknown to exclude", LoadOptions{ExcludeObjects: []string{"boats", "yachts"}}, nil, `"boats", "yachts"`},
		{"a custom object deleted since", LoadOptions{Objects: []string{"contacts", "barn"}, Previous: &Metadata{Account: hubspot.Account{PortalID: "4711"}}}, []string{"0-1"}, ""},
	}
	client := newClient(t, fake)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := Load(t.Context(), quiet, client, test.opts)
			if test.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantErr) {
					t.Errorf("Load(%+v) = %v, want an error with %s", test.opts, err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatalf("Load(%+v) = %v", test.opts, err)
			}
			if diff := cmp.Diff(test.want, typeIDs(m)); diff != "" {
				t.Errorf("types of Load(%+v) differ (-want +got):\n%s", test.opts, diff)
			}
		})
	}
}

func TestLoadNamesCustomObjectItCannotSee(t *testing.T) {
	fake := newFake(t)
	fake.DefineObject(hubspottest.Object{Name: "house"})
	fake.RemoveScope("crm.objects.custom.read", "crm.schemas.custom.read")
	m := mustLoad(t, newClient(t, fake), LoadOptions{Objects: []string{"contacts", "house"}})
	if diff := cmp.Diff([]string{"0-1"}, typeIDs(m)); diff != "" {
		t.Errorf("types differ (-want +got):\n%s", diff)
	}
	if len(m.Unavailable) != 1 || m.Unavailable[0].Name != "house" || len(m.Unavailable[0].Scopes) == 0 {
		t.Errorf("unavailable = %+v, want house with scopes", m.Unavailable)
	}
}

func TestLoadToleratesFailures(t *testing.T) {
	tests := []struct {
		name        string
		fault       hubspottest.Fault
		previous    bool
		types       []string
		unavailable []string
		owners      int
		pipelines   int // of deals
	}{
		{"properties", hubspottest.Fault{Endpoint: hubspottest.Properties, ObjectType: "deals"}, false, []string{"0-1", "2-9"}, []string{"0-3"}, 2, 0},
		{"properties, known", hubspottest.Fault{Endpoint: hubspottest.Properties, ObjectType: "deals"}, true, []string{"0-1", "0-3", "2-9"}, nil, 2, 1},
		{"pipelines", hubspottest.Fault{Endpoint: hubspottest.Pipelines, ObjectType: "deals"}, false, []string{"0-1", "0-3", "2-9"}, nil, 2, 0},
		{"pipelines, known", hubspottest.Fault{Endpoint: hubspottest.Pipelines, ObjectType: "deals"}, true, []string{"0-1", "0-3", "2-9"}, nil, 2, 1},
		{"schemas", hubspottest.Fault{Endpoint: hubspottest.Schemas}, false, []string{"0-1", "0-3"}, []string{"house"}, 2, 1},
		{"schemas, known", hubspottest.Fault{Endpoint: hubspottest.Schemas}, true, []string{"0-1", "0-3", "2-9"}, nil, 2, 1},
		{"owners", hubspottest.Fault{Endpoint: hubspottest.Owners}, false, []string{"0-1", "0-3", "2-9"}, nil, 0, 1},
		{"owners, known", hubspottest.Fault{Endpoint: hubspottest.Owners}, true, []string{"0-1", "0-3", "2-9"}, nil, 2, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := newFake(t)
			fake.DefineObject(hubspottest.Object{Name: "house", TypeID: "2-9", Associations: []string{"deals"}})
			fake.DefinePipeline("house", hubspottest.Pipeline{ID: "1", Label: "Sale"})
			fake.AddOwner(hubspottest.Owner{Email: "a@example.com"})
			fake.AddOwner(hubspottest.Owner{Email: "b@example.com", Archived: true})
			client := newClient(t, fake)
			opts := LoadOptions{Objects: []string{"contacts", "deals", "house"}}
			good := mustLoad(t, client, opts)
			if test.previous {
				opts.Previous = good
			}
			test.fault.Body = "<html>down</html>"
			test.fault.Status = http.StatusOK // an answer that cannot be read is not repeated
			fake.Fail(test.fault)

			m := mustLoad(t, client, opts)

			if diff := cmp.Diff(test.types, typeIDs(m)); diff != "" {
				t.Errorf("types differ (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.unavailable, unavailableIDs(m)); diff != "" {
				t.Errorf("unavailable types differ (-want +got):\n%s", diff)
			}
			if len(m.Owners) != test.owners {
				t.Errorf("%d owners, want %d", len(m.Owners), test.owners)
			}
			if deals := m.Type("0-3"); deals != nil && len(deals.Pipelines) != test.pipelines {
				t.Errorf("%d pipelines of deals, want %d", len(deals.Pipelines), test.pipelines)
			}
			if !m.Partial || len(m.Warnings) == 0 {
				t.Errorf("partial %v, warnings %q, want true and some", m.Partial, m.Warnings)
			}
			if test.previous {
				m.Partial, m.Warnings = false, nil
				if !m.sameAs(good) {
					t.Errorf("metadata differs from the previous (-want +got):\n%s", cmp.Diff(good, m))
				}
			}
		})
	}
}

func TestLoadFailsWithoutAnyType(t *testing.T) {
	fake := newFake(t)
	fake.Fail(hubspottest.Fault{Endpoint: hubspottest.Properties, Status: http.StatusOK, Body: "<html>down</html>"})
	_, err := Load(t.Context(), quiet, newClient(t, fake), LoadOptions{})
	if !errors.Is(err, hubspot.ErrUnavailable) {
		t.Errorf("Load() = %v, want %v", err, hubspot.ErrUnavailable)
	}
}

func TestLoadForgetsAnotherPortal(t *testing.T) {
	fake := newFake(t)
	fake.Fail(hubspottest.Fault{Endpoint: hubspottest.Owners, Status: http.StatusOK, Body: "<html>down</html>"})
	m := mustLoad(t, newClient(t, fake), LoadOptions{
		Objects:  []string{"contacts"},
		Previous: &Metadata{Account: hubspot.Account{PortalID: "1"}, Owners: []hubspot.Owner{{ID: "1"}}},
	})
	if len(m.Owners) != 0 {
		t.Errorf("owners = %v, which are another portal's", m.Owners)
	}
}

func TestLoadSensitive(t *testing.T) {
	fake := newFake(t)
	fake.DefineProperty("contacts", hubspottest.Property{Name: "ssn", DataSensitivity: "sensitive"})
	fake.DefineProperty("contacts", hubspottest.Property{Name: "diagnosis", DataSensitivity: "highly_sensitive"})
	client := newClient(t, fake)
	for _, sensitive := range []bool{true, false} {
		m := mustLoad(t, client, LoadOptions{Objects: []string{"contacts"}, Sensitive: sensitive})
		for _, name := range []string{"ssn", "diagnosis"} {
			if got := hasProperty(m, "0-1", name); got != sensitive {
				t.Errorf("with Sensitive = %v, %s is there = %v", sensitive, name, got)
			}
		}
		if !hasProperty(m, "0-1", "email") {
			t.Errorf("with Sensitive = %v, email is missing", sensitive)
		}
		if err := m.check(); err != nil {
			t.Errorf("check() = %v", err)
		}
	}
}

func TestLoadReusesDefinitions(t *testing.T) {
	fake := newFake(t)
	client := newClient(t, fake)
	cache, err := NewPropertyCache(time.Hour, cacheBytes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cache.Close)
	opts := LoadOptions{Objects: []string{"contacts", "deals"}, Cache: cache}
	first := mustLoad(t, client, opts)
	cache.entries.Wait() // ristretto stores in the background

	fake.ResetCalls()
	if again := mustLoad(t, client, opts); !again.sameAs(first) {
		t.Errorf("metadata from the cache differs:\n%s", cmp.Diff(first, again))
	}
	if n := fake.Count(hubspottest.Properties); n != 0 {
		t.Errorf("%d property calls with a warm cache, want 0", n)
	}

	fake.DefineProperty("contacts", hubspottest.Property{Name: "shoe_size"})
	opts.Forced = true
	if m := mustLoad(t, client, opts); !hasProperty(m, "0-1", "shoe_size") {
		t.Error("a forced Load does not see a new property")
	}
	opts.Forced = false
	if m := mustLoad(t, client, opts); !hasProperty(m, "0-1", "shoe_size") {
		t.Error("a Load after a forced one does not see what that one saw")
	}
}
