package execute_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// valuesPortal has a property of every kind.
func valuesPortal(tb testing.TB) *hubspottest.Portal {
	p := unlimited(tb)
	options := []hubspottest.Option{{Label: "Red wine", Value: "red"}, {Label: "White wine", Value: "white"}}
	for _, prop := range []hubspottest.Property{
		{Name: "x_number", Type: "number"},
		{Name: "x_bool", Type: "bool"},
		{Name: "x_date", Type: "date"},
		{Name: "x_datetime", Type: "datetime"},
		{Name: "x_enum", Type: "enumeration", FieldType: "select", Options: options},
		{Name: "x_enums", Type: "enumeration", FieldType: "checkbox", Options: options},
		{Name: "x_string", Type: "string"},
		{Name: "x_json", Type: "json"},
		{Name: "x_id", Type: "number"},
		{Name: "2nd name", Type: "string"},
	} {
		p.DefineProperty("deals", prop)
	}
	p.AddOwner(hubspottest.Owner{ID: "7", Email: "ada@x.org", FirstName: "Ada", LastName: "L", Teams: []hubspottest.Team{{ID: "1", Name: "Sales", Primary: true}}})
	p.AddOwner(hubspottest.Owner{ID: "8", Email: "gone@x.org", Archived: true})
	p.DefinePipeline("deals", hubspottest.Pipeline{ID: "p1", Label: "First", Stages: []hubspottest.Stage{
		{ID: "s", Label: "One", Metadata: map[string]string{"probability": "0.40", "isClosed": "false"}},
		{ID: "only1", Label: "Only here", Metadata: map[string]string{"probability": "1", "isClosed": "true"}},
	}})
	p.DefinePipeline("deals", hubspottest.Pipeline{ID: "p2", Label: "Second", Stages: []hubspottest.Stage{{ID: "s", Label: "Two", DisplayOrder: 3}}})
	return p
}

