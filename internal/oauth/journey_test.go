package oauth_test

import (
	"encoding/base64"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/oauth"
)

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// reader is a client of a portal whose tokens the site has.
func (s *site) reader(portal string) *hubspot.Client {
	s.t.Helper()
	c, err := hubspot.NewClient(slog.New(slog.DiscardHandler), hubspot.Options{BaseURL: s.app.URL(), Token: s.tokens.Source(portal)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	return c
}

// reads reads a page of contacts that many times at once, and returns the first
// error.
func reads(t *testing.T, c *hubspot.Client, times int) error {
	t.Helper()
	errs := make([]error, times)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			page, err := c.List(t.Context(), hubspot.ListRequest{ObjectType: "0-1", Limit: 10})
			if err == nil && len(page.Records) != 3 {
				err = errors.New("not the three contacts")
			}
			errs[i] = err
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestJourney goes with a portal from its connection to its end and back, by real
// HTTP and the client that the gateway reads with.
func TestJourney(t *testing.T) {
	for _, rotate := range []bool{false, true} {
		s := newSite(t, siteOptions{app: hubspottest.AppOptions{Rotate: rotate}})
		s.portals[0].AddRecords("contacts", 3)
		s.portals[1].AddRecords("contacts", 3)
		b, c := s.browser(), s.reader("4711")

		err := reads(t, c, 1)
		if !errors.Is(err, hubspot.ErrUnauthenticated) || !strings.Contains(err.Error(), "not connected") {
			t.Errorf("before it is connected: %v", err)
		}
		b.get(oauth.AuthorizePath)
		s.app.Choose(12)
		b.get(oauth.AuthorizePath)
		if err := errors.Join(reads(t, c, 5), reads(t, s.reader("12"), 1)); err != nil {
			t.Errorf("connected: %v", err)
		}

		s.app.Expire(4711)
		if err := reads(t, c, 20); err != nil {
			t.Errorf("after the token has expired: %v", err)
		}
		if n := s.app.Refreshes(); n != 1 {
			t.Errorf("%d calls to refresh, want 1", n)
		}

		s.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Times: 2, Status: 503})
		s.app.Expire(4711)
		if err := reads(t, c, 5); err != nil {
			t.Errorf("while HubSpot's token endpoint fails twice: %v", err)
		}

		s.app.Uninstall(4711)
		if err := reads(t, c, 1); !errors.Is(err, hubspot.ErrUnauthenticated) {
			t.Errorf("after the app was removed: %v, want %v", err, hubspot.ErrUnauthenticated)
		}
		if err := reads(t, s.reader("12"), 1); err != nil {
			t.Errorf("the other portal: %v", err)
		}

		s.app.Choose(4711)
		b.get(oauth.AuthorizePath)
		if err := reads(t, c, 1); err != nil {
			t.Errorf("connected again: %v", err)
		}
		s.app.Expire(4711)
		s.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Times: 1, Status: 400, Body: `{"error":"invalid_grant","status":"BAD_REFRESH_TOKEN"}`})
		err = reads(t, c, 1)
		if !errors.Is(err, hubspot.ErrUnauthenticated) || !strings.Contains(err.Error(), "must be connected again") {
			t.Errorf("after the refresh token was refused: %v", err)
		}
		if page := b.get(oauth.PortalsPath).text; !strings.Contains(page, `class="state lost"`) || !strings.Contains(page, "BAD_REFRESH_TOKEN") {
			t.Errorf("the list does not say that the portal is lost:\n%s", page)
		}
		before := s.app.Refreshes()
		_ = reads(t, c, 20)
		if n := s.app.Refreshes() - before; n != 0 {
			t.Errorf("%d calls to refresh for a lost portal, want none", n)
		}
		b.get(oauth.AuthorizePath)
		if err := reads(t, c, 1); err != nil {
			t.Errorf("connected once more: %v", err)
		}
		s.wantNoSecrets()
	}
}
