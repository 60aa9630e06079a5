package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

const (
	clientSecret = "11111111-2222-3333-4444-555555555555"
	hookURL      = "https://gw.example.com/hubgraph/webhooks/hubspot"
)

// webhooked lets HubSpot tell the gateway of changes.
func webhooked(cfg *config.Config) {
	cfg.ClientSecret = config.NewSecret(clientSecret)
	cfg.PublicURL = "https://gw.example.com/hubgraph"
}

// subscribed are the portal's webhooks to the gateway.
func (g *testGateway) subscribed(change ...func(*hubspottest.Subscription)) *hubspottest.Webhooks {
	to := hubspottest.Subscription{URL: hookURL, Via: g.url + server.WebhookPath, Secret: clientSecret}
	for _, f := range change {
		f(&to)
	}
	return g.portal.Subscribe(to)
}

// A hookRequest is a request to the webhook endpoint.
type hookRequest struct {
	url    string // as it is signed
	query  string // as it is sent
	body   string
	secret string
	at     time.Time
}

// deliver sends the request and returns the answer's status and text.
func (g *testGateway) deliver(r hookRequest, change ...func(http.Header)) (status int, text string) {
	g.t.Helper()
	stamp := strconv.FormatInt(r.at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(r.secret))
	mac.Write([]byte("POST" + r.url + r.body + stamp))
	req, err := http.NewRequest(http.MethodPost, g.url+server.WebhookPath+r.query, strings.NewReader(r.body))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("X-HubSpot-Request-Timestamp", stamp)
	req.Header.Set("X-HubSpot-Signature-v3", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, f := range change {
		f(req.Header)
	}
	res, err := g.client.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(res.Body); err != nil {
		g.t.Fatal(err)
	}
	return res.StatusCode, answer.String()
}

// metric reads one sample off /metrics, named without its portal; 0 if there is
// none.
func (g *testGateway) metric(name string) string {
	g.t.Helper()
	portal := regexp.MustCompile(`\{portal="\d+"\}|,portal="\d+"`)
	for line := range strings.Lines(g.get("/metrics")) {
		line = portal.ReplaceAllString(line, "")
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return "0"
}

func TestWebhookRequests(t *testing.T) {
	const change = `{"portalId":4711,"subscriptionType":"contact.propertyChange","objectId":101,"propertyName":"firstname"}`
	tests := []struct {
		name    string
		change  func(*hookRequest)
		header  func(http.Header)
		status  int
		outcome string
	}{
		{"sound", func(*hookRequest) {}, nil, 204, "accepted"},
		{"no event", func(r *hookRequest) { r.body = "[]" }, nil, 204, "accepted"},
		{"kinds and fields to come", func(r *hookRequest) { r.body = `[{"subscriptionType":"contact.sneeze","objectId":{"a":1}},{}]` }, nil, 204, "accepted"},
		{"with a query", func(r *hookRequest) { r.query = "?tenant=a%3Ab&x=%20"; r.url += "?tenant=a:b&x=%20" }, nil, 204, "accepted"},
		{"with an empty query", func(r *hookRequest) { r.query = "?"; r.url += "?" }, nil, 204, "accepted"},
		{"signed for the inner host", func(r *hookRequest) { r.url = "http://127.0.0.1/webhooks/hubspot" }, nil, 401, "wrong"},
		{"with a query nobody signed", func(r *hookRequest) { r.query = "?a" }, nil, 401, "wrong"},
		{"another app's", func(r *hookRequest) { r.secret = "another" }, nil, 401, "wrong"},
		{"old", func(r *hookRequest) { r.at = r.at.Add(-5*time.Minute - time.Second) }, nil, 401, "old"},
		{"from the future", func(r *hookRequest) { r.at = r.at.Add(2 * time.Minute) }, nil, 401, "future"},
		{"without a time", func(*hookRequest) {}, func(h http.Header) { h.Del("X-HubSpot-Request-Timestamp") }, 401, "unsigned"},
		{"without a signature", func(*hookRequest) {}, func(h http.Header) { h.Del("X-HubSpot-Signature-v3") }, 401, "unsigned"},
		{"no array", func(r *hookRequest) { r.body = change }, nil, 400, "malformed"},
		{"no JSON", func(r *hookRequest) { r.body = "contact.propertyChange" }, nil, 400, "malformed"},
		{"empty", func(r *hookRequest) { r.body = "" }, nil, 400, "malformed"},
		{"as long as may be", func(r *hookRequest) { r.body = "[" + strings.Repeat(" ", 1<<20-2) + "]" }, nil, 204, "accepted"},
		{"too long", func(r *hookRequest) { r.body = "[" + strings.Repeat(" ", 1<<20-1) + "]" }, nil, 413, "too_large"},
	}
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := startGateway(t, p, webhooked, unthrottled, twoTypes)
			r := hookRequest{url: hookURL, body: "[" + change + "]", secret: clientSecret, at: time.Now()}
			tt.change(&r)
			header := tt.header
			if header == nil {
				header = func(http.Header) {}
			}
			status, text := g.deliver(r, header)
			if status != tt.status {
				t.Errorf("status %d %q, want %d", status, text, tt.status)
			}
			if status == http.StatusUnauthorized && text != "unauthorized\n" {
				t.Errorf("a refused request is answered %q, which may say why", text)
			}
			if got := g.metric(`hubgraph_webhook_requests_total{outcome="` + tt.outcome + `"}`); got != "1" {
				t.Errorf("%s requests %s, want 1", tt.outcome, got)
			}
			applied := "0"
			if tt.status == 204 && strings.Contains(r.body, change) {
				applied = "1"
			}
			if got := g.metric(`hubgraph_webhook_events_total{kind="propertyChange",outcome="applied"}`); got != applied {
				t.Errorf("%s events were applied, want %s", got, applied)
			}
			if strings.Contains(g.logs.String(), clientSecret) {
				t.Errorf("the log holds the client secret: %s", g.logs)
			}
			g.calls(nil)
		})
	}
}

