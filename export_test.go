package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

const (
	textCSV = "text/csv"
	ndjson  = "application/x-ndjson"
)

// export asks for an export; the caller closes the answer's body.
func (g *testGateway) export(ctx context.Context, accept, query string, variables map[string]any, header ...string) *http.Response {
	g.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		g.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := g.client.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	return res
}

// exported is an export that must be whole.
func (g *testGateway) exported(accept, query string, variables map[string]any) (text string, header http.Header) {
	g.t.Helper()
	res := g.export(g.t.Context(), accept, query, variables)
	defer func() { _ = res.Body.Close() }()
	all, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		g.t.Fatalf("export of %s as %s: %s, error %v: %.500s", query, accept, res.Status, err, all)
	}
	if rows, want := res.Trailer.Get("Hubgraph-Rows"), ""; rows == want {
		g.t.Errorf("export of %s as %s has no Hubgraph-Rows behind it: %v", query, accept, res.Trailer)
	}
	return string(all), res.Header
}

// numbered is a portal of n contacts that tell themselves apart.
func numbered(t testing.TB, n int) *hubspottest.Portal {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	for i := range n {
		p.AddRecord("contacts", map[string]string{"email": fmt.Sprintf("c%d@example.com", i), "firstname": fmt.Sprintf("Name %d", i)})
	}
	return p
}

// TestExportsAreWhole compares exports of many pages with the portal, record for
// record.
func TestExportsAreWhole(t *testing.T) {
	const n = 25_000
	g := startGateway(t, numbered(t, n), unthrottled)
	const query = `query People { contacts { nodes { recordId: hs_object_id email firstname } } }`

	text, header := g.exported(textCSV, query, nil)
	if got, want := header.Get("Content-Type"), "text/csv; charset=utf-8; header=present"; got != want {
		t.Errorf("Content-Type %q, want %q", got, want)
	}
	if got, want := header.Get("Content-Disposition"), `attachment; filename="People.csv"`; got != want {
		t.Errorf("Content-Disposition %q, want %q", got, want)
	}
	if lines := strings.Count(text, "\r\n"); lines != n+1 {
		t.Errorf("%d lines, want %d", lines, n+1)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != n+1 {
		t.Fatalf("%d rows, error %v, want %d", len(rows), err, n+1)
	}
	if got, want := strings.Join(rows[0], "|"), "recordId|email|firstname"; got != want {
		t.Errorf("columns %s, want %s", got, want)
	}
	for i, row := range rows[1:] {
		if got, want := strings.Join(row, "|"), fmt.Sprintf("%d|c%d@example.com|Name %d", 101+i, i, i); got != want {
			t.Fatalf("row %d is %s, want %s", i, got, want)
		}
	}
	g.calls(calls{"list": n / 100})

	text, header = g.exported(ndjson, query, nil)
	if got, want := header.Get("Content-Type"), ndjson; got != want {
		t.Errorf("Content-Type %q, want %q", got, want)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != n {
		t.Fatalf("%d lines, want %d", len(lines), n)
	}
	for i, line := range lines {
		if want := fmt.Sprintf(`{"recordId":"%d","email":"c%d@example.com","firstname":"Name %d"}`, 101+i, i, i); line != want {
			t.Fatalf("line %d is %s, want %s", i, line, want)
		}
	}
	g.calls(calls{"list": n / 100})
}

// TestExportAsks holds what of the connection's arguments an export heeds.
func TestExportAsks(t *testing.T) {
	g := startGateway(t, numbered(t, 2_500), unthrottled)
	var page struct {
		Contacts struct{ PageInfo struct{ EndCursor string } }
	}
	g.data(`{ contacts(first: 100) { pageInfo { endCursor } } }`, nil, &page)
	behind := map[string]any{"n": 3, "after": page.Contacts.PageInfo.EndCursor, "yes": true}
	tests := []struct {
		name, query string
		variables   map[string]any
		want        string // the rows; those of all if it is empty
		n           int
	}{
		{"all", `{ contacts { nodes { firstname } } }`, nil, "", 2500},
		{"first", `{ contacts(first: 2) { nodes { firstname } } }`, nil, "Name 0,Name 1", 2},
		{"no first", `query($n: Int) { contacts(first: $n) { nodes { firstname } } }`, nil, "", 2500},
		{"none", `{ contacts(first: 0) { nodes { firstname } } }`, nil, "", 0},
		{"longer than a page", `{ contacts(first: 1234) { nodes { firstname } } }`, nil, "", 1234},
		{"more than there are", `{ contacts(first: 9999) { nodes { firstname } } }`, nil, "", 2500},
		{"variables", `query($n: Int, $after: String) { contacts(first: $n, after: $after) { nodes { firstname } } }`, behind, "Name 100,Name 101,Name 102", 3},
		{"the rest", `query($after: String) { contacts(after: $after) { nodes { firstname } } }`, behind, "", 2400},
		{"a search", `{ contacts(where: {firstname: {eq: "Name 7"}}) { nodes { firstname } } }`, nil, "Name 7", 1},
		{"a long search", `{ contacts(where: {email: {exists: true}}) { nodes { firstname } } }`, nil, "", 2500},
		{"of any type", `{ records(objectType: "contacts", first: 1) { nodes { ... on Contact { firstname } } } }`, nil, "Name 0", 1},
		{"fragments and __typename", `query($yes: Boolean!) { __typename ...Q } fragment Q on Query { c: contacts(first: 1) { totalCount ...C } } fragment C on ContactConnection { n: nodes { id @skip(if: $yes) ...N } } fragment N on Contact { firstname }`, behind, "Name 0", 1},
		{"edges", `{ contacts(first: 1) { edges { node { firstname } } pageInfo { hasNextPage } } }`, nil, "Name 0", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g.t = t
			text, _ := g.exported(textCSV, tt.query, tt.variables)
			rows := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")[1:]
			if tt.want != "" && strings.Join(rows, ",") != tt.want {
				t.Errorf("rows %v, want %s", rows, tt.want)
			}
			if len(rows) != tt.n {
				t.Errorf("%d rows, want %d", len(rows), tt.n)
			}
			if total := strings.Contains(tt.query, "totalCount"); total && g.portal.Count(hubspottest.Search) > 0 {
				t.Errorf("the total was counted, which no row has")
			}
			g.portal.ResetCalls()
			lines, _ := g.exported(ndjson, tt.query, tt.variables)
			if got := strings.Count(lines, "\n"); got != tt.n {
				t.Errorf("%d lines of JSON, want %s", got, strconv.Itoa(tt.n))
			}
		})
	}
}
