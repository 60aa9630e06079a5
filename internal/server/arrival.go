package server

import (
	"bytes"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/hubgraph/hubgraph/internal/gate"
)

// mostArriving is how many bytes of bodies are received at once: 256 as long as one
// may be, or many thousands as they are.
const mostArriving = 64 << 20

// Arrivals receive the bodies of requests before these are let in: one that
// trickles must not take the place of one that can be served.
type arrivals struct {
	most int64 // bytes of one body that are of use; a longer one is refused
	held atomic.Int64
}

// receive reads the body of r into memory, as far as it is of use, and puts it in
// the place of the one on the wire. Whoever reads it there learns how that failed.
// It reports false if too much is on its way already; otherwise done lets go of
// what it holds.
func (a *arrivals) receive(r *http.Request) (done func(), ok bool) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 || r.ContentLength > a.most {
		return func() {}, true // there is nothing to wait for, or it is refused unread
	}
	size := r.ContentLength
	if size < 0 { // it does not say
		size = min(a.most, gate.DefaultBodyBytes)
	}
	if a.held.Add(size) > mostArriving {
		a.held.Add(-size)
		return nil, false
	}
	body := new(bytes.Buffer)
	if r.ContentLength > 0 {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := body.ReadFrom(io.LimitReader(r.Body, a.most+1))
	r.Body = &received{text: body, err: err, ReadCloser: r.Body}
	return func() { a.held.Add(-size) }, true
}

// A received body is in memory, but for what is of no use.
type received struct {
	io.ReadCloser // what is left on the wire

	text *bytes.Buffer
	err  error // of receiving it
}

// Read implements [io.Reader].
func (b *received) Read(p []byte) (int, error) {
	switch {
	case b.text.Len() > 0:
		return b.text.Read(p)
	case b.err != nil:
		return 0, b.err
	}
	return b.ReadCloser.Read(p)
}
