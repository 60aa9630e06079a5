package hubspottest

import (
	"bytes"
	"io"
	"net/http"
)

// Transport calls the portal in this goroutine, without a socket. Tests with a
// clock of their own need it: in a testing/synctest bubble time stands still
// while a goroutine waits for the network.
func (p *Portal) Transport() http.RoundTripper { return transport{p} }

// Transport calls the app and its portals in this goroutine, see
// [Portal.Transport].
func (a *App) Transport() http.RoundTripper { return transport{a} }

type transport struct{ h http.Handler }

// RoundTrip implements [http.RoundTripper]. A connection that a fault cuts
// gives [io.ErrUnexpectedEOF].
func (t transport) RoundTrip(r *http.Request) (res *http.Response, err error) {
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	defer r.Body.Close()
	w := &memoryWriter{header: http.Header{}}
	cut := t.serve(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if w.status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	res = &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}
	if cut {
		res.Body = io.NopCloser(io.MultiReader(&w.body, cutReader{}))
		res.ContentLength = -1
	}
	return res, nil
}

// serve reports whether the portal cut the connection.
func (t transport) serve(w http.ResponseWriter, r *http.Request) (cut bool) {
	defer func() {
		switch e := recover(); e {
		case nil:
		case http.ErrAbortHandler:
			cut = true
		default:
			panic(e)
		}
	}()
	t.h.ServeHTTP(w, r)
	return false
}

type cutReader struct{}

func (cutReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type memoryWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *memoryWriter) Header() http.Header         { return w.header }
func (w *memoryWriter) WriteHeader(status int)      { w.status = status }
func (w *memoryWriter) Write(b []byte) (int, error) { return w.body.Write(b) }
