package hubspot

import (
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

// NewTransport returns a transport tuned for one busy host: connections are
// kept, a whole burst window fits on them side by side, HTTP/2 is used where
// offered, and gzip is undone on the way in.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: responseHeaderTimeout,
		ExpectContinueTimeout: time.Second,
		ReadBufferSize:        32 << 10,
	}
}
