package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// TestLimitModes sends one request beyond each limit to a gateway that enforces
// it, one that measures and one that does not care, over HTTP. What is told is
// told in the operation's line of the log and counted.
func TestLimitModes(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 1)
	depth13 := `{ contacts { edges { node { companies { edges { node { contacts { edges { node { companies { edges { node { name } } } } } } } } } } } } }`
	for _, tt := range []struct {
		limit, query string
		most         int // 0: the default
		set          func(*config.Limits, limit.Limit)
		inField      bool // refused as the error of a field, and not as a whole
	}{
		{"body", `{ contact(by: {id: "101"}) { id } } #` + strings.Repeat("x", 256<<10), 0, func(l *config.Limits, to limit.Limit) { l.Body = to }, false},
		{"tokens", `{ contact(by: {id: "101"}) { id ` + strings.Repeat("email ", 99) + `} node(id: "0-1:101") { id } }`, 100, func(l *config.Limits, to limit.Limit) { l.Tokens = to }, false},
		{"depth", depth13, 0, func(l *config.Limits, to limit.Limit) { l.Depth = to }, false},
		{"aliases", `{ contact(by: {id: "101"}) ` + braced(101, "a#: email") + ` }`, 0, func(l *config.Limits, to limit.Limit) { l.Aliases = to }, false},
		{"rootFields", `{ ...F } fragment F on Query { ` + strings.Repeat("__typename ", 99) + "}", 98, func(l *config.Limits, to limit.Limit) { l.RootFields = to }, false},
		{"directives", `{ contact(by: {id: "101"}) { ` + strings.Repeat("id @include(if: true) ", 51) + `} }`, 0, func(l *config.Limits, to limit.Limit) { l.Directives = to }, false},
		{"directivesPerPlace", `{ __typename @include(if: true) @skip(if: false) }`, 1, func(l *config.Limits, to limit.Limit) { l.DirectivesPerPlace = to }, false},
		{"fragments", `{ contact(by: {id: "101"}) { ...a } } fragment a on Contact { ...b } fragment b on Contact { id }`, 1, func(l *config.Limits, to limit.Limit) { l.Fragments = to }, false},
		{"selections", `{ contact(by: {id: "101"}) { id email displayName } }`, 3, func(l *config.Limits, to limit.Limit) { l.Selections = to }, false},
		{"operations", `query A { __typename } query B { __typename }`, 1, func(l *config.Limits, to limit.Limit) { l.Operations = to }, false},
		{"variables", `query A($a: ID = "0-1:101", $b: ID = "0-1:102") { a: nodes(ids: [$a, $b]) { id } }`, 1, func(l *config.Limits, to limit.Limit) { l.Variables = to }, false},
		{"records", `{ contacts(first: 101) { nodes { id companies(first: 100) { nodes { id } } } } }`, 0, func(l *config.Limits, to limit.Limit) { l.Records = to }, false},
		{"first", `{ contacts(first: 1001) { nodes { id } } }`, 0, func(l *config.Limits, to limit.Limit) { l.First = to }, true},
		{"calls", `{ contacts(first: 100) { nodes { id companies { nodes { name } } } } }`, 2, nil, false},
	} {
		t.Run(tt.limit, func(t *testing.T) {
			for _, mode := range []limit.Mode{limit.Enforce, limit.Measure, limit.Off} {
				g := startGateway(t, p, unthrottled, func(c *config.Config) {
					if tt.limit == "calls" {
						c.MaxCalls, c.Limits.Calls = tt.most, mode
						return
					}
					tt.set(&c.Limits, limit.Limit{Mode: mode, Most: tt.most})
				})
				body := fmt.Sprintf(`{"query": %q, "operationName": %q}`, tt.query, operationName(tt.query))
				for range 2 { // the second time it is known
					_, text := g.send("POST", "", "application/json", body)
					a := parseAnswer(t, text)
					want := any(nil)
					if mode == limit.Enforce {
						if want = "TOO_EXPENSIVE"; tt.inField {
							want = "BAD_USER_INPUT"
						}
					}
					if a.code() != want {
						t.Errorf("%v: errors %.300v, want %v", mode, a.Errors, want)
					}
				}
				counted := strings.Contains(g.get("/metrics"), fmt.Sprintf("hubgraph_limit_exceeded_total{limit=%q,outcome=%q} 2", tt.limit, map[limit.Mode]string{limit.Enforce: "refused", limit.Measure: "passed"}[mode]))
				logged := strings.Contains(g.logs.String(), "over_limits."+tt.limit+".found=")
				if told := mode != limit.Off; counted != told || logged != told && (tt.limit != "body" || mode == limit.Measure) {
					t.Errorf("%v: counted %v, logged %v, want both %v; log:\n%s", mode, counted, logged, told, g.logs)
				}
			}
		})
	}
}

