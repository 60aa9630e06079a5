package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A collector takes traces as OpenTelemetry's does: OTLP over HTTP.
type collector struct {
	url string

	mu    sync.Mutex
	spans []span
}

// A span is one that was exported.
type span struct {
	*tracepb.Span

	service    map[string]string
	attributes map[string]string
}

// String is all that the span tells.
func (s span) String() string {
	return fmt.Sprintf("%s %v %v %s %v", s.Name, s.attributes, s.service, s.Status, s.Events)
}

func newCollector(t *testing.T) *collector {
	c := &collector{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var request collectorpb.ExportTraceServiceRequest
		if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &request) != nil {
			t.Errorf("%s %s is no export of traces: %v", r.Method, r.URL, err)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, resource := range request.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				for _, s := range scope.Spans {
					c.spans = append(c.spans, span{s, attributesOf(resource.Resource.Attributes), attributesOf(s.Attributes)})
				}
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(srv.Close)
	c.url = srv.URL
	return c
}

func attributesOf(list []*commonpb.KeyValue) map[string]string {
	values := make(map[string]string)
	for _, kv := range list {
		v := kv.Value
		switch v.Value.(type) {
		case *commonpb.AnyValue_StringValue:
			values[kv.Key] = v.GetStringValue()
		case *commonpb.AnyValue_IntValue:
			values[kv.Key] = fmt.Sprint(v.GetIntValue())
		default:
			values[kv.Key] = v.String()
		}
	}
	return values
}

func (c *collector) traced(cfg *config.Config) { cfg.Observe.OTLPEndpoint = c.url + "/v1/traces" }

func (c *collector) all() []span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.spans)
}

// under are the spans beneath one, in order of their beginnings.
func (c *collector) under(id []byte) []span {
	var found []span
	for _, s := range c.all() {
		if string(s.ParentSpanId) == string(id) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b span) int { return int(a.StartTimeUnixNano) - int(b.StartTimeUnixNano) })
	return found
}

const (
	clientTrace = "4bf92f3577b34da6a3ce929d0e0e4736"
	clientSpan  = "00f067aa0ba902b7"
)

// traceparent puts a request into a trace of the client's.
var traceparent = []string{"Traceparent", "00-" + clientTrace + "-" + clientSpan + "-01", "Tracestate", "client=7", "Baggage", "who=client"}

