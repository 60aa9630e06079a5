package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/seal"
	"github.com/hubgraph/hubgraph/internal/server"
)

// A portalsServer is hubgraph with a store of portals, over real HTTP, in front of
// an app and its portals.
type portalsServer struct {
	t      testing.TB
	app    *hubspottest.App
	server *server.Server
	url    string
	logs   *logBuffer
	client *http.Client // a browser, as far as redirects and cookies go
	close  func()
}

// portalsConfig are the settings for the app's portals, with a store of its own.
func portalsConfig(t testing.TB, app *hubspottest.App) config.Config {
	t.Helper()
	keys, err := seal.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return config.Config{
		HubSpotURL:        app.URL(),
		HubSpotAPIVersion: "v3",
		SchemaTTL:         12 * time.Hour,
		MaxCalls:          200,
		Timeout:           30 * time.Second,
		ClientSecret:      config.NewSecret(app.ClientSecret()),
		Portals: config.Portals{
			Store: config.NewSecret("sqlite://" + filepath.Join(t.TempDir(), "portals.db")), Keys: config.NewSecret(string(keys)),
			ClientID: app.ClientID(), AppURL: app.URL(), Scopes: []string{"oauth", "crm.objects.contacts.read"}, Idle: time.Hour,
		},
		Cluster: config.Cluster{Replicas: 1},
	}
}

// servePortals serves with the settings until the test ends or close is called.
func servePortals(t testing.TB, app *hubspottest.App, cfg config.Config) *portalsServer {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	cfg.PublicURL = "http://" + web.Listener.Addr().String()
	app.SetRedirectURIs(cfg.PublicURL + "/oauth/callback")
	logs := &logBuffer{}
	s, err := openServer(context.Background(), slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: cfg.LogLevel})), cfg)
	if err != nil {
		t.Fatalf("openServer: %v", err)
	}
	web.Config.Handler = s.LocalHandler()
	web.Start()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &portalsServer{t: t, app: app, server: s, url: web.URL, logs: logs, client: &http.Client{Jar: jar, Transport: &http.Transport{}}}
	closed := false
	p.close = func() {
		if !closed {
			closed = true
			p.client.CloseIdleConnections()
			web.Close()
			s.Close()
		}
	}
	t.Cleanup(p.close)
	return p
}

// portalOf returns a fake portal of an OAuth app, with contacts that tell whose
// they are.
func portalOf(id int64, contacts int) *hubspottest.Portal {
	p := hubspottest.NewPortal(hubspottest.Options{PortalID: id, Token: fmt.Sprintf("pat-eu1-%d", id), OAuth: true})
	p.DefineProperty("contacts", hubspottest.Property{Name: fmt.Sprintf("only_in_%d", id), Label: "Only here", Type: "string", FieldType: "text"})
	for i := range contacts {
		p.AddRecord("contacts", map[string]string{"email": fmt.Sprintf("c%d@portal%d.example", i, id), fmt.Sprintf("only_in_%d", id): "here"})
	}
	return p
}

func (p *portalsServer) get(path string) (status int, text string) {
	p.t.Helper()
	res, err := p.client.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// connect connects a portal as somebody in a browser would.
func (p *portalsServer) connect(id int64) {
	p.t.Helper()
	p.app.Choose(id)
	if status, text := p.get("/oauth/authorize"); status != http.StatusOK || !strings.Contains(text, fmt.Sprint(id)) {
		p.t.Fatalf("after connecting portal %d: %d %s", id, status, text)
	}
}

var formToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

// disconnect disconnects a portal with the form of the page.
func (p *portalsServer) disconnect(id int64) {
	p.t.Helper()
	_, page := p.get("/portals")
	found := formToken.FindStringSubmatch(page)
	if found == nil {
		p.t.Fatalf("the page has no form: %s", page)
	}
	res, err := p.client.PostForm(p.url+"/oauth/disconnect", url.Values{"portal": {fmt.Sprint(id)}, "token": {found[1]}})
	if err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("disconnect portal %d: %v, %v", id, res, err)
	}
	_ = res.Body.Close()
}

