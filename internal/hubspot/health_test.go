package hubspot

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A mood is a HubSpot that answers all calls alike, until it is told otherwise.
type mood struct {
	mu     sync.Mutex
	answer answerFunc
	calls  int
}

func (m *mood) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	m.calls++
	answer := m.answer
	m.mu.Unlock()
	return answer(r)
}

func (m *mood) set(answer answerFunc) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = answer
}

// count is how many calls there were since it was last asked.
func (m *mood) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.calls
	m.calls = 0
	return n
}

// moody runs a test of a client with all the allowance that it wants, on a clock
// of its own.
func moody(t *testing.T, answer answerFunc, test func(t *testing.T, m *mood, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := &mood{answer: answer}
		limits := Limits{Burst: 100_000, Associations: 100_000, Search: 100_000}
		test(t, m, newTestClient(t, Options{HTTPClient: &http.Client{Transport: m}, Limiter: NewLimiter(limits)}))
	})
}

func get(ctx context.Context, c *Client) error {
	_, err := c.Get(ctx, GetRequest{ObjectType: "0-1", ID: "7"})
	return err
}

// getMany makes so many calls at once, and waits for them.
func getMany(ctx context.Context, c *Client, n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { _ = get(ctx, c) })
	}
	wg.Wait()
}

func TestBreakerOpensAndCloses(t *testing.T) {
	faults := map[string]answerFunc{
		"500": reply(500, ""), "502 with a page": reply(502, unavailable), "503": reply(503, ""), "524": reply(524, ""),
		"reset": failing(syscall.ECONNRESET), "cut off": reply(200, `{"id":"7","prop`), "hang": hang,
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			moody(t, fault, func(t *testing.T, m *mood, c *Client) {
				ctx, cancel := context.WithTimeout(t.Context(), slowCall+time.Second)
				defer cancel()
				getMany(ctx, c, breakerCalls)
				if diff := cmp.Diff([]Family{FamilyObjects}, c.Health().Failing); diff != "" {
					t.Fatalf("Failing (-want +got):\n%s", diff)
				}
				m.count()
				begin := time.Now()
				err := get(t.Context(), c)
				e, ok := errors.AsType[*Error](err)
				if !ok || e.Kind != ErrUnavailable || e.RetryAfter <= 0 || e.RetryAfter > breakerDelay || e.Op != "Get" {
					t.Errorf("Get while open = %v, want %v with a time to come back", err, ErrUnavailable)
				}
				if n := m.count(); n != 0 || time.Since(begin) != 0 {
					t.Errorf("%d calls in %v while open, want none, at once", n, time.Since(begin))
				}
				if _, err := c.Search(t.Context(), SearchRequest{ObjectType: "0-1", Limit: 1}); m.count() == 0 {
					t.Errorf("a call of another family was not made: %v", err)
				}

				m.set(reply(200, record))
				time.Sleep(e.RetryAfter)
				if err := get(t.Context(), c); err != nil {
					t.Errorf("Get when HubSpot is well = %v", err)
				}
				if h := c.Health(); len(h.Failing) > 0 {
					t.Errorf("Failing = %v when HubSpot is well", h.Failing)
				}
			})
		})
	}
}

func TestWhatOpensNoBreaker(t *testing.T) {
	good := reply(200, record)
	answers := map[string]answerFunc{
		"400": reply(400, "{}"), "403": reply(403, "{}"), "404": reply(404, "{}"), "414": reply(414, ""), "423": reply(423, ""),
		"429": reply(429, secondly, "Retry-After", "0.01"), "a page": reply(200, unavailable), "hang, no time": hang,
		"cancelled": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			moody(t, answer, func(t *testing.T, m *mood, c *Client) {
				for range 3 {
					ctx, cancel := context.WithTimeout(t.Context(), slowCall-time.Millisecond)
					if name == "cancelled" {
						ctx, cancel = context.WithCancel(t.Context())
						time.AfterFunc(time.Minute, cancel)
					}
					getMany(ctx, c, 2*breakerCalls)
					cancel()
				}
				if h := c.Health(); len(h.Failing) > 0 || h.CallsRefused > 0 {
					t.Errorf("Health() = %+v, want none failing and no call refused", h)
				}
				m.set(good)
			})
		})
	}
	t.Run("fewer than half", func(t *testing.T) {
		moody(t, good, func(t *testing.T, m *mood, c *Client) {
			for range 10 {
				m.set(good)
				getMany(t.Context(), c, 20)
				m.set(reply(500, ""))
				getMany(t.Context(), c, 1)
			}
			if h := c.Health(); len(h.Failing) > 0 {
				t.Errorf("Failing = %v, want none", h.Failing)
			}
		})
	})
}

