package hubspottest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestTokens(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	c := newClient(t, p)
	check := func(header string, status int, category string) {
		t.Helper()
		c.header.Set("Authorization", header)
		got := c.do("/account-info/v3/details", "")
		if got.status != status || category != "" && got.get("category") != category {
			t.Errorf("with %q = %d %s, want %d %s", header, got.status, got.text, status, category)
		}
	}
	valid := "Bearer " + p.Token()
	check(valid, 200, "")
	check("", 401, "INVALID_AUTHENTICATION")
	check("Bearer nonsense", 401, "INVALID_AUTHENTICATION")
	check(p.Token(), 401, "INVALID_AUTHENTICATION")
	p.ExpireToken()
	check(valid, 401, "EXPIRED_AUTHENTICATION")
	p.SetToken("fresh")
	check(valid, 401, "INVALID_AUTHENTICATION")
	check("Bearer fresh", 200, "")
	if n := p.Stats()[hubspottest.BurstBudget].Accepted; n != 2 {
		t.Errorf("%d calls counted against the limit, want the 2 that were let in", n)
	}
}

func TestScopes(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true, Scopes: []string{}})
	p.AddRecords("contacts", 1)
	p.DefineObject(hubspottest.Object{Name: "house"})
	c := newClient(t, p)
	const objects, properties = "/crm/v3/objects/", "/crm/v3/properties/"
	for _, tt := range []struct{ path, scope string }{
		{objects + "contacts", "crm.objects.contacts.read"},
		{objects + "contacts/101", "crm.objects.contacts.read"},
		{objects + "tickets", "tickets"},
		{objects + "products", "e-commerce"},
		{objects + "notes", "crm.objects.contacts.read"},
		{objects + "2-3465404", "crm.objects.custom.read"},
		{properties + "contacts", "crm.objects.contacts.read"},
		{properties + "contacts", "crm.schemas.contacts.read"},
		{properties + "2-3465404", "crm.schemas.custom.read"},
		{"/crm-object-schemas/v3/schemas", "crm.schemas.custom.read"},
		{"/crm-object-schemas/v3/schemas", "crm.objects.custom.read"},
		{"/crm/v4/associations/contacts/companies/labels", "crm.objects.contacts.read"},
		{"/crm/v4/associations/contacts/companies/labels", "crm.objects.companies.read"},
		{"/crm/v3/pipelines/deals", "crm.objects.deals.read"},
		{"/crm/v3/pipelines/orders", "crm.pipelines.orders.read"},
		{"/crm/v3/owners", "crm.objects.owners.read"},
	} {
		p.SetScopes()
		refused := c.do(tt.path, "")
		var wanted []string
		scopes, _ := refused.get("errors", 0, "context", "requiredGranularScopes").([]any)
		for _, scope := range scopes {
			wanted = append(wanted, scope.(string))
		}
		if refused.status != 403 || refused.get("category") != "MISSING_SCOPES" || !strings.Contains(strings.Join(wanted, " "), tt.scope) {
			t.Errorf("%s without scopes = %d %s, want 403 naming %s", tt.path, refused.status, refused.text, tt.scope)
		}
		p.SetScopes(tt.scope)
		if got := c.do(tt.path, ""); got.status != 200 {
			t.Errorf("%s with %s = %d %s, want 200", tt.path, tt.scope, got.status, got.text)
		}
	}
	p.SetScopes()
	if got := c.do("/account-info/v3/details", ""); got.status != 200 {
		t.Errorf("account details without scopes = %d, want 200", got.status)
	}
}

func TestRemoveScope(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.RemoveScope("crm.objects.deals.read", "sales-email-read")
	p.DefineProperty("contacts", hubspottest.Property{Name: "iban", DataSensitivity: "sensitive"})
	p.AddRecord("contacts", map[string]string{"iban": "DE00"})
	p.AddRecord("emails", map[string]string{"hs_email_subject": "Hello", "hs_email_status": "SENT"})
	c := newClient(t, p)
	if got := c.do("/crm/v3/objects/deals", ""); got.status != 403 {
		t.Errorf("deals = %d, want 403", got.status)
	}
	email := c.do("/crm/v3/objects/emails/101?properties=hs_email_subject,hs_email_status", "")
	if subject, status := email.get("properties", "hs_email_subject"), email.get("properties", "hs_email_status"); subject != nil || status != "SENT" {
		t.Errorf("email = %v %v, want its subject hidden and its status SENT", subject, status)
	}
	if got := c.do("/crm/v3/objects/contacts/101?properties=iban", ""); got.get("properties", "iban") != "DE00" {
		t.Errorf("sensitive value with its scope = %s, want DE00", got.text)
	}
	p.RemoveScope("crm.objects.contacts.sensitive.read.v2")
	if got := c.do("/crm/v3/objects/contacts/101?properties=iban", ""); strings.Contains(got.text, "iban") {
		t.Errorf("sensitive value without its scope = %s, want none", got.text)
	}
}

func TestReadyMadeBodies(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       map[string]any
	}{
		{"window", hubspottest.RateLimited("TEN_SECONDLY_ROLLING"), map[string]any{
			"message": "You have reached your ten_secondly_rolling limit.", "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING",
		}},
		{"search", hubspottest.RateLimited("SECONDLY"), map[string]any{
			"message": "You have reached your secondly limit.", "category": "RATE_LIMITS",
		}},
		{"expired", hubspottest.Unauthenticated("EXPIRED_AUTHENTICATION"), map[string]any{"category": "EXPIRED_AUTHENTICATION"}},
		{"scopes", hubspottest.MissingScopes("a", "b"), map[string]any{"category": "MISSING_SCOPES"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got map[string]any
			if err := json.Unmarshal([]byte(tt.body), &got); err != nil {
				t.Fatal(err)
			}
			known := map[string]any{}
			for key := range tt.want {
				known[key] = got[key]
			}
			if diff := cmp.Diff(tt.want, known); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}
