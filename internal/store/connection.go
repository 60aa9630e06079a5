package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is how hubgraph came to a portal's tokens.
type Kind string

// The kinds.
const (
	OAuth   Kind = "oauth" // somebody installed the app
	Private Kind = "token" // a private app's token or a service key, which stays the same
)

// State is whether a portal can be called.
type State string

// The states.
const (
	Active       State = "active"
	Lost         State = "lost"         // HubSpot takes the tokens no more; Reason says why
	Disconnected State = "disconnected" // somebody ended it; the refresh token is there until HubSpot has revoked it
)

// Info is a Connection without its tokens: what may be shown.
type Info struct {
	PortalID    string // decimal digits, without leading zeros
	Kind        Kind
	State       State
	Reason      string // why it was lost, in a line; cut at 500 bytes
	HubDomain   string // such as "example.com"; may be empty
	Scopes      []string
	ConnectedBy string // HubSpot's user ID, digits; may be empty
	ConnectedAt time.Time
	ExpiresAt   time.Time     // of the access token; zero if it does not expire
	Lifetime    time.Duration // that the access token had when it was new, in whole seconds
	// UpdatedAt and Version are the store's: what is written is not looked at, but by
	// UpdateIf for the Version that it expects.
	UpdatedAt time.Time
	Version   int64
}

// A Connection is how one portal is called. Times are kept to the microsecond.
type Connection struct {
	Info
	Access  Token
	Refresh Token // OAuth's alone
}

const (
	maxReasonBytes = 500
	maxDomainBytes = 255
	// maxTokenBytes is far above the 512 characters that HubSpot asks to allow for.
	maxTokenBytes = 16 << 10
	maxScopes     = 1000
)

func (c *Connection) check() error {
	if _, err := portalNumber(c.PortalID); err != nil {
		return err
	}
	invalid := func(field, why string) error {
		return fmt.Errorf("the %s of portal %s %w: %s", field, c.PortalID, ErrInvalid, why)
	}
	switch {
	case c.Kind != OAuth && c.Kind != Private:
		return invalid("Kind", fmt.Sprintf("it is %q, which is neither %q nor %q", c.Kind, OAuth, Private))
	case len(c.HubDomain) > maxDomainBytes || !storable(c.HubDomain):
		return invalid("HubDomain", "it is no domain name")
	case strings.Trim(c.ConnectedBy, "0123456789") != "":
		return invalid("ConnectedBy", "it is no user ID, which has digits only; e-mail addresses are not kept")
	case len(c.Scopes) > maxScopes:
		return invalid("Scopes", fmt.Sprintf("there are %d, more than %d", len(c.Scopes), maxScopes))
	case len(c.Access.text) > maxTokenBytes || len(c.Refresh.text) > maxTokenBytes:
		return invalid("token", fmt.Sprintf("it is longer than %d bytes", maxTokenBytes))
	case c.Lifetime < 0:
		return invalid("Lifetime", "it is negative")
	}
	for _, scope := range c.Scopes {
		if scope == "" || strings.ContainsAny(scope, " \t\r\n") || !storable(scope) {
			return invalid("Scopes", fmt.Sprintf("%q is no scope", scope))
		}
	}
	return c.checkTokens(invalid)
}

func (c *Connection) checkTokens(invalid func(field, why string) error) error {
	if c.Kind == Private && !c.Refresh.IsZero() {
		return invalid("Refresh", "a private app's token has no refresh token")
	}
	switch c.State {
	case Active:
		if c.Access.IsZero() {
			return invalid("Access", "an active connection has an access token")
		}
		if c.Kind == OAuth && c.Refresh.IsZero() {
			return invalid("Refresh", "an active connection of OAuth has a refresh token")
		}
	case Lost:
		if c.Reason == "" {
			return invalid("Reason", "a lost connection says why it was lost")
		}
	case Disconnected:
		if !c.Access.IsZero() {
			return invalid("Access", "a disconnected portal keeps none, and a refresh token only until HubSpot has revoked it")
		}
	default:
		return invalid("State", fmt.Sprintf("it is %q, which is none of %q, %q and %q", c.State, Active, Lost, Disconnected))
	}
	return nil
}

// portalNumber takes IDs in the one form in which a number is written.
func portalNumber(id string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != id {
		return 0, fmt.Errorf("the portal ID %.40q %w: HubSpot's are positive numbers, such as \"62515\"", id, ErrInvalid)
	}
	return n, nil
}

// storable tells whether PostgreSQL takes the text.
func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// line makes text one storable line of some length. What tells why a portal was lost
// comes from elsewhere, and must not keep that from being stored.
func line(text string, maxBytes int) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(text, "�"), "\x00", " ")), " ")
	if len(text) <= maxBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxBytes-len("…")], "") + "…"
}