// TestProbes: one call at a time finds out whether HubSpot is well, and none
// that hangs or is cancelled keeps others from it.
func TestProbes(t *testing.T) {
	moody(t, reply(500, ""), func(t *testing.T, m *mood, c *Client) {
		getMany(t.Context(), c, breakerCalls)
		m.set(hang)
		m.count()
		time.Sleep(breakerDelay)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { _ = get(ctx, c) })
		}
		synctest.Wait()
		if n := m.count(); n != 1 {
			t.Errorf("%d probes at once, want 1", n)
		}
		cancel()
		wg.Wait()
		m.set(reply(500, ""))
		if err := get(t.Context(), c); m.count() != 1 {
			t.Errorf("after a probe that was cancelled the next was not made: %v", err)
		}

		m.set(hang)
		time.Sleep(breakerDelay)
		hanging, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		wg.Go(func() { _ = get(hanging, c) })
		synctest.Wait()
		m.set(reply(200, record))
		if err := get(t.Context(), c); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Get beside a probe = %v, want %v", err, ErrUnavailable)
		}
		time.Sleep(breakerDelay)
		if err := get(t.Context(), c); err != nil {
			t.Errorf("Get beside a probe that hangs = %v, want another probe", err)
		}
		getMany(t.Context(), c, 2*breakerCalls)
		wg.Wait()
		if h := c.Health(); len(h.Failing) > 0 {
			t.Errorf("Failing = %v: what left before HubSpot was well counts", h.Failing)
		}
	})
}

// TestSlowProbesClose: a HubSpot that is slow and works is let in by the first
// probe that it answers, though others have left since.
func TestSlowProbesClose(t *testing.T) {
	moody(t, reply(500, ""), func(t *testing.T, m *mood, c *Client) {
		getMany(t.Context(), c, breakerCalls)
		m.set(func(*http.Request) (*http.Response, error) {
			time.Sleep(2*breakerDelay + time.Second)
			return reply(200, record)(nil)
		})
		time.Sleep(breakerDelay)
		var wg sync.WaitGroup
		for range 2*breakerDelay/time.Second + 1 {
			wg.Go(func() { _ = get(t.Context(), c) })
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if h := c.Health(); len(h.Failing) > 0 {
			t.Errorf("Failing = %v when the first probe was answered, want none", h.Failing)
		}
		wg.Wait()
	})
}

// TestOldFailuresOpenNoBreaker: calls that left before HubSpot was well again, and
// end without an answer after it, do not open the breaker anew.
func TestOldFailuresOpenNoBreaker(t *testing.T) {
	moody(t, hang, func(t *testing.T, m *mood, c *Client) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*slowCall)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() { getMany(ctx, c, 3*breakerCalls) })
		synctest.Wait()
		m.set(reply(500, ""))
		getMany(t.Context(), c, breakerCalls)
		if h := c.Health(); len(h.Failing) == 0 {
			t.Fatal("the breaker is closed")
		}
		m.set(reply(200, record))
		time.Sleep(breakerDelay)
		if err := get(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if h := c.Health(); len(h.Failing) > 0 {
			t.Errorf("Failing = %v for calls of long ago, want none", h.Failing)
		}
	})
}

// TestRetriesAreFew: however many calls fail, a tenth as many are made besides.
func TestRetriesAreFew(t *testing.T) {
	for name, failed := range map[string]int{"one in three": 3, "one in ten": 10} {
		t.Run(name, func(t *testing.T) {
			moody(t, reply(200, record), func(t *testing.T, m *mood, c *Client) {
				n := 0
				m.set(func(r *http.Request) (*http.Response, error) {
					m.mu.Lock()
					n++
					fails := n%failed == 0
					m.mu.Unlock()
					if fails {
						return reply(503, "")(r)
					}
					return reply(200, record)(r)
				})
				const calls = 2_000
				var wg sync.WaitGroup
				for range calls {
					wg.Go(func() { _ = get(t.Context(), c) })
					time.Sleep(20 * time.Millisecond) // 500 in a window
				}
				wg.Wait()
				retries := m.count() - calls
				t.Logf("%d retries of %d calls, %d refused", retries, calls, c.Health().RetriesRefused)
				if retries > calls/retryShare {
					t.Errorf("%d retries of %d calls, want at most a tenth", retries, calls)
				}
				if retries < calls/retryShare*8/10 {
					t.Errorf("%d retries of %d calls: too few", retries, calls)
				}
			})
		})
	}
	moody(t, reply(503, ""), func(t *testing.T, m *mood, c *Client) {
		_ = get(t.Context(), c)
		if n := m.count(); n != maxFaultTries {
			t.Errorf("a single call was tried %d times, want %d", n, maxFaultTries)
		}
		time.Sleep(5 * time.Second)
		getMany(t.Context(), c, 3)
		if n := m.count(); n != 3+retryFloor-2 {
			t.Errorf("three calls within the window were tried %d times, want %d", n, 3+retryFloor-2)
		}
		time.Sleep(retryWindow * time.Second)
		_ = get(t.Context(), c)
		if n := m.count(); n != maxFaultTries {
			t.Errorf("a single call in a new window was tried %d times, want %d", n, maxFaultTries)
		}
	})
}

