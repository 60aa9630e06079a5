package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

var adminURL = regexp.MustCompile(`"msg":"serving operators","url":"(http://[^"]+)/"`)

// admin is the admin listener of a program that serves.
func (p *process) admin() string {
	p.t.Helper()
	p.url()
	m := adminURL.FindStringSubmatch(p.logs.String())
	if m == nil {
		p.t.Fatalf("there is no admin listener; log:\n%s", p.logs)
	}
	return m[1]
}

// statuses are what paths are answered with.
func statuses(t *testing.T, url string, header ...string) map[string]int {
	t.Helper()
	got := make(map[string]int)
	for _, path := range []string{"/livez", "/healthz", "/readyz", "/metrics", "/debug/pprof/", "/debug/pprof/heap?debug=1", "/debug/pprof/cmdline", "/admin/refresh", "/graphql", "/"} {
		res, _ := fetch(t, url+path, header...)
		got[path] = res.StatusCode
	}
	return got
}

// TestWhereOperatorsLook tells which listener serves what.
func TestWhereOperatorsLook(t *testing.T) {
	want := func(t *testing.T, what string, got map[string]int, status int, paths ...string) {
		t.Helper()
		for _, path := range paths {
			if got[path] != status {
				t.Errorf("%s: %s answers %d, want %d", what, path, got[path], status)
			}
		}
	}
	t.Run("one listener", func(t *testing.T) {
		p := start(t, []string{"--demo", "--addr=127.0.0.1:0"})
		got := statuses(t, p.url())
		want(t, "main", got, 200, "/livez", "/healthz", "/readyz", "/metrics", "/")
		want(t, "main", got, 404, "/debug/pprof/", "/debug/pprof/heap?debug=1", "/debug/pprof/cmdline")
		want(t, "main", got, 405, "/admin/refresh")
		p.stop()
		if err := p.end(); err != nil {
			t.Error(err)
		}
	})
	t.Run("two listeners", func(t *testing.T) {
		p := start(t, []string{"--demo", "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0"})
		got := statuses(t, p.url())
		want(t, "main", got, 200, "/livez", "/healthz", "/readyz", "/")
		want(t, "main", got, 404, "/metrics", "/admin/refresh", "/debug/pprof/", "/debug/pprof/heap?debug=1", "/debug/pprof/cmdline")
		got = statuses(t, p.admin())
		want(t, "admin", got, 200, "/livez", "/healthz", "/readyz", "/metrics", "/debug/pprof/", "/debug/pprof/heap?debug=1", "/debug/pprof/cmdline")
		want(t, "admin", got, 404, "/graphql", "/")
		want(t, "admin", got, 405, "/admin/refresh")

		post := operatorRequest()
		post.RequestURI, post.URL.Scheme, post.URL.Host = "", "http", strings.TrimPrefix(p.admin(), "http://")
		post.Close = true
		res, err := http.DefaultClient.Do(post)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("POST /admin/refresh: %v, error %v, want 200", res, err)
		}
		if err == nil {
			_ = res.Body.Close()
		}
		p.stop()
		if err := p.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestAdminHosts calls the listener by other names.
func TestAdminHosts(t *testing.T) {
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}), twoTypes)
	for _, path := range []string{"/metrics", "/debug/pprof/goroutine?debug=1", "/readyz"} {
		for host, statuses := range map[string][2]int{"localhost:9090": {200, 200}, "evil.example": {421, 200}} {
			for i, remote := range []bool{false, true} {
				r := httptest.NewRequest(http.MethodGet, "http://"+host+path, http.NoBody)
				w := httptest.NewRecorder()
				g.server.AdminHandler(remote).ServeHTTP(w, r)
				if w.Code != statuses[i] {
					t.Errorf("GET %s of %s, remote %t: %d, want %d", path, host, remote, w.Code, statuses[i])
				}
			}
		}
	}
	refresh := func(remote bool, change func(*http.Request)) int {
		r := operatorRequest()
		change(r)
		w := httptest.NewRecorder()
		g.server.AdminHandler(remote).ServeHTTP(w, r)
		return w.Code
	}
	away := func(r *http.Request) { r.RemoteAddr = "10.0.0.7:4000" }
	page := func(r *http.Request) { away(r); r.Header.Set("Sec-Fetch-Site", "cross-site") }
	for _, tt := range []struct {
		name   string
		remote bool
		change func(*http.Request)
		want   int
	}{
		{"from elsewhere", false, away, 403},
		{"from elsewhere, which is allowed", true, away, 200},
		{"from a page", true, page, 403},
	} {
		if got := refresh(tt.remote, tt.change); got != tt.want {
			t.Errorf("refresh %s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestAdminListensAtHome(t *testing.T) {
	ln, err := server.ListenAdmin(t.Context(), config.Observe{AdminAddr: "0.0.0.0:0"})
	if err == nil || !strings.Contains(err.Error(), "--admin-allow-remote") {
		t.Errorf("server.ListenAdmin(0.0.0.0:0) = %v, %v, want an error that names the flag", ln, err)
	}
	ln, err = server.ListenAdmin(t.Context(), config.Observe{AdminAddr: "0.0.0.0:0", AdminAllowRemote: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close()
	p := start(t, []string{"--demo", "--addr=127.0.0.1:0", "--admin-addr=:0"})
	if err := p.end(); err == nil || !strings.Contains(err.Error(), "--admin-allow-remote") {
		t.Errorf("run = %v, want an error that names the flag", err)
	}
}

// reasonsOf are why the gateway is not ready, or not well.
func (g *testGateway) reasonsOf() (status int, r server.Readiness) {
	g.t.Helper()
	res, err := g.client.Get(g.url + "/readyz")
	if err != nil {
		g.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode, g.server.Readiness(context.Background())
}

func TestReadyReasons(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault hubspottest.Fault
		want  []string
	}{
		{"well", hubspottest.Fault{}, []string{}},
		{"token refused", hubspottest.Fault{Status: 401, Body: hubspottest.Unauthenticated("INVALID_AUTHENTICATION")}, []string{"HubSpot does not accept the access token: renew it"}},
		{"moving", hubspottest.Fault{Status: 477, Header: http.Header{"Retry-After": {"60"}}}, []string{"HubSpot moves the account to another data centre, and answers when that is done"}},
		{"failing", hubspottest.Fault{Status: 502}, []string{"HubSpot's last answer was 502"}},
		{"silent", hubspottest.Fault{CloseBefore: true}, []string{"HubSpot did not answer the last call"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := crm(t, hubspottest.Options{Unlimited: true}, 0)
			g := startGateway(t, p, twoTypes, unthrottled)
			p.Fail(tt.fault)
			g.query(`{ contacts { nodes { id } } }`, nil)
			status, r := g.reasonsOf()
			if status != 200 || !r.Ready || !slices.Equal(r.Reasons, tt.want) || r.LastCall == nil || time.Since(r.LoadedAt) > time.Minute {
				t.Errorf("%d %+v, want ready and the reasons %q", status, r, tt.want)
			}
		})
	}
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, twoTypes, unthrottled)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.Properties, Status: 502})
	_, _ = g.gateway.Refresh(t.Context())
	if status, r := g.reasonsOf(); status != 200 || len(r.Reasons) == 0 || !strings.HasPrefix(r.Reasons[0], "the last refresh of the metadata failed") || r.FailedAt == nil {
		t.Errorf("after a failed refresh: %d %+v, want ready and the reason", status, r)
	}
}

// TestDrainingIsNotReady stops the program while a request is under way.
func TestDrainingIsNotReady(t *testing.T) {
	portal := crm(t, hubspottest.Options{}, 0)
	p := start(t, []string{"--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--objects=contacts"}, "HUBSPOT_ACCESS_TOKEN="+portal.Token(), "HUBSPOT_BASE_URL="+portal.URL())
	url, admin := p.url(), p.admin()
	reached, release := make(chan struct{}), make(chan struct{})
	portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Times: 1, Match: func(*http.Request) bool {
		close(reached)
		<-release
		return true
	}})
	asked := make(chan error, 1)
	go func() {
		_, err := ask(url, `{ contacts { nodes { id } } }`)
		asked <- err
	}()
	<-reached
	if status, got := ready(t, admin); status != http.StatusOK || !got.Ready {
		t.Errorf("before the stop: %d %+v, want ready", status, got)
	}
	p.stop()
	var body string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		res, text := fetch(t, admin+"/readyz")
		if body = text; res.StatusCode == http.StatusServiceUnavailable {
			break
		}
	}
	if !strings.Contains(body, `"draining":true`) || !strings.Contains(body, "the gateway is about to stop") {
		t.Errorf("while it drains: %s, want not ready because it drains", body)
	}
	if res, _ := fetch(t, admin+"/livez"); res.StatusCode != http.StatusOK {
		t.Errorf("/livez while it drains: %d, want 200", res.StatusCode)
	}
	close(release)
	if err := <-asked; err != nil {
		t.Errorf("the request under way: %v", err)
	}
	if err := p.end(); err != nil {
		t.Errorf("run = %v, want nil", err)
	}
}
