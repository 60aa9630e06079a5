package oauth

import (
	"context"
	"errors"
	"time"
)

// A State says what can be done with a connection.
type State string

// The states of a connection.
const (
	Active       State = "active"       // its tokens work, as far as is known
	Lost         State = "lost"         // HubSpot accepts its refresh token no more
	Disconnected State = "disconnected" // somebody disconnected it here
)

// A Connection is what is known about a portal that was connected.
type Connection struct {
	PortalID        string // the Hub ID, in digits
	AccessToken     Secret // empty unless active
	RefreshToken    Secret // empty if lost, and once HubSpot has revoked it
	ExpiresAt       time.Time
	LifetimeSeconds int // of the access token, as HubSpot said
	Scopes          []string
	HubDomain       string // such as "example.com"; empty if HubSpot did not say
	UserID          string // HubSpot's, of who connected it; empty if HubSpot did not say
	State           State
	Reason          string    // why it is lost or disconnected, for people
	ConnectedAt     time.Time // the last time
	UpdatedAt       time.Time
	Version         int64 // of the stored row; 0 if it is not stored yet
}

// What a [Store] fails with, under errors.Is.
var (
	ErrNotFound = errors.New("no such connection")
	ErrConflict = errors.New("the connection was changed by somebody else")
)

// A Store keeps connections. Its methods are called concurrently, and in several
// processes over one database.
type Store interface {
	// Connection returns the portal's connection, or an error wrapping ErrNotFound.
	Connection(ctx context.Context, portalID string) (Connection, error)
	// Connections returns all, ordered by portal ID. It may leave out the tokens.
	Connections(ctx context.Context) ([]Connection, error)
	// PutConnection stores c, whatever was there, under a new Version, and
	// returns it as it is stored. A Version is never used again for the portal.
	PutConnection(ctx context.Context, c Connection) (Connection, error)
	// UpdateConnection is PutConnection if what is stored has c's Version. If it
	// has another, the error wraps ErrConflict, and if nothing is stored,
	// ErrNotFound.
	UpdateConnection(ctx context.Context, c Connection) (Connection, error)
}
