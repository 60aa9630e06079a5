package gate_test

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// TestAdmits: a document that is looked at beforehand has the error that it would
// have when it is sent.
func TestAdmits(t *testing.T) {
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "crm.graphql", Input: crm})
	if err != nil {
		t.Fatal(err)
	}
	limits := gate.Limits{Depth: limit.AtMost(2)}
	admits := gate.Admits(s, limits)
	for _, tt := range []struct{ query, want string }{
		{"{ contacts { id } }", ""},
		{"query A($v: ID!) { contact(id: $v) { id } } query B { i }", ""},
		{"{", "Expected Name"},
		{"{ contacts { fax } }", `Cannot query field "fax" on type "Contact"`},
		{"{ contacts { companies { id } } }", "3 levels of fields, at most 2 are allowed"},
	} {
		err := admits(tt.query)
		sent, _ := post(t, gated(t, limits), tt.query)
		switch {
		case tt.want == "" && (err != nil || len(sent.Errors) > 0 && !strings.Contains(sent.Errors[0].Message, "several operations")):
			t.Errorf("%s: %v, sent: %+v, want no error", tt.query, err, sent.Errors)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || len(sent.Errors) == 0 || !strings.Contains(err.Error(), sent.Errors[0].Message)):
			t.Errorf("%s: %v, sent: %+v, want %s", tt.query, err, sent.Errors, tt.want)
		}
	}
}
