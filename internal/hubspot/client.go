package hubspot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/hubgraph/hubgraph/internal/compute"
)

// DefaultBaseURL is HubSpot's API, for accounts of every region.
const DefaultBaseURL = "https://api.hubapi.com"

// Options configure a [Client]. Only Token is required.
type Options struct {
	BaseURL    string      // default DefaultBaseURL
	APIVersion APIVersion  // default APIVersionV3
	Token      TokenSource // the portal's credential
	Limiter    *Limiter    // shared by all clients of one portal; nil means one of our own
	// HTTPClient sends the calls; nil means one over a NewTransport of our own.
	// Many portals had better share one, and with it the connections to HubSpot,
	// which tells their calls apart by their tokens. Redirects are never followed,
	// whatever it says: the token stays with the base URL.
	HTTPClient *http.Client
	// Compute is the gate that answers go through to be decoded; nil for one of the
	// client's own.
	Compute *compute.Gate
	// Observe is told of every HTTP attempt when it has ended, for metrics and
	// traces; ctx is the call's, or for a call that several requests share, of the
	// one that opened it. It is called concurrently and must not block.
	Observe func(ctx context.Context, info CallInfo)
}

// CallInfo describes one HTTP attempt. It holds nothing secret, and nothing that
// HubSpot says in words.
type CallInfo struct {
	Endpoint   Endpoint
	ObjectType string        // as called; the "from" side of associations; "" for account-wide calls
	Status     int           // 0 if HubSpot never answered
	Duration   time.Duration // of the HTTP exchange, decoding included
	Waited     time.Duration // at the limiter, before it
	Attempt    int           // from 1
	Inputs     int           // IDs of a batch call that is no search, else 0
	Err        error         // nil, a kind of this package, or context.Canceled

	// HubSpot's own word; empty if it gave none, or more than a word.
	Category      string // of an error, such as "MISSING_SCOPES"
	Policy        string // the limit that a 429 is about, such as "DAILY"; a guess if HubSpot did not say
	CorrelationID string // names the call in a HubSpot support ticket
}

// A Client reads one portal through HubSpot's REST API. It is safe for
// concurrent use. It never writes, which is why it may retry every call.
type Client struct {
	lg       *slog.Logger
	http     *http.Client
	own      bool // http's connections are nobody else's
	base     string
	paths    paths
	token    TokenSource
	limiter  *Limiter
	health   *health
	observe  func(context.Context, CallInfo)
	received sync.Pool     // of *bytes.Buffer
	decoders sync.Pool     // of *decoder, for their buffers
	compute  *compute.Gate // for what is decoded
	longest  int64         // of an answer, in bytes after decompression
}

// NewClient returns a Client. It makes no call; [Client.Account] is the
// cheapest way to find out whether the token works.
func NewClient(lg *slog.Logger, o Options) (*Client, error) {
	base := strings.TrimRight(o.BaseURL, "/")
	if base == "" {
		base = DefaultBaseURL
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("hubspot base url %q is not of the form https://host", o.BaseURL)
	}
	p, err := newPaths(o.APIVersion)
	if err != nil {
		return nil, err
	}
	if o.Token == nil {
		return nil, errors.New("hubspot client has no token source")
	}
	if o.Limiter == nil {
		o.Limiter = NewLimiter(Limits{})
	}
	if o.Compute == nil {
		o.Compute = compute.NewGate()
	}
	if o.Observe == nil {
		o.Observe = func(context.Context, CallInfo) {}
	}
	var hc http.Client
	if o.HTTPClient != nil {
		hc = *o.HTTPClient
	}
	own := hc.Transport == nil
	if own {
		hc.Transport = NewTransport()
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{
		lg:       lg,
		http:     &hc,
		own:      own,
		base:     base,
		paths:    p,
		token:    o.Token,
		limiter:  o.Limiter,
		health:   newHealth(),
		observe:  o.Observe,
		longest:  maxAnswerBytes,
		received: sync.Pool{New: func() any { return new(bytes.Buffer) }},
		decoders: sync.Pool{New: func() any { return newDecoder() }},
		compute:  o.Compute,
	}, nil
}

// Close closes the idle connections, unless they are shared: those of
// Options.HTTPClient are for whoever made it to close.
func (c *Client) Close() {
	if c.own {
		c.http.CloseIdleConnections()
	}
}

// RateLimit reports what is left of the portal's allowances.
func (c *Client) RateLimit() RateLimit { return c.limiter.Snapshot() }
