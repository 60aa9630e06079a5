package hubspottest_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestAwkward reads every awkward value back by its awkward name.
func TestAwkward(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	ids := p.AddAwkward("tickets")
	c := newClient(t, p)
	properties := hubspottest.AwkwardProperties()
	seen := map[string]bool{}
	for _, prop := range properties {
		if seen[prop.Name] || len(prop.Name) > 100 {
			t.Errorf("property %q is there twice or too long", prop.Name)
		}
		seen[prop.Name] = true
		got := c.do("/crm/v3/objects/tickets?limit=100&properties="+url.QueryEscape(prop.Name), "")
		row := hubspottest.AwkwardValues(prop.Name)
		for i := range ids {
			want := any(nil)
			if value := row[i%len(row)]; value != "" {
				want = value
			}
			if diff := cmp.Diff(want, got.get("results", i, "properties", prop.Name)); diff != "" {
				t.Errorf("%q of record %d (-want +got):\n%s", prop.Name, i, diff)
			}
		}
	}
	definitions := c.do("/crm/v3/properties/tickets", "")
	if n := strings.Count(definitions.text, `"groupName":"awkward"`); n != len(properties) {
		t.Errorf("%d awkward definitions, want %d", n, len(properties))
	}
}

// TestAwkwardSearches asks searches for what does not fit in a float.
func TestAwkwardSearches(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddAwkward("tickets")
	c := newClient(t, p)
	for _, tt := range []struct{ name, operator, value, want string }{
		{"beyond 64 bits", "EQ", "12345678901234567890", "12345678901234567890"},
		{"other digits", "EQ", "0.1", "0.10"},
		{"exponent", "EQ", "100000", "1e5"},
		{"beyond a float", "EQ", "9007199254740993", "9007199254740993"},
	} {
		body, err := json.Marshal(map[string]any{"properties": []string{"awkward_number"}, "filters": []any{map[string]string{"propertyName": "awkward_number", "operator": tt.operator, "value": tt.value}}})
		if err != nil {
			t.Fatal(err)
		}
		got := c.do("/crm/v3/objects/tickets/search", string(body))
		for _, value := range got.each("properties", "awkward_number") {
			if value != tt.want {
				t.Errorf("%s: found %v, want %s only", tt.name, value, tt.want)
			}
		}
		if len(got.each("id")) == 0 {
			t.Errorf("%s: found nothing: %s", tt.name, got.text)
		}
	}
}

func TestGrown(t *testing.T) {
	p := hubspottest.Grown(hubspottest.Options{Unlimited: true}, hubspottest.Size{CustomObjects: 2, Properties: 400, Records: 3})
	hubspottest.Serve(t, p)
	c := newClient(t, p)
	for _, objectType := range []string{"contacts", "0-54", "contracts", "partner_services", "p4711_custom_02"} {
		if got := c.do("/crm/v3/properties/"+objectType, ""); len(got.each("name")) < 400 {
			t.Errorf("%s has %d properties, want 400", objectType, len(got.each("name")))
		}
		if got := c.do("/crm/v3/objects/"+objectType+"?properties=custom_001,custom_002,custom_003,custom_005,custom_006", ""); len(got.each("id")) != 3 || !strings.Contains(got.text, "choice_") {
			t.Errorf("%s = %.200s, want 3 records with values", objectType, got.text)
		}
	}
}
