package hubspot

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestPaths(t *testing.T) {
	old := paths{
		objects: "/crm/v3/objects", associations: "/crm/v4/associations", properties: "/crm/v3/properties",
		schemas: "/crm-object-schemas/v3/schemas", pipelines: "/crm/v3/pipelines", owners: "/crm/v3/owners", account: "/account-info/v3/details", segments: "/crm/v3/lists",
	}
	dated := paths{
		objects: "/crm/objects/2026-09", associations: "/crm/associations/2026-09", properties: "/crm/properties/2026-09",
		schemas: "/crm-object-schemas/2026-09/schemas", pipelines: "/crm/pipelines/2026-09", owners: "/crm/owners/2026-09", account: "/account-info/2026-09/details", segments: "/crm/lists/2026-09",
	}
	for version, want := range map[APIVersion]paths{"": old, APIVersionV3: old, APIVersion202609: dated} {
		got, err := newPaths(version)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(paths{})); diff != "" || err != nil {
			t.Errorf("newPaths(%q) = %v (-want +got):\n%s", version, err, diff)
		}
	}
	if _, err := newPaths("v4"); err == nil {
		t.Error("newPaths(v4) succeeded, want an error")
	}
}

func TestJoin(t *testing.T) {
	tests := []struct {
		segments []string
		want     string
	}{
		{[]string{"0-1", "7"}, "/base/0-1/7"},
		{[]string{"contacts", "ann+b@example.com"}, "/base/contacts/ann+b@example.com"},
		{[]string{"contacts", "../owners?x=1#y"}, "/base/contacts/..%2Fowners%3Fx=1%23y"},
		{[]string{"contacts", "a b/é"}, "/base/contacts/a%20b%2F%C3%A9"},
	}
	for _, tt := range tests {
		if got := join("/base", tt.segments...); got != tt.want {
			t.Errorf("join(%q) = %q, want %q", tt.segments, got, tt.want)
		}
	}
}

func TestListQuery(t *testing.T) {
	tests := []struct {
		request ListRequest
		want    string
	}{
		{ListRequest{}, "limit=100&properties=hs_object_id"},
		{ListRequest{Limit: 5, After: "a&b=", Archived: true, Properties: NewPropertySet("b", "a", "a", "with space"), Associations: []string{"companies", "0-3"}},
			"limit=5&after=a%26b%3D&properties=a,b,with+space&associations=companies,0-3&archived=true"},
	}
	for _, tt := range tests {
		if got := tt.request.query(); got != tt.want {
			t.Errorf("query(%+v) = %q, want %q", tt.request, got, tt.want)
		}
	}
}

func TestNewClientRefuses(t *testing.T) {
	lg := slog.New(slog.DiscardHandler)
	tests := []struct {
		name string
		o    Options
		want string
	}{
		{"no token", Options{}, "token"},
		{"version", Options{Token: StaticToken("x"), APIVersion: "v1"}, "2026-03"},
		{"no scheme", Options{Token: StaticToken("x"), BaseURL: "api.hubapi.com"}, "https://host"},
		{"other scheme", Options{Token: StaticToken("x"), BaseURL: "ftp://api.hubapi.com"}, "https://host"},
		{"user", Options{Token: StaticToken("x"), BaseURL: "https://me@api.hubapi.com"}, "https://host"},
		{"query", Options{Token: StaticToken("x"), BaseURL: "https://api.hubapi.com?a=b"}, "https://host"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewClient(lg, tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("NewClient = %v, want an error with %q", err, tt.want)
			}
		})
	}
	if c, err := NewClient(lg, Options{Token: StaticToken("x"), BaseURL: "https://api.hubapi.com/"}); err != nil || c.base != DefaultBaseURL {
		t.Errorf("NewClient = %v, %v; want the slash dropped", c, err)
	}
}

// TestMetadataTypes sends metadata with the types HubSpot was seen to vary.
func TestMetadataTypes(t *testing.T) {
	t.Run("owners", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"results":[
			{"id":41629779,"email":"a@x.org","type":"PERSON","firstName":"","lastName":null,"userId":null,"userIdIncludingInactive":9007199254740993,"archived":true,"teams":[{"id":368389,"name":"Sales","primary":true}]},
			{"id":"2","userId":"7"}]}`))
		got, err := c.Owners(t.Context(), true)
		want := []Owner{
			{ID: "41629779", Email: "a@x.org", Type: "PERSON", UserID: "9007199254740993", Archived: true, Teams: []Team{{ID: "368389", Name: "Sales", Primary: true}}},
			{ID: "2", UserID: "7"},
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Owners = %v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("owners for ever", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"results":[],"paging":{"next":{"after":"5"}}}`))
		if got, err := c.Owners(t.Context(), false); err == nil {
			t.Errorf("Owners = %v, want an error", got)
		}
	})
	t.Run("pipelines", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"results":[{"id":0,"label":"Support","displayOrder":-1,"createdAt":"1970-01-01T00:00:00Z","archived":false,
			"stages":[{"id":"1","label":"New","displayOrder":0,"metadata":{"isClosed":false,"probability":0.20,"ticketState":"OPEN","x":null,"y":{}},"archived":false}]}]}`))
		got, err := c.Pipelines(t.Context(), "tickets")
		want := []Pipeline{{ID: "0", Label: "Support", DisplayOrder: -1, Stages: []PipelineStage{
			{ID: "1", Label: "New", Metadata: map[string]string{"isClosed": "false", "probability": "0.20", "ticketState": "OPEN", "x": "", "y": ""}}}}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Pipelines = %v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("properties", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"results":[{"name":"vin","label":"VIN","type":"string","fieldType":"text","options":null,"description":null,
			"referencedObjectType":null,"hidden":null,"modificationMetadata":{"archivable":true},"somethingNew":[1]}]}`))
		got, err := c.Properties(t.Context(), "2-1", NonSensitive)
		if diff := cmp.Diff([]Property{{Name: "vin", Label: "VIN", Type: "string", FieldType: "text"}}, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("Properties = %v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("account", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"portalId":9007199254740993,"timeZone":"Mars/Olympus","utcOffset":"-05:30","additionalCurrencies":null,"utcOffsetMilliseconds":1}`))
		got, err := c.Account(t.Context())
		if err != nil || got.PortalID != "9007199254740993" || c.limiter.daily.zone.String() != "" {
			t.Errorf("Account = %+v, %v, zone %v; want an exact id and a fixed zone", got, err, c.limiter.daily.zone)
		}
	})
	t.Run("associations", func(t *testing.T) {
		c := serve(t, answerWith(207, `{"status":"COMPLETE","results":[
			{"from":{"id":"1"},"to":[{"toObjectId":9007199254740993,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}]},{"toObjectId":"8","associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}]}],"paging":{"next":{"after":"NTI=","link":"x"}}},
			{"from":{"id":2},"to":[]}],
			"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","message":"No company","context":{"fromObjectId":["3"]}}]}`))
		got, err := c.AssociationsBatchRead(t.Context(), "0-1", "0-2", []AssociationInput{{ID: "1", After: "x"}, {ID: "2"}, {ID: "3"}})
		types := []AssociationType{{Category: "HUBSPOT_DEFINED", TypeID: 279}}
		want := map[string]*AssociationPage{"1": {To: []Associated{{ID: "9007199254740993", Types: types}, {ID: "8", Types: types}}, After: "NTI="}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("AssociationsBatchRead = %v (-want +got):\n%s", err, diff)
		}
	})
}
