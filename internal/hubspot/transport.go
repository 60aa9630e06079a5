package hubspot

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// Time-outs of one attempt. HubSpot's edge gives up on its own servers after
// 100 s (status 524), so nothing longer can help.
const (
	dialTimeout           = 10 * time.Second
	responseHeaderTimeout = 60 * time.Second
	attemptTimeout        = 100 * time.Second
)

// A connection that carries all calls and says nothing for pingAfter is asked
// whether it still lives: without, one that a firewall has forgotten would
// take with it every call until the system gives it up, after a quarter of an
// hour.
const (
	pingAfter   = 15 * time.Second
	pingTimeout = 10 * time.Second
)

// NewTransport returns a transport tuned for one busy host: connections are
// kept, a whole burst window fits on them side by side, and HTTP/2 is used where
// offered. New connections take up the TLS session of an earlier one, which halves
// what a handshake costs.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(0)},
		ForceAttemptHTTP2:     true,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: responseHeaderTimeout,
		ExpectContinueTimeout: time.Second,
	}
}
