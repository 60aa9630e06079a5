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
		{"$v: Int = 3", "contacts(first: $v) { id }", `null`, ""},
		{"$v: ID!", "contact(id: $v) { id }", `null`, `variable $v is null, which is no ID!`},
		{"$v: [ID!]!", "matching(ids: $v) { id }", `["51", null]`, `variable $v[1] is null, which is no ID!`},
		{"$w: ID!", "contact(id: $w) { id }", `1`, `variable $w of type ID! is missing: give it in variables`},
		{`$w: ID! = "5"`, "contact(id: $w) { id }", `1`, ""},
		{"$v: Filter", "filtered(where: $v) { id }", `{"range": {"from": 1}}`, ""},
		{"$v: Filter", "filtered(where: $v) { id }", `{"range": {"to": 1}}`, `variable $v.range has no field "from", which Range must have`},
		{"$v: Filter", "filtered(where: $v) { id }", `{"range": {"from": null}}`, `variable $v.range.from is null, which is no Int!`},
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

// TestWhichOperation asks for operations that a document does not have.
func TestWhichOperation(t *testing.T) {
	for _, test := range []struct{ query, name, want string }{
		{"query A { i } query B { i }", "", `the document has several operations: say in operationName which one is to run, of "A", "B"`},
		{"query A { i } query B { i }", "C", `the document has no operation "C": operationName must be of "A", "B"`},
		{"{ i }", "C", `the document has no operation "C", but one without a name: leave operationName out`},
		{"query A { i } query B { i }", "B", ""},
		{"query A { i }", "", ""},
	} {
		body, err := json.Marshal(map[string]any{"query": test.query, "operationName": test.name})
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		newServer(t).ServeHTTP(recorder, request)
		var got answer
		if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		message := ""
		if len(got.Errors) > 0 {
			message = got.Errors[0].Message
		}
		if message != test.want {
			t.Errorf("%s, %q: %q, want %q", test.query, test.name, message, test.want)
		}
	}
}
