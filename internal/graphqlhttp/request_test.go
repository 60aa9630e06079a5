package graphqlhttp_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// TestRequests holds what of a request is taken, and how.
func TestRequests(t *testing.T) {
	tests := []struct {
		name, body string
		data       string // nothing if it is refused
		message    string // a part of it
	}{
		{"members that nobody knows", `{"query": "{ i }", "x": {"query": 1}, "Query": "mutation { i }", "documentid": 7}`, `{"operation":"","variables":{}}`, ""},
		{"null members", `{"query": "{ i }", "operationName": null, "variables": null, "extensions": null, "documentId": null}`, `{"operation":"","variables":{}}`, ""},
		{"space around", "\r\n\t {\"query\": \"{ i }\"} \n", `{"operation":"","variables":{}}`, ""},
		{"digits", `{"query": "query A($d: Digits) { i(d: $d) }", "variables": {"d": 1234567890.12345678901234567890}}`, `{"operation":"A","variables":{"d":1234567890.12345678901234567890}}`, ""},
		{"variables that are not defined", `{"query": "{ i }", "variables": {"x": [1, {"y": null}]}}`, `{"operation":"","variables":{}}`, ""},

		{"a member twice", `{"query": "{ i }", "query": "mutation { i }"}`, "", `the body has "query" twice in one object: send it once`},
		{"a variable twice", `{"query": "{ i }", "variables": {"x": 1, "x": 2}}`, "", `the body has "variables.x" twice in one object`},
		{"a variable twice in a list", `{"query": "{ i }", "variables": {"l": [{}, {"x": 1, "x": 2}]}}`, "", `the body has "variables.l.1.x" twice in one object`},
		{"empty", " \n", "", "the body is empty"},
		{"a byte order mark", "\ufeff{\"query\": \"{ i }\"}", "", "byte order mark"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "", "in UTF-16"},
		{"no JSON", `query=%7Bi%7D`, "", "no JSON from byte 0 on"},
		{"no UTF-8", "{\"query\": \"{ i(s: \\\"\xff\\\") }\"}", "", "not UTF-8 from byte 20 on"},
		{"half a character", `{"query": "{ i(s: \"\ud800\") }"}`, "", "the body has text with half a character, near byte "},
		{"more behind", `{"query": "{ i }"} {}`, "", "goes on behind its JSON object, at byte 18"},
		{"a comma behind", `{"query": "{ i }",}`, "", "no JSON from byte 18 on"},
		{"cut off after a wrong type", `{"query": 1, "variables"`, "", "breaks off after 24 bytes"},
		{"null", `null`, "", "no query"},
		{"no query", `{"Query": "{ i }"}`, "", "no query"},
		{"text", `"{ i }"`, "", "must be a JSON object"},
		{"batch", `[{"query": "{ i }"}, {"query": "{ i }"}]`, "", "one operation, not an array"},
		{"empty batch", ` []`, "", "one operation, not an array"},
		{"query of a wrong type", `{"query": ["{ i }"]}`, "", "query must be text"},
		{"name of a wrong type", `{"query": "{ i }", "operationName": false}`, "", "operationName must be text"},
		{"variables of a wrong type", `{"query": "{ i }", "variables": "{}"}`, "", "variables must be a JSON object"},
		{"extensions of a wrong type", `{"query": "{ i }", "extensions": []}`, "", "extensions must be a JSON object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSchema(t)
			a := post(t, serve(t, s, graphqlhttp.Options{}), tt.body)
			if string(a.Data) != tt.data || (len(a.Errors) > 0) != (tt.data == "") {
				t.Fatalf("answer %s, want data %s", a.text, tt.data)
			}
			if tt.data == "" && (s.ran > 0 || a.res.StatusCode != 400 || a.code() != "BAD_USER_INPUT" || !strings.Contains(a.Errors[0].Message, tt.message)) {
				t.Errorf("status %d, ran %d times, errors %+v, want 400, none, BAD_USER_INPUT and %q", a.res.StatusCode, s.ran, a.Errors, tt.message)
			}
			if strings.Contains(a.text, `"data":null`) {
				t.Errorf("a request error has data: %s", a.text)
			}
		})
	}
}

// TestBodies sends bodies up to and beyond the cap over real connections,
// among them such as are written to the end before the answer is read.
func TestBodies(t *testing.T) {
	const allowed = 1000
	exactly := func(n int) string {
		const start, end = `{"query": "{ i }", "x": "`, `"}`
		return start + strings.Repeat("x", n-len(start)-len(end)) + end
	}
	unsized := func(s string) io.Reader { return struct{ io.Reader }{strings.NewReader(s)} }
	tests := []struct {
		name   string
		body   io.Reader
		header []string
		status int
	}{
		{"as long as allowed", strings.NewReader(exactly(allowed)), nil, 200},
		{"one byte more", strings.NewReader(exactly(allowed + 1)), nil, 413},
		{"5 MB", strings.NewReader(exactly(5_000_000)), nil, 413},
		{"5 MB, asking first", strings.NewReader(exactly(5_000_000)), []string{"Expect", "100-continue"}, 413},
		{"of unknown length, as long as allowed", unsized(exactly(allowed)), nil, 200},
		{"of unknown length, one byte more", unsized(exactly(allowed + 1)), nil, 413},
		{"of unknown length, 5 MB", unsized(exactly(5_000_000)), nil, 413},
		{"compressed", strings.NewReader(exactly(100)), []string{"Content-Encoding", "gzip"}, 415},
		{"in UTF-16", strings.NewReader(exactly(100)), []string{"Content-Type", "application/json; charset=utf-16"}, 415},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSchema(t)
			header := tt.header
			if len(header) == 0 || header[0] != "Content-Type" {
				header = append(header, "Content-Type", "application/json")
			}
			a := send(t, http.MethodPost, serve(t, s, graphqlhttp.Options{Body: limit.AtMost(allowed)}), tt.body, header...)
			if a.res.StatusCode != tt.status || (s.ran > 0) != (tt.status == 200) {
				t.Errorf("status %d, ran %d times, want %d; answer: %s", a.res.StatusCode, s.ran, tt.status, a.text)
			}
			if tt.status == 413 && (a.code() != gate.CodeTooExpensive || a.Errors[0].Extensions["allowed"] != 1000.0) {
				t.Errorf("errors = %+v, want TOO_EXPENSIVE, 1000 allowed", a.Errors)
			}
		})
	}
}