// ask asks the portal at a path such as /portals/62515/graphql.
func (p *portalsServer) ask(path, query string) answer {
	p.t.Helper()
	a, err := p.tryAsk(context.Background(), path, query)
	if err != nil {
		p.t.Fatal(err)
	}
	return a
}

func (p *portalsServer) tryAsk(ctx context.Context, path, query string) (answer, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := p.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{Status: res.StatusCode}
	return a, json.NewDecoder(res.Body).Decode(&a)
}

func graphqlOf(id int64) string { return fmt.Sprintf("/portals/%d/graphql", id) }

// TestManyPortals connects portals in a browser, and asks each for what only it has.
func TestManyPortals(t *testing.T) {
	ids := []int64{62515, 62516, 62517}
	var fakes []*hubspottest.Portal
	for _, id := range ids {
		fakes = append(fakes, portalOf(id, 3))
	}
	app := hubspottest.StartApp(t, hubspottest.AppOptions{Scopes: []string{"oauth", "crm.objects.contacts.read"}, Rotate: true}, fakes...)
	cfg := portalsConfig(t, app)
	p := servePortals(t, app, cfg)

	for _, tt := range []struct{ path, want string }{
		{"/graphql", "no portal is configured here"},
		{graphqlOf(62515), "portal 62515 is not connected here"},
		{"/portals/acme/graphql", "a portal ID is a number"},
		{"/portals/0062515/graphql", "not connected"},
	} {
		if a := p.ask(tt.path, `{ __typename }`); a.Status != http.StatusNotFound || a.code() != "NOT_FOUND" || !strings.Contains(a.Errors[0].Message, tt.want) {
			t.Errorf("%s before anything is connected: %d %+v, want %q", tt.path, a.Status, a.Errors, tt.want)
		}
	}
	for _, id := range ids {
		p.connect(id)
	}
	for _, id := range ids {
		a := p.ask(graphqlOf(id), fmt.Sprintf(`{ portal { id } contacts { nodes { email only_in_%d } } }`, id))
		want := fmt.Sprintf(`{"portal":{"id":"%d"},"contacts":{"nodes":[{"email":"c0@portal%[1]d.example","only_in_%[1]d":"here"},{"email":"c1@portal%[1]d.example","only_in_%[1]d":"here"},{"email":"c2@portal%[1]d.example","only_in_%[1]d":"here"}]}}`, id)
		if string(a.Data) != want {
			t.Errorf("portal %d: %s %+v\nwant %s", id, a.Data, a.Errors, want)
		}
	}
	if a := p.ask(graphqlOf(62515), `{ contacts { nodes { only_in_62516 } } }`); a.code() != "GRAPHQL_VALIDATION_FAILED" {
		t.Errorf("another portal's property: %s %+v", a.Data, a.Errors)
	}
	if status, sdl := p.get("/portals/62516/schema.graphql"); status != http.StatusOK || !strings.Contains(sdl, "only_in_62516") || strings.Contains(sdl, "only_in_62515") {
		t.Errorf("the schema of portal 62516: %d", status)
	}
	if r := p.server.Readiness(context.Background()); !r.Ready || r.Portals == nil || r.Portals.Open != 3 || r.Portals.Bytes == 0 {
		t.Errorf("readiness %+v, want three open portals", r.Portals)
	}
	if _, text := p.get("/metrics"); !strings.Contains(text, `portal="62517"`) {
		t.Error("the metrics do not tell of portal 62517")
	}

	p.disconnect(62516)
	if a := p.ask(graphqlOf(62516), `{ __typename }`); a.Status != http.StatusBadGateway || a.code() != "UNAUTHENTICATED" || !strings.Contains(a.Errors[0].Message, "connect it again") {
		t.Errorf("a disconnected portal: %d %+v", a.Status, a.Errors)
	}
	if app.IsInstalled(62516) {
		t.Error("the refresh token of a disconnected portal still works")
	}
	p.connect(62516)
	if a := p.ask(graphqlOf(62516), `{ contacts { nodes { email } } }`); len(a.Errors) > 0 {
		t.Errorf("connected again: %+v", a.Errors)
	}
	p.secretsStaySecret(cfg, app)
}

