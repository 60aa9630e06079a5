package execute_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A harness runs operations over a fake portal's live schema.
type harness struct {
	tb     testing.TB
	portal *hubspottest.Portal
	client *hubspot.Client
	meta   *portal.Metadata
	schema *schema.Schema
	engine *execute.Engine
	settle func() // lets the cache take in what it was given
}

// newHarness discovers the portal as it is now and forgets the calls that took.
func newHarness(tb testing.TB, p *hubspottest.Portal, limits ...execute.Limits) *harness {
	tb.Helper()
	lg := slog.New(slog.DiscardHandler)
	client, err := hubspot.NewClient(lg, hubspot.Options{
		BaseURL: p.URL(),
		Token:   hubspot.StaticToken(p.Token()),
		Limiter: hubspot.NewLimiter(hubspot.Limits{Burst: 1e6, Associations: 1e6, Search: 1e6}), // no waiting here
	})
	if err != nil {
		tb.Fatalf("NewClient: %v", err)
	}
	tb.Cleanup(client.Close)
	meta, err := portal.Load(tb.Context(), lg, client, portal.LoadOptions{})
	if err != nil {
		tb.Fatalf("portal.Load: %v", err)
	}
	core, err := os.ReadFile("../../graph/schema.graphqls")
	if err != nil {
		tb.Fatal(err)
	}
	s, err := schema.Build(string(core), meta)
	if err != nil {
		tb.Fatalf("schema.Build: %v", err)
	}
	var l execute.Limits
	if len(limits) > 0 {
		l = limits[0]
	}
	p.ResetCalls()
	return &harness{tb: tb, portal: p, client: client, meta: meta, schema: s, engine: execute.New(s, meta, client, l)}
}

// unlimited is a portal without rate limits: these tests are about answers.
func unlimited(tb testing.TB) *hubspottest.Portal {
	return hubspottest.New(tb, hubspottest.Options{Unlimited: true})
}

// parse validates a query and collects its root fields, as gqlgen does.
func (h *harness) parse(query string, variables map[string]any) (*graphql.OperationContext, []graphql.CollectedField) {
	h.tb.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(h.schema.AST, query, rules.NewDefaultRules())
	if errs != nil {
		h.tb.Fatalf("query %s\nis not valid: %v", query, errs)
	}
	op := doc.Operations[0]
	vars, err := validator.VariableValues(h.schema.AST, op, variables)
	if err != nil {
		h.tb.Fatalf("query %s\nvariables %v: %v", query, variables, err)
	}
	oc := &graphql.OperationContext{RawQuery: query, Variables: vars, Doc: doc, Operation: op}
	return oc, graphql.CollectFields(oc, op.SelectionSet, []string{h.schema.AST.Query.Name})
}

// A result is what an operation came to.
type result struct {
	tb   testing.TB
	Data map[string]json.RawMessage
	Errs []*gqlerror.Error
}

// run runs an operation to its end.
func (h *harness) run(ctx context.Context, query string, variables map[string]any) result {
	h.tb.Helper()
	oc, fields := h.parse(query, variables)
	o := h.engine.Start(ctx, h.engine.Plan(oc, fields))
	r := result{tb: h.tb, Data: make(map[string]json.RawMessage)}
	for _, f := range fields {
		tree, errs := o.Wait(f.Alias)
		r.Data[f.Alias] = treeJSON(h.tb, tree)
		for _, err := range errs {
			presented, ok := err.(*gqlerror.Error)
			if !ok {
				h.tb.Fatalf("error of %s is a %T, want a *gqlerror.Error: %v", f.Alias, err, err)
			}
			r.Errs = append(r.Errs, presented)
		}
	}
	return r
}

func treeJSON(tb testing.TB, tree *execute.Tree) json.RawMessage {
	tb.Helper()
	if tree == nil {
		return json.RawMessage("null")
	}
	var b strings.Builder
	tree.MarshalGQL(&b)
	if !json.Valid([]byte(b.String())) {
		tb.Fatalf("tree is not JSON: %s", b.String())
	}
	return json.RawMessage(b.String())
}

// query runs an operation and takes its errors as they come.
func (h *harness) query(query string, variables ...map[string]any) result {
	h.tb.Helper()
	var vars map[string]any
	if len(variables) > 0 {
		vars = variables[0]
	}
	return h.run(h.tb.Context(), query, vars)
}

// data runs an operation that must have no errors and returns its data as
// JSON, by response name in alphabetical order.
func (h *harness) data(query string, variables ...map[string]any) string {
	h.tb.Helper()
	r := h.query(query, variables...)
	if len(r.Errs) > 0 {
		h.tb.Fatalf("query %s\nerrors = %v, want none", query, r.errors())
	}
	return r.json()
}

// into is data, decoded.
func (h *harness) into(out any, query string, variables ...map[string]any) {
	h.tb.Helper()
	text := h.data(query, variables...)
	if err := json.Unmarshal([]byte(text), out); err != nil {
		h.tb.Fatalf("%v in %s", err, text)
	}
}

func (r result) json() string {
	text, err := json.Marshal(r.Data)
	if err != nil {
		r.tb.Fatal(err)
	}
	return string(text)
}

// errors are the errors in one line each: path, code, message.
func (r result) errors() []string {
	lines := make([]string, 0, len(r.Errs))
	for _, err := range r.Errs {
		lines = append(lines, fmt.Sprintf("%s %v %s", pathText(err.Path), err.Extensions["code"], err.Message))
	}
	return lines
}

// codes are the errors' paths and codes.
func (r result) codes() []string {
	lines := make([]string, 0, len(r.Errs))
	for _, err := range r.Errs {
		lines = append(lines, fmt.Sprintf("%s %v", pathText(err.Path), err.Extensions["code"]))
	}
	return lines
}

func pathText(path ast.Path) string {
	parts := make([]string, 0, len(path))
	for _, element := range path {
		parts = append(parts, fmt.Sprint(element))
	}
	return strings.Join(parts, ".")
}

type counts map[hubspottest.Endpoint]int

// calls fails the test unless HubSpot was called just so often per endpoint
// since the last check, and no record or parent was asked for twice.
func (h *harness) calls(want counts) {
	h.tb.Helper()
	all := h.portal.Calls()
	got := make(counts)
	for _, c := range all {
		got[c.Endpoint]++
	}
	for endpoint, n := range want {
		if got[endpoint] != n {
			h.tb.Errorf("%d %s calls, want %d; all calls:\n%.3000v", got[endpoint], endpoint, n, all)
		}
		delete(got, endpoint)
	}
	for endpoint, n := range got {
		h.tb.Errorf("%d %s calls, want none; all calls:\n%.3000v", n, endpoint, all)
	}
	h.portal.ResetCalls()
}
