// Package config turns flags and environment variables into one [Config].
//
// It is the only package that reads the environment. A flag goes before its
// variable, a variable before the default, and an empty variable counts as not
// set.
package config

import (
	"log/slog"
	"time"
)

// A Config is everything a run of hubgraph can be told. [Parse] makes it; each
// field names its flag, its variable and its default.
type Config struct {
	// Addr is the address to serve on, as host:port; port 0 takes a free one.
	// --addr, HUBGRAPH_ADDR, 127.0.0.1:8080.
	Addr string
	// Demo serves an in-process portal with made-up data instead of a
	// HubSpot account; Token is empty then. --demo, HUBGRAPH_DEMO, off.
	Demo bool
	// Token is the private-app token or service key. It has no flag, for
	// flags show in the list of processes. HUBSPOT_ACCESS_TOKEN.
	Token Secret
	// HubSpotURL is HubSpot's API without a trailing slash; plain http is
	// taken for this machine only. --hubspot-url, HUBSPOT_BASE_URL,
	// https://api.hubapi.com.
	HubSpotURL string
	// HubSpotAPIVersion is "v3" (v3 and v4 paths), "2026-03" or "2026-09".
	// --hubspot-api-version, HUBSPOT_API_VERSION, v3.
	HubSpotAPIVersion string
	// ClientSecret is the HubSpot app's, which signs its webhooks. It has no
	// flag either; empty without webhooks. HUBSPOT_CLIENT_SECRET.
	ClientSecret Secret
	// PublicURL is where HubSpot reaches this gateway, without a trailing
	// slash: with it and ClientSecret webhooks are taken at
	// PublicURL/webhooks/hubspot. --public-url, HUBGRAPH_PUBLIC_URL, none.
	PublicURL string
	// BurstLimit is the most HubSpot calls per 10 seconds; 0 ("auto") starts
	// at 100 and follows HubSpot's headers. --burst-limit,
	// HUBSPOT_BURST_LIMIT, auto.
	BurstLimit int
	// AssociationLimit is the most association calls per 10 seconds; 0
	// ("auto") as above. --association-limit, HUBSPOT_ASSOCIATION_LIMIT, auto.
	AssociationLimit int
	// SearchLimit is searches per second. --search-limit,
	// HUBSPOT_SEARCH_LIMIT, 4.
	SearchLimit int
	// SchemaTTL is how long the portal's metadata is used before it is read
	// again. --schema-ttl, HUBGRAPH_SCHEMA_TTL, 12h.
	SchemaTTL time.Duration
	// RecordTTL is how long records and associations are kept and served
	// again, from when HubSpot was asked; 0 keeps none. --record-ttl,
	// HUBGRAPH_RECORD_TTL, 0.
	RecordTTL time.Duration
	// RecordCacheBytes is about how much memory kept records may take.
	// --record-cache-bytes, HUBGRAPH_RECORD_CACHE_BYTES, 128 MiB.
	RecordCacheBytes int64
	// MaxCalls is the most HubSpot calls one request may make. --max-calls,
	// HUBGRAPH_MAX_CALLS, 200.
	MaxCalls int
	// Timeout is the longest one request may take. --timeout,
	// HUBGRAPH_TIMEOUT, 30s.
	Timeout time.Duration
	// Limits are all other bounds on one request, and what is done beyond these
	// two.
	Limits Limits
	// DrainDelay is what happens between a stop and the last request.
	DrainDelay DrainDelay
	// Objects are the object types to serve, by name or type ID; nil means
	// all that the token can read. --objects, HUBGRAPH_OBJECTS.
	Objects []string
	// ExcludeObjects are object types to leave out. --exclude-objects,
	// HUBGRAPH_EXCLUDE_OBJECTS, none.
	ExcludeObjects []string
	// Sensitive also serves properties that HubSpot marks as sensitive.
	// --sensitive, HUBGRAPH_SENSITIVE, off.
	Sensitive bool
	// Snapshot is the file that holds the last good metadata, so that a
	// restart needs no HubSpot to serve; empty means none. --snapshot,
	// HUBGRAPH_SNAPSHOT.
	Snapshot string
	// HTTP is how GraphQL is served over HTTP.
	HTTP HTTP
	// Documents is which documents requests may name, and which they may send.
	Documents Documents
	// Auth says who may ask.
	Auth Auth
	// Portals is what is needed to serve many.
	Portals Portals
	// Cluster is what replicas share.
	Cluster Cluster
	// LogLevel is the least severe level logged. --log-level,
	// HUBGRAPH_LOG_LEVEL, info.
	LogLevel slog.Level
	// LogFormat is "json" or "text". --log-format, HUBGRAPH_LOG_FORMAT, json.
	LogFormat string
	// Observe is what operators see.
	Observe Observe
	// Healthcheck asks a server that runs at Addr whether it is up, instead
	// of serving, for container images without a shell. --healthcheck.
	Healthcheck bool
	// NoSharing lets every request make all its HubSpot calls itself; for
	// benchmarks, which measure what sharing saves. --no-sharing.
	NoSharing bool
	// Faults is what to do in trouble.
	Faults Faults
}
