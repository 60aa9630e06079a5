package hubspot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// webhookMaxAge is how old a signed request may be, as HubSpot asks.
//
// Source: https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests
const webhookMaxAge = 5 * time.Minute

// webhookMaxLead is how far ahead of this machine's clock HubSpot's may be.
const webhookMaxLead = time.Minute

const (
	headerWebhookSignature = "X-HubSpot-Signature-v3"
	headerWebhookTimestamp = "X-HubSpot-Request-Timestamp"
)

// A WebhookRefusal is why a request is not taken for HubSpot's. It is for logs
// and metrics: whoever sent the request should not learn it.
type WebhookRefusal string

// The reasons, in the order in which they are looked for.
const (
	WebhookSound    WebhookRefusal = ""         // none: the request is HubSpot's
	WebhookUnsigned WebhookRefusal = "unsigned" // a header is missing, or is not what it should be
	WebhookOld      WebhookRefusal = "old"      // signed more than five minutes ago
	WebhookFuture   WebhookRefusal = "future"   // signed more than a minute from now: one of the clocks is wrong
	WebhookWrong    WebhookRefusal = "wrong"    // signed with another secret, or for another URL or body
	WebhookReplayed WebhookRefusal = "replayed" // a request that came before, or may have, see [WebhookVerifier]
)

// A WebhookVerifier tells the requests that HubSpot makes to an app's webhook
// URL from those that anybody else makes. Its methods may be called from many
// goroutines at once.
//
// It takes each signed request once. To know those that came before it keeps
// their signatures while they are valid, but never more than 65,536 (some five
// megabytes). Should that be too few, it forgets the oldest, and from then on
// refuses whatever is no younger than those: a request of HubSpot's that is
// refused so is sent again with a new timestamp, whereas a replay never gets in.
type WebhookVerifier struct {
	newMAC func() hash.Hash // a closure, so that the secret prints nowhere
	seen   signatures
}

// NewWebhookVerifier returns a verifier for the requests of one app, whose
// client secret signs them. Without a secret it refuses everything.
func NewWebhookVerifier(clientSecret string) *WebhookVerifier {
	v := &WebhookVerifier{seen: signatures{most: maxSignatures}}
	if key := []byte(clientSecret); len(key) > 0 {
		v.newMAC = func() hash.Hash { return hmac.New(sha256.New, key) }
	}
	return v
}

// Verify checks the v3 signature of a request. uri is the whole URL as HubSpot
// called it, with the query, which behind a proxy is not what the request says;
// body is the raw one.
//
// HubSpot sends signatures of the versions 1 and 2 along. They are no use here:
// neither covers a time, so that a request that was overheard once could be
// repeated for ever.
func (v *WebhookVerifier) Verify(method, uri string, body []byte, header http.Header, now time.Time) WebhookRefusal {
	stamp := header.Get(headerWebhookTimestamp)
	ms, noTime := strconv.ParseInt(stamp, 10, 64)
	claimed, noText := base64.StdEncoding.DecodeString(header.Get(headerWebhookSignature))
	if noTime != nil || noText != nil || len(claimed) != sha256.Size {
		return WebhookUnsigned
	}
	nowMS := now.UnixMilli()
	switch {
	case ms < nowMS-webhookMaxAge.Milliseconds():
		return WebhookOld
	case ms > nowMS+webhookMaxLead.Milliseconds():
		return WebhookFuture
	case v.newMAC == nil:
		return WebhookWrong
	}
	mac := v.newMAC()
	mac.Write([]byte(method))
	mac.Write([]byte(decodeWebhookURI(uri)))
	mac.Write(body)
	mac.Write([]byte(stamp))
	if !hmac.Equal(mac.Sum(nil), claimed) {
		return WebhookWrong
	}
	if !v.seen.add(signature(claimed), ms, nowMS) {
		return WebhookReplayed
	}
	return WebhookSound
}

// decodeWebhookURI decodes the escapes that HubSpot's table names and leaves all
// others as they are: HubSpot signs the URL in that form.
func decodeWebhookURI(uri string) string {
	if !strings.Contains(uri, "%") {
		return uri
	}
	var b strings.Builder
	b.Grow(len(uri))
	for i := 0; i < len(uri); i++ {
		if uri[i] == '%' && i+2 < len(uri) {
			code, err := strconv.ParseUint(uri[i+1:i+3], 16, 8)
			if err == nil && strings.IndexByte(":/?@!$'()*,;", byte(code)) >= 0 {
				b.WriteByte(byte(code))
				i += 2
				continue
			}
		}
		b.WriteByte(uri[i])
	}
	return b.String()
}
