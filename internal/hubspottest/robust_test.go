package hubspottest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// FuzzServe sends any path and body. The portal must answer, in JSON.
func FuzzServe(f *testing.F) {
	p := hubspottest.NewPortal(hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 5)
	p.AddRecords("companies", 2)
	p.AssociateEach("contacts", "companies", 1)
	for _, seed := range [][2]string{
		{"/crm/v3/objects/contacts?limit=3&after=102&associations=companies", ""},
		{"/crm/v3/objects/contacts/101?idProperty=email", ""},
		{"/crm/v3/objects/contacts/batch/read?archived=true", `{"inputs":[{"id":"101"}],"propertiesWithHistory":["email"]}`},
		{"/crm/v3/objects/contacts/search", `{"query":"ann","filters":[{"propertyName":"email","operator":"CONTAINS_TOKEN","value":"*@*.example"}],"sorts":["-email"],"after":"1"}`},
		{"/crm/v3/objects/contacts/search", `{"filters":[{"propertyName":"createdate","operator":"BETWEEN","value":"1","highValue":"2026-01-01"}]}`},
		{"/crm/v4/associations/0-1/0-2/batch/read", `{"inputs":[{"id":"101","after":"101"}]}`},
		{"/crm/v4/objects/contacts/101/associations/companies?after=-1", ""},
		{"/crm/v3/owners?after=9&limit=500", ""},
		{"/crm/v3/pipelines/deals/default/stages/%63losedwon", ""},
		{"/crm/%2f/objects//contacts/%", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, path, body string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || u.Host != "" {
			t.Skip("not a path that a server could get")
		}
		r := &http.Request{Method: "GET", URL: u, Header: http.Header{"Authorization": {"Bearer " + p.Token()}, "Content-Type": {"application/json"}}}
		if body != "" {
			r.Method, r.Body = "POST", io.NopCloser(strings.NewReader(body))
		}
		res, err := p.Transport().RoundTrip(r)
		if err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode >= 500 || !json.Valid(text) && res.StatusCode != 414 {
			t.Errorf("%q with %q = %d %q, want an answer in JSON", path, body, res.StatusCode, text)
		}
		p.ResetCalls()
	})
}

// TestChangesWhileServing reads and changes one portal at the same time, for
// the race detector.
func TestChangesWhileServing(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 200)
	p.AddRecords("companies", 20)
	var wg sync.WaitGroup
	for _, ask := range []struct{ path, body string }{
		{listPath + "?limit=100&associations=companies", ""},
		{searchPath, `{"query":"a","limit":200}`},
		{"/crm/v4/associations/contacts/companies/batch/read", `{"inputs":[` + inputs(101, 200) + `]}`},
		{"/crm/v3/properties/contacts", ""},
	} {
		wg.Go(func() {
			for range 20 {
				if res, text := call(t, p, ask.path, ask.body); res.StatusCode >= 300 {
					t.Errorf("%s = %d %.200s, want success", ask.path, res.StatusCode, text)
				}
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			id := p.AddRecords("contacts", 2)
			p.AssociateEach("contacts", "companies", 1)
			p.Update("contacts", id[0], map[string]string{"firstname": "Zoë"})
			p.Merge("contacts", id[0], id[1])
			p.DefineProperty("contacts", hubspottest.Property{Name: "p" + id[0]})
			p.Archive("contacts", id[0])
		}
	})
	wg.Wait()
}
