package oauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/oauth"
)

const portalID = "4711"

// A world is an app, a portal that has installed it, and what is stored of that.
type world struct {
	t      *testing.T
	app    *hubspottest.App
	portal *hubspottest.Portal
	store  *memory
	client *oauth.Client
	log    *lockedBuffer
}

// newWorld calls the app in process, so that it works on a bubble's clock.
func newWorld(t *testing.T, o hubspottest.AppOptions) *world {
	t.Helper()
	p := hubspottest.NewPortal(hubspottest.Options{OAuth: true, Unlimited: true})
	o.Scopes = []string{"oauth", "crm.objects.contacts.read"}
	w := &world{t: t, app: hubspottest.NewApp(o, p), portal: p, store: newMemory(), log: &lockedBuffer{}}
	client, err := oauth.NewClient(oauth.ClientOptions{
		ClientID: w.app.ClientID(), ClientSecret: oauth.NewSecret(w.app.ClientSecret()), PublicURL: "https://graph.example.com",
		BaseURL: "http://hubspot.test", HTTPClient: &http.Client{Transport: w.app.Transport()},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.client = client
	w.connect()
	return w
}

// connect installs the app and stores the connection.
func (w *world) connect() oauth.Connection {
	w.t.Helper()
	got := w.app.Install(4711)
	c, err := w.store.PutConnection(w.t.Context(), oauth.Connection{
		PortalID: portalID, AccessToken: oauth.NewSecret(got.AccessToken), RefreshToken: oauth.NewSecret(got.RefreshToken),
		ExpiresAt: time.Now().Add(got.Lifetime), LifetimeSeconds: int(got.Lifetime.Seconds()),
		State: oauth.Active, ConnectedAt: time.Now(), UpdatedAt: time.Now(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// tokens are those of one process of several that share the store.
func (w *world) tokens(o oauth.TokensOptions) *oauth.Tokens {
	tokens := oauth.NewTokens(slog.New(slog.NewTextHandler(w.log, nil)), w.client, w.store, o)
	w.t.Cleanup(tokens.Close)
	return tokens
}

func (w *world) source(o oauth.TokensOptions) *oauth.Source { return w.tokens(o).Source(portalID) }

// token is what the source gives, which must be one.
func (w *world) token(s *oauth.Source) string {
	w.t.Helper()
	token, err := s.Token(w.t.Context())
	if err != nil {
		w.t.Fatalf("Token() = %v", err)
	}
	return token
}

func (w *world) wantRefreshes(want int) {
	w.t.Helper()
	if got := w.app.Refreshes(); got != want {
		w.t.Errorf("%d calls to refresh, want %d:\n%s", got, want, w.app.Calls())
	}
}

func (w *world) wantState(want oauth.State) {
	w.t.Helper()
	if c := w.store.row(portalID); c.State != want {
		w.t.Errorf("stored state = %s (%s), want %s", c.State, c.Reason, want)
	}
}

// works asks the portal with a token.
func (w *world) works(token string) bool {
	r, err := http.NewRequestWithContext(w.t.Context(), "GET", "http://hubspot.test/account-info/v3/details", http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := w.app.Transport().RoundTrip(r)
	return err == nil && res.StatusCode == 200
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestRenewedInTime has a token renewed when a fifth of its life is left, while
// HubSpot takes its time: nobody waits for that.
func TestRenewedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, hubspottest.AppOptions{})
		w.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Delay: 3 * time.Second})
		s := w.source(oauth.TokensOptions{})
		first := w.token(s)
		time.Sleep(24*time.Minute - time.Millisecond)
		if got := w.token(s); got != first {
			t.Errorf("Token() = %q, want the first", got)
		}
		synctest.Wait()
		w.wantRefreshes(0)
		time.Sleep(time.Millisecond)
		asked := time.Now()
		for range 100 {
			if got := w.token(s); got != first {
				t.Errorf("Token() while it is renewed = %q, want the first", got)
			}
		}
		if took := time.Since(asked); took != 0 {
			t.Errorf("requests waited %v for a token that they had", took)
		}
		time.Sleep(4 * time.Second)
		second := w.token(s)
		if second == first || !w.works(second) {
			t.Errorf("Token() after that = %q, want a new one that works", second)
		}
		w.wantRefreshes(1)
		if c := w.store.row(portalID); c.AccessToken.Reveal() != second || c.Version != 2 {
			t.Errorf("stored version %d, want the new token as version 2", c.Version)
		}
	})
}

// TestOneRefresh lets 1,000 requests need a new token at the same moment.
func TestOneRefresh(t *testing.T) {
	for _, processes := range []int{1, 3} {
		for _, rotate := range []bool{false, true} {
			for _, tt := range []struct {
				name    string
				prepare func(*world)
				refresh bool // is asked for, as after a 401
			}{
				{"expired", func(*world) { time.Sleep(31 * time.Minute) }, false},
				{"called expired", func(w *world) { w.app.Expire(4711) }, true},
			} {
				t.Run(fmt.Sprintf("%s, %d processes, rotation %t", tt.name, processes, rotate), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						w := newWorld(t, hubspottest.AppOptions{Rotate: rotate})
						w.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Delay: 800 * time.Millisecond})
						var sources []*oauth.Source
						locker := oauth.NewLocker()
						for range processes {
							sources = append(sources, w.source(oauth.TokensOptions{Locker: locker}))
						}
						old := w.token(sources[0])
						for _, s := range sources {
							w.token(s)
						}
						tt.prepare(w)
						got := make([]string, 1000)
						asked := time.Now()
						var wg sync.WaitGroup
						for i := range got {
							wg.Go(func() {
								s := sources[i%processes]
								var err error
								if tt.refresh {
									got[i], err = s.Refresh(t.Context(), old)
								} else {
									got[i], err = s.Token(t.Context())
								}
								if err != nil {
									t.Error(err)
								}
							})
						}
						wg.Wait()
						t.Logf("all had the new token after %v", time.Since(asked))
						w.wantRefreshes(1)
						slices.Sort(got)
						if got = slices.Compact(got); len(got) != 1 || got[0] == old || !w.works(got[0]) {
							t.Errorf("%d different tokens, want one that is new and works", len(got))
						}
						if again, err := sources[0].Refresh(t.Context(), old); err != nil || again != got[0] {
							t.Errorf("Refresh(old) later = %q, %v; want the new token", again, err)
						}
						w.wantRefreshes(1)
					})
				})
			}
		}
	}
}

