package hubspot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A script is a RoundTripper that answers call after call in this process, so
// that a bubble's clock can run; the last answer repeats.
type script struct {
	mu      sync.Mutex
	answers []func(*http.Request) (*http.Response, error)
	start   time.Time
	at      []time.Duration // of each call
	tokens  []string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	n := min(len(s.at), len(s.answers)-1)
	s.at = append(s.at, time.Since(s.start))
	s.tokens = append(s.tokens, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	s.mu.Unlock()
	return s.answers[n](r)
}

type answerFunc = func(*http.Request) (*http.Response, error)

func reply(status int, body string, header ...string) answerFunc {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: headers(header...), Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func failing(err error) answerFunc {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

const (
	record      = `{"id":"7","properties":{}}`
	rolling     = `{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","correlationId":"c","policyName":"TEN_SECONDLY_ROLLING"}`
	secondly    = `{"status":"error","message":"You have reached your secondly limit.","correlationId":"c","category":"RATE_LIMITS"}`
	daySpent    = `{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","policyName":"DAILY"}`
	expired     = `{"status":"error","message":"expired","category":"EXPIRED_AUTHENTICATION"}`
	revoked     = `{"status":"error","message":"bad token","category":"INVALID_AUTHENTICATION"}`
	moving      = `{"status":"error","message":"moving"}`
	unavailable = `<html><body>502 Bad Gateway</body></html>`
)

// renewing is a token source whose tokens are "old", then "new".
type renewing struct{ refreshes int }

func (r *renewing) Token(context.Context) (string, error) { return "old", nil }

func (r *renewing) Refresh(_ context.Context, stale string) (string, error) {
	r.refreshes++
	if stale == "new" {
		return "", fmt.Errorf("no newer token: %w", ErrUnauthenticated)
	}
	return "new", nil
}

func TestRetries(t *testing.T) {
	const second = time.Second
	good := reply(200, record)
	type gap struct{ from, to time.Duration }
	fault := []gap{{100 * time.Millisecond, 500 * time.Millisecond}, {100 * time.Millisecond, second}}
	tests := []struct {
		name     string
		answers  []answerFunc
		search   bool
		deadline time.Duration
		gaps     []gap // between the calls
		want     error // a kind; nil for success
		after    gap   // RetryAfter
	}{
		{name: "good", answers: []answerFunc{good}},
		{name: "rolling", answers: []answerFunc{reply(429, rolling), good}, gaps: []gap{{10 * second, 10*second + gateJitter}}},
		{name: "rolling, Retry-After", answers: []answerFunc{reply(429, rolling, "Retry-After", "3"), good}, gaps: []gap{{3 * second, 3*second + gateJitter}}},
		{name: "rolling, silly Retry-After", answers: []answerFunc{reply(429, rolling, "Retry-After", "86400"), good}, gaps: []gap{{60 * second, 60*second + gateJitter}}},
		{name: "rolling for ever", answers: []answerFunc{reply(429, rolling)}, want: ErrRateLimited,
			gaps: []gap{{10 * second, 11 * second}, {10 * second, 11 * second}, {10 * second, 11 * second}, {10 * second, 11 * second}}, after: gap{10 * second, 10 * second}},
		{name: "rolling beyond the deadline", answers: []answerFunc{reply(429, rolling)}, deadline: 5 * second, want: ErrRateLimited, after: gap{10 * second, 10*second + gateJitter}},
		{name: "secondly", search: true, answers: []answerFunc{reply(429, secondly), reply(429, secondly), reply(200, `{"total":0,"results":[]}`)},
			gaps: []gap{{second, second + gateJitter}, {2 * second, 2*second + gateJitter}}},
		{name: "from the edge", answers: []answerFunc{reply(429, "error code: 1015"), good}, gaps: []gap{{10 * second, 11 * second}}},
		{name: "search from the edge", search: true, answers: []answerFunc{reply(429, "error code: 1015"), reply(200, `{"results":[]}`)}, gaps: []gap{{second, second + gateJitter}}},
		{name: "daily", answers: []answerFunc{reply(429, daySpent)}, want: ErrRateLimited, after: gap{24 * time.Hour, 24 * time.Hour}},
		{name: "500", answers: []answerFunc{reply(500, "{}"), reply(500, "{}"), good}, gaps: fault},
		{name: "502 for ever", answers: []answerFunc{reply(502, unavailable)}, gaps: fault, want: ErrUnavailable},
		{name: "503, Retry-After", answers: []answerFunc{reply(503, "", "Retry-After", "5"), good}, gaps: []gap{{5 * second, 5 * second}}},
		{name: "503 beyond the deadline", answers: []answerFunc{reply(503, "", "Retry-After", "5")}, deadline: 4 * second, want: ErrUnavailable, after: gap{5 * second, 5 * second}},
		{name: "524", answers: []answerFunc{reply(524, unavailable), good}, gaps: fault[:1]},
		{name: "423", answers: []answerFunc{reply(423, "{}"), good}, gaps: []gap{{2 * second, 2*second + gateJitter}}},
		{name: "477", answers: []answerFunc{reply(477, moving, "Retry-After", "7200")}, want: ErrUnavailable, after: gap{2 * time.Hour, 2 * time.Hour}},
		{name: "400", answers: []answerFunc{reply(400, "{}")}, want: ErrInvalid},
		{name: "403", answers: []answerFunc{reply(403, "{}")}, want: ErrNoAccess},
		{name: "404", answers: []answerFunc{reply(404, "{}")}, want: ErrNotFound},
		{name: "414", answers: []answerFunc{reply(414, "{}")}, want: ErrInvalid},
		{name: "redirect", answers: []answerFunc{reply(302, "", "Location", "https://elsewhere.example/")}, want: ErrUnavailable},
		{name: "no content", answers: []answerFunc{reply(204, "")}, want: ErrUnavailable},
		{name: "expired", answers: []answerFunc{reply(401, expired), good}, gaps: []gap{{}}},
		{name: "expired twice", answers: []answerFunc{reply(401, expired)}, gaps: []gap{{}}, want: ErrUnauthenticated},
		{name: "refused once", answers: []answerFunc{reply(401, revoked), good}, gaps: []gap{{}}},
		{name: "revoked", answers: []answerFunc{reply(401, revoked)}, gaps: []gap{{}}, want: ErrUnauthenticated},
		{name: "reset", answers: []answerFunc{failing(syscall.ECONNRESET), good}, gaps: fault[:1]},
		{name: "refused for ever", answers: []answerFunc{failing(syscall.ECONNREFUSED)}, gaps: fault, want: ErrUnavailable},
		{name: "hang", answers: []answerFunc{hang}, deadline: 5 * second, want: ErrTimeout},
		{name: "hang without a deadline", answers: []answerFunc{hang, good}, gaps: []gap{{attemptTimeout + minBackoff, attemptTimeout + second}}},
		{name: "cut off", answers: []answerFunc{reply(200, `{"id":"7","prop`), good}, gaps: fault[:1]},
		{name: "cut off for ever", answers: []answerFunc{reply(200, `{"id":"7","prop`)}, gaps: fault, want: ErrUnavailable},
		{name: "reset in the body", answers: []answerFunc{brokenBody(syscall.ECONNRESET), good}, gaps: fault[:1]},
		{name: "html", answers: []answerFunc{reply(200, unavailable)}, want: ErrUnavailable},
		{name: "empty", answers: []answerFunc{reply(200, ""), good}, gaps: fault[:1]},
		{name: "name twice", answers: []answerFunc{reply(200, `{"id":"7","id":"8","properties":{}}`)}, want: ErrUnavailable},
		{name: "bad utf-8", answers: []answerFunc{reply(200, "{\"id\":\"\xff\",\"properties\":{}}")}, want: ErrUnavailable},
		{name: "more behind", answers: []answerFunc{reply(200, record+record)}, want: ErrUnavailable},
		{name: "wrong shape", answers: []answerFunc{reply(200, `[]`)}, want: ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: tt.answers, start: time.Now()}
				c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: s}, Token: &renewing{}})
				trace := NewTrace(time.Now())
				ctx := WithTrace(t.Context(), trace)
				if tt.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				op, endpoint := "Get", EndpointGet
				var err error
				if tt.search {
					op, endpoint = "Search", EndpointSearch
					_, err = c.Search(ctx, SearchRequest{ObjectType: "0-1"})
				} else {
					_, err = c.Get(ctx, GetRequest{ObjectType: "0-1", ID: "7"})
				}

				if !errors.Is(err, tt.want) {
					t.Errorf("error = %v, want %v", err, tt.want)
				}
				if tt.want != nil {
					e, ok := errors.AsType[*Error](err)
					if !ok || e.Op != op {
						t.Fatalf("error = %#v, want an *Error of %s", err, op)
					}
					if e.RetryAfter < tt.after.from || e.RetryAfter > tt.after.to {
						t.Errorf("RetryAfter = %v, want %v to %v", e.RetryAfter, tt.after.from, tt.after.to)
					}
				}
				if len(s.at) != len(tt.gaps)+1 {
					t.Fatalf("calls at %v, want %d", s.at, len(tt.gaps)+1)
				}
				for i, g := range tt.gaps {
					if d := s.at[i+1] - s.at[i]; d < g.from || d > g.to {
						t.Errorf("gap %d = %v, want %v to %v", i, d, g.from, g.to)
					}
				}
				if diff := cmp.Diff(map[Endpoint]int{endpoint: len(s.at)}, trace.Calls()); diff != "" {
					t.Errorf("Calls() (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func brokenBody(err error) answerFunc {
	return func(*http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(`{"id":"7",`), iotest.ErrReader(err))
		return &http.Response{StatusCode: 200, Body: io.NopCloser(body)}, nil
	}
}

func TestRefreshSendsTheNewToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answerFunc{reply(401, expired), reply(500, ""), reply(401, expired)}, start: time.Now()}
		source := new(renewing)
		c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: s}, Token: source})
		_, err := c.Account(t.Context())
		if !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("error = %v, want %v", err, ErrUnauthenticated)
		}
		if diff := cmp.Diff([]string{"old", "new", "new"}, s.tokens); diff != "" {
			t.Errorf("tokens sent (-want +got):\n%s", diff)
		}
		if source.refreshes != 1 {
			t.Errorf("%d refreshes, want 1", source.refreshes)
		}
	})
}