func operationName(query string) string {
	if strings.Contains(query, "query A") {
		return "A"
	}
	return ""
}

// TestTimeModes lets HubSpot take longer than a request may.
func TestTimeModes(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 1)
	for mode, want := range map[limit.Mode]any{limit.Enforce: "UPSTREAM_TIMEOUT", limit.Measure: nil, limit.Off: nil} {
		g := startGateway(t, p, unthrottled, func(c *config.Config) { c.Timeout, c.Limits.Time = 50*time.Millisecond, mode })
		p.Fail(hubspottest.Fault{Delay: 200 * time.Millisecond})
		a := g.query(`{ contacts { nodes { id } } }`, nil)
		p.ClearFaults()
		if a.code() != want {
			t.Errorf("%v: errors %+v, want %v", mode, a.Errors, want)
		}
		if told := strings.Contains(g.get("/metrics"), `hubgraph_limit_exceeded_total{limit="time"`); told != (mode != limit.Off) {
			t.Errorf("%v: counted %v", mode, told)
		}
	}
}

// TestErrorsKept makes 30 mistakes in values.
func TestErrorsKept(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0), func(c *config.Config) { c.Limits.Errors = limit.AtMost(7) })
	if a := g.query(braced(30, "a#: contacts(first: -1) { nodes { id } }"), nil); len(a.Errors) != 7 || !strings.Contains(string(a.Extensions["hubgraph"]), `"errorsOmitted":23`) {
		t.Errorf("%d errors, %s, want 7, and 23 omitted", len(a.Errors), a.Extensions["hubgraph"])
	}
	g = startGateway(t, g.portal, func(c *config.Config) { c.Limits.Errors = limit.Limit{Mode: limit.Measure} })
	if a := g.query(braced(30, "a#: contacts(first: -1) { nodes { id } }"), nil); len(a.Errors) != 30 {
		t.Errorf("%d errors, want all 30", len(a.Errors))
	}
	if !strings.Contains(g.get("/metrics"), `hubgraph_limit_exceeded_total{limit="errors",outcome="passed"} 1`) {
		t.Error("30 errors where 20 are the limit are not counted")
	}
}

// TestSensibleRequestsPass holds the defaults to what clients do.
func TestSensibleRequestsPass(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 2), unthrottled)
	for name, query := range map[string]string{
		"50 look-ups, aliased": braced(50, `a#: contact(by: {email: "nobody#@example.com"}) { id email }`),
		"three levels":         threeLevels,
		"three levels, edges":  threeLevelsLabelled,
		"a page of 1,000":      `{ contacts(first: 1000) { nodes { id companies(first: 1) { nodes { name } } } } }`,
	} {
		if a := g.query(query, nil); len(a.Errors) > 0 {
			t.Errorf("%s: %+v", name, a.Errors)
		}
	}
	if text := g.get("/metrics"); strings.Contains(text, "hubgraph_limit_exceeded_total{") {
		t.Error("a limit was exceeded")
	}
}