// TestPassingFaults has HubSpot's token endpoint fail for a while: the old token
// is used while it lives, the connection is not lost, and calls get seldom.
func TestPassingFaults(t *testing.T) {
	for name, fault := range map[string]hubspottest.Fault{
		"503":      {Status: 503, Body: "<html>unavailable</html>"},
		"429":      {Status: 429},
		"hangs":    {Hang: true},
		"no line":  {CloseBefore: true},
		"cut off":  {CloseDuring: true},
		"nonsense": {Status: 200, Body: `{"hello":"world"}`},
		"no life":  {Rewrite: func([]byte) []byte { return []byte(`{"access_token":"a","refresh_token":"b"}`) }},
		"the app":  {Status: 401, Body: `{"error":"invalid_client","status":"BAD_CLIENT_ID"}`},
		"a proxy":  {Status: 403, Body: "<html>forbidden</html>"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, hubspottest.AppOptions{})
				s := w.source(oauth.TokensOptions{})
				first := w.token(s)
				fault.Endpoint = hubspottest.OAuthToken
				w.app.Fail(fault)
				end := time.Now().Add(29 * time.Minute)
				for time.Now().Before(end) {
					if got := w.token(s); got != first {
						t.Fatalf("Token() = %q, want the one that lives", got)
					}
					time.Sleep(100 * time.Millisecond)
				}
				if n := w.app.Refreshes(); n < 5 || n > 60 {
					t.Errorf("%d calls in five minutes of failure, want some", n)
				}
				time.Sleep(2 * time.Minute)
				_, err := s.Token(t.Context())
				if !errors.Is(err, hubspot.ErrUnavailable) {
					t.Errorf("Token() = %v, want %v", err, hubspot.ErrUnavailable)
				}
				before, refused := w.app.Refreshes(), time.Now()
				_, err = s.Token(t.Context())
				if e, ok := errors.AsType[*hubspot.Error](err); !ok || e.RetryAfter <= 0 || w.app.Refreshes() != before || !time.Now().Equal(refused) {
					t.Errorf("Token() again = %v, want a time to come back and no call", err)
				}
				w.wantState(oauth.Active)
				w.app.ClearFaults()
				time.Sleep(31 * time.Second)
				if got := w.token(s); !w.works(got) {
					t.Errorf("Token() after the failure = %q, want one that works", got)
				}
				if text := w.log.String(); strings.Contains(text, "fake-access") || strings.Contains(text, "fake-refresh") || strings.Contains(text, w.app.ClientSecret()) {
					t.Errorf("the log holds a secret:\n%s", text)
				}
			})
		})
	}
}

