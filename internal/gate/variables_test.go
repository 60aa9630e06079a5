package gate_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestVariables holds the values of variables to the rules of literals.
func TestVariables(t *testing.T) {
	deep := strings.Repeat(`{"and":[`, 200) + `{}` + strings.Repeat(`]}`, 200)
	for _, test := range []struct{ definition, use, value, want string }{
		{"$v: Int", "contacts(first: $v) { id }", `3`, ""},
		{"$v: Int", "contacts(first: $v) { id }", `null`, ""},
		{"$v: Int", "contacts(first: $v) { id }", `"3"`, `variable $v is "3", which is no Int`},
		{"$v: Int", "contacts(first: $v) { id }", `2.5`, `variable $v is 2.5, which is no Int`},
		{"$v: Int", "contacts(first: $v) { id }", `2147483648`, `variable $v is 2147483648, which is no Int`},
		{"$v: Order", "contacts(order: $v) { id }", `"NEWEST_FIRST"`, ""},
		{"$v: Order", "contacts(order: $v) { id }", `"newest_first"`, `variable $v is "newest_first", which is no Order`},
		{"$v: ID!", "contact(id: $v) { id }", `51`, ""},
		{"$v: ID!", "contact(id: $v) { id }", `5.1`, `variable $v is 5.1, which is no ID`},
		{"$v: [ID!]!", "matching(ids: $v) { id }", `"51"`, ""},
		{"$v: [ID!]!", "matching(ids: $v) { id }", `["51", 52]`, ""},
		{"$v: [ID!]!", "matching(ids: $v) { id }", `["51", true]`, `variable $v[1] is true, which is no ID`},
		{"$v: Filter", "filtered(where: $v) { id }", `{"name": "a", "and": [{"least": 1e3, "open": true}]}`, ""},
		{"$v: Filter", "filtered(where: $v) { id }", `{"name": 5}`, `variable $v.name is 5, which is no String`},
		{"$v: Filter", "filtered(where: $v) { id }", `{"and": [{"least": "1"}]}`, `variable $v.and[0].least is "1", which is no Float`},
		{"$v: Filter", "filtered(where: $v) { id }", `{"open": 1}`, `variable $v.open is 1, which is no Boolean`},
		{"$v: Filter", "filtered(where: $v) { id }", `{"nope": 1}`, `variable $v has a field "nope", which Filter does not have`},
		{"$v: Filter", "filtered(where: $v) { id }", `5`, `variable $v is 5, which is no Filter: an object is wanted`},
		{"$v: Filter", "filtered(where: $v) { id }", deep, `deep; write it flatter`},
	} {
		body, err := json.Marshal(map[string]any{
			"query":     "query (" + test.definition + ") { " + test.use + " }",
			"variables": map[string]any{"v": json.RawMessage(test.value)},
		})
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		newServer(t).ServeHTTP(answer, request)
		var got struct {
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		switch {
		case test.want == "" && len(got.Errors) > 0:
			t.Errorf("%s = %.80s: %v, want no error", test.definition, test.value, got.Errors)
		case test.want != "" && (len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Message, test.want) || got.Errors[0].Extensions.Code != "GRAPHQL_VALIDATION_FAILED"):
			t.Errorf("%s = %.80s: %v, want %s", test.definition, test.value, got.Errors, test.want)
		}
	}
}
