package hubspot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A signedRequest is one that HubSpot may have made.
type signedRequest struct {
	secret, method, uri, body, stamp, signature string
}

func (r signedRequest) header() http.Header {
	h := http.Header{}
	if r.stamp != "" {
		h.Set("X-HubSpot-Request-Timestamp", r.stamp)
	}
	if r.signature != "" {
		h.Set("X-HubSpot-Signature-v3", r.signature)
	}
	return h
}

func (r signedRequest) verify(v *WebhookVerifier, now time.Time) WebhookRefusal {
	return v.Verify(r.method, r.uri, []byte(r.body), r.header(), now)
}

// vector is a request whose signature is known.
func vector() signedRequest {
	return signedRequest{
		"11111111-2222-3333-4444-555555555555", "POST", "https://gw.example.com/hooks/hubspot?tenant=a:b",
		`[{"eventId":1,"subscriptionType":"object.creation","objectTypeId":"0-1","objectId":123}]`,
		"1767225600000", "39GhnZlbRHP3V9GICc5uIxWX7RGH2GDvOP3fXP07u1I=",
	}
}

var vectorTime = time.UnixMilli(1767225600000)

func TestWebhookVerifier(t *testing.T) {
	tests := []struct {
		name   string
		change func(*signedRequest)
		after  time.Duration // after it was signed
		want   WebhookRefusal
	}{
		{"sound", func(*signedRequest) {}, 0, WebhookSound},
		{"escapes that HubSpot decodes", func(r *signedRequest) { r.uri = "https://gw.example.com/hooks/hubspot?tenant=a%3Ab" }, 0, WebhookSound},
		{"published by HubSpot", func(r *signedRequest) {
			*r = signedRequest{"yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy", "POST", "https://www.example.com/webhook_uri",
				`{'example_field':'example_value'}`, "1693657560000", "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y="}
		}, time.UnixMilli(1693657560000).Sub(vectorTime), WebhookSound},
		{"as old as may be", func(*signedRequest) {}, 5 * time.Minute, WebhookSound},
		{"too old", func(*signedRequest) {}, 5*time.Minute + time.Millisecond, WebhookOld},
		{"from a clock that is ahead", func(*signedRequest) {}, -time.Minute, WebhookSound},
		{"from the future", func(*signedRequest) {}, -time.Minute - time.Millisecond, WebhookFuture},
		{"no timestamp", func(r *signedRequest) { r.stamp = "" }, 0, WebhookUnsigned},
		{"timestamp no number", func(r *signedRequest) { r.stamp = "now" }, 0, WebhookUnsigned},
		{"timestamp beyond all numbers", func(r *signedRequest) { r.stamp = "99999999999999999999" }, 0, WebhookUnsigned},
		{"timestamp before all clocks", func(r *signedRequest) { r.stamp = "-9223372036854775808" }, 0, WebhookOld},
		{"timestamp written otherwise", func(r *signedRequest) { r.stamp = "+1767225600000" }, 0, WebhookWrong},
		{"no signature", func(r *signedRequest) { r.signature = "" }, 0, WebhookUnsigned},
		{"signature no base64", func(r *signedRequest) { r.signature = "!" + r.signature[1:] }, 0, WebhookUnsigned},
		{"signature cut", func(r *signedRequest) { r.signature = r.signature[:40] }, 0, WebhookUnsigned},
		{"version 1", func(r *signedRequest) {
			r.signature = "922db480c00ca56d1d5fc16eea7636a4e3ae0f9ab8360331d57dc57df8fe9b46"
		}, 0, WebhookUnsigned},
		{"other signature", func(r *signedRequest) { r.signature = "A" + r.signature[1:] }, 0, WebhookWrong},
		{"other secret", func(r *signedRequest) { r.secret += "6" }, 0, WebhookWrong},
		{"no secret", func(r *signedRequest) { r.secret = "" }, 0, WebhookWrong},
		{"other method", func(r *signedRequest) { r.method = "PUT" }, 0, WebhookWrong},
		{"other host", func(r *signedRequest) { r.uri = strings.Replace(r.uri, "gw.", "", 1) }, 0, WebhookWrong},
		{"other query", func(r *signedRequest) { r.uri += "c" }, 0, WebhookWrong},
		{"other body", func(r *signedRequest) { r.body += " " }, 0, WebhookWrong},
		{"other time", func(r *signedRequest) { r.stamp = "1767225600001" }, 0, WebhookWrong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := vector()
			tt.change(&r)
			if got := r.verify(NewWebhookVerifier(r.secret), vectorTime.Add(tt.after)); got != tt.want {
				t.Errorf("Verify(%+v) = %q, want %q", r, got, tt.want)
			}
		})
	}
}