// TestLost takes the app out of the portal, and connects it again.
func TestLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, hubspottest.AppOptions{})
		var renewals []oauth.Renewal // by one flight at a time
		here := w.tokens(oauth.TokensOptions{Observe: func(r oauth.Renewal) { renewals = append(renewals, r) }}).Source(portalID)
		elsewhere := w.source(oauth.TokensOptions{})
		w.token(elsewhere)
		old := w.token(here)
		w.app.Uninstall(4711)
		for range 3 {
			_, err := here.Refresh(t.Context(), old)
			if !errors.Is(err, hubspot.ErrUnauthenticated) || !strings.Contains(err.Error(), "must be connected again") || !strings.Contains(err.Error(), "https://graph.example.com/portals") {
				t.Errorf("Refresh() = %v, want to be told to connect the portal again", err)
			}
		}
		w.wantState(oauth.Lost)
		if c := w.store.row(portalID); !strings.Contains(c.Reason, "BAD_REFRESH_TOKEN") || c.AccessToken != (oauth.Secret{}) || c.RefreshToken != (oauth.Secret{}) {
			t.Errorf("stored = %+v, want why and no tokens", c)
		}
		for range 600 {
			time.Sleep(time.Second)
			for _, s := range []*oauth.Source{here, elsewhere} {
				_, _ = s.Token(t.Context())
			}
		}
		if _, err := elsewhere.Token(t.Context()); !errors.Is(err, hubspot.ErrUnauthenticated) {
			t.Errorf("Token() of another process = %v, want %v", err, hubspot.ErrUnauthenticated)
		}
		w.wantRefreshes(1)
		if len(renewals) != 1 || renewals[0].Outcome != oauth.Forfeited || renewals[0].PortalID != portalID {
			t.Errorf("renewals = %+v, want one that lost the portal", renewals)
		}
		fresh := w.connect().AccessToken.Reveal()
		time.Sleep(time.Second)
		for _, s := range []*oauth.Source{here, elsewhere} {
			if got := w.token(s); got != fresh {
				t.Errorf("Token() = %q, want that of the new connection", got)
			}
		}
	})
}

func TestNotConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, hubspottest.AppOptions{})
		tokens := w.tokens(oauth.TokensOptions{})
		_, err := tokens.Source("1").Token(t.Context())
		if !errors.Is(err, hubspot.ErrUnauthenticated) || !strings.Contains(err.Error(), "portal 1 is not connected") {
			t.Errorf("Token() = %v", err)
		}
		s := tokens.Source(portalID)
		if s != tokens.Source(portalID) {
			t.Error("Source() is not the same each time")
		}
		w.token(s)
		disconnect := func(c *oauth.Connection) { c.State, c.Reason = oauth.Disconnected, "by somebody" }
		w.store.change(portalID, disconnect)
		w.token(s) // is not asked for each time
		tokens.Forget(portalID)
		if _, err := s.Token(t.Context()); !errors.Is(err, hubspot.ErrUnauthenticated) || !strings.Contains(err.Error(), "was disconnected") {
			t.Errorf("Token() after Forget = %v", err)
		}
		w.connect()
		time.Sleep(time.Second)
		w.token(s)
		w.store.change(portalID, disconnect)
		time.Sleep(30 * time.Second)
		w.token(s) // finds out, without waiting
		synctest.Wait()
		if _, err := s.Token(t.Context()); !errors.Is(err, hubspot.ErrUnauthenticated) {
			t.Errorf("Token() half a minute later = %v", err)
		}
		if c := s.Connection(); c.State != oauth.Disconnected || c.AccessToken != (oauth.Secret{}) {
			t.Errorf("Connection() = %+v", c)
		}
		w.wantRefreshes(0)
	})
}

