package hubspottest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client talks to a portal and decodes what comes back.
type client struct {
	t      *testing.T
	p      *hubspottest.Portal
	header http.Header
}

func newClient(t *testing.T, p *hubspottest.Portal) *client {
	t.Helper()
	h := http.Header{}
	h.Set("Authorization", "Bearer "+p.Token())
	h.Set("Content-Type", "application/json")
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return &client{t, p, h}
}

type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// do sends a request; an empty body makes it a GET.
func (c *client) do(path, body string) answer {
	c.t.Helper()
	method := "GET"
	if body != "" {
		method = "POST"
	}
	return c.send(method, path, body)
}

func (c *client) send(method, path, body string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.p.URL()+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header = c.header.Clone()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, text: string(text)}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	_ = d.Decode(&a.body) // bodies that are no JSON leave it empty
	return a
}

func TestFirstLight(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	p.AddRecords("contacts", 250)
	p.AddRecords("companies", 40)
	p.AssociateEach("contacts", "companies", 2)
	c := newClient(t, p)
	for _, path := range []string{
		"/crm/v3/objects/contacts?limit=2&properties=firstname,email,hs_lead_status&associations=companies",
		"/crm/v3/objects/contacts/101",
		"/crm/v4/objects/contacts/101/associations/companies",
		"/crm/v4/associations/contacts/companies/labels",
		"/crm/v3/owners",
		"/crm/v3/pipelines/deals",
		"/account-info/v3/details",
	} {
		a := c.do(path, "")
		t.Log(path, a.status, a.text)
	}
	t.Log(c.do("/crm/v3/objects/contacts/batch/read", `{"inputs":[{"id":"101"},{"id":"7"},{"id":"103"}]}`).text)
	t.Log(c.do("/crm/v4/associations/0-1/0-2/batch/read", `{"inputs":[{"id":"101"},{"id":"7"},{"id":"103"}]}`).text)
	t.Log(p.Calls())
}
