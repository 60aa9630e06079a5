package hubspottest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		hubspottest.Demo(hubspottest.Options{})
	}
}

// BenchmarkSearch times first pages of searches through 25,000 records, which
// later pages find worked out.
func BenchmarkSearch(b *testing.B) {
	p := hubspottest.NewPortal(hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 25_000)
	for _, tt := range []struct{ name, body string }{
		{"all", `{"limit":200,"query":"%s"}`},
		{"by_text", `{"limit":200,"query":"%s","sorts":["lastname"]}`},
		{"by_number", `{"limit":200,"query":"%s","sorts":["-hubspotscore"]}`},
		{"ids", `{"limit":200,"query":"%s","sorts":["hs_object_id"],"filters":[{"propertyName":"hs_object_id","operator":"GT","value":"10100"}]}`},
		{"choice", `{"limit":200,"query":"%s","filters":[{"propertyName":"lifecyclestage","operator":"EQ","value":"customer"}]}`},
		{"token", `{"limit":200,"query":"%s","filters":[{"propertyName":"email","operator":"CONTAINS_TOKEN","value":"*@*.example"}]}`},
		{"query", `{"limit":200,"query":"ann%s"}`},
	} {
		b.Run(tt.name, func(b *testing.B) {
			spaces := ""
			for b.Loop() {
				spaces += " " // another search each time, with the same result
				body := fmt.Sprintf(tt.body, spaces)
				r := httptest.NewRequestWithContext(b.Context(), "POST", "/crm/v3/objects/contacts/search", strings.NewReader(body))
				r.Header = http.Header{"Authorization": {"Bearer " + p.Token()}, "Content-Type": {"application/json"}}
				w := httptest.NewRecorder()
				p.ServeHTTP(w, r)
				if w.Code != 200 {
					b.Fatalf("%s: %d %s", body, w.Code, w.Body)
				}
			}
		})
	}
}

// BenchmarkServe times the portal alone: it must cost next to nothing beside
// what is measured against it.
func BenchmarkServe(b *testing.B) {
	p := hubspottest.NewPortal(hubspottest.Options{Unlimited: true})
	ids := p.AddRecords("contacts", 5_000)
	p.AddRecords("companies", 500)
	p.AssociateEach("contacts", "companies", 1)
	p.PadProperties(300)

	var inputs []string
	for _, id := range ids[:1_000] {
		inputs = append(inputs, fmt.Sprintf(`{"id":%q}`, id))
	}
	hundred := strings.Join(inputs[:100], ",")
	names := "firstname,lastname,email,phone,jobtitle,company,lifecyclestage,city,country,hs_lead_status"
	for i := range 50 {
		names += fmt.Sprintf(",custom_%03d", i+1)
	}
	quoted := `"` + strings.ReplaceAll(names, ",", `","`) + `"`
	for _, tt := range []struct{ name, path, body string }{
		{"list", "/crm/v3/objects/contacts?limit=100&properties=" + names, ""},
		{"list_with_associations", "/crm/v3/objects/contacts?limit=100&associations=companies&properties=" + names, ""},
		{"batch_read", "/crm/v3/objects/contacts/batch/read", `{"inputs":[` + hundred + `],"properties":[` + quoted + `]}`},
		{"associations", "/crm/v4/associations/contacts/companies/batch/read", `{"inputs":[` + strings.Join(inputs, ",") + `]}`},
		{"search", "/crm/v3/objects/contacts/search", `{"filters":[{"propertyName":"lifecyclestage","operator":"EQ","value":"customer"}],"limit":200}`},
		{"properties", "/crm/v3/properties/contacts", ""},
	} {
		b.Run(tt.name, func(b *testing.B) {
			for b.Loop() {
				var body io.Reader
				method := "GET"
				if tt.body != "" {
					method, body = "POST", strings.NewReader(tt.body)
				}
				r := httptest.NewRequestWithContext(b.Context(), method, tt.path, body)
				r.Header = http.Header{"Authorization": {"Bearer " + p.Token()}, "Content-Type": {"application/json"}}
				w := httptest.NewRecorder()
				p.ServeHTTP(w, r)
				if w.Code >= 300 {
					b.Fatalf("%s: %d %s", tt.path, w.Code, w.Body)
				}
				p.ResetCalls()
			}
		})
	}
}