// TestRateLimitStopsTheOthers checks that fifty calls do not each have to
// learn by a 429 what the first was told.
func TestRateLimitStopsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answerFunc{reply(429, rolling, "Retry-After", "4"), reply(200, record)}, start: time.Now()}
		c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: s}})
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7"}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		if len(s.at) != 51 {
			t.Errorf("%d calls, want 51", len(s.at))
		}
		for i, at := range s.at[1:] {
			if at < 4*time.Second {
				t.Fatalf("call %d at %v, want none before 4s", i+1, at)
			}
		}
	})
}

func TestDailyLimitStopsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answerFunc{
			reply(200, `{"portalId":62515,"timeZone":"America/New_York","utcOffset":"-05:00"}`),
			reply(429, daySpent), reply(200, record),
		}, start: time.Now()}
		c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: s}})
		if _, err := c.Account(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			_, err := c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7"})
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Kind != ErrRateLimited || e.PolicyName != policyDaily || e.RetryAfter != 5*time.Hour {
				t.Errorf("Get on a used-up day = %v, want %v for 5h", err, ErrRateLimited)
			}
		}
		if len(s.at) != 2 {
			t.Errorf("%d calls, want 2: none after the refusal", len(s.at))
		}
		time.Sleep(5 * time.Hour)
		if _, err := c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7"}); err != nil {
			t.Errorf("Get on the next day = %v", err)
		}
	})
}

func TestCancelStaysCancel(t *testing.T) {
	tests := []struct {
		name   string
		answer answerFunc
	}{
		{"while HubSpot is silent", hang},
		{"between tries", reply(503, "", "Retry-After", "30")},
		{"at the limiter", reply(429, rolling)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: []answerFunc{tt.answer}, start: time.Now()}
				var seen []error
				c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: s}, Observe: func(_ context.Context, i CallInfo) { seen = append(seen, i.Err) }})
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				_, err := c.Get(ctx, GetRequest{ObjectType: "0-1", ID: "7"})
				if !errors.Is(err, context.Canceled) || time.Since(s.start) != time.Second {
					t.Errorf("Get = %v after %v, want %v after 1s", err, time.Since(s.start), context.Canceled)
				}
				if len(seen) != 1 {
					t.Errorf("%d attempts observed, want 1", len(seen))
				}
			})
		})
	}
}
