package config

import (
	"bytes"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

const (
	tokenVariable  = "HUBSPOT_ACCESS_TOKEN"  //nolint:gosec // a name, no token
	secretVariable = "HUBSPOT_CLIENT_SECRET" //nolint:gosec // a name, no secret
)

// A UsageError is what --help and --version ask for instead of a run: print
// Text to standard output and exit with 0.
type UsageError struct{ Text string }

// Error implements error, for Parse returns a UsageError in place of
// a Config.
func (u *UsageError) Error() string { return "usage requested" }

// Parse reads args, which leave out the program's name, and the variables that
// getenv knows ("" means not set). The error is a [*UsageError] or names every
// mistake, one a line, each with its flag, its variable, the value and the way
// out. No message holds a secret.
func Parse(args []string, getenv func(string) string) (Config, error) {
	c, err := ParseCommand(args, getenv, nil)
	return c.Config, err
}

// printed is what the command line prints by itself, to --help for one.
type printed struct {
	text   bytes.Buffer
	exited bool
}

func newCommandLine() (*flags, *kong.Kong, *printed, error) {
	f, out := new(flags), new(printed)
	app, err := kong.New(f,
		kong.Name("hubgraph"),
		kong.Description("hubgraph turns a HubSpot account into one typed GraphQL API.\n\n"+
			"The access token is read from "+tokenVariable+" alone, the app's client secret from "+secretVariable+"."),
		kong.Vars{"version": version()},
		kong.Writers(&out.text, &out.text),
		kong.Exit(func(int) { out.exited = true }),
		kong.ValueFormatter(describe),
	)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("build the command line: %w", err)
	}
	return f, app, out, nil
}

// parse makes a Config of all settings, or one error of all mistakes. portal says
// whether there must be one.
func (s *settings) parse(f *flags, portal bool, variables []string) (Config, error) {
	c := s.config()
	c.NoSharing = f.NoSharing
	if f.Healthcheck {
		c.Healthcheck = true
	} else if portal {
		s.checkPortal(c)
	}
	s.checkVariables(variables)
	if c.Demo {
		c.Token = Secret{} // the demo portal must never be sent a real one
	}
	if len(s.mistakes) > 0 {
		return Config{}, errors.Join(s.mistakes...)
	}
	return c, nil
}

// config converts every setting; mistakes are gathered on s.
func (s *settings) config() Config {
	c := Config{
		Addr:              convert(s, "addr", address),
		Demo:              convert(s, "demo", yesOrNo),
		Token:             s.secret(tokenVariable, "token"),
		ClientSecret:      s.secret(secretVariable, "client secret"),
		HubSpotURL:        convert(s, "hubspot-url", hubSpotURL),
		PublicURL:         convert(s, "public-url", publicURL),
		HubSpotAPIVersion: convert(s, "hubspot-api-version", oneOf("v3", "2026-03", "2026-09")),
		BurstLimit:        convert(s, "burst-limit", autoOr(wholeNumberTo(100_000))),
		AssociationLimit:  convert(s, "association-limit", autoOr(wholeNumberTo(100_000))),
		SearchLimit:       convert(s, "search-limit", wholeNumberTo(1_000)),
		SchemaTTL:         convert(s, "schema-ttl", durationFrom("1m", "12h")),
		RecordTTL:         convert(s, "record-ttl", offOr(durationFrom("1s", "5m"))),
		RecordCacheBytes:  convert(s, "record-cache-bytes", bytesFrom(1<<20)),
		MaxCalls:          convert(s, "max-calls", maxCallsOf),
		Timeout:           convert(s, "timeout", timeoutOf),
		Objects:           convert(s, "objects", list),
		ExcludeObjects:    convert(s, "exclude-objects", list),
		Sensitive:         convert(s, "sensitive", yesOrNo),
		Snapshot:          convert(s, "snapshot", text),
		HTTP:              s.http(),
		Documents:         s.documents(),
		Auth:              s.auth(),
		Portals:           s.portals(),
		Cluster:           s.cluster(),
		LogLevel:          convert(s, "log-level", level),
		LogFormat:         convert(s, "log-format", oneOf("json", "text")),
		Faults:            s.faults(),
		Observe:           s.observe(),
		Limits:            s.limits(),
		DrainDelay:        convert(s, "drain-delay", drainDelay),
	}
	for _, name := range c.ExcludeObjects {
		if slices.Contains(c.Objects, name) {
			s.mistake("%s and %s both name %q: take it out of one of them",
				s.settings["objects"].names(), s.settings["exclude-objects"].names(), name)
		}
	}
	return c
}

// secret reads a secret, whose value must not be in any message.
func (s *settings) secret(variable, what string) Secret {
	s.secrets = append(s.secrets, variable)
	text := strings.TrimSpace(s.getenv(variable))
	if i := strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }); i >= 0 {
		s.mistake("%s holds a character at position %d that no %s has: copy the %[3]s again", variable, i+1, what)
		return Secret{}
	}
	return NewSecret(text)
}

// checkPortal checks that there is something to serve.
func (s *settings) checkPortal(c Config) {
	if !c.Demo && !s.settings["store"].given && strings.TrimSpace(s.getenv(tokenVariable)) == "" {
		s.mistake("no portal to serve: set %s to a HubSpot private-app token or service key, "+
			"or pass --demo (HUBGRAPH_DEMO=true) for the built-in demo portal; many portals need --store (HUBGRAPH_STORE)", tokenVariable)
	}
}

// version is the module version that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "hubgraph (unknown version)"
	}
	return "hubgraph " + info.Main.Version
}
