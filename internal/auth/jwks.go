package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

const (
	jwksTimeout   = 5 * time.Second
	jwksRefresh   = time.Hour
	jwksUnknown   = 30 * time.Second // from one reading for a key that is not known to the next
	jwksRedirects = 5
)

// openKeys reads the issuer's keys and keeps them fresh until ctx ends. An issuer
// that does not answer now may do so later: its tokens are refused until then. A
// token of an unknown key has them read again, now and then, and waits for that
// alone.
func openKeys(ctx context.Context, lg *slog.Logger, address string) (jwt.Keyfunc, error) {
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{address}, keyfunc.Override{
		Client: &http.Client{
			Timeout:       jwksTimeout,
			Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
			CheckRedirect: onlyUntouched,
		},
		HTTPTimeout:       jwksTimeout,
		RefreshInterval:   jwksRefresh,
		RefreshUnknownKID: rate.NewLimiter(rate.Every(jwksUnknown), 1),
		RateLimitWaitMax:  time.Nanosecond, // zero would be a minute
		RefreshErrorHandlerFunc: func(string) func(context.Context, error) {
			return func(ctx context.Context, err error) {
				lg.WarnContext(ctx, "keys of the token issuer not read", "address", shownAddress(address), "reason", reason(err))
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("read the keys of the token issuer: %w", err)
	}
	return keys.Keyfunc, nil
}

// onlyUntouched follows redirects as long as nobody on the way can change what
// comes of them: keys that came in the clear could be anybody's.
func onlyUntouched(r *http.Request, via []*http.Request) error {
	switch {
	case !untouched(r.URL):
		return errors.New("redirected to an address that does not start with https://")
	case len(via) >= jwksRedirects:
		return fmt.Errorf("redirected more than %d times", jwksRedirects)
	}
	return nil
}

// shownAddress is an address as the log has it: a query may hold a secret.
func shownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// reason is why keys were not read, without the address in full.
func reason(err error) string {
	if asked, ok := errors.AsType[*url.Error](err); ok {
		if asked.Timeout() {
			return fmt.Sprintf("no answer in %v", jwksTimeout)
		}
		return asked.Err.Error()
	}
	return err.Error()
}