func TestWebhooksNotConfigured(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	for name, change := range map[string]func(*config.Config){
		"at all":           func(cfg *config.Config) { cfg.ClientSecret, cfg.PublicURL = config.Secret{}, "" },
		"without a secret": func(cfg *config.Config) { cfg.ClientSecret = config.Secret{} },
		"without a URL":    func(cfg *config.Config) { cfg.PublicURL = "" },
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, p, webhooked, unthrottled, twoTypes, change)
			status, text := g.deliver(hookRequest{url: hookURL, body: "[]", at: time.Now()})
			if status != http.StatusNotFound {
				t.Errorf("status %d %q, want 404", status, text)
			}
			half := strings.Contains(g.logs.String(), "webhooks are off")
			if want := name != "at all"; half != want {
				t.Errorf("the log says that half is missing: %t, want %t", half, want)
			}
		})
	}
}

func TestWebhooksOfOtherPortals(t *testing.T) {
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}), webhooked)
	event := func(portalID int, kind string) string {
		return fmt.Sprintf(`{"portalId":%d,"subscriptionType":%q,"objectId":101}`, portalID, kind)
	}
	body := "[" + event(4711, "contact.deletion") + "," + event(4712, "contact.deletion") + "," + event(4712, "contact.merge") +
		`,{"portalId":4711,"subscriptionType":"contact.merge"},` + event(4711, "conversation.newMessage") + "]"
	if status, text := g.deliver(hookRequest{url: hookURL, body: body, secret: clientSecret, at: time.Now()}); status != http.StatusNoContent {
		t.Fatalf("status %d %q, want 204", status, text)
	}
	for labels, want := range map[string]string{
		`{kind="deletion",outcome="applied"}`: "1",
		`{kind="deletion",outcome="foreign"}`: "1",
		`{kind="merge",outcome="foreign"}`:    "1",
		`{kind="merge",outcome="incomplete"}`: "1",
		`{kind="other",outcome="ignored"}`:    "1",
	} {
		if got := g.metric("hubgraph_webhook_events_total" + labels); got != want {
			t.Errorf("hubgraph_webhook_events_total%s = %s, want %s", labels, got, want)
		}
	}
}

func TestWebhookReplays(t *testing.T) {
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}), webhooked)
	hooks := g.subscribed()
	g.portal.AddRecord("contacts", nil)
	ctx := context.Background()
	sent, err := hooks.Deliver(ctx)
	if err != nil || len(sent) != 1 || sent[0].Status != http.StatusNoContent {
		t.Fatalf("Deliver = %+v, %v, want one answer of 204", sent, err)
	}
	again, err := hooks.Repeat(ctx, sent[0])
	if err != nil || again.Status != http.StatusUnauthorized {
		t.Errorf("Repeat = %d, %v, want 401", again.Status, err)
	}
	if got := g.metric(`hubgraph_webhook_events_total{kind="creation",outcome="applied"}`); got != "1" {
		t.Errorf("%s events were applied, want 1", got)
	}
}

// TestWebhooksThroughATunnel holds that a gateway on loopback, which answers to
// the names of this machine alone, hears HubSpot, whose requests name the public
// host.
func TestWebhooksThroughATunnel(t *testing.T) {
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}), webhooked)
	local := httptest.NewServer(g.server.LocalHandler())
	t.Cleanup(local.Close)
	hooks := g.subscribed(func(to *hubspottest.Subscription) { to.Via = local.URL + server.WebhookPath })
	g.portal.AddRecord("contacts", nil)
	sent, err := hooks.Deliver(context.Background())
	if err != nil || len(sent) != 1 || sent[0].Status != http.StatusNoContent {
		t.Errorf("Deliver = %+v, %v, want one answer of 204", sent, err)
	}
	for _, method := range []string{http.MethodGet, http.MethodPut} {
		req, err := http.NewRequest(method, local.URL+server.WebhookPath, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := g.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s %s = %s, want 405", method, server.WebhookPath, res.Status)
		}
	}
}
