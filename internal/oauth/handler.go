package oauth

// The paths of the [Handler].
const (
	AuthorizePath  = "/oauth/authorize"
	CallbackPath   = "/oauth/callback"
	DisconnectPath = "/oauth/disconnect"
	PortalsPath    = "/portals"
)
