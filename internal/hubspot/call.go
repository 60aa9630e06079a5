package hubspot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A call is one read, however many attempts it takes.
type call struct {
	op         string // the Client method
	endpoint   Endpoint
	objectType string
	path       string // escaped, from the root
	query      string // escaped
	body       []byte // nil means GET
	inputs     int    // of a batch

	late func(*call) error // fills in the rest when the call has its slot; nil if it is there
}

// post sets the call's body.
func (cl *call) post(body any) error {
	b, err := json.Marshal(body, json.Deterministic(true))
	if err != nil { // text that is not UTF-8
		return invalid(cl.op, "the request holds text that is not valid UTF-8")
	}
	cl.body = b
	return nil
}

// fetch makes the call and returns what decode makes of the answer. decode
// runs once per answer and must start afresh each time.
func fetch[T any](ctx context.Context, c *Client, cl call, decode func(*jsontext.Decoder) (T, error)) (T, error) {
	return fetchWith(ctx, c, cl, func(d *decoder) (T, error) { return decode(d.Decoder) })
}

// fetchBulk is fetch for the answers that take the gateway's time: many
// records, or many associations. See [decoder.bulk].
func fetchBulk[T any](ctx context.Context, c *Client, cl call, decode func(*decoder) (T, error)) (T, error) {
	return fetchWith(ctx, c, cl, func(d *decoder) (T, error) {
		if err := d.bulk(); err != nil {
			var zero T
			return zero, err
		}
		return decode(d)
	})
}

func fetchWith[T any](ctx context.Context, c *Client, cl call, decode func(*decoder) (T, error)) (T, error) {
	var out T
	err := c.do(ctx, cl, func(d *decoder) (err error) {
		out, err = decode(d)
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return out, nil
}

// do makes the call, again and again where that makes sense.
func (c *Client) do(ctx context.Context, cl call, decode func(*decoder) error) error {
	var r retrier
	for attempt := 1; ; attempt++ {
		err := c.attempt(ctx, &cl, attempt, &r, decode)
		if err == nil {
			return nil
		}
		if !r.again(ctx, c, cl, err) {
			return r.result(ctx, cl.op, err)
		}
	}
}

// attempt makes the call once, with a slot of the limiter of its own.
func (c *Client) attempt(ctx context.Context, cl *call, number int, r *retrier, decode func(*decoder) error) error {
	token, err := r.token(ctx, c)
	if err != nil {
		return err
	}
	c.health.halt.replaced(token)
	if err := c.health.refuses(cl.endpoint, time.Now()); err != nil {
		return err
	}
	slot, waited, err := c.limiter.Wait(ctx, cl.endpoint.Budget())
	trace := TraceFrom(ctx)
	trace.addWait(waited)
	if err != nil {
		return contextError(err)
	}
	passage, err := c.health.enter(cl.endpoint, time.Now())
	if err != nil {
		slot.Failed(false)
		return err
	}
	if err := cl.complete(); err != nil {
		slot.Failed(false)
		passage.end(verdictNone)
		return err
	}
	if number == 1 {
		c.health.retries.called(time.Now())
	}
	trace.addCall(cl.endpoint)
	departs(ctx)
	start := time.Now()
	trace.AddAsOf(start)
	info := CallInfo{Endpoint: cl.endpoint, ObjectType: cl.objectType, Waited: waited, Attempt: number, Inputs: cl.inputs}
	err = c.exchange(ctx, *cl, token, slot, &info, decode)
	c.health.ended(&passage, start, err)
	info.Duration = time.Since(start)
	info.explain(err)
	c.observe(ctx, info)
	c.log(ctx, info, err)
	return err
}

// explain adds why the attempt failed, if it did.
func (i *CallInfo) explain(err error) {
	i.Err = kindOf(err)
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return
	}
	i.Category, i.CorrelationID = e.Category, firstText(e.CorrelationID, i.CorrelationID)
	if e.StatusCode == http.StatusTooManyRequests {
		i.Policy = policyOf(e, i.Endpoint.Budget())
	}
}

// log leaves a line per attempt at debug level. What HubSpot says in words is
// left out, for it quotes the values that it was sent; the correlation ID leads
// to it. The cause of a lost call is for operators only: it may hold addresses.
func (c *Client) log(ctx context.Context, info CallInfo, err error) {
	if !c.lg.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("endpoint", string(info.Endpoint)), slog.String("object_type", info.ObjectType),
		slog.Int("status", info.Status), slog.Int("attempt", info.Attempt),
		slog.Int64("duration_ms", info.Duration.Milliseconds()), slog.Int64("waited_ms", info.Waited.Milliseconds()),
	}
	if info.CorrelationID != "" {
		attrs = append(attrs, slog.String("correlation_id", info.CorrelationID))
	}
	if info.Err != nil {
		attrs = append(attrs, slog.String("error", info.Err.Error()), slog.String("category", info.Category))
	}
	if e, ok := errors.AsType[*Error](err); ok && e.StatusCode == 0 && e.cause != nil {
		attrs = append(attrs, slog.String("cause", e.cause.Error()))
	}
	c.lg.LogAttrs(ctx, slog.LevelDebug, "hubspot call", attrs...)
}

// exchange sends one request and reads its answer, and notes in info what the
// answer says of itself.
func (c *Client) exchange(ctx context.Context, cl call, token string, slot *Slot, info *CallInfo, decode func(*decoder) error) error {
	attemptCtx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	var connected atomic.Bool
	req, err := c.request(attemptCtx, cl, token, slot, &connected)
	if err != nil {
		slot.Failed(false)
		return err
	}
	res, err := c.http.Do(req)
	if err != nil {
		slot.Failed(connected.Load())
		return lost(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	slot.Done()
	slot.Learn(res.Header)
	info.Status, info.CorrelationID = res.StatusCode, word(res.Header.Get(headerCorrelation))
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusMultiStatus {
		return refusal(ctx, res)
	}
	return c.decode(ctx, res, decode)
}

func (c *Client) request(ctx context.Context, cl call, token string, slot *Slot, connected *atomic.Bool) (*http.Request, error) {
	method, target := http.MethodGet, c.base+cl.path
	if cl.query != "" {
		target += "?" + cl.query
	}
	var body io.Reader
	if cl.body != nil {
		method, body = http.MethodPost, bytes.NewReader(cl.body)
	}
	trace := TraceFrom(ctx)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil && !slot.Sent() {
				trace.addCall(cl.endpoint)
			}
		},
	})
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, invalid("", "the request does not make a url")
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", gzipped)
	req.Header.Set("User-Agent", "hubgraph")
	if cl.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// kindOf reduces an error to what metrics may carry.
func kindOf(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return context.Canceled
}
