package portals

import "errors"

var (
	// ErrUnknown says that nobody has connected the portal here.
	ErrUnknown = errors.New("the portal is not connected here")
	// ErrLost says that HubSpot ended the connection, or somebody here did.
	ErrLost = errors.New("the connection to the portal is lost")
	// ErrFull says that the gateways in use take all the memory there is for them.
	ErrFull = errors.New("the portals in use take all the memory that there is for them")
	// ErrClosed says that the set was closed.
	ErrClosed = errors.New("the portals are closed")
)
