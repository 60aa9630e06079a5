package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// DefaultAuthorizeURL is HubSpot's consent page, which sends people on to the
// region of their account.
const DefaultAuthorizeURL = "https://app.hubspot.com/oauth/authorize"

// callTimeout bounds one call to HubSpot's OAuth endpoints.
const callTimeout = 8 * time.Second

// ClientOptions describe the app as HubSpot knows it. The first three are
// required.
type ClientOptions struct {
	ClientID     string
	ClientSecret Secret
	// PublicURL is the origin at which browsers reach hubgraph, such as
	// "https://graph.example.com". HubSpot must know its redirect URL, which is
	// that and [CallbackPath].
	PublicURL string

	Scopes         []string // that a portal must grant; "oauth" is always one
	OptionalScopes []string // asked for besides, granted where the portal has them

	AuthorizeURL string       // default DefaultAuthorizeURL
	BaseURL      string       // of the API; default hubspot.DefaultBaseURL
	HTTPClient   *http.Client // default one over hubspot.NewTransport; redirects are never followed
}

// A Client calls HubSpot's OAuth endpoints. It is safe for concurrent use.
type Client struct {
	config   oauth2.Config
	optional []string
	base     string
	origin   *url.URL
	http     *http.Client
}

// NewClient returns a Client, or all that is wrong with the options.
func NewClient(o ClientOptions) (*Client, error) {
	if o.AuthorizeURL == "" {
		o.AuthorizeURL = DefaultAuthorizeURL
	}
	if o.BaseURL == "" {
		o.BaseURL = hubspot.DefaultBaseURL
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	origin, err := checkOptions(o)
	if err != nil {
		return nil, err
	}
	var hc http.Client
	if o.HTTPClient != nil {
		hc = *o.HTTPClient
	}
	if hc.Transport == nil {
		hc.Transport = hubspot.NewTransport()
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the body holds secrets
	scopes := slices.Clone(o.Scopes)
	if !slices.Contains(scopes, "oauth") {
		scopes = append([]string{"oauth"}, scopes...)
	}
	return &Client{
		config: oauth2.Config{
			ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(), Scopes: scopes, RedirectURL: origin.String() + CallbackPath,
			Endpoint: oauth2.Endpoint{AuthURL: o.AuthorizeURL, TokenURL: o.BaseURL + tokenPath, AuthStyle: oauth2.AuthStyleInParams},
		},
		optional: slices.Clone(o.OptionalScopes), base: o.BaseURL, origin: origin, http: &hc,
	}, nil
}

// String names the app, and none of its secrets.
func (c *Client) String() string { return "the HubSpot app " + c.config.ClientID }

// Format prints String, whatever the verb.
func (c *Client) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// RedirectURL is what HubSpot must know of the app: where it sends browsers.
func (c *Client) RedirectURL() string { return c.config.RedirectURL }

// Close closes the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// authorizeURL is the address of the consent page. HubSpot wants its scopes
// parted by spaces, under names in the singular.
func (c *Client) authorizeURL(state, verifier string) string {
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	if len(c.optional) > 0 {
		options = append(options, oauth2.SetAuthURLParam("optional_scope", strings.Join(c.optional, " ")))
	}
	return c.config.AuthCodeURL(state, options...)
}

// checkOptions returns the public URL as an origin.
func checkOptions(o ClientOptions) (*url.URL, error) {
	var wrong []error
	if strings.TrimSpace(o.ClientID) == "" {
		wrong = append(wrong, errors.New("the client ID is empty: it is on the page of the HubSpot app, under Auth"))
	}
	if strings.TrimSpace(o.ClientSecret.Reveal()) == "" {
		wrong = append(wrong, errors.New("the client secret is empty: it is on the page of the HubSpot app, under Auth"))
	}
	origin, err := publicOrigin(o.PublicURL)
	if err != nil {
		wrong = append(wrong, err)
	}
	for _, address := range [][2]string{{"authorize URL", o.AuthorizeURL}, {"HubSpot base URL", o.BaseURL}} {
		if u, err := url.Parse(address[1]); err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http" {
			wrong = append(wrong, fmt.Errorf("the %s must be of the form https://host", address[0]))
		}
	}
	for _, scope := range slices.Concat(o.Scopes, o.OptionalScopes) {
		if !isScope(scope) {
			wrong = append(wrong, fmt.Errorf("the scope %q is no name of a scope, such as crm.objects.contacts.read", scope))
		}
	}
	for _, scope := range o.OptionalScopes {
		if slices.Contains(o.Scopes, scope) {
			wrong = append(wrong, fmt.Errorf("the scope %q is both required and optional: leave it in one of the lists", scope))
		}
	}
	return origin, errors.Join(wrong...)
}

// publicOrigin reads the public URL. HubSpot redirects to https alone, but for
// the own machine of a developer.
func publicOrigin(text string) (*url.URL, error) {
	const want = "must be an origin such as https://graph.example.com"
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("the public URL %s", want)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return nil, fmt.Errorf("the public URL %s, without a user name, path or query", want)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, fmt.Errorf("the public URL %q must begin with https, which HubSpot redirects to alone: http is for localhost", u.Scheme+"://"+u.Host)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func isScope(s string) bool {
	strange := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r))
	}
	return s != "" && len(s) <= 128 && !strings.ContainsFunc(s, strange)
}

// exchange makes a code into tokens.
func (c *Client) exchange(ctx context.Context, code, verifier string) (grant, error) {
	return c.grant(ctx, "exchange", func(ctx context.Context) (*oauth2.Token, error) {
		return c.config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	})
}

// refresh makes a refresh token into a new access token. The grant's refresh
// token may be another.
func (c *Client) refresh(ctx context.Context, token Secret) (grant, error) {
	if token.Reveal() == "" {
		return grant{}, &callError{op: "refresh", kind: errGrantRefused, word: "NO_REFRESH_TOKEN"}
	}
	return c.grant(ctx, "refresh", func(ctx context.Context) (*oauth2.Token, error) {
		return c.config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.Reveal()}).Token()
	})
}

func (c *Client) grant(ctx context.Context, op string, call func(context.Context) (*oauth2.Token, error)) (grant, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	left := time.Now() // the token's life is counted from before HubSpot made it
	token, err := call(context.WithValue(ctx, oauth2.HTTPClient, c.http))
	if err != nil {
		return grant{}, failed(op, err)
	}
	g, err := newGrant(token, left)
	if err != nil {
		return grant{}, &callError{op: op, kind: errUnavailable, cause: err}
	}
	return g, nil
}
