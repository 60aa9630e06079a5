package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseObserve(t *testing.T) {
	tests := []struct {
		name string
		args []string
		env  []string
		want Observe
	}{
		{"nothing", nil, nil, Observe{}},
		{"flag", []string{"--admin-addr=127.0.0.1:9090"}, []string{"HUBGRAPH_ADMIN_ADDR=nonsense"}, Observe{AdminAddr: "127.0.0.1:9090"}},
		{"variable", nil, []string{"HUBGRAPH_ADMIN_ADDR=[::1]:0"}, Observe{AdminAddr: "[::1]:0"}},
		{"by name", []string{"--admin-addr=localhost:9090"}, nil, Observe{AdminAddr: "localhost:9090"}},
		{"for others", []string{"--admin-addr=:9090", "--admin-allow-remote"}, nil, Observe{AdminAddr: ":9090", AdminAllowRemote: true}},
		{"traces by flag", []string{"--otlp-endpoint=https://otel.example.com:4318/"}, []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:1/else"}, Observe{OTLPEndpoint: "https://otel.example.com:4318/v1/traces"}},
		{"traces by variable", nil, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318/otlp", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"}, Observe{OTLPEndpoint: "http://collector:4318/otlp/v1/traces"}},
		{"traces by their own variable", nil, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://traces:4318/in"}, Observe{OTLPEndpoint: "http://traces:4318/in"}},
		{"traces to nobody", nil, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_TRACES_EXPORTER=none"}, Observe{}},
		{"disabled", nil, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", "OTEL_SDK_DISABLED=true"}, Observe{}},
		{"a protocol, and nowhere to", nil, []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, Observe{}},
		{"for others, by variables", nil, []string{"HUBGRAPH_ADMIN_ADDR=10.0.0.1:9090", "HUBGRAPH_ADMIN_ALLOW_REMOTE=1"}, Observe{AdminAddr: "10.0.0.1:9090", AdminAllowRemote: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.args, env(append(tt.env, withToken)...))
			if err != nil {
				t.Fatalf("Parse(%q) = %v, want no error", tt.args, err)
			}
			if diff := cmp.Diff(tt.want, got.Observe); diff != "" {
				t.Errorf("Parse(%q).Observe (-want +got):\n%s", tt.args, diff)
			}
		})
	}
}

func TestParseObserveMistakes(t *testing.T) {
	const (
		notOurs  = `must be this machine's own, such as 127.0.0.1:9090, for it shows profiles of the process: with --admin-allow-remote (HUBGRAPH_ADMIN_ALLOW_REMOTE=true) others may reach it`
		notThere = `must be host:port, such as 127.0.0.1:9090`
	)
	tests := []struct {
		name string
		args []string
		env  []string
		want []string
	}{
		{"everybody's", []string{"--admin-addr=:9090"}, nil, []string{`--admin-addr (HUBGRAPH_ADMIN_ADDR) is ":9090": ` + notOurs}},
		{"all addresses", nil, []string{"HUBGRAPH_ADMIN_ADDR=0.0.0.0:9090"}, []string{`HUBGRAPH_ADMIN_ADDR (--admin-addr) is "0.0.0.0:9090": ` + notOurs}},
		{"another's", []string{"--admin-addr=example.com:9090"}, nil, []string{`--admin-addr (HUBGRAPH_ADMIN_ADDR) is "example.com:9090": ` + notOurs}},
		{"no port", []string{"--admin-addr=9090"}, nil, []string{`--admin-addr (HUBGRAPH_ADMIN_ADDR) is "9090": ` + notThere}},
		{"no such port", []string{"--admin-addr=127.0.0.1:99999"}, nil, []string{`--admin-addr (HUBGRAPH_ADMIN_ADDR) is "127.0.0.1:99999": ` + notThere}},
		{"no URL", []string{"--otlp-endpoint=collector:4318"}, nil, []string{`--otlp-endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) is "REDACTED": must be a URL such as http://127.0.0.1:4318`}},
		{"a password", nil, []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://me:hunter2@collector"}, []string{`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not usable: must hold no user name, password or query: credentials go into OTEL_EXPORTER_OTLP_HEADERS`}},
		{"another protocol", nil, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, []string{
			`OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": traces are sent by http/protobuf alone; give a collector's address for that, or set OTEL_TRACES_EXPORTER=none`}},
		{"neither yes nor no", nil, []string{"HUBGRAPH_ADMIN_ALLOW_REMOTE=maybe"}, []string{`HUBGRAPH_ADMIN_ALLOW_REMOTE (--admin-allow-remote) is "maybe": must be true or false`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(tt.args, env(append(tt.env, withToken)...))
			if err == nil {
				t.Fatalf("Parse(%q) = nil error, want %q", tt.args, tt.want)
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("Parse(%q) mistakes (-want +got):\n%s", tt.args, diff)
			}
		})
	}
}