// TestStoredBeforeUse looks, when a token is about to be stored, whether anybody
// has it already, and lets the database fail for a while.
func TestStoredBeforeUse(t *testing.T) {
	for _, rotate := range []bool{false, true} {
		t.Run(fmt.Sprintf("rotation %t", rotate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, hubspottest.AppOptions{Rotate: rotate})
				s := w.source(oauth.TokensOptions{})
				old := w.token(s)
				w.store.before = func(update oauth.Connection) error {
					if n := len(w.portal.Calls()); n != 0 {
						t.Errorf("%d calls before the token %v was stored", n, update.AccessToken)
					}
					return errDown // only writes fail
				}
				w.app.Expire(4711)
				token, err := s.Refresh(t.Context(), old)
				switch {
				case rotate && !errors.Is(err, hubspot.ErrUnavailable):
					t.Errorf("Refresh() = %q, %v; want no token that is not stored", token, err)
				case !rotate && (err != nil || token == old):
					t.Errorf("Refresh() = %q, %v; want the token: no refresh token depends on it", token, err)
				}
				w.wantState(oauth.Active)
				w.store.mu.Lock()
				w.store.before = nil
				w.store.mu.Unlock()
				time.Sleep(30 * time.Second)
				token = w.token(s)
				if !w.works(token) {
					t.Errorf("Token() = %q, want one that works", token)
				}
				w.wantRefreshes(1) // what HubSpot gave was kept
				if c := w.store.row(portalID); rotate && c.AccessToken.Reveal() != token {
					t.Error("the token was not stored in the end")
				}
				time.Sleep(31 * time.Minute)
				if !w.works(w.token(s)) {
					t.Error("the next token does not work")
				}
				w.wantRefreshes(2)
			})
		})
	}
}

// TestKeptFromLoss has a process get a new refresh token that it cannot store, and
// another find out that the one before is worth nothing.
func TestKeptFromLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, hubspottest.AppOptions{Rotate: true})
		here, elsewhere := w.source(oauth.TokensOptions{}), w.source(oauth.TokensOptions{})
		w.token(here)
		time.Sleep(31 * time.Minute)
		w.store.before = func(oauth.Connection) error { return errDown }
		if _, err := here.Token(t.Context()); !errors.Is(err, hubspot.ErrUnavailable) {
			t.Errorf("Token() = %v, want %v", err, hubspot.ErrUnavailable)
		}
		w.store.before = nil
		if _, err := elsewhere.Token(t.Context()); !errors.Is(err, hubspot.ErrUnauthenticated) {
			t.Errorf("Token() of another process = %v, want %v", err, hubspot.ErrUnauthenticated)
		}
		w.wantState(oauth.Lost)
		time.Sleep(31 * time.Second)
		token := w.token(here)
		w.wantState(oauth.Active)
		if got := w.token(elsewhere); got != token || !w.works(got) {
			t.Errorf("Token() of the other process = %q, want %q", got, token)
		}
		w.wantRefreshes(2)
	})
}

// brokenLocker is a Locker whose server is gone.
type brokenLocker struct{}

func (brokenLocker) Lock(context.Context, string, time.Duration) (func(), bool, error) {
	return nil, false, errors.New("no answer in time")
}

// TestWithoutLock has three processes renew at once, of which one gets a new
// refresh token and the others are refused: nobody loses the portal for that.
func TestWithoutLock(t *testing.T) {
	for _, rotate := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, hubspottest.AppOptions{Rotate: rotate})
			w.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Delay: time.Second})
			w.store.before = func(oauth.Connection) error { time.Sleep(time.Second); return nil }
			time.Sleep(31 * time.Minute)
			var wg sync.WaitGroup
			for range 3 {
				s := w.source(oauth.TokensOptions{Locker: brokenLocker{}})
				wg.Go(func() {
					if token, err := s.Token(t.Context()); err != nil || !w.works(token) {
						t.Errorf("rotation %t: Token() = %q, %v", rotate, token, err)
					}
				})
			}
			wg.Wait()
			w.wantState(oauth.Active)
		})
	}
}