func TestRefusedTokenHaltsAllCalls(t *testing.T) {
	moody(t, reply(401, revoked, headerCorrelation, "c-1"), func(t *testing.T, m *mood, c *Client) {
		if err := get(t.Context(), c); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("Get = %v, want %v", err, ErrUnauthenticated)
		}
		if n := m.count(); n != 2 || !c.Health().NeedsAuthentication {
			t.Errorf("%d calls, %+v, want 2 and that the token is refused", n, c.Health())
		}
		begin := time.Now()
		for range 10 {
			_, err := c.Search(t.Context(), SearchRequest{ObjectType: "0-1", Limit: 1})
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Kind != ErrUnauthenticated || e.CorrelationID != "" || e.Op != "Search" {
				t.Errorf("Search = %#v, want %v without another call's correlation ID", err, ErrUnauthenticated)
			}
		}
		if n := m.count(); n != 0 || time.Since(begin) != 0 {
			t.Errorf("%d calls in %v, want none, at once", n, time.Since(begin))
		}
		for range 3 {
			for range 3 { // who asks in the meantime does not put it off
				time.Sleep(tokenProbeEvery / 3)
				if time.Since(begin)%tokenProbeEvery != 0 {
					_ = get(t.Context(), c)
				}
			}
			getMany(t.Context(), c, 10)
			if n := m.count(); n != 1 {
				t.Errorf("%d calls to find out about the token, want 1", n)
			}
		}
		m.set(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return reply(401, revoked)(r)
		})
		time.Sleep(tokenProbeEvery)
		getMany(t.Context(), c, 10)
		if n := m.count(); n != 1 {
			t.Errorf("%d calls beside one that finds out, want that alone", n-1)
		}
		m.set(reply(200, record))
		time.Sleep(tokenProbeEvery)
		if err := get(t.Context(), c); err != nil || c.Health().NeedsAuthentication {
			t.Errorf("Get with a good token = %v, %+v", err, c.Health())
		}
		getMany(t.Context(), c, 10)
		if n := m.count(); n != 11 {
			t.Errorf("%d calls with a good token, want 11", n)
		}
	})
}

// TestNewTokenEndsTheHalt has somebody connect a portal again whose token was
// refused: the next call needs no luck to leave.
func TestNewTokenEndsTheHalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &replaceable{token: "old"}
		m := &mood{answer: func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Authorization") == "Bearer old" {
				return reply(401, revoked)(r)
			}
			return reply(200, record)(r)
		}}
		c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: m}, Token: source})
		_ = get(t.Context(), c)
		if err := get(t.Context(), c); !errors.Is(err, ErrUnauthenticated) || m.count() != 2 {
			t.Errorf("Get with a refused token = %v, want %v and no third call", err, ErrUnauthenticated)
		}
		source.set("new")
		if err := get(t.Context(), c); err != nil || c.Health().NeedsAuthentication {
			t.Errorf("Get with another token = %v, %+v", err, c.Health())
		}
		m.set(reply(477, moving, "Retry-After", "60"))
		_ = get(t.Context(), c)
		source.set("third")
		if err := get(t.Context(), c); !errors.Is(err, ErrUnavailable) || m.count() != 2 {
			t.Errorf("Get of a moving account with another token = %v, want no call", err)
		}
	})
}

// replaceable is a token source whose token somebody else replaces.
type replaceable struct {
	mu    sync.Mutex
	token string
}

func (r *replaceable) set(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.token = token
}

func (r *replaceable) Token(context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.token, nil
}

func (r *replaceable) Refresh(context.Context, string) (string, error) {
	return "", ErrUnauthenticated
}

func TestMovingAccountHaltsAllCalls(t *testing.T) {
	moody(t, reply(477, moving, "Retry-After", "600"), func(t *testing.T, m *mood, c *Client) {
		begin := time.Now()
		for i := range 5 {
			e, ok := errors.AsType[*Error](get(t.Context(), c))
			if !ok || e.Kind != ErrUnavailable || e.RetryAfter != 10*time.Minute-time.Since(begin) {
				t.Errorf("Get %d = %+v, want %v for 10m", i, e, ErrUnavailable)
			}
			time.Sleep(time.Second)
		}
		if h := c.Health(); m.count() != 1 || !h.MovingUntil.Equal(begin.Add(10*time.Minute)) {
			t.Errorf("Health() = %+v after more than one call, or without its end", h)
		}
		m.set(reply(200, record))
		time.Sleep(movedProbeEvery)
		if err := get(t.Context(), c); err != nil || !c.Health().MovingUntil.IsZero() {
			t.Errorf("Get when the account has moved = %v", err)
		}
		m.set(reply(477, moving, "Retry-After", "30"))
		_ = get(t.Context(), c)
		time.Sleep(30 * time.Second)
		m.count()
		if _ = get(t.Context(), c); m.count() != 1 {
			t.Error("no call when the move should be over")
		}
	})
}
