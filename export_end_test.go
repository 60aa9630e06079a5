package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

const everybody = `query All { contacts { nodes { firstname } } }`

// TestExportRefused holds what is answered in place of an export: like any
// operation that cannot be run, with the status that GraphQL's media type has.
func TestExportRefused(t *testing.T) {
	g := startGateway(t, numbered(t, 150), unthrottled, func(c *config.Config) { c.HTTP.ExportRows = 100 })
	tests := []struct {
		name, query string
		status      int
		code, says  string
	}{
		{"two connections", `{ a: contacts { nodes { id } } companies { nodes { id } } }`, 400, "BAD_USER_INPUT", "a, companies"},
		{"nothing", `{ __typename }`, 400, "BAD_USER_INPUT", "nothing to export"},
		{"no connection", `{ owners { id } }`, 400, "BAD_USER_INPUT", "owners is no connection"},
		{"one record", `{ contact(by: {id: "101"}) { companies { nodes { id } } } }`, 400, "BAD_USER_INPUT", "contact is no connection"},
		{"no records", `{ contacts { totalCount } }`, 400, "BAD_USER_INPUT", "add nodes"},
		{"records twice", `{ contacts { nodes { id } edges { node { id } } } }`, 400, "BAD_USER_INPUT", "nodes, edges"},
		{"a plan", `query @explain { contacts { nodes { id } } }`, 400, "BAD_USER_INPUT", "@explain"},
		{"not valid", `{ contacts { nodes { nope } } }`, 400, "GRAPHQL_VALIDATION_FAILED", "nope"},
		{"no GraphQL", `{`, 400, "GRAPHQL_PARSE_FAILED", ""},
		{"less than nothing", `{ contacts(first: -1) { nodes { id } } }`, 400, "BAD_USER_INPUT", "first is -1"},
		{"too many", `{ contacts(first: 101) { nodes { id } } }`, 400, "TOO_EXPENSIVE", "at most 100 rows"},
		{"a cursor of another query", `{ contacts(after: "nope") { nodes { id } } }`, 400, "BAD_USER_INPUT", "after"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := g.export(t.Context(), textCSV, tt.query, nil)
			text, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			a := parseAnswer(t, string(text))
			if res.StatusCode != tt.status || a.code() != tt.code || !strings.Contains(string(text), tt.says) || a.Data != nil {
				t.Errorf("status %d, %s, want %d, %s and %q", res.StatusCode, text, tt.status, tt.code, tt.says)
			}
			if got, want := res.Header.Get("Content-Type"), "application/graphql-response+json; charset=utf-8"; got != want {
				t.Errorf("Content-Type %q, want %q", got, want)
			}
		})
	}
	t.Run("by GET", func(t *testing.T) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.url+"/graphql?query=%7Bcontacts%7Bnodes%7Bid%7D%7D%7D", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", textCSV)
		res, err := g.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != http.MethodPost {
			t.Errorf("status %d, Allow %q, want 405 and POST", res.StatusCode, res.Header.Get("Allow"))
		}
	})
	g.calls(calls{})
}

// TestExportFailsAtFirst holds that what fails before the first byte has its
// status, and no rows, even where a part of the page could be read.
func TestExportFailsAtFirst(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 0), unthrottled)
	g.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.BatchRead, ObjectType: "companies", Status: http.StatusForbidden})
	res := g.export(t.Context(), ndjson, `{ contacts { nodes { email companies { nodes { name } } } } }`, nil)
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if a := parseAnswer(t, string(text)); err != nil || res.StatusCode != http.StatusForbidden || a.code() != "FORBIDDEN" || a.Data != nil {
		t.Errorf("status %d, %s, error %v, want 403 and FORBIDDEN", res.StatusCode, text, err)
	}
}

// broken reads an export that must break off, and returns its lines.
func (g *testGateway) broken(accept, query string) []string {
	g.t.Helper()
	res := g.export(g.t.Context(), accept, query, nil)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusOK || !errors.Is(err, io.ErrUnexpectedEOF) {
		g.t.Fatalf("%s, error %v, want 200 and a body that breaks off: %.300s", res.Status, err, text)
	}
	if rows := res.Trailer.Get("Hubgraph-Rows"); rows != "" {
		g.t.Errorf("Hubgraph-Rows: %s behind an export that broke off", rows)
	}
	return strings.Split(strings.TrimRight(string(text), "\r\n"), "\n")
}