// TestTrace follows a request, one of whose calls is repeated, from its client's
// trace to HubSpot, which hears nothing of it.
func TestTrace(t *testing.T) {
	c := newCollector(t)
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := &driven{testGateway: startGateway(t, p, c.traced, unthrottled, twoTypes)}
	var mu sync.Mutex
	told, called := http.Header{}, 0
	p.Fail(hubspottest.Fault{Match: func(r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		called++
		for _, name := range []string{"Traceparent", "Tracestate", "Baggage"} {
			if v := r.Header.Get(name); v != "" {
				told.Set(name, v)
			}
		}
		return false
	}})
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.BatchRead, Status: 503, Times: 1})
	g.raw([]byte(`{"query":"query Two { contacts(first: 100) { nodes { primaryCompany { name } } } }"}`), traceparent...)
	g.raw([]byte(`{"query":"{ nope }"}`))
	g.server.Close()

	if called == 0 || len(told) > 0 {
		t.Errorf("HubSpot was called %d times and told %v, want no trace", called, told)
	}
	var request, refused span
	for _, s := range c.all() {
		switch s.Name {
		case "query Two":
			request = s
		case "graphql":
			refused = s
		}
		if s.service["service.name"] != "hubgraph" {
			t.Errorf("span %s is of %v, want hubgraph", s.Name, s.service)
		}
	}
	if request.Span == nil || refused.Span == nil {
		t.Fatalf("the requests have no spans: %v", c.all())
	}
	if got := fmt.Sprintf("%x under %x", request.TraceId, request.ParentSpanId); got != clientTrace+" under "+clientSpan {
		t.Errorf("the request is in %s, want the client's trace", got)
	}
	for name, want := range map[string]string{
		"graphql.operation.name": "Two", "graphql.operation.type": "query", "hubgraph.portal": "4711", "hubgraph.calls": "4",
		"hubgraph.planned_calls": "3", "hubgraph.cache_hits": "0", "http.request.method": "POST", "url.path": "/graphql",
	} {
		if request.attributes[name] != want {
			t.Errorf("the request has %s %q, want %q", name, request.attributes[name], want)
		}
	}
	var phases []string
	var run span
	for _, s := range c.under(request.SpanId) {
		if phases = append(phases, s.Name); s.Name == "run" {
			run = s
		}
	}
	if !slices.Equal(phases, []string{"parse", "plan", "run", "render"}) {
		t.Fatalf("phases %q, want parse, plan, run and render", phases)
	}
	var calls []string
	for _, s := range c.under(run.SpanId) {
		a := s.attributes
		calls = append(calls, strings.Join([]string{s.Name, a["hubspot.object_type"], a["http.response.status_code"], a["hubspot.attempt"], a["hubspot.inputs"], a["error.type"]}, " "))
		if len(a["hubspot.correlation_id"]) != 36 || a["hubspot.waited_ms"] == "" || s.EndTimeUnixNano > run.EndTimeUnixNano || s.Kind != tracepb.Span_SPAN_KIND_CLIENT {
			t.Errorf("span %s: want a correlation ID, a wait and an end before the run's", s)
		}
	}
	want := []string{"hubspot list 0-1 200 1 0 ", "hubspot associations 0-1 200 1 100 ", "hubspot batch_read 0-2 503 1 100 unavailable", "hubspot batch_read 0-2 200 2 100 "}
	if !slices.Equal(calls, want) {
		t.Errorf("calls\n%q, want\n%q", calls, want)
	}
	if refused.Status.GetCode() != tracepb.Status_STATUS_CODE_ERROR || !strings.Contains(refused.attributes["hubgraph.errors"], "GRAPHQL_VALIDATION_FAILED") ||
		len(refused.ParentSpanId) != 0 || len(c.under(refused.SpanId)) != 1 {
		t.Errorf("the refused request is %s with %v beneath, want an error and the parsing", refused, c.under(refused.SpanId))
	}
	if n := len(c.all()); n != 1+4+4+2 {
		t.Errorf("%d spans, want those of the requests alone", n)
	}
	for _, id := range []string{clientTrace, fmt.Sprintf("%x", refused.TraceId)} {
		if !strings.Contains(g.logs.String(), "trace_id="+id) {
			t.Errorf("no line of the log names the trace %s", id)
		}
	}
}

// TestTraceOfMetadata follows an operation that the schema and the portal's
// metadata answer.
func TestTraceOfMetadata(t *testing.T) {
	c := newCollector(t)
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{Unlimited: true}), c.traced, unthrottled, twoTypes)
	g.data(`{ portal { id } contacts { nodes { id } } }`, nil, &struct{}{})
	g.server.Close()
	for _, s := range c.all() {
		if s.Name != "query" {
			continue
		}
		var phases []string
		for _, phase := range c.under(s.SpanId) {
			phases = append(phases, phase.Name)
		}
		if !slices.Equal(phases, []string{"parse", "plan", "run"}) {
			t.Errorf("phases %q, want parse, plan and run", phases)
		}
		return
	}
	t.Errorf("the request has no span: %v", c.all())
}

// TestNoTracing holds that without a collector a client's trace is named in the
// log all the same.
func TestNoTracing(t *testing.T) {
	g := &driven{testGateway: startGateway(t, hubspottest.New(t, hubspottest.Options{Unlimited: true}), unthrottled, twoTypes)}
	g.raw([]byte(`{"query":"{ contacts { nodes { id } } }"}`), traceparent...)
	if !strings.Contains(g.logs.String(), "trace_id="+clientTrace) {
		t.Errorf("no line of the log names the client's trace:\n%s", g.logs)
	}
}

// TestCollectorAway holds that requests do not care whether anybody takes the
// traces.
func TestCollectorAway(t *testing.T) {
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{Unlimited: true}), unthrottled, twoTypes, debugLogs, func(cfg *config.Config) {
		cfg.Observe.OTLPEndpoint = away.URL + "/v1/traces"
	})
	start := time.Now()
	g.data(`{ contacts { nodes { id } } }`, nil, &struct{}{})
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("the answer took %v", took)
	}
	start = time.Now()
	g.server.Close()
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("the end took %v", took)
	}
	if !strings.Contains(g.logs.String(), "traces not exported") {
		t.Error("the log does not say that traces were not exported")
	}
	for line := range strings.Lines(g.logs.String()) {
		if strings.Contains(line, strings.TrimPrefix(away.URL, "http://")) && !strings.Contains(line, "level=DEBUG") {
			t.Errorf("the log names the collector: %s", line)
		}
	}
}
