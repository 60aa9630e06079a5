package graphqlhttp

import (
	"bytes"
	"encoding/json"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeBody holds that what is taken is JSON which the standard library
// reads in the same way, and that what it cannot read is not taken.
func FuzzDecodeBody(f *testing.F) {
	for _, seed := range []string{
		`{"query": "{ i }", "variables": {"a": [1.50, null, {"b": "\ud83c\udfc3"}]}, "operationName": null, "x": [{}]}`,
		`[{"query": "{ i }"}]`, `{"query": 1}`, `{"query": "a", "query": "b"}`, `null`, `{"Query": "{ i }"}`, `{"extensions": {"n": 1e999}} `,
		"{\"query\": \"\xff\"}", `{"variables":`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		req, refused := decodeBody(body)
		if (req == nil) == (refused == nil) {
			t.Fatalf("decodeBody(%q) = %v, %v, want one of them", body, req, refused)
		}
		var members map[string]any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		err := d.Decode(&members)
		if refused != nil {
			if refused.outcome != unreadable && !json.Valid(body) {
				t.Fatalf("decodeBody(%q) refuses it as %d, and it is no JSON", body, refused.outcome)
			}
			return
		}
		if err != nil {
			t.Fatalf("decodeBody(%q) takes it: %v", body, err)
		}
		if query, _ := members["query"].(string); req.Query != nil && *req.Query != query {
			t.Fatalf("decodeBody(%q).Query = %q, want %q", body, *req.Query, query)
		}
		variables, _ := members["variables"].(map[string]any)
		if diff := cmp.Diff(variables, req.Variables); diff != "" {
			t.Fatalf("decodeBody(%q).Variables (-want +got):\n%s", body, diff)
		}
	})
}

func TestUnreadableURL(t *testing.T) {
	for query, want := range map[string]string{
		"variables=x": `variables is no JSON from byte 0 on: send a JSON object such as {"id": "51"}`,
		"variables=" + url.QueryEscape(`{"a":1,"a":2}`): `variables has "a" twice in one object: send it once`,
		"extensions=" + url.QueryEscape(`{} {}`):        `extensions goes on behind its JSON object, at byte 2: send one object and nothing behind it`,
		"variables=[]":                                  `variables must be a JSON object`,
	} {
		_, refused := decodeURL(&url.URL{RawQuery: "query={i}&" + query})
		if refused == nil || refused.err.Message != want {
			t.Errorf("%s: %+v, want %s", query, refused, want)
		}
	}
}