// TestExportBreaksOff has HubSpot fail in the middle: the client sees that it has
// not all, why, and where to go on.
func TestExportBreaksOff(t *testing.T) {
	fail := func(p *hubspottest.Portal) {
		p.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Skip: 15, Status: http.StatusForbidden})
	}
	tests := []struct {
		name   string
		accept string
		setup  func(*hubspottest.Portal)
		rows   int // ExportRows
		lines  int // of records, and of the header
		last   string
	}{
		{"CSV", textCSV, fail, 0, 1001, `^"# this export is not complete: FORBIDDEN: .* The rest comes with after: ""([\w-]+)"""\r?$`},
		{"NDJSON", ndjson, fail, 0, 1000, `^\{"errors":\[\{"message":.*"FORBIDDEN".*"endCursor":"([\w-]+)"`},
		{"a value that is none", ndjson, func(p *hubspottest.Portal) {
			p.DefineProperty("contacts", hubspottest.Property{Name: "score", Label: "Score", Type: "number", FieldType: "number", GroupName: "contactinformation"})
			p.AddRecord("contacts", map[string]string{"score": "many"})
		}, 0, 2000, `"UPSTREAM_BAD_VALUE".*"endCursor":"([\w-]+)"`},
		{"too many rows", ndjson, nil, 1500, 1500, `there are more than the 1500 rows.*"endCursor":"([\w-]+)"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := numbered(t, 2_000)
			query := everybody
			if tt.name == "a value that is none" {
				query = `{ contacts { nodes { firstname score } } }`
				tt.setup(p)
			}
			g := startGateway(t, p, unthrottled, func(c *config.Config) { c.HTTP.ExportRows = tt.rows })
			if tt.setup != nil && query == everybody {
				tt.setup(p)
			}
			lines := g.broken(tt.accept, query)
			last := regexp.MustCompile(tt.last).FindStringSubmatch(lines[len(lines)-1])
			if len(lines) != tt.lines+1 || last == nil {
				t.Fatalf("%d lines, the last is %s; want %d and one more like %s", len(lines), lines[len(lines)-1], tt.lines, tt.last)
			}
			if !strings.Contains(g.logs.String(), "msg=export ") || !strings.Contains(g.logs.String(), "outcome=failed") {
				t.Errorf("the log does not tell of it:\n%s", g.logs)
			}
			p.ClearFaults()
			if tt.name == "a value that is none" {
				return
			}
			rest, _ := g.exported(ndjson, `query All($after: String) { contacts(after: $after) { nodes { firstname } } }`, map[string]any{"after": last[1]})
			want := fmt.Sprintf("{\"firstname\":\"Name %d\"}\n", tt.lines/100*100)
			if !strings.HasPrefix(rest, want) {
				t.Errorf("the rest begins with %.60s, want %s", rest, want)
			}
		})
	}
}

// TestExportOutlastsTrouble has HubSpot fail for a moment in the middle.
func TestExportOutlastsTrouble(t *testing.T) {
	g := startGateway(t, numbered(t, 3_000), unthrottled)
	g.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Skip: 12, Times: 4, Status: http.StatusServiceUnavailable})
	text, _ := g.exported(ndjson, everybody, nil)
	if got := strings.Count(text, "\n"); got != 3_000 {
		t.Errorf("%d lines, want 3000", got)
	}
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if want := fmt.Sprintf(`{"firstname":"Name %d"}`, i); line != want {
			t.Fatalf("line %d is %s, want %s", i, line, want)
		}
	}
}

// TestExportAbandoned has the client go while HubSpot does not answer.
func TestExportAbandoned(t *testing.T) {
	g := startGateway(t, numbered(t, 3_000), unthrottled)
	asked := make(chan context.Context, 1)
	g.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Skip: 15, Hang: true, Match: func(r *http.Request) bool {
		if g.portal.Count(hubspottest.List) > 15 {
			select {
			case asked <- r.Context():
			default:
			}
		}
		return true
	}})
	ctx, leave := context.WithCancel(t.Context())
	res := g.export(ctx, ndjson, everybody, nil)
	defer func() { _ = res.Body.Close() }()
	call := <-asked
	begin := time.Now()
	leave()
	<-call.Done()
	if took := time.Since(begin); took > 100*time.Millisecond {
		t.Errorf("HubSpot was still asked %v after the client had gone, want at most 100ms", took)
	}
	until(t, "the export has ended", func() bool { return strings.Contains(g.logs.String(), "outcome=abandoned") })
	if inside := g.server.Door().Inside; inside != 0 {
		t.Errorf("%d requests inside, want none", inside)
	}
}

// TestExportWaitsForItsClient has a client that reads nothing: HubSpot is not asked
// ahead of it, and it holds no place.
func TestExportWaitsForItsClient(t *testing.T) {
	const n = 5_000
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	long := strings.Repeat("x", 8_000)
	for range n {
		p.AddRecord("contacts", map[string]string{"firstname": long})
	}
	g := startGateway(t, p, unthrottled)
	res := g.export(t.Context(), ndjson, everybody, nil)
	defer func() { _ = res.Body.Close() }()
	before, since := -1, time.Now()
	until(t, "no more calls are made", func() bool {
		if now := p.Count(hubspottest.List); now != before || g.server.Door().Inside > 0 {
			before, since = now, time.Now()
		}
		return time.Since(since) > 300*time.Millisecond
	})
	if before >= n/100 {
		t.Errorf("all %d calls are made, though nobody reads", before)
	}
	lines := 0
	in := bufio.NewReaderSize(res.Body, 64<<10)
	for {
		if _, err := in.ReadSlice('\n'); err != nil {
			break
		}
		lines++
	}
	if lines != n {
		t.Errorf("%d lines, want %d", lines, n)
	}
}

// TestExportMemory compares what a long export holds with what a short one does.
func TestExportMemory(t *testing.T) {
	const short, long = 10_000, max(20_000, 100_000/slowed)
	p := numbered(t, long)
	g := startGateway(t, p, unthrottled)
	peak := func(rows int) (grown int64) {
		p.ResetCalls()
		before := heapBytes()
		res := g.export(t.Context(), textCSV, fmt.Sprintf(`{ contacts(first: %d) { nodes { id email firstname createdAt } } }`, rows), nil)
		defer func() { _ = res.Body.Close() }()
		in := bufio.NewReaderSize(res.Body, 64<<10)
		lines := 0
		for {
			if _, err := in.ReadSlice('\n'); err != nil {
				break
			}
			if lines++; lines%(rows/10) == rows/20 {
				p.ResetCalls() // the fake keeps all of them
				grown = max(grown, int64(heapBytes())-int64(before))
			}
		}
		if lines != rows+1 {
			t.Errorf("%d lines, want %d", lines, rows+1)
		}
		return grown
	}
	peak(short) // what is made once is there from now on
	few, many := peak(short), peak(long)
	t.Logf("%d rows: heap %+d KiB; %d rows: %+d KiB", short, few>>10, long, many>>10)
	if many > few+4<<20 {
		t.Errorf("an export of %d rows holds %d KiB, one of %d rows %d KiB: want 4 MiB more at most", long, many>>10, short, few>>10)
	}
	runtime.KeepAlive(p)
}

// TestExportByKey holds that each page counts for the key it is asked with, and
// that a key that is taken away ends its export.
func TestExportByKey(t *testing.T) {
	text, keys := keysText(t, "", map[string]string{"a": ""})
	g := startGateway(t, numbered(t, 3_000), unthrottled, withKeys(text))
	if res := g.export(t.Context(), textCSV, everybody, nil); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a key: %s, want 401", res.Status)
	} else {
		_ = res.Body.Close()
	}
	own := g.bearer(keys["a"])
	if all, _ := own.exported(ndjson, everybody, nil); strings.Count(all, "\n") != 3_000 {
		t.Errorf("%d lines, want 3000", strings.Count(all, "\n"))
	}
	other, _ := keysText(t, "", map[string]string{"b": ""})
	without, err := auth.Parse([]byte(other), auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g.portal.ResetCalls()
	g.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Skip: 5, Times: 1, Match: func(*http.Request) bool {
		if g.portal.Count(hubspottest.List) == 5 {
			if err := g.server.UseKeys(without); err != nil {
				t.Error(err)
			}
		}
		return true
	}})
	lines := own.broken(ndjson, everybody)
	var last answer
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || len(lines) != 1001 || last.code() != "UNAUTHENTICATED" {
		t.Errorf("%d lines, the last is %s; want 1001 and UNAUTHENTICATED", len(lines), lines[len(lines)-1])
	}
}

// TestExportByOldHTTP holds that nobody gets an export who could not tell that it
// broke off, and that exports can be switched off.
func TestExportByOldHTTP(t *testing.T) {
	g := startGateway(t, numbered(t, 3))
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(g.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	body := fmt.Sprintf("{%q: %q}", "query", everybody)
	if _, err := fmt.Fprintf(conn, "POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\nAccept: text/csv\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusHTTPVersionNotSupported {
		t.Errorf("by HTTP/1.0: %s, want 505", res.Status)
	}

	off := startGateway(t, numbered(t, 3), func(c *config.Config) { c.HTTP.ExportRows = -1 })
	none := off.export(t.Context(), textCSV, everybody, nil)
	defer func() { _ = none.Body.Close() }()
	if none.StatusCode != http.StatusNotAcceptable {
		t.Errorf("switched off: %s, want 406", none.Status)
	}
}

// TestExportWhileStopping holds that a gateway that is about to stop ends its
// exports, visibly, and does not wait for them.
func TestExportWhileStopping(t *testing.T) {
	g := startGateway(t, numbered(t, 5_000), unthrottled)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var lc net.ListenConfig
	ln, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- g.server.Serve(ctx, ln, 0) }()
	g.url = "http://" + ln.Addr().String()
	stopping := sync.OnceFunc(stop)
	g.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Skip: 15, Match: func(*http.Request) bool {
		if g.portal.Count(hubspottest.List) > 15 {
			stopping()
			until(t, "the gateway drains", func() bool { return g.server.Readiness(t.Context()).Draining })
		}
		return true
	}})
	lines := g.broken(ndjson, everybody)
	if last := lines[len(lines)-1]; len(lines) != 2_001 || !strings.Contains(last, "OVERLOADED") || !strings.Contains(last, "about to stop") {
		t.Errorf("%d lines, the last is %s; want the page under way, and that the gateway stops", len(lines), last)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v, want nil", err)
	}
}
