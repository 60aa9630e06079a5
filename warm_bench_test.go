package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/bench/peer"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// warmQuery asks for 100 contacts with ten fields, and of each two companies
// with ten fields: 3,000 values.
const warmQuery = `{ contacts(first: 100) { nodes {
	email firstname lastname phone jobtitle company city country createdate num_notes
	companies(first: 2) { nodes {
		name domain phone city state zip country description createdate numberofemployees
	} } } } }`

// BenchmarkWarm is what an answer costs, from HTTP handler to HTTP response in
// this process, when all records are known: by hubgraph from its record cache,
// and by a hand-written gqlgen server that has the same records in its types,
// so that its generated field-by-field executor is all that works. CPU time is
// the process's own, garbage collection included; cpu-ratio is how many times
// hubgraph's CPU time the gqlgen server takes.
func BenchmarkWarm(b *testing.B) {
	p := hubspottest.New(b, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 100)
	p.AddRecords("companies", 200)
	p.AssociateEach("contacts", "companies", 2)
	g := startGateway(b, p, unthrottled, func(cfg *config.Config) {
		cfg.RecordTTL, cfg.RecordCacheBytes = time.Hour, 128<<20
	})
	ours := newWarmClient(b, g.server.Handler())
	theirs := newWarmClient(b, peer.NewHandler(peer.Options{URL: p.URL(), Token: p.Token(), Wait: time.Millisecond, Limit: 10_000, Keep: true}))
	warm(b, ours, theirs)

	cpu := make(map[string]time.Duration)
	for _, c := range []struct {
		name   string
		client *warmClient
	}{{"hubgraph", ours}, {"gqlgen", theirs}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			p.ResetCalls()
			runtime.GC() // the other's garbage is not this one's
			before := cpuTime(b)
			for b.Loop() {
				c.client.ask(b)
			}
			runtime.GC()
			cpu[c.name] = (cpuTime(b) - before) / time.Duration(b.N)
			b.ReportMetric(float64(cpu[c.name].Microseconds()), "cpu-µs/op")
			b.ReportMetric(float64(len(p.Calls()))/float64(b.N), "hubspot-calls/op")
			if c.name == "gqlgen" && cpu["hubgraph"] > 0 {
				b.ReportMetric(float64(cpu["gqlgen"])/float64(cpu["hubgraph"]), "cpu-ratio")
			}
		})
	}
}

// warm asks both servers until they have all they need, and sees to it that
// they give the same answer.
func warm(b *testing.B, ours, theirs *warmClient) {
	b.Helper()
	var answers [2]struct{ Data any }
	for range 3 {
		for i, c := range []*warmClient{ours, theirs} {
			answers[i].Data = nil
			if err := json.Unmarshal(c.ask(b), &answers[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff(answers[1].Data, answers[0].Data); diff != "" {
		b.Fatalf("hubgraph's answer is not gqlgen's (-gqlgen +hubgraph):\n%s", diff)
	}
}

// A warmClient asks warmQuery, again and again, without any network and hardly
// any memory of its own.
type warmClient struct {
	handler http.Handler
	body    []byte
	request *http.Request
	status  int
	header  http.Header
	answer  []byte
}

func newWarmClient(b *testing.B, h http.Handler) *warmClient {
	body, err := json.Marshal(map[string]string{"query": warmQuery})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", http.NoBody)
	r.Header.Set("Content-Type", "application/json")
	return &warmClient{handler: h, body: body, request: r, header: make(http.Header)}
}

// ask returns the answer, which holds until the next.
func (c *warmClient) ask(b *testing.B) []byte {
	clear(c.header)
	c.status, c.answer = http.StatusOK, c.answer[:0]
	c.request.Body = io.NopCloser(bytes.NewReader(c.body))
	c.request.ContentLength = int64(len(c.body))
	c.handler.ServeHTTP(c, c.request)
	if c.status != http.StatusOK || bytes.Contains(c.answer, []byte(`"errors":`)) {
		b.Fatalf("status %d, answer %.500s", c.status, c.answer)
	}
	return c.answer
}

// Header implements [http.ResponseWriter].
func (c *warmClient) Header() http.Header { return c.header }

// WriteHeader implements [http.ResponseWriter].
func (c *warmClient) WriteHeader(status int) { c.status = status }

// Write implements [http.ResponseWriter].
func (c *warmClient) Write(text []byte) (int, error) {
	c.answer = append(c.answer, text...)
	return len(text), nil
}

// cpuTime is the CPU time that this process has used, user and system.
func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