// TestDeadLockHolder has a process die while it holds the lock.
func TestDeadLockHolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, hubspottest.AppOptions{})
		locker := oauth.NewLocker()
		s := w.source(oauth.TokensOptions{Locker: locker})
		time.Sleep(31 * time.Minute)
		if _, held, err := locker.Lock(t.Context(), "oauth-refresh:4711", 25*time.Second); !held || err != nil {
			t.Fatalf("Lock() = %t, %v", held, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Token(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Token() of a request without time = %v, want %v", err, context.DeadlineExceeded)
		}
		asked := time.Now()
		w.token(s)
		if took := time.Since(asked); took > 25*time.Second {
			t.Errorf("Token() took %v, want no longer than the lock", took)
		}
		w.wantRefreshes(1)
	})
}

// TestChangedMeanwhile has somebody else write the row between HubSpot's answer
// and ours.
func TestChangedMeanwhile(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*world, *oauth.Connection)
		ours   bool // whether the renewed token counts
		state  oauth.State
	}{
		{"written anew", func(_ *world, c *oauth.Connection) { c.HubDomain = "example.com" }, true, oauth.Active},
		{"taken for lost", func(_ *world, c *oauth.Connection) {
			c.State, c.AccessToken, c.RefreshToken = oauth.Lost, oauth.Secret{}, oauth.Secret{}
		}, true, oauth.Active},
		{"connected again", func(w *world, c *oauth.Connection) {
			got := w.app.Install(4711)
			c.AccessToken, c.RefreshToken = oauth.NewSecret(got.AccessToken), oauth.NewSecret(got.RefreshToken)
			c.ConnectedAt, c.ExpiresAt = time.Now(), time.Now().Add(got.Lifetime)
		}, false, oauth.Active},
		{"disconnected", func(w *world, c *oauth.Connection) {
			c.State, c.AccessToken, c.RefreshToken = oauth.Disconnected, oauth.Secret{}, oauth.Secret{}
		}, false, oauth.Disconnected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, hubspottest.AppOptions{Rotate: true})
				s := w.source(oauth.TokensOptions{})
				old := w.token(s)
				var renewed string
				w.store.before = func(update oauth.Connection) error {
					if renewed == "" {
						renewed = update.AccessToken.Reveal()
						w.store.change(portalID, func(c *oauth.Connection) { tt.change(w, c) })
					}
					return nil
				}
				w.app.Expire(4711)
				token, err := s.Refresh(t.Context(), old)
				if (err == nil) != (tt.state == oauth.Active) || (token == renewed) != tt.ours {
					t.Errorf("Refresh() = %q, %v", token, err)
				}
				w.wantState(tt.state)
				if got := w.app.IsInstalled(4711); got != (tt.state == oauth.Active) {
					t.Errorf("the app is installed = %t", got)
				}
				w.wantRefreshes(1)
			})
		})
	}
}

// TestClose ends while HubSpot renews: what it gives is stored, and nothing is
// begun any more.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, hubspottest.AppOptions{Rotate: true})
		w.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Delay: 2 * time.Second})
		tokens := w.tokens(oauth.TokensOptions{})
		s := tokens.Source(portalID)
		old := w.token(s)
		time.Sleep(25 * time.Minute)
		w.token(s)
		synctest.Wait()
		tokens.Close()
		if c := w.store.row(portalID); c.AccessToken.Reveal() == old {
			t.Error("the renewed token was not stored")
		}
		time.Sleep(time.Hour)
		if _, err := s.Token(t.Context()); !errors.Is(err, hubspot.ErrUnavailable) {
			t.Errorf("Token() after Close = %v, want %v", err, hubspot.ErrUnavailable)
		}
		w.wantRefreshes(1)
	})
}
