package config

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	storeKeysVariable = "HUBGRAPH_STORE_KEYS"
	redisVariable     = "HUBGRAPH_REDIS_URL"
)

// portalsFlags are the flags of [Portals] and [Cluster].
type portalsFlags struct {
	Store          *string `variable:"HUBGRAPH_STORE" placeholder:"URL" help:"Where connected portals are kept, sqlite:///path/to/file.db or postgres://…; many portals are served with it."`
	StoreKeys      *string `variable:"HUBGRAPH_STORE_KEYS_FILE" placeholder:"FILE" help:"File of the keys that what is stored is encrypted with, made by hubgraph keyset create; its text may stand in HUBGRAPH_STORE_KEYS instead."`
	ClientID       *string `name:"client-id" variable:"HUBSPOT_CLIENT_ID" placeholder:"ID" help:"Client ID of the HubSpot app that portals are connected with; that also needs HUBSPOT_CLIENT_SECRET, --public-url and --store."`
	AppURL         *string `name:"hubspot-app-url" variable:"HUBSPOT_APP_URL" standard:"https://app.hubspot.com" placeholder:"URL" help:"Where people log in to HubSpot, and let an app in."`
	Scopes         *string `variable:"HUBSPOT_SCOPES" standard:"oauth,crm.objects.contacts.read,crm.objects.companies.read,crm.objects.deals.read" placeholder:"NAMES" help:"Scopes that every connected portal must grant, as the app's settings have them."`
	OptionalScopes *string `variable:"HUBSPOT_OPTIONAL_SCOPES" placeholder:"NAMES" help:"Scopes that a portal grants if it has them."`
	Portal         *string `variable:"HUBGRAPH_PORTAL" placeholder:"ID" help:"Portal of the store that /graphql and commands such as query are about; none if left out."`
	PortalMemory   *string `variable:"HUBGRAPH_PORTAL_MEMORY" standard:"auto" placeholder:"BYTES" help:"Most memory that open portals take, about; auto is half of what the process may have, or 512 MiB."`
	PortalIdle     *string `variable:"HUBGRAPH_PORTAL_IDLE" standard:"1h" placeholder:"DURATION" help:"How long a portal stays open that nobody asks about; 0 for ever."`
	Replicas       *string `variable:"HUBGRAPH_REPLICAS" standard:"3" placeholder:"N" help:"How many replicas share HubSpot's allowance: each takes its part while Redis is away."`
}

// Portals is what is needed to serve many.
type Portals struct {
	// Store is where they are kept; empty to serve none but the one of
	// HUBSPOT_ACCESS_TOKEN or the demo. It may hold a password, and then has to
	// come from the variable. --store, HUBGRAPH_STORE, none.
	Store Secret
	// KeysFile is the file of the keys that what is stored is encrypted with.
	// --store-keys, HUBGRAPH_STORE_KEYS_FILE, none.
	KeysFile string
	// Keys is the same as text. HUBGRAPH_STORE_KEYS.
	Keys Secret
	// ClientID is that of the app that portals are connected with; empty if none
	// can be. --client-id, HUBSPOT_CLIENT_ID, none.
	ClientID string
	// AppURL is where people log in to HubSpot, without a trailing slash.
	// --hubspot-app-url, HUBSPOT_APP_URL, https://app.hubspot.com.
	AppURL string
	// Scopes are what every portal must grant. --scopes, HUBSPOT_SCOPES, oauth and
	// to read contacts, companies and deals.
	Scopes []string
	// OptionalScopes are what a portal grants if it has them. --optional-scopes,
	// HUBSPOT_OPTIONAL_SCOPES, none.
	OptionalScopes []string
	// Default is the ID of the portal of the store that is served at /graphql, and
	// that commands are about; empty for none. --portal, HUBGRAPH_PORTAL, none.
	Default string
	// Memory is how many bytes open portals may take, about; 0 for auto.
	// --portal-memory, HUBGRAPH_PORTAL_MEMORY, auto.
	Memory int64
	// Idle is how long a portal stays open that nobody asks about; 0 for ever.
	// --portal-idle, HUBGRAPH_PORTAL_IDLE, 1h.
	Idle time.Duration
}

// Many reports whether many portals are served.
func (p Portals) Many() bool { return p.Store != Secret{} }

// Connects reports whether portals can be connected with an app.
func (p Portals) Connects() bool { return p.ClientID != "" }

// Cluster is what replicas share.
type Cluster struct {
	// Redis is the URL of the Redis that they share; empty for a single replica.
	// It may hold a password, so that it has no flag. HUBGRAPH_REDIS_URL.
	Redis Secret
	// Replicas is how many there are. --replicas, HUBGRAPH_REPLICAS, 3.
	Replicas int
}

// Shared reports whether there are other replicas.
func (c Cluster) Shared() bool { return c.Redis != Secret{} }

