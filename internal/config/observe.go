package config

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"strings"
)

// observeFlags are the flags of what operators see of the gateway.
type observeFlags struct {
	AdminAddr        *string `variable:"HUBGRAPH_ADMIN_ADDR" placeholder:"HOST:PORT" help:"Address to serve metrics, profiles and /admin on; none if left out."`
	OTLPEndpoint     *string `name:"otlp-endpoint" variable:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"OpenTelemetry collector to send traces to, by OTLP over HTTP; none if left out."`
	AdminAllowRemote *bool   `variable:"HUBGRAPH_ADMIN_ALLOW_REMOTE" standard:"false" help:"Let --admin-addr be reached from other machines."`
}

// Observe is what operators see of the gateway.
type Observe struct {
	// AdminAddr is the address that metrics, profiles and /admin are served on,
	// as host:port; empty for none. --admin-addr, HUBGRAPH_ADMIN_ADDR, none.
	AdminAddr string
	// AdminAllowRemote lets AdminAddr be another than this machine's own.
	// --admin-allow-remote, HUBGRAPH_ADMIN_ALLOW_REMOTE, off.
	AdminAllowRemote bool
	// OTLPEndpoint is the URL that traces are posted to, such as
	// http://collector:4318/v1/traces; empty for nowhere. --otlp-endpoint and
	// OTEL_EXPORTER_OTLP_ENDPOINT are that URL without its path, and
	// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is all of it. None.
	OTLPEndpoint string
}

func (s *settings) observe() Observe {
	o := Observe{AdminAllowRemote: convert(s, "admin-allow-remote", yesOrNo)}
	o.AdminAddr = convert(s, "admin-addr", adminAddress(o.AdminAllowRemote))
	if o.AdminAllowRemote && s.settings["admin-addr"].value == "" {
		s.mistake("%s does nothing without %s: name the address that others may reach, such as 0.0.0.0:9090, or leave it out",
			s.settings["admin-allow-remote"].names(), s.settings["admin-addr"].names())
	}
	o.OTLPEndpoint = s.otlpEndpoint()
	return o
}

// OpenTelemetry's variables that say whether traces are exported, where to, and
// how. The others its SDK reads.
//
// Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
const (
	tracesEndpointVariable = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	tracesProtocolVariable = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
	protocolVariable       = "OTEL_EXPORTER_OTLP_PROTOCOL"
	tracesExporterVariable = "OTEL_TRACES_EXPORTER"
	sdkDisabledVariable    = "OTEL_SDK_DISABLED"
)

// otlpEndpoint is where traces go: a flag goes before the variables, and of those
// the one for traces before the one for everything.
func (s *settings) otlpEndpoint() string {
	if strings.EqualFold(s.getenv(sdkDisabledVariable), "true") || s.getenv(tracesExporterVariable) == "none" {
		return ""
	}
	base := convert(s, "otlp-endpoint", otlpURL)
	endpoint := ""
	if base != "" {
		endpoint = base + "/v1/traces"
	}
	if v := s.getenv(tracesEndpointVariable); v != "" && (base == "" || s.settings["otlp-endpoint"].fromEnv) {
		var err error
		if endpoint, err = otlpURL(v); err != nil {
			s.mistake("%s is not usable: %w", tracesEndpointVariable, err)
		}
	}
	if protocol := cmp.Or(s.getenv(tracesProtocolVariable), s.getenv(protocolVariable)); endpoint != "" && protocol != "" && protocol != "http/protobuf" {
		s.mistake("%s is %q: traces are sent by http/protobuf alone; give a collector's address for that, or set %s=none",
			protocolVariable, protocol, tracesExporterVariable)
	}
	return endpoint
}

// otlpURL takes the URL of a collector, or none. Credentials belong into
// OTEL_EXPORTER_OTLP_HEADERS, and so are never shown.
func otlpURL(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "", &secretiveError{shown: redacted, must: "must be a URL such as http://127.0.0.1:4318"}
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", &secretiveError{shown: redacted, must: "must hold no user name, password or query: credentials go into OTEL_EXPORTER_OTLP_HEADERS"}
	}
	return strings.TrimRight(v, "/"), nil
}

// adminAddress takes addresses of this machine, and others if they are allowed.
func adminAddress(remote bool) func(string) (string, error) {
	return func(v string) (string, error) {
		if v == "" {
			return "", nil
		}
		host, _, err := net.SplitHostPort(v)
		if _, wrong := address(v); err != nil || wrong != nil {
			return "", errors.New("must be host:port, such as 127.0.0.1:9090")
		}
		if !remote && !thisMachine(host) {
			return "", errors.New("must be this machine's own, such as 127.0.0.1:9090, for it shows profiles of the process: with --admin-allow-remote (HUBGRAPH_ADMIN_ALLOW_REMOTE=true) others may reach it")
		}
		return v, nil
	}
}
