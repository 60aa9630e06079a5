package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

// A process is one run of the program.
type process struct {
	t      *testing.T
	stop   context.CancelFunc // what SIGTERM does
	done   chan error
	stdout bytes.Buffer
	logs   *logBuffer
}

// start runs the program; variables are of the form NAME=value.
func start(t *testing.T, args []string, variables ...string) *process {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	p := &process{t: t, stop: stop, done: make(chan error, 1), logs: &logBuffer{}}
	getenv := func(name string) string {
		for _, v := range variables {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value
			}
		}
		return ""
	}
	go func() { p.done <- run(ctx, args, getenv, &p.stdout, p.logs) }()
	t.Cleanup(stop)
	return p
}

// end waits for the program to return.
func (p *process) end() error {
	p.t.Helper()
	select {
	case err := <-p.done:
		return err
	case <-time.After(30 * time.Second):
		p.t.Fatalf("still running; log:\n%s", p.logs)
		return nil
	}
}

var servingURL = regexp.MustCompile(`"msg":"serving","url":"(http://[^"]+)/"`)

// url waits until the program serves.
func (p *process) url() string {
	p.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if m := servingURL.FindStringSubmatch(p.logs.String()); m != nil {
			return m[1]
		}
		select {
		case err := <-p.done:
			p.t.Fatalf("run = %v before it served; log:\n%s", err, p.logs)
		default:
		}
	}
	p.t.Fatalf("does not serve; log:\n%s", p.logs)
	return ""
}

// fetch reads a URL on a connection of its own.
func fetch(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

// ask posts a query on a connection of its own.
func ask(url, query string) (answer, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{Status: res.StatusCode}
	return a, json.NewDecoder(res.Body).Decode(&a)
}

func TestDemoAnswersTheExample(t *testing.T) {
	p := start(t, []string{"--demo", "--addr=127.0.0.1:0"})
	url := p.url()
	a, err := ask(url, server.ExampleQuery)
	if err != nil || len(a.Errors) > 0 {
		t.Fatalf("error %v, errors %+v", err, a.Errors)
	}
	var got struct {
		Contacts struct {
			Nodes []struct {
				Email     string
				Companies struct {
					Nodes []struct {
						Name  string
						Deals struct{ Nodes []struct{ Dealname string } }
					}
				}
			}
			PageInfo struct{ HasNextPage bool }
		}
	}
	if err := json.Unmarshal(a.Data, &got); err != nil {
		t.Fatal(err)
	}
	companies, deals := 0, 0
	for _, contact := range got.Contacts.Nodes {
		companies += len(contact.Companies.Nodes)
		for _, company := range contact.Companies.Nodes {
			deals += len(company.Deals.Nodes)
		}
	}
	if len(got.Contacts.Nodes) != 10 || companies < 5 || deals < 5 || !got.Contacts.PageInfo.HasNextPage {
		t.Errorf("%d contacts, %d companies, %d deals: a poor example", len(got.Contacts.Nodes), companies, deals)
	}
	if _, page := fetch(t, url+"/"); !strings.Contains(page, "<html") || !strings.Contains(page, "hubspot_owner_id") {
		t.Errorf("the page does not hold the example: %.200s", page)
	}
	p.stop()
	if err := p.end(); err != nil {
		t.Errorf("run = %v after the stop, want nil", err)
	}
}

func TestStartFails(t *testing.T) {
	portal := hubspottest.New(t, hubspottest.Options{})
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := free.Addr().String()
	_ = free.Close()

	tests := []struct {
		name      string
		args      []string
		variables []string
		want      string
	}{
		{"no token", nil, nil, "HUBSPOT_ACCESS_TOKEN"},
		{"wrong token", nil, []string{"HUBSPOT_ACCESS_TOKEN=pat-wrong-token", "HUBSPOT_BASE_URL=" + portal.URL()}, "HubSpot does not accept the access token in HUBSPOT_ACCESS_TOKEN"},
		{"port in use", []string{"--demo", "--addr=" + taken.Addr().String()}, nil, "--addr"},
		{"nobody there", nil, []string{"HUBSPOT_ACCESS_TOKEN=pat-some-token", "HUBSPOT_BASE_URL=http://" + nobody}, "HubSpot"},
		{"unknown flag", []string{"--nope"}, nil, "--nope"},
		{"nothing up to check", []string{"--healthcheck", "--addr=" + nobody}, nil, "refused"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			begin := time.Now()
			p := start(t, append([]string{"--addr=127.0.0.1:0"}, tt.args...), tt.variables...)
			err := p.end()
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("run = %v, want one line with %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error()+p.logs.String(), "pat-") {
				t.Errorf("the token shows: %v; log:\n%s", err, p.logs)
			}
			t.Logf("after %v: %v", time.Since(begin).Round(time.Millisecond), err)
		})
	}
}

