package hubspottest

import (
	"bytes"
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// TB is the part of testing.TB that [New] needs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// New returns a portal that serves on 127.0.0.1 until the test ends.
func New(tb TB, opts Options) *Portal {
	tb.Helper()
	p := NewPortal(opts)
	p.tb = tb
	Serve(tb, p)
	return p
}

// Serve serves a portal, such as that of [Demo], on 127.0.0.1 until the test
// ends.
func Serve(tb TB, p *Portal) {
	tb.Helper()
	_, stop, err := p.Start()
	if err != nil {
		tb.Fatalf("hubspottest: %v", err)
	}
	tb.Cleanup(stop)
}

// URL is the base URL of the portal that [New] started, such as
// "http://127.0.0.1:43210".
func (p *Portal) URL() string { return p.url }

// Start serves the portal on a free port of 127.0.0.1, over HTTP/1.1 and
// unencrypted HTTP/2, until stop is called. Stop cuts the calls under way.
func (p *Portal) Start() (url string, stop func(), err error) {
	p.url, stop, err = serve(p)
	return p.url, stop, err
}

// serve serves h on a free port of 127.0.0.1 until stop is called.
func serve(h http.Handler) (url string, stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("start fake portal: %w", err)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	ctx, cancel := context.WithCancel(context.Background())
	srv := &http.Server{
		Handler:     h,
		Protocols:   protocols,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(ln) // ends with ErrServerClosed
	}()
	return "http://" + ln.Addr().String(), func() {
		cancel()
		_ = srv.Close()
		<-done
	}, nil
}

// ServeHTTP answers one call.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrival := time.Now()
	var body bytes.Buffer
	if _, err := body.ReadFrom(io.LimitReader(r.Body, maxBodyBytes)); err != nil {
		panic(http.ErrAbortHandler) // the client is gone
	}
	q := &request{method: r.Method, body: body.Bytes()}
	var found bool
	q.route, found = findRoute(r.URL.EscapedPath())
	call := &Call{Method: r.Method, Path: r.URL.RequestURI(), Endpoint: q.endpoint, At: arrival}
	p.describe(call, q)
	p.journal.add(call)

	fault := p.faults.hit(r, call)
	h := w.Header()
	var answer response
	if fault.Status != 0 || fault.Hang || fault.CloseBefore {
		answer = fault.response()
		if q.budget != "" {
			p.limits.arrive(q.budget, arrival)
		}
	} else {
		answer = p.answer(h, r, q, found, arrival)
	}
	if fault.Rewrite != nil {
		answer.body = fault.Rewrite(answer.body)
	}
	if fault.Truncate {
		answer.body = answer.body[:len(answer.body)/2]
	}
	p.finish(h, r, call, &answer)
	for name, values := range fault.Header {
		h[name] = values
	}
	if !sleepUntil(r.Context(), arrival.Add(p.opts.Latency+fault.Delay)) {
		panic(http.ErrAbortHandler) // nobody waits for an answer any more
	}
	fault.send(w, r, answer, func() { p.journal.answered(call, answer.status) })
}

// maxBodyBytes is far above what HubSpot's largest batch needs.
const maxBodyBytes = 4 << 20

// answer checks a call the way HubSpot's front door does, then serves it.
func (p *Portal) answer(h http.Header, r *http.Request, q *request, found bool, now time.Time) response {
	switch {
	case len(r.URL.RequestURI()) > maxURLBytes:
		return response{http.StatusRequestURITooLong, []byte("<html><body>414 Request-URI Too Large</body></html>")}
	case !found:
		return resourceNotFound()
	case q.method != q.route.method:
		h.Set("Allow", q.route.method)
		return apiError{Message: "HTTP 405 Method Not Allowed"}.respond(http.StatusMethodNotAllowed)
	}
	if refusal, ok := p.authenticate(r); !ok {
		return refusal
	}
	broken := p.limits.take(q.budget, now)
	p.limits.headers(h, q.budget)
	if broken != "" {
		return response{http.StatusTooManyRequests, []byte(RateLimited(broken))}
	}
	if q.method == "POST" {
		mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
			return apiError{Message: "HTTP 415 Unsupported Media Type"}.respond(http.StatusUnsupportedMediaType)
		}
	}
	q.query = r.URL.Query()
	// HubSpot computes on machines of its own. At half time all calls that came
	// together have arrived, so that computing here delays none of them.
	sleepUntil(r.Context(), now.Add(p.opts.Latency/2))
	return q.serve(p, q)
}

// maxURLBytes is where requests were seen to fail with 414; HubSpot documents
// no number.
const maxURLBytes = 8_000

// authenticate lets in who has the portal's own token, or what the [App] that
// the call came through has found good.
func (p *Portal) authenticate(r *http.Request) (response, bool) {
	if a, ok := r.Context().Value(admissionKey{}).(admission); ok {
		return a.refusal()
	}
	p.mu.RLock()
	token, expired := p.token, p.expired
	p.mu.RUnlock()
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
		return unauthenticated("INVALID_AUTHENTICATION"), false
	}
	return admission{expired: expired}.refusal()
}

func unauthenticated(category string) response {
	return response{http.StatusUnauthorized, []byte(Unauthenticated(category))}
}

// describe fills in what the call's path and body say.
func (p *Portal) describe(c *Call, q *request) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if t := p.lookupType(q.from); t != nil {
		c.ObjectType = t.plural
	}
	if t := p.lookupType(q.to); t != nil {
		c.ToType = t.plural
	}
	switch c.Endpoint {
	case BatchRead, Associations, RecordSegments:
		c.Inputs = countInputs(q.body)
	}
}

// finish gives the answer its headers and correlation ID, and compresses it.
func (p *Portal) finish(h http.Header, r *http.Request, c *Call, answer *response) {
	id := fmt.Sprintf("%08x-0000-4000-8000-%012x", c.At.Unix()&0xffffffff, c.At.UnixNano()&0xffffffffffff)
	if answer.status >= 400 {
		answer.body = bytes.ReplaceAll(answer.body, []byte(correlation), []byte(id))
	}
	h.Set("X-HubSpot-Correlation-Id", id)
	if bytes.HasPrefix(answer.body, []byte("<")) {
		h.Set("Content-Type", "text/html;charset=utf-8")
	} else {
		h.Set("Content-Type", "application/json;charset=utf-8")
	}
	h.Add("Vary", "Accept-Encoding")
	if len(answer.body) > minGzipBytes && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		answer.body = p.gzip.compress(answer.body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(answer.body)))
}

// sleepUntil reports false if ctx ended before.
func sleepUntil(ctx context.Context, when time.Time) bool {
	wait := time.Until(when)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
