package hubspottest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestFaultSelection(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault hubspottest.Fault
		want  []int // status of list, list, search, list
	}{
		{"all", hubspottest.Fault{}, []int{503, 503, 503, 503}},
		{"once", hubspottest.Fault{Times: 1}, []int{503, 200, 200, 200}},
		{"twice after one", hubspottest.Fault{Times: 2, Skip: 1}, []int{200, 503, 503, 200}},
		{"by endpoint", hubspottest.Fault{Endpoint: hubspottest.Search}, []int{200, 200, 503, 200}},
		{"by type", hubspottest.Fault{ObjectType: "0-1", Times: 1}, []int{503, 200, 200, 200}},
		{"by other type", hubspottest.Fault{ObjectType: "deal"}, []int{200, 200, 200, 200}},
		{"by request", hubspottest.Fault{Match: func(r *http.Request) bool { return r.Method == "POST" }}, []int{200, 200, 503, 200}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := hubspottest.NewPortal(hubspottest.Options{})
			tt.fault.Status = 503
			p.Fail(tt.fault)
			var got []int
			for _, path := range []string{listPath, listPath, searchPath, listPath} {
				body := ""
				if path == searchPath {
					body = "{}"
				}
				res, _ := call(t, p, path, body)
				got = append(got, res.StatusCode)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("statuses (-want +got):\n%s", diff)
			}
			p.ClearFaults()
			if res, _ := call(t, p, listPath, ""); res.StatusCode != 200 {
				t.Errorf("status after ClearFaults = %d, want 200", res.StatusCode)
			}
		})
	}
}

func TestFaultAnswer(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	p.Fail(hubspottest.Fault{Times: 1, Status: 429, Body: hubspottest.RateLimited("DAILY"), Header: http.Header{"Retry-After": {"3"}}})
	p.Fail(hubspottest.Fault{Times: 1, Header: http.Header{"X-HubSpot-RateLimit-Max": {"190"}}})
	p.Fail(hubspottest.Fault{Times: 1, Status: 502, Body: "<html>Bad Gateway</html>"})
	c := newClient(t, p)
	if got := c.do(listPath, ""); got.status != 429 || got.get("policyName") != "DAILY" || got.header.Get("Retry-After") != "3" {
		t.Errorf("first = %d %v %s, want the fault's 429", got.status, got.header, got.text)
	}
	if got := c.do(listPath, ""); got.status != 200 || got.header.Get("X-HubSpot-RateLimit-Max") != "190" {
		t.Errorf("second = %d %v, want 200 with the fault's header", got.status, got.header)
	}
	if got := c.do(listPath, ""); got.status != 502 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		t.Errorf("third = %d %v, want an HTML page", got.status, got.header)
	}
	if p.Rejected() != 0 {
		t.Errorf("Rejected() = %d, want 0: the 429 was a fault", p.Rejected())
	}
}

// TestBrokenConnections checks each way to break one, over a socket and
// without.
func TestBrokenConnections(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 100)
	overSocket := &http.Transport{}
	t.Cleanup(overSocket.CloseIdleConnections)
	read := func(rt http.RoundTripper, timeout time.Duration) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, "GET", p.URL()+listPath+"?limit=100", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+p.Token())
		res, err := rt.RoundTrip(r)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		return string(text), err
	}
	whole, err := read(overSocket, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for name, rt := range map[string]http.RoundTripper{"socket": overSocket, "memory": p.Transport()} {
		t.Run(name, func(t *testing.T) {
			p.Fail(hubspottest.Fault{Times: 1, Skip: 0, CloseBefore: true, Match: func(*http.Request) bool { return true }})
			// A client may ask again on its own when a kept connection is cut
			// before the answer, so this one's connections are new.
			overSocket.CloseIdleConnections()
			if _, err := read(rt, time.Minute); err == nil {
				t.Error("CloseBefore: no error")
			}
			p.Fail(hubspottest.Fault{Times: 1, CloseDuring: true})
			if text, err := read(rt, time.Minute); !errors.Is(err, io.ErrUnexpectedEOF) || text == "" {
				t.Errorf("CloseDuring: %d bytes, %v, want some and an unexpected EOF", len(text), err)
			}
			p.Fail(hubspottest.Fault{Times: 1, Truncate: true})
			if text, err := read(rt, time.Minute); err != nil || len(text) == len(whole) {
				t.Errorf("Truncate: %d bytes, %v, want fewer than %d and no error", len(text), err, len(whole))
			}
			p.Fail(hubspottest.Fault{Times: 1, Hang: true})
			if _, err := read(rt, 20*time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Hang: %v, want the deadline exceeded", err)
			}
			if text, err := read(rt, time.Minute); err != nil || text != whole {
				t.Errorf("afterwards: %d bytes, %v, want all", len(text), err)
			}
		})
	}
}

func TestRewrite(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	p.AddRecords("contacts", 3)
	p.Fail(hubspottest.Fault{Times: 1, Rewrite: hubspottest.RewriteResults(func(results []any) []any { return append(results, results[0]) })})
	p.Fail(hubspottest.Fault{Times: 1, Rewrite: hubspottest.RewriteJSON(func(answer map[string]any) { answer["paging"] = map[string]any{"next": map[string]any{"after": "1"}} })})
	p.Fail(hubspottest.Fault{Times: 1, Rewrite: bytes.ToUpper})
	c := newClient(t, p)
	if got := c.do(listPath, ""); strings.Count(got.text, `"id":"101"`) != 2 || strings.Count(got.text, `"id":"102"`) != 1 {
		t.Errorf("with a result twice: %s", got.text)
	}
	if got := c.do(listPath, ""); !strings.Contains(got.text, `"after":"1"`) {
		t.Errorf("with a next page: %s", got.text)
	}
	if got := c.do(listPath, ""); !strings.Contains(got.text, `"ID":"101"`) {
		t.Errorf("in capitals: %s", got.text)
	}
	if got := c.do(listPath, ""); strings.Count(got.text, `"id":"101"`) != 1 || strings.Contains(got.text, `"after"`) {
		t.Errorf("afterwards: %s", got.text)
	}
}

// TestDrip checks that a body comes whole in the end, and not before its time.
func TestDrip(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	p.AddRecords("contacts", 3)
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	read := func() (string, time.Duration) {
		begin := time.Now()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL()+listPath, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+p.Token())
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text), time.Since(begin)
	}
	whole, _ := read()
	p.Fail(hubspottest.Fault{Times: 1, Drip: 10 * time.Millisecond})
	if text, took := read(); text != whole || took < 100*time.Millisecond {
		t.Errorf("%q after %v, want %q after 100ms", text, took, whole)
	}
}