// secretsStaySecret looks for tokens in the log and in the store's file.
func (p *portalsServer) secretsStaySecret(cfg config.Config, app *hubspottest.App) {
	p.t.Helper()
	p.close()
	file := strings.TrimPrefix(cfg.Portals.Store.Reveal(), "sqlite://")
	stored := ""
	for _, name := range []string{file, file + "-wal"} {
		text, err := os.ReadFile(name)
		if err == nil {
			stored += string(text)
		}
	}
	if stored == "" {
		p.t.Error("nothing is stored")
	}
	for _, secret := range append(app.Secrets(), "@portal", "only_in_") {
		if strings.Contains(stored, secret) {
			p.t.Errorf("the store holds %.6s… in the clear", secret)
		}
	}
	for _, secret := range append(app.Secrets(), "@portal") {
		if strings.Contains(p.logs.String(), secret) {
			p.t.Errorf("the log holds %.6s…", secret)
		}
	}
}

// TestPortalsOutliveTheProcess: another process on the same store serves the
// portals from what the first has stored, without HubSpot's metadata, and keeps
// to what has changed meanwhile.
func TestPortalsOutliveTheProcess(t *testing.T) {
	fake := portalOf(62515, 2)
	app := hubspottest.StartApp(t, hubspottest.AppOptions{Scopes: []string{"oauth", "crm.objects.contacts.read"}}, fake)
	cfg := portalsConfig(t, app)
	first := servePortals(t, app, cfg)
	first.connect(62515)
	first.ask(graphqlOf(62515), `{ __typename }`)
	first.close()

	fake.Fail(hubspottest.Fault{Endpoint: hubspottest.Properties, Status: http.StatusServiceUnavailable})
	fake.ResetCalls()
	second := servePortals(t, app, cfg)
	if a := second.ask(graphqlOf(62515), `{ contacts { nodes { only_in_62515 } } }`); len(a.Errors) > 0 || !strings.Contains(string(a.Data), "here") {
		t.Errorf("from what is stored: %s %+v", a.Data, a.Errors)
	}
	if n := fake.Count(hubspottest.Properties); n != 0 {
		t.Errorf("%d reads of properties, want none: what is stored is not due", n)
	}
	app.Uninstall(62515)
	if a := second.ask(graphqlOf(62515), `{ contacts(first: 1) { nodes { email } } }`); a.code() != "UNAUTHENTICATED" {
		t.Errorf("after the app was removed: %s %+v", a.Data, a.Errors)
	}
}

