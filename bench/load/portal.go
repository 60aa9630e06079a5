package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A portalPlan says what portal to serve.
type portalPlan struct {
	pages      int           // of 100 contacts, each with a company of its own
	deals      int           // of each company
	custom     int           // custom objects besides the standard types
	properties int           // that every type has at least
	demo       bool          // the demo portal instead of the above
	latency    time.Duration // of a call
	limit      int           // calls in ten seconds; 0 means no limit
}

// args are the plan as a command line for this program.
func (p portalPlan) args() []string {
	return []string{
		"portal",
		"-pages", strconv.Itoa(p.pages), "-deals", strconv.Itoa(p.deals),
		"-custom", strconv.Itoa(p.custom), "-properties", strconv.Itoa(p.properties),
		fmt.Sprint("-demo=", p.demo), "-latency", p.latency.String(), "-limit", strconv.Itoa(p.limit),
	}
}

func (p portalPlan) build() *hubspottest.Portal {
	opts := hubspottest.Options{
		Latency: p.latency, Unlimited: p.limit == 0, BurstLimit: p.limit, AssociationLimit: p.limit,
	}
	if p.demo {
		return hubspottest.Demo(opts)
	}
	portal := hubspottest.NewPortal(opts)
	for i := range p.custom {
		portal.DefineObject(hubspottest.Object{Name: fmt.Sprintf("thing_%d", i)})
	}
	if n := 100 * p.pages; n > 0 {
		portal.AddRecords("contacts", n)
		portal.AddRecords("companies", n)
		portal.AssociateEach("contacts", "companies", 1)
		portal.AddRecords("deals", n*p.deals)
		portal.AssociateEach("companies", "deals", p.deals)
	}
	portal.PadProperties(p.properties) // last: they have no values
	return portal
}

// servePortal serves a fake portal until stdin ends, and says where.
func servePortal(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	var plan portalPlan
	flags := flag.NewFlagSet("portal", flag.ContinueOnError)
	flags.IntVar(&plan.pages, "pages", 0, "pages of 100 contacts")
	flags.IntVar(&plan.deals, "deals", 0, "deals of each company")
	flags.IntVar(&plan.custom, "custom", 0, "custom objects")
	flags.IntVar(&plan.properties, "properties", 0, "properties of every type")
	flags.BoolVar(&plan.demo, "demo", false, "serve the demo portal")
	flags.DurationVar(&plan.latency, "latency", 0, "of a call")
	flags.IntVar(&plan.limit, "limit", 0, "calls in ten seconds")
	if err := flags.Parse(args); err != nil {
		return err
	}
	portal := plan.build()
	watched := &watched{portal: portal, latency: plan.latency}
	if plan.limit == 0 {
		watched.answers = make(map[string]answer)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /bench/observed", watched.report)
	mux.Handle("/", watched)
	return serveChild(ctx, mux, portal.Token(), stdin, stdout)
}

// serveChild serves h on a free port until stdin ends, which it does with the
// parent, and writes an [address] to stdout.
func serveChild(ctx context.Context, h http.Handler, token string, stdin io.Reader, stdout io.Writer) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		_ = srv.Close()
	}()
	if err := json.NewEncoder(stdout).Encode(address{"http://" + ln.Addr().String(), token}); err != nil {
		return err
	}
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// An address is where a child serves.
type address struct{ URL, Token string }

// watched is a portal whose calls are timed. One without limits makes each
// answer once: the portal's records never change, and the CPU that it takes to
// read and compress them would be missing where the servers are measured.
type watched struct {
	portal  *hubspottest.Portal
	latency time.Duration

	mu      sync.Mutex
	took    []time.Duration   // by each call since the last report
	answers map[string]answer // by request; nil if each is to be made anew
}

// An answer is one that the portal gave before.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ServeHTTP has the portal answer.
func (w *watched) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	begin := time.Now()
	if w.answers == nil {
		w.portal.ServeHTTP(rw, r)
	} else {
		w.serveAgain(rw, r, begin)
	}
	took := time.Since(begin)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.took = append(w.took, took)
}

// serveAgain answers as the portal did the first time.
func (w *watched) serveAgain(rw http.ResponseWriter, r *http.Request, begin time.Time) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	key := fmt.Sprintf("%s %s %v %s", r.Method, r.URL, r.Header, body)
	w.mu.Lock()
	known, ok := w.answers[key]
	w.mu.Unlock()
	if !ok {
		r.Body = io.NopCloser(bytes.NewReader(body))
		recorder := httptest.NewRecorder()
		w.portal.ServeHTTP(recorder, r)
		known = answer{recorder.Code, recorder.Header(), recorder.Body.Bytes()}
		w.mu.Lock()
		w.answers[key] = known
		w.mu.Unlock()
	} else if rest := w.latency - time.Since(begin); rest > 0 {
		time.Sleep(rest)
	}
	maps.Copy(rw.Header(), known.header)
	rw.WriteHeader(known.status)
	_, _ = rw.Write(known.body) // whoever is gone misses nothing
}

// An observation is what the portal saw since the one before.
type observation struct {
	Calls   int
	Refused int           // of these, with 429
	Took    time.Duration // by the median call
}

// report answers with an [observation].
func (w *watched) report(rw http.ResponseWriter, _ *http.Request) {
	w.mu.Lock()
	seen := observation{Calls: len(w.took), Refused: w.portal.Rejected(), Took: percentile(w.took, 50)}
	w.took = nil
	w.mu.Unlock()
	w.portal.ResetCalls()
	_ = json.NewEncoder(rw).Encode(seen) // the harness waits for it
}