func TestValues(t *testing.T) {
	type values = map[string]string
	cases := []struct {
		name   string
		deal   values
		fields string
		want   string
		errors []string // paths and codes
	}{
		{"nothing", values{}, `x_number x_bool x_date x_datetime x_enum { value } x_enums { value } x_string x_json x_id hubspot_owner_id { id } dealstage { id } pipeline { id } displayName`,
			`{"x_number":null,"x_bool":null,"x_date":null,"x_datetime":null,"x_enum":null,"x_enums":null,"x_string":null,"x_json":null,"x_id":null,"hubspot_owner_id":null,"dealstage":null,"pipeline":null,"displayName":null}`, nil},
		{"large number", values{"x_number": "12345678901234567890"}, `x_number`, `{"x_number":12345678901234567890}`, nil},
		{"digits as they are", values{"x_number": "0.10"}, `a: x_number b: x_number`, `{"a":0.10,"b":0.10}`, nil},
		{"odd number", values{"x_number": "+007."}, `x_number`, `{"x_number":7}`, nil},
		{"no number", values{"x_number": "NaN"}, `x_number raw: property(name: "x_number") { raw }`, `{"x_number":null,"raw":{"raw":"NaN"}}`, []string{"deal.x_number UPSTREAM_BAD_VALUE"}},
		{"bool", values{"x_bool": "true"}, `x_bool`, `{"x_bool":true}`, nil},
		{"no bool", values{"x_bool": "yes"}, `it: x_bool`, `{"it":null}`, []string{"deal.it UPSTREAM_BAD_VALUE"}},
		{"date", values{"x_date": "2026-03-29"}, `x_date`, `{"x_date":"2026-03-29"}`, nil},
		{"date in milliseconds", values{"x_date": "1767225600000"}, `x_date`, `{"x_date":"2026-01-01"}`, nil},
		{"no date", values{"x_date": "soon"}, `x_date`, `{"x_date":null}`, []string{"deal.x_date UPSTREAM_BAD_VALUE"}},
		{"datetime", values{"x_datetime": "2026-03-29T01:02:03Z"}, `x_datetime`, `{"x_datetime":"2026-03-29T01:02:03Z"}`, nil},
		{"datetime in milliseconds", values{"x_datetime": "1767225600001"}, `x_datetime`, `{"x_datetime":"2026-01-01T00:00:00.001Z"}`, nil},
		{"option", values{"x_enum": "red"}, `x_enum { value label __typename }`, `{"x_enum":{"value":"red","label":"Red wine","__typename":"EnumValue"}}`, nil},
		{"removed option", values{"x_enum": "rosé"}, `x_enum { value label }`, `{"x_enum":{"value":"rosé","label":null}}`, nil},
		{"options", values{"x_enums": ";white;;red;"}, `x_enums { value label }`, `{"x_enums":[{"value":"white","label":"White wine"},{"value":"red","label":"Red wine"}]}`, nil},
		{"text", values{"x_string": "\"a\\b\"\n\u2028\u0007 Zoë 🌞"}, `x_string`, `{"x_string":"\"a\\b\"\n` + "\u2028" + `\u0007 Zoë 🌞"}`, nil},
		{"text of JSON", values{"x_json": `{"a":1}`}, `x_json`, `{"x_json":"{\"a\":1}"}`, nil},
		{"ID", values{"x_id": "9007199254740993"}, `x_id`, `{"x_id":"9007199254740993"}`, nil},
		{"escaped name", values{"2nd name": "n"}, `p_2nd_x20_name properties(names: ["2nd name", "x_string"]) { name raw }`, `{"p_2nd_x20_name":"n","properties":[{"name":"2nd name","raw":"n"},{"name":"x_string","raw":null}]}`, nil},
		{"no such property", values{}, `a: property(name: "nope") { raw } b: properties(names: ["x_string", "nope"]) { raw }`, `{"a":null,"b":null}`, []string{"deal.b.1 BAD_USER_INPUT"}},
		{"owner", values{"hubspot_owner_id": "7"}, `hubspot_owner_id { id ownerId email fullName archived type teams { teamId name primary } }`, `{"hubspot_owner_id":{"id":"owner:7","ownerId":"7","email":"ada@x.org","fullName":"Ada L","archived":false,"type":"PERSON","teams":[{"teamId":"1","name":"Sales","primary":true}]}}`, nil},
		{"archived owner", values{"hubspot_owner_id": "8"}, `hubspot_owner_id { fullName archived teams { teamId } }`, `{"hubspot_owner_id":{"fullName":"gone@x.org","archived":true,"teams":[]}}`, nil},
		{"unknown owner", values{"hubspot_owner_id": "9"}, `hubspot_owner_id { __typename id ownerId email archived teams { teamId } }`, `{"hubspot_owner_id":{"__typename":"Owner","id":"owner:9","ownerId":"9","email":null,"archived":null,"teams":null}}`, nil},
		{"stage", values{"pipeline": "p1", "dealstage": "s"}, `pipeline { id pipelineId label stages { id stageId } } dealstage { id stageId label isClosed probability pipeline { id label } ticketState }`,
			`{"pipeline":{"id":"pipeline:0-3:p1","pipelineId":"p1","label":"First","stages":[{"id":"stage:0-3:p1:s","stageId":"s"},{"id":"stage:0-3:p1:only1","stageId":"only1"}]},"dealstage":{"id":"stage:0-3:p1:s","stageId":"s","label":"One","isClosed":false,"probability":0.40,"pipeline":{"id":"pipeline:0-3:p1","label":"First"},"ticketState":null}}`, nil},
		{"stage of another pipeline", values{"pipeline": "p2", "dealstage": "s"}, `dealstage { label displayOrder isClosed probability }`, `{"dealstage":{"label":"Two","displayOrder":3,"isClosed":null,"probability":null}}`, nil},
		{"stage alone", values{"dealstage": "only1"}, `dealstage { id label isClosed }`, `{"dealstage":{"id":"stage:0-3:p1:only1","label":"Only here","isClosed":true}}`, nil},
		{"ambiguous stage", values{"dealstage": "s"}, `dealstage { id stageId label }`, `{"dealstage":{"id":"stage:0-3::s","stageId":"s","label":null}}`, nil},
		{"stage of an unknown pipeline", values{"pipeline": "p9", "dealstage": "s"}, `pipeline { id label } dealstage { id label pipeline { id } }`, `{"pipeline":{"id":"pipeline:0-3:p9","label":null},"dealstage":{"id":"stage:0-3:p9:s","label":null,"pipeline":null}}`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := valuesPortal(t)
			p.AddRecord("deals", c.deal)
			h := newHarness(t, p)
			r := h.query(`{ deal(by: {id: 101}) { ` + c.fields + ` } }`)
			if diff := cmp.Diff(c.want, string(r.Data["deal"])); diff != "" {
				t.Errorf("deal (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(strings.Join(c.errors, "\n"), strings.Join(r.codes(), "\n")); diff != "" {
				t.Errorf("errors (-want +got):\n%s\n%v", diff, r.errors())
			}
			h.calls(counts{"batch_read": 1})
		})
	}
}

// TestGatewayFields checks what the gateway adds to a record.
func TestGatewayFields(t *testing.T) {
	p := unlimited(t)
	p.AddRecord("contacts", map[string]string{"email": "only@mail.org", "createdate": "2026-01-05T10:00:00.000Z"})
	p.AddRecord("contacts", map[string]string{"email": "x@y.z", "lastname": "Lovelace", "firstname": "Ada"})
	h := newHarness(t, p)
	got := h.data(`{ contacts { __typename nodes { __typename id objectType displayName createdAt archived archivedAt hs_object_id } edges { __typename } pageInfo { __typename } } }`)
	for _, want := range []string{
		`{"__typename":"ContactConnection","nodes":[{"__typename":"Contact","id":"0-1:101","objectType":"0-1","displayName":"only@mail.org","createdAt":"2026-01-05T10:00:00.000Z","archived":false,"archivedAt":null,"hs_object_id":"101"},`,
		`"displayName":"Ada Lovelace"`, `"edges":[{"__typename":"ContactEdge"},`, `"pageInfo":{"__typename":"PageInfo"}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("contacts = %s, want %s in it", got, want)
		}
	}
}