// TestWebhooksOfManyPortals: an event is for the portal that it names, open or not.
func TestWebhooksOfManyPortals(t *testing.T) {
	fakes := []*hubspottest.Portal{portalOf(62515, 0), portalOf(62516, 0), portalOf(62517, 0)}
	var contacts []string
	for _, fake := range fakes {
		contacts = append(contacts, fake.AddRecord("contacts", map[string]string{"email": "old@example.com"}))
	}
	app := hubspottest.StartApp(t, hubspottest.AppOptions{Scopes: []string{"oauth", "crm.objects.contacts.read"}}, fakes...)
	cfg := portalsConfig(t, app)
	cfg.RecordTTL, cfg.RecordCacheBytes = time.Hour, 1<<22
	p := servePortals(t, app, cfg)
	email := func(id int64) string {
		t.Helper()
		return string(p.ask(graphqlOf(id), `{ contacts { nodes { email } } }`).Data)
	}
	var hooks []*hubspottest.Webhooks
	for i, id := range []int64{62515, 62516, 62517} {
		hooks = append(hooks, fakes[i].Subscribe(hubspottest.Subscription{URL: p.url + server.WebhookPath, Via: p.url + server.WebhookPath, Secret: app.ClientSecret()}))
		if id == 62517 {
			continue // connected nowhere
		}
		p.connect(id)
		email(id)
	}
	for i, id := range []int64{62515, 62516, 62517} {
		fakes[i].Update("contacts", contacts[i], map[string]string{"email": fmt.Sprintf("new@portal%d.example", id)})
	}
	if got := email(62515); strings.Contains(got, "new") {
		t.Errorf("nothing was kept: %s", got)
	}
	for _, i := range []int{0, 2} {
		deliveries, err := hooks[i].Deliver(t.Context())
		if err != nil || len(deliveries) == 0 || deliveries[0].Status != http.StatusNoContent {
			t.Fatalf("deliver: %+v, %v, want it accepted", deliveries, err)
		}
	}
	if got := email(62515); !strings.Contains(got, "new@portal62515") {
		t.Errorf("after the webhook: %s", got)
	}
	if got := email(62516); strings.Contains(got, "new") {
		t.Errorf("another portal's webhook was taken for this one's: %s", got)
	}
	if _, text := p.get("/metrics"); !regexp.MustCompile(`hubgraph_webhook_events_total\{[^}]*outcome="foreign"[^}]*\} [1-9]`).MatchString(text) {
		t.Error("the metrics do not tell of the portal that is not known")
	}
}

// TestWhoManagesPortals: where people are asked who they are, only a key that says
// so opens the pages; where they are not, only this machine does.
func TestWhoManagesPortals(t *testing.T) {
	app := hubspottest.StartApp(t, hubspottest.AppOptions{Scopes: []string{"oauth"}}, portalOf(62515, 1))
	manager, reader := auth.NewKey(), auth.NewKey()
	cfg := portalsConfig(t, app)
	cfg.Auth.Keys = config.NewSecret(fmt.Sprintf(`{"keys": [{"name": "admin", "sha256": %q, "managesPortals": true}, {"name": "reader", "sha256": %q, "portals": ["62515"]}]}`,
		auth.HashKey(manager), auth.HashKey(reader)))
	keyed, open := servePortals(t, app, cfg), servePortals(t, app, portalsConfig(t, app))
	for _, tt := range []struct {
		name   string
		p      *portalsServer
		change func(*http.Request)
		want   int
	}{
		{"no key", keyed, func(*http.Request) {}, http.StatusUnauthorized},
		{"a wrong key", keyed, func(r *http.Request) { r.SetBasicAuth("me", auth.NewKey()) }, http.StatusUnauthorized},
		{"a key that reads", keyed, func(r *http.Request) { r.SetBasicAuth("me", reader) }, http.StatusForbidden},
		{"a key that manages", keyed, func(r *http.Request) { r.SetBasicAuth("me", manager) }, http.StatusOK},
		{"a key that manages, as a bearer token", keyed, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+manager) }, http.StatusOK},
		{"this machine, where nobody is asked", open, func(*http.Request) {}, http.StatusOK},
		{"a proxy, where nobody is asked", open, func(r *http.Request) { r.Header.Set("X-Forwarded-For", "10.0.0.7") }, http.StatusForbidden},
		{"another name, where nobody is asked", open, func(r *http.Request) { r.Host = "evil.example" }, http.StatusMisdirectedRequest},
	} {
		req, err := http.NewRequest(http.MethodGet, tt.p.url+"/portals", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		tt.change(req)
		res, err := tt.p.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, res.StatusCode, tt.want)
		}
		if challenge := res.Header.Get("WWW-Authenticate"); (challenge != "") != (tt.want == http.StatusUnauthorized) {
			t.Errorf("%s: WWW-Authenticate %q", tt.name, challenge)
		}
	}
	// A key for one portal asks about that one alone, and learns of no other.
	for path, want := range map[string]int{graphqlOf(62515): http.StatusNotFound, graphqlOf(62516): http.StatusForbidden} {
		req, err := http.NewRequest(http.MethodPost, keyed.url+path, strings.NewReader(`{"query": "{ __typename }"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+reader)
		res, err := keyed.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
}