// TestWebhookVerifierIgnoresOldVersions holds that signatures of the versions
// without a time open nothing, not even in the company of a timestamp.
func TestWebhookVerifierIgnoresOldVersions(t *testing.T) {
	r := vector()
	for version, signature := range map[string]string{
		"v1": "922db480c00ca56d1d5fc16eea7636a4e3ae0f9ab8360331d57dc57df8fe9b46",
		"v2": "ad222986084f7de51cfc15bbf67a09e249ea8467f7f0d3911bf26db0564cc5e9",
	} {
		h := r.header()
		h.Del("X-HubSpot-Signature-v3")
		h.Set("X-HubSpot-Signature", signature)
		h.Set("X-HubSpot-Signature-Version", version)
		if got := NewWebhookVerifier(r.secret).Verify(r.method, r.uri, []byte(r.body), h, vectorTime); got != WebhookUnsigned {
			t.Errorf("Verify with a signature of %s = %q, want %q", version, got, WebhookUnsigned)
		}
	}
}

func TestDecodeWebhookURI(t *testing.T) {
	tests := []struct{ uri, want string }{
		{"https://a.example/b", "https://a.example/b"},
		{"%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B", ":/?@!$'()*,;"},
		{"%3a%2f", ":/"},
		{"%20%23%25%26%2B%3D%5B%5D%7E%C3%A9", "%20%23%25%26%2B%3D%5B%5D%7E%C3%A9"},
		{"%253A", "%253A"},
		{"%", "%"}, {"%3", "%3"}, {"%%3A", "%:"}, {"%zz", "%zz"}, {"a%3", "a%3"}, {"%+3", "%+3"},
	}
	for _, tt := range tests {
		if got := decodeWebhookURI(tt.uri); got != tt.want {
			t.Errorf("decodeWebhookURI(%q) = %q, want %q", tt.uri, got, tt.want)
		}
	}
}

func TestWebhookVerifierTakesEachRequestOnce(t *testing.T) {
	r := vector()
	v := NewWebhookVerifier(r.secret)
	var taken atomic.Int32
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if r.verify(v, vectorTime) == WebhookSound {
				taken.Add(1)
			}
		})
	}
	wg.Wait()
	if n := taken.Load(); n != 1 {
		t.Errorf("a request that came 16 times was taken %d times, want once", n)
	}
	if got := r.verify(v, vectorTime.Add(5*time.Minute)); got != WebhookReplayed {
		t.Errorf("Verify at the end of the five minutes = %q, want %q", got, WebhookReplayed)
	}
	respelled := r
	respelled.signature += "\n" // base64 that decodes to the same
	if got := respelled.verify(v, vectorTime); got != WebhookReplayed {
		t.Errorf("Verify of the signature in another spelling = %q, want %q", got, WebhookReplayed)
	}
}

// sign makes the signature of a request, apart from the code under test.
func (r signedRequest) sign(at time.Time) signedRequest {
	r.stamp = strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(r.secret))
	mac.Write([]byte(r.method + r.uri + r.body + r.stamp))
	r.signature = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return r
}

func TestWebhookVerifierForgetsInBounds(t *testing.T) {
	v := NewWebhookVerifier(vector().secret)
	v.seen.most = 4
	second := func(n int) signedRequest { return vector().sign(vectorTime.Add(time.Duration(n) * time.Second)) }
	now := vectorTime.Add(20 * time.Second)
	steps := []struct {
		signed int
		now    time.Time
		want   WebhookRefusal
	}{
		{3, now, WebhookSound}, {1, now, WebhookSound}, {4, now, WebhookSound}, {2, now, WebhookSound}, // in any order
		{1, now, WebhookReplayed},
		{5, now, WebhookSound},    // which is too many: 1 is forgotten,
		{1, now, WebhookReplayed}, // and refused all the same,
		{0, now, WebhookReplayed}, // like all that are as old
		{2, now, WebhookReplayed}, {5, now, WebhookReplayed},
		{6, vectorTime.Add(5*time.Minute + 4*time.Second), WebhookSound}, // 2 and 3 are old by now
		{7, vectorTime.Add(5*time.Minute + 4*time.Second), WebhookSound},
		{4, vectorTime.Add(5*time.Minute + 4*time.Second), WebhookReplayed},
		{8, vectorTime.Add(5*time.Minute + 4*time.Second), WebhookSound}, // 4 is forgotten
		{4, vectorTime.Add(5*time.Minute + 4*time.Second), WebhookReplayed},
	}
	for i, step := range steps {
		if got := second(step.signed).verify(v, step.now); got != step.want {
			t.Errorf("step %d: Verify(signed at %ds) = %q, want %q", i, step.signed, got, step.want)
		}
		if n := len(v.seen.known); n > 4 || n != len(v.seen.oldest) {
			t.Errorf("step %d: %d signatures known, %d in order, want equally many and at most 4", i, n, len(v.seen.oldest))
		}
	}
}

func TestWebhookVerifierKeepsItsSecret(t *testing.T) {
	v := NewWebhookVerifier("hunter2")
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(format, v); strings.Contains(got, "hunter2") || strings.Contains(got, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("%s prints %s", format, got)
		}
	}
}
