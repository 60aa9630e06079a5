package hubspottest

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"sync"
	"time"
)

// minGzipBytes is the size from which bodies are compressed.
const minGzipBytes = 1_000

// gzipPool keeps compressors: a new one costs more than most bodies.
type gzipPool struct{ writers sync.Pool }

func (p *gzipPool) compress(body []byte) []byte {
	var out bytes.Buffer
	w, ok := p.writers.Get().(*gzip.Writer)
	if !ok {
		w, _ = gzip.NewWriterLevel(&out, gzip.BestSpeed) // the level is valid
	}
	defer p.writers.Put(w)
	w.Reset(&out)
	_, _ = w.Write(body) // a bytes.Buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// response is what the fault answers in the place of the portal.
func (f Fault) response() response {
	body := []byte(f.Body)
	if f.Body == "" {
		body = apiError{Category: "INTERNAL_ERROR", Message: http.StatusText(f.Status)}.encode()
	}
	return response{f.Status, body}
}

// send writes the answer the way the fault wants it; a zero fault changes
// nothing. It calls answered just before the first byte leaves.
func (f Fault) send(w http.ResponseWriter, r *http.Request, answer response, answered func()) {
	switch {
	case f.Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.CloseBefore:
		panic(http.ErrAbortHandler)
	}
	answered()
	if f.CloseDuring {
		w.WriteHeader(answer.status)
		_, _ = w.Write(answer.body[:len(answer.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(answer.status)
	if f.Drip > 0 {
		drip(w, r, answer.body, f.Drip)
		return
	}
	_, _ = w.Write(answer.body) // an error means the client is gone
}

// drip writes a body in ten pieces, with a pause before each.
func drip(w http.ResponseWriter, r *http.Request, body []byte, pause time.Duration) {
	const pieces = 10
	for i := range pieces {
		if !sleepUntil(r.Context(), time.Now().Add(pause)) {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(body[i*len(body)/pieces : (i+1)*len(body)/pieces])
		_ = http.NewResponseController(w).Flush() // a writer in memory has nothing to flush
	}
}
