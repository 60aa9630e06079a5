package config

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/alecthomas/kong"
)

// flags is the command line. Every field may be nil, for not given: variables
// and defaults are put in by settings, so that all mistakes are found in one
// go and each says where its value came from.
type flags struct {
	Addr              *string          `variable:"HUBGRAPH_ADDR" standard:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on."`
	Demo              *bool            `variable:"HUBGRAPH_DEMO" standard:"false" help:"Serve a built-in demo portal; needs no HubSpot account."`
	HubspotURL        *string          `name:"hubspot-url" variable:"HUBSPOT_BASE_URL" standard:"https://api.hubapi.com" placeholder:"URL" help:"HubSpot's API."`
	HubspotAPIVersion *string          `name:"hubspot-api-version" variable:"HUBSPOT_API_VERSION" standard:"v3" placeholder:"VERSION" help:"v3, 2026-03 or 2026-09."`
	PublicURL         *string          `name:"public-url" variable:"HUBGRAPH_PUBLIC_URL" placeholder:"URL" help:"Where HubSpot reaches this gateway, for webhooks; they also need HUBSPOT_CLIENT_SECRET."`
	BurstLimit        *string          `variable:"HUBSPOT_BURST_LIMIT" standard:"auto" placeholder:"CALLS" help:"Most HubSpot calls per 10 seconds; auto starts at 100 and follows HubSpot's headers."`
	AssociationLimit  *string          `variable:"HUBSPOT_ASSOCIATION_LIMIT" standard:"auto" placeholder:"CALLS" help:"Most association calls per 10 seconds; auto starts at 100 and follows HubSpot's headers."`
	SearchLimit       *string          `variable:"HUBSPOT_SEARCH_LIMIT" standard:"4" placeholder:"CALLS" help:"Searches per second."`
	SchemaTTL         *string          `name:"schema-ttl" variable:"HUBGRAPH_SCHEMA_TTL" standard:"12h" placeholder:"DURATION" help:"How long the portal's metadata is used before it is read again."`
	RecordTTL         *string          `name:"record-ttl" variable:"HUBGRAPH_RECORD_TTL" standard:"0" placeholder:"DURATION" help:"How long records are kept and served again; 0 reads them anew each time."`
	RecordCacheBytes  *string          `variable:"HUBGRAPH_RECORD_CACHE_BYTES" standard:"134217728" placeholder:"BYTES" help:"Most memory that kept records take, about."`
	MaxCalls          *string          `variable:"HUBGRAPH_MAX_CALLS" standard:"200" placeholder:"CALLS" help:"Most HubSpot calls of one request; a limit as those below."`
	Timeout           *string          `variable:"HUBGRAPH_TIMEOUT" standard:"30s" placeholder:"DURATION" help:"Longest time one request may take; a limit as those below."`
	Objects           *string          `variable:"HUBGRAPH_OBJECTS" placeholder:"NAMES" help:"Object types to serve, separated by commas; all that the token can read if left out."`
	ExcludeObjects    *string          `variable:"HUBGRAPH_EXCLUDE_OBJECTS" placeholder:"NAMES" help:"Object types to leave out, separated by commas."`
	Sensitive         *bool            `variable:"HUBGRAPH_SENSITIVE" standard:"false" help:"Also serve properties that HubSpot marks as sensitive."`
	Snapshot          *string          `variable:"HUBGRAPH_SNAPSHOT" placeholder:"FILE" help:"File for the last good metadata: a restart needs no HubSpot to serve."`
	AuthFlags         authFlags        `embed:""`
	LogLevel          *string          `variable:"HUBGRAPH_LOG_LEVEL" standard:"info" placeholder:"LEVEL" help:"debug, info, warn or error."`
	LogFormat         *string          `variable:"HUBGRAPH_LOG_FORMAT" standard:"json" placeholder:"FORMAT" help:"json or text."`
	ObserveFlags      observeFlags     `embed:""`
	LimitsFlags       limitsFlags      `embed:""`
	DrainFlags        drainFlags       `embed:""`
	Commands          commandsFlags    `embed:""`
	Healthcheck       bool             `hidden:"" help:"Ask the server at --addr whether it is up, and exit."`
	NoSharing         bool             `hidden:"" help:"Let requests share no HubSpot calls: to measure what sharing saves."`
	Version           kong.VersionFlag `help:"Show the version."`

	HTTPFlags      `embed:""`
	FaultsFlags    `embed:""`
	DocumentsFlags `embed:""`
	portalsFlags   `embed:""`
}

// describe adds a flag's variable and default to its help.
func describe(v *kong.Value) string {
	help := v.Help
	if standard := v.Tag.Get("standard"); standard != "" && standard != "false" {
		help += " Default " + standard + "."
	}
	if variable := v.Tag.Get("variable"); variable != "" {
		help += " [$" + variable + "]"
	}
	return help
}

// A setting is one flag's value as text, and where it came from.
type setting struct {
	flag     string // such as "--addr"
	variable string
	standard string // its default
	value    string
	fromEnv  bool
	given    bool // or else it is the default
}

// names tells both names of the setting, the one that was used first.
func (s setting) names() string {
	if s.fromEnv {
		return s.variable + " (" + s.flag + ")"
	}
	return s.flag + " (" + s.variable + ")"
}

// settings is all of them, and the mistakes found in them.
type settings struct {
	settings map[string]setting // by the flag's name without dashes
	secrets  []string           // variables without a flag
	getenv   func(string) string
	mistakes []error
}

func newSettings(list []*kong.Flag, getenv func(string) string) *settings {
	s := &settings{settings: make(map[string]setting, len(list)), getenv: getenv}
	for _, f := range list {
		variable := f.Tag.Get("variable")
		if variable == "" {
			continue // --help, --version, --healthcheck
		}
		set := setting{flag: "--" + f.Name, variable: variable, standard: f.Tag.Get("standard"), value: f.Tag.Get("standard")}
		if given := f.Target; given.Kind() == reflect.Pointer && !given.IsNil() {
			set.value, set.given = fmt.Sprint(given.Elem().Interface()), true
		} else if v := getenv(variable); v != "" {
			set.value, set.fromEnv, set.given = v, true, true
		}
		s.settings[f.Name] = set
	}
	return s
}

func (s *settings) mistake(format string, args ...any) {
	s.mistakes = append(s.mistakes, fmt.Errorf(format, args...))
}

// convert converts the setting called name. The error of parse says what the
// value must be.
func convert[T any](s *settings, name string, parse func(string) (T, error)) T {
	set := s.settings[name]
	v, err := parse(set.value)
	if err != nil {
		shown := set.value
		if secret, ok := errors.AsType[*secretiveError](err); ok {
			shown = secret.shown
		}
		s.mistake("%s is %q: %w", set.names(), shown, err)
	}
	return v
}