func (s *settings) portals() Portals {
	s.secrets = append(s.secrets, storeKeysVariable)
	p := Portals{
		Store:          NewSecret(convert(s, "store", storeURL(s.settings["store"].fromEnv))),
		KeysFile:       convert(s, "store-keys", text),
		Keys:           NewSecret(strings.TrimSpace(s.getenv(storeKeysVariable))),
		ClientID:       convert(s, "client-id", word),
		AppURL:         convert(s, "hubspot-app-url", appURL),
		Scopes:         convert(s, "scopes", list),
		OptionalScopes: convert(s, "optional-scopes", list),
		Default:        convert(s, "portal", portalID),
		Memory:         convert(s, "portal-memory", autoOr(bytesFrom(16<<20))),
		Idle:           convert(s, "portal-idle", offOr(durationFrom("1s", "1h"))),
	}
	for _, scope := range p.OptionalScopes {
		if slices.Contains(p.Scopes, scope) {
			s.mistake("%s and %s both name %q: take it out of one of them", s.settings["scopes"].names(), s.settings["optional-scopes"].names(), scope)
		}
	}
	s.checkStore(p)
	return p
}

// checkStore checks that what belongs together is there together.
func (s *settings) checkStore(p Portals) {
	store, file := s.settings["store"], s.settings["store-keys"]
	keys := p.KeysFile != "" || p.Keys != Secret{}
	switch {
	case p.KeysFile != "" && p.Keys != Secret{}:
		s.mistake("%s and %s both hold the keys of the store: take one of them away", file.names(), storeKeysVariable)
	case store.given && !keys:
		s.mistake("%s is set, and no keys to encrypt what is stored: make them with hubgraph keyset create, and name the file with --store-keys (HUBGRAPH_STORE_KEYS_FILE)", store.names())
	case keys && !store.given:
		s.mistake("keys of a store are given and no store: name one with --store (HUBGRAPH_STORE), or take %s away", either(p.KeysFile != "", file.names(), storeKeysVariable))
	}
	if p.Default != "" && !store.given {
		s.mistake("%s names a portal of a store, and there is none: name it with --store (HUBGRAPH_STORE)", s.settings["portal"].names())
	}
	if p.Default != "" && strings.TrimSpace(s.getenv(tokenVariable)) != "" {
		s.mistake("%s and %s both say what is served at /graphql: take one of them away", s.settings["portal"].names(), tokenVariable)
	}
	if p.ClientID == "" {
		return
	}
	id := s.settings["client-id"].names()
	if !store.given {
		s.mistake("%s needs a place to keep what is connected: name it with --store (HUBGRAPH_STORE)", id)
	}
	if strings.TrimSpace(s.getenv(secretVariable)) == "" {
		s.mistake("%s needs the app's client secret: set %s", id, secretVariable)
	}
	if s.settings["public-url"].value == "" {
		s.mistake("%s needs the URL that HubSpot sends browsers back to: set --public-url (HUBGRAPH_PUBLIC_URL)", id)
	}
}

func (s *settings) cluster() Cluster {
	c := Cluster{Redis: s.secret(redisVariable, "URL"), Replicas: convert(s, "replicas", wholeNumberTo(1000))}
	if c.Redis == (Secret{}) {
		return c
	}
	u, err := url.Parse(c.Redis.Reveal())
	if err != nil || u.Host == "" || u.Scheme != "redis" && u.Scheme != "rediss" {
		s.mistake("%s must be a URL such as redis://redis:6379/0, or rediss:// for TLS", redisVariable)
	}
	return c
}

func either(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// storeURL takes URLs of the stores there are. A password may come from the
// environment alone: flags show in the list of processes.
func storeURL(fromEnv bool) func(string) (string, error) {
	return func(v string) (string, error) {
		if v == "" {
			return "", nil
		}
		must := &secretiveError{shown: redacted, must: "must be a URL such as sqlite:///var/lib/hubgraph/portals.db, or postgres://hubgraph@db.example.com/hubgraph"}
		u, err := url.Parse(v)
		if err != nil {
			return "", must
		}
		switch u.Scheme {
		case "sqlite":
			return v, nil
		case "postgres", "postgresql":
			_, inUser := u.User.Password()
			if (inUser || u.Query().Has("password")) && !fromEnv {
				return "", &secretiveError{shown: redacted, must: "must hold no password, which would show in the list of processes: set HUBGRAPH_STORE instead"}
			}
			return v, nil
		}
		return "", must
	}
}

// portalID takes a Hub ID, or none.
func portalID(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	if n, err := strconv.ParseInt(v, 10, 64); err != nil || n <= 0 || strconv.FormatInt(n, 10) != v {
		return "", errors.New("must be a portal's ID, such as 62515, as HubSpot's addresses have it")
	}
	return v, nil
}

// appURL takes the URL that browsers are sent to.
func appURL(v string) (string, error) {
	return baseURL(v, "https://app.hubspot.com", "people give theirs to HubSpot", "what HubSpot gives browsers would travel in the clear")
}

// word takes text without spaces.
func word(v string) (string, error) {
	if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", errors.New("must be one word of letters, digits and signs")
	}
	return v, nil
}
