package main

import (
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestQueryCommand(t *testing.T) {
	portal := crm(t, hubspottest.Options{Unlimited: true}, 1)
	settings := []string{"HUBSPOT_BASE_URL=" + portal.URL(), "HUBSPOT_ACCESS_TOKEN=" + portal.Token()}
	file := filepath.Join(t.TempDir(), "query.graphql")
	if err := os.WriteFile(file, []byte(`query One($id: ID!) { contact(by: {id: $id}) { id } } query Two { __typename }`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, stdin string
		args        []string
		want        string // of standard output
		err         string
	}{
		{"argument", "", []string{`{ contact(by: {id: "101"}) { id } }`}, `"id": "0-1:101"`, ""},
		{"standard input", `{ contact(by: {id: "102"}) { id } }`, nil, `"id": "0-1:102"`, ""},
		{"a dash", `{ contact(by: {id: "102"}) { id } }`, []string{"-"}, `"id": "0-1:102"`, ""},
		{"file, variables and operation", "", []string{"--file=" + file, `--variables={"id": "103"}`, "--operation=One"}, `"id": "0-1:103"`, ""},
		{"the other operation", "", []string{"--file", file, "--operation", "Two"}, `"__typename": "Query"`, ""},
		{"an error", "", []string{`{ contact(by: {id: "x"}) { id } a: __typename }`}, `"code": "BAD_USER_INPUT"`, "the answer has errors: 1"},
		{"nothing GraphQL", "", []string{`{ nope }`}, `"code": "GRAPHQL_VALIDATION_FAILED"`, "the answer has errors: 1"},
		{"beyond a limit", "", []string{`{ __typename }`, "--limit-tokens=2"}, `"limit": "tokens"`, "the answer has errors: 1"},
		{"no query", " \n", nil, "", "no query: give it as an argument, with --file, or on standard input"},
		{"two queries", "", []string{"{ __typename }", "--file=" + file}, "", "there are two queries: leave out --file or the argument"},
		{"no file", "", []string{"--file=" + file + ".not"}, "", "no such file"},
		{"variables that are none", "", []string{"{ __typename }", "--variables={id}"}, "", "--variables is not JSON such as"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stdout, stderr, err := command(t, tt.stdin, append([]string{"query"}, tt.args...), settings...)
			if !strings.Contains(stdout, tt.want) || tt.want == "" && stdout != "" {
				t.Errorf("prints %s, want %s", stdout, tt.want)
			}
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
			if strings.Contains(stderr, `"INFO"`) {
				t.Errorf("standard error has more than warnings: %s", stderr)
			}
		})
	}
}

func TestSchemaCommands(t *testing.T) {
	portal := crm(t, hubspottest.Options{Unlimited: true}, 0)
	settings := []string{"HUBSPOT_BASE_URL=" + portal.URL(), "HUBSPOT_ACCESS_TOKEN=" + portal.Token()}
	printed, _, err := command(t, "", []string{"schema", "print"}, settings...)
	if err != nil || !strings.Contains(printed, "type Contact implements") {
		t.Fatalf("schema print: error %v, %.300s", err, printed)
	}
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	now := write("now.graphql", printed)
	more := write("more.graphql", printed+"\nextend type Contact { shoe_size: String hat_size: String }\n")
	for _, tt := range []struct {
		name, want, err string
		args            []string
	}{
		{"the portal with itself", "", "", []string{now}},
		{"a file with itself", "", "", []string{now, now}},
		{"fields that come", "+ Contact.hat_size: String\n+ Contact.shoe_size: String\n", "", []string{now, more}},
		{"fields that go", "- Contact.hat_size: String (breaking)\n- Contact.shoe_size: String (breaking)\n", "2 changes break clients", []string{more, now}},
		{"fields that the portal lacks", "- Contact.hat_size: String (breaking)\n- Contact.shoe_size: String (breaking)\n", "2 changes break clients", []string{more}},
		{"no file", "", "hubgraph schema print", []string{now + ".not", now}},
		{"no schema", "", "is not a schema", []string{write("none.graphql", "type {"), now}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			with := settings
			if len(tt.args) == 2 {
				with = nil // two files need no portal
			}
			stdout, _, err := command(t, "", append([]string{"schema", "diff"}, tt.args...), with...)
			if stdout != tt.want {
				t.Errorf("prints\n%swant\n%s", stdout, tt.want)
			}
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

// TestUnknownSettings starts with settings that are none: what was meant is said.
func TestUnknownSettings(t *testing.T) {
	for _, tt := range []struct {
		args, variables []string
		want            string
	}{
		{nil, []string{"HUBGRAPH_LIMIT_DEPHT=3"}, `unknown variable HUBGRAPH_LIMIT_DEPHT, did you mean "HUBGRAPH_LIMIT_DEPTH"? (hubgraph --help lists the variables)`},
		{nil, []string{"HUBSPOT_TOKEN=pat-secret"}, `unknown variable HUBSPOT_TOKEN, did you mean`},
		{nil, []string{"HUBGRAPH_XYZZYXYZZYXYZZYXYZZYXYZZYXYZZYXYZZY=1"}, `unknown variable HUBGRAPH_XYZZYXYZZYXYZZYXYZZYXYZZYXYZZYXYZZY (hubgraph --help lists the variables)`},
		{[]string{"--limit-dept=3"}, nil, `unknown flag --limit-dept, did you mean "--limit-depth"? (hubgraph --help lists the flags)`},
		{[]string{"--addrr=x"}, nil, `unknown flag --addrr, did you mean "--addr"? (hubgraph --help lists the flags)`},
		{[]string{"chekc"}, nil, `unexpected argument chekc, did you mean "check"? (hubgraph --help lists the flags)`},
	} {
		_, _, err := command(t, "", append([]string{"--demo", "--addr=127.0.0.1:0"}, tt.args...), tt.variables...)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "pat-secret") {
			t.Errorf("%q %q: error %v, want %s", tt.args, tt.variables, err, tt.want)
		}
	}
}

// TestMemoryLimit lets the collector know of what a container allows.
func TestMemoryLimit(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	t.Setenv("AUTOMEMLIMIT", "") // as the next line leaves it
	if err := os.Unsetenv("AUTOMEMLIMIT"); err != nil {
		t.Fatal(err)
	}
	lg := slog.New(slog.DiscardHandler)
	limitMemory(lg, memlimit.Limit(1<<30))
	if got, share := debug.SetMemoryLimit(-1), memoryShare; got != int64(share*(1<<30)) {
		t.Errorf("of 1 GiB the limit is %d, want nine tenths", got)
	}
	limitMemory(lg, func() (uint64, error) { return 0, memlimit.ErrNoLimit })
	if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
		t.Errorf("without a limit it is %d, want none", got)
	}
}
