package execute_test

import (
	"bytes"
	"sync"
	"testing"
)

// TestOnePlanManyRuns runs one plan side by side, as a gateway does that keeps
// plans: no run may change what another one reads. The race detector sees more.
func TestOnePlanManyRuns(t *testing.T) {
	h := newHarness(t, twoBranchesPortal(t))
	for _, query := range []string{
		threeLevels,
		`{ contacts(first: 3, where: {email: {exists: true}}, orderBy: {property: email}) { totalCount nodes { email history(properties: [email]) { name versions { value } } } } }`,
		`{ contacts { nodes { companies(where: {name: {neq: "x"}}, orderBy: {property: name}) { edges { cursor labels { label } node { name } } } } } }`,
		`{ contacts(first: 2000) { nodes { id } } contact(by: {id: "x"}) { id } nodes(ids: ["0-1:101", "no"]) { id } }`,
		`{ lists { nodes { name members { nodes { id ... on Contact { email } } } } } }`,
	} {
		op, fields := h.parse(query, nil)
		plan := h.engine.Plan(op, fields)
		before := plan.String()
		answer := func() []byte {
			run := h.engine.Run(t.Context(), plan)
			var b []byte
			for i := range plan.Roots {
				b, _ = run.Append(b, i)
			}
			return b
		}
		want := answer()
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if got := answer(); !bytes.Equal(got, want) {
					t.Errorf("query %s\nanswer = %.500s\nwant %.500s", query, got, want)
				}
			})
		}
		wg.Wait()
		if after := plan.String(); after != before {
			t.Errorf("query %s\nplan before:\n%s\nafter:\n%s", query, before, after)
		}
	}
}