func TestUsage(t *testing.T) {
	for arg, want := range map[string]string{"--help": "--demo", "--version": "hubgraph"} {
		p := start(t, []string{arg})
		if err := p.end(); err != nil || !strings.Contains(p.stdout.String(), want) || p.logs.String() != "" {
			t.Errorf("run(%s) = %v, prints %q and logs %q, want %q in the print", arg, err, p.stdout.String(), p.logs, want)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	p := start(t, []string{"--demo", "--addr=127.0.0.1:0"})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(p.url(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "0.0.0.0", ""} {
		if err := start(t, []string{"--healthcheck", "--addr=" + host + ":" + port}).end(); err != nil {
			t.Errorf("healthcheck of %s:%s = %v, want nil", host, port, err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	p.stop()
	if err := p.end(); err != nil {
		t.Error(err)
	}
}

// ready reads /readyz.
func ready(t *testing.T, url string) (status int, got struct {
	Ready, FromSnapshot    bool
	SchemaVersion, Problem string
	LoadedAt               time.Time
	FailedAt               *time.Time
}) {
	t.Helper()
	res, text := fetch(t, url+"/readyz")
	if err := json.Unmarshal([]byte(text), &got); err != nil || res.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("/readyz: %v, %s: %q", err, res.Header.Get("Content-Type"), text)
	}
	return res.StatusCode, got
}

// TestSnapshot starts four times with one snapshot: while all is well, with a
// token that is refused, without HubSpot, and with all well again.
func TestSnapshot(t *testing.T) {
	portal := hubspottest.New(t, hubspottest.Options{})
	portal.AddRecords("contacts", 3)
	file := filepath.Join(t.TempDir(), "portal.snapshot")
	serve := func(token, base string) (*process, string) {
		p := start(t, []string{"--addr=127.0.0.1:0", "--snapshot=" + file}, "HUBSPOT_ACCESS_TOKEN="+token, "HUBSPOT_BASE_URL="+base)
		return p, p.url()
	}
	stop := func(p *process) {
		t.Helper()
		p.stop()
		if err := p.end(); err != nil {
			t.Errorf("run = %v after the stop, want nil", err)
		}
	}

	p, url := serve(portal.Token(), portal.URL())
	status, first := ready(t, url)
	if status != http.StatusOK || !first.Ready || first.FromSnapshot || first.Problem != "" || first.SchemaVersion == "" {
		t.Errorf("at first: %d %+v, want ready without a problem", status, first)
	}
	stop(p)

	for name, at := range map[string][2]string{
		"wrong token": {"pat-wrong-token", portal.URL()},
		"no HubSpot":  {portal.Token(), "http://127.0.0.1:1"},
	} {
		p, url = serve(at[0], at[1])
		status, got := ready(t, url)
		if status != http.StatusOK || !got.Ready || !got.FromSnapshot || got.Problem == "" || got.FailedAt == nil || got.SchemaVersion != first.SchemaVersion {
			t.Errorf("%s: %d %+v, want ready from the snapshot with the problem and the same version", name, status, got)
		}
		a, err := ask(url, `{ contacts { nodes { id } } }`)
		if err != nil || a.code() != "UNAUTHENTICATED" && a.code() != "UPSTREAM_UNAVAILABLE" && a.code() != "UPSTREAM_TIMEOUT" {
			t.Errorf("%s: answer %+v, error %v, want an error that says so", name, a, err)
		}
		a, err = ask(url, `{ pipelines(objectType: "deals") { label } }`)
		if err != nil || len(a.Errors) > 0 {
			t.Errorf("%s: metadata: errors %+v, %v, want none", name, a.Errors, err)
		}
		if strings.Contains(p.logs.String(), "pat-") {
			t.Errorf("%s: the token is in the log:\n%s", name, p.logs)
		}
		t.Logf("%s: %s", name, got.Problem)
		stop(p)
	}

	p, url = serve(portal.Token(), portal.URL())
	a, err := ask(url, `{ contacts { nodes { id } } }`)
	if err != nil || len(a.Errors) > 0 {
		t.Errorf("from the snapshot: errors %+v, %v, want none", a.Errors, err)
	}
	stop(p)
}

// TestStopDrains stops the program while a request is under way.
func TestStopDrains(t *testing.T) {
	portal := crm(t, hubspottest.Options{}, 1)
	p := start(t, []string{"--addr=127.0.0.1:0"}, "HUBSPOT_ACCESS_TOKEN="+portal.Token(), "HUBSPOT_BASE_URL="+portal.URL())
	url := p.url()
	reached := make(chan struct{}, 1)
	portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Delay: 300 * time.Millisecond, Match: func(*http.Request) bool {
		select {
		case reached <- struct{}{}:
		default:
		}
		return true
	}})
	type result struct {
		answer
		err error
	}
	results := make(chan result, 1)
	go func() {
		a, err := ask(url, threeLevels)
		results <- result{a, err}
	}()
	<-reached
	p.stop()
	if err := p.end(); err != nil {
		t.Errorf("run = %v, want nil", err)
	}
	select {
	case r := <-results:
		if r.err != nil || len(r.Errors) > 0 || r.Status != http.StatusOK {
			t.Errorf("the request under way: status %d, errors %+v, %v, want its answer", r.Status, r.Errors, r.err)
		}
	case <-time.After(time.Second):
		t.Error("the program returned before the request under way had its answer")
	}
	if _, err := ask(url, `{ __typename }`); err == nil {
		t.Error("requests are still taken after the stop")
	}
}
