package cluster

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

const portal = "123"

var discard = slog.New(slog.DiscardHandler)

// Searches have the shortest window, so most tests use their budget, with a limit
// of what is tested: the code is the same for all.
const window = time.Second

// A hub counts calls as HubSpot does: when they arrive.
type hub struct {
	mu       sync.Mutex
	window   time.Duration
	arrivals []time.Time
}

// arrive counts a call that arrived at that moment, which is told later when the
// machine is busy.
func (h *hub) arrive(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.arrivals = append(h.arrivals, at)
}

// worst is the most calls in any rolling window, and when the window began.
func (h *hub) worst() (most int, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	slices.SortFunc(h.arrivals, time.Time.Compare)
	first := 0
	for i, last := range h.arrivals {
		for last.Sub(h.arrivals[first]) >= h.window {
			first++
		}
		if n := i - first + 1; n > most {
			most, at = n, h.arrivals[first]
		}
	}
	return most, at
}

// between is the number of calls that arrived from one moment to another.
func (h *hub) between(from, to time.Time) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, at := range h.arrivals {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}

// A replica is one gateway, as far as its calls go.
type replica struct {
	*Cluster
	limiter *hubspot.Limiter
	budget  hubspot.Budget

	mu    sync.Mutex
	waits []wait
}

// A wait is how long one call had to wait for its place, and when it began to.
type wait struct {
	at   time.Time
	took time.Duration
	err  error
}

// patient is how long Redis may take where a test is not about that: the tests run
// beside each other, and with the race detector, on machines that do other things.
const patient = 3 * answerTime

func join(t testing.TB, url string, replicas int, limits hubspot.Limits) *replica {
	t.Helper()
	return joinWith(t, Options{URL: Address(url), Replicas: replicas, patience: patient}, limits)
}

func joinWith(t testing.TB, o Options, limits hubspot.Limits) *replica {
	t.Helper()
	c, err := New(discard, o)
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{Cluster: c, limiter: hubspot.NewLimiter(limits), budget: hubspot.BudgetSearch}
	if err := c.Share(portal, r.limiter); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		if t.Failed() {
			t.Logf("%+v %+v", c.Status(), c.Counters())
		}
	})
	return r
}

// call makes one call, which takes about latency.
func (r *replica) call(ctx context.Context, h *hub, latency time.Duration) {
	start := time.Now()
	slot, _, err := r.limiter.Wait(ctx, r.budget)
	r.mu.Lock()
	r.waits = append(r.waits, wait{start, time.Since(start), err})
	r.mu.Unlock()
	if err != nil {
		return
	}
	arrives := time.Now().Add(latency / 4)
	slot.Sent()
	h.arrive(arrives)
	time.Sleep(latency/4 + rand.N(latency))
	slot.Done()
}

// of is the number of calls that got a place.
func (h *hub) of(r *replica) (calls int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.waits {
		if w.err == nil {
			calls++
		}
	}
	return calls
}

// saturate has so many clients call as fast as they may, until ctx ends.
func (r *replica) saturate(ctx context.Context, h *hub, clients int, latency time.Duration) (wait func()) {
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for ctx.Err() == nil {
				r.call(ctx, h, latency)
			}
		})
	}
	return all.Wait
}

// pace has a call begin every so often, until ctx ends.
func (r *replica) pace(ctx context.Context, h *hub, every, latency time.Duration) (wait func()) {
	var all sync.WaitGroup
	all.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				all.Go(func() { r.call(ctx, h, latency) })
			case <-ctx.Done():
				return
			}
		}
	})
	return all.Wait
}

// percentile is the share-th of the waits that began between two moments.
func (r *replica) percentile(share float64, from, to time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	var took []time.Duration
	for _, w := range r.waits {
		if !w.at.Before(from) && w.at.Before(to) {
			took = append(took, w.took)
		}
	}
	if len(took) == 0 {
		return -1
	}
	slices.Sort(took)
	return took[min(int(share*float64(len(took))), len(took)-1)]
}

func checkWorst(t *testing.T, h *hub, limit int) {
	t.Helper()
	most, at := h.worst()
	t.Logf("worst window %d of %d", most, limit)
	if most > limit {
		t.Errorf("%d calls in one window, want at most %d; it began %v ago", most, limit, time.Since(at))
	}
}

// checkUse checks that the allowance was used from one moment to another, which
// must be more than a window apart. As calls come in bursts, it takes the mean over
// all places of a span that is a window shorter.
func checkUse(t *testing.T, h *hub, limit int, from, to time.Time, least float64) {
	t.Helper()
	const places = 50
	span, calls := to.Sub(from)-h.window, 0
	for i := range places {
		at := from.Add(h.window * time.Duration(i) / places)
		calls += h.between(at, at.Add(span))
	}
	use := float64(calls) / places / (float64(limit) * float64(span) / float64(h.window))
	t.Logf("%.1f %% used", 100*use)
	if use < least {
		t.Errorf("%.1f %% of the allowance used, want at least %.0f %%", 100*use, 100*least)
	}
}

// until waits for what must come, for at most the time given.
func until(t *testing.T, most time.Duration, what string, is func() bool) time.Duration {
	t.Helper()
	start := time.Now()
	for !is() {
		if time.Since(start) > most {
			t.Fatalf("%s: not within %v", what, most)
		}
		time.Sleep(time.Millisecond)
	}
	return time.Since(start)
}

// A proxy stands between a replica and Redis, and can stop forwarding.
type proxy struct {
	listener net.Listener
	target   string
	work     sync.WaitGroup

	mu    sync.Mutex
	open  *sync.Cond
	stuck [2]bool // what goes to Redis, and what comes back
	ended bool
	conns []net.Conn
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: target}
	p.open = sync.NewCond(&p.mu)
	p.work.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) url() string { return "redis://" + p.listener.Addr().String() }

func (p *proxy) set(there, back bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stuck = [2]bool{there, back}
	p.open.Broadcast()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		p.work.Go(func() { p.forward(server, client, 0) })
		p.work.Go(func() { p.forward(client, server, 1) })
	}
}

func (p *proxy) forward(to, from net.Conn, way int) {
	defer func() { _ = to.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		p.mu.Lock()
		for p.stuck[way] && !p.ended {
			p.open.Wait()
		}
		p.mu.Unlock()
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.ended = true
	p.open.Broadcast()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.work.Wait()
}

// A refusal answers every call with 429.
type refusal struct {
	body    string
	seconds int // Retry-After; 0 for none
}

func (r refusal) RoundTrip(q *http.Request) (*http.Response, error) {
	h := http.Header{"Content-Type": {"application/json"}}
	if r.seconds > 0 {
		h.Set("Retry-After", strconv.Itoa(r.seconds))
	}
	return &http.Response{
		StatusCode: http.StatusTooManyRequests, Header: h, Body: io.NopCloser(strings.NewReader(r.body)), Request: q,
	}, nil
}
