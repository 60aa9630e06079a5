package hubspot

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxAnswerBytes = 64 << 20 // after decompression; the largest honest answer is 100 records of 64 KiB texts
	maxErrorBytes  = 64 << 10
)

// A bounded reader fails with ErrTooLarge instead of reading on, and remembers
// the reader's own failure, which the decoder may dress up.
type bounded struct {
	r    io.Reader
	left int64
	err  error // the first error but io.EOF
}

// fillFrom is the length from which a read fills all of p. The decoder asks
// for so much only when a single value is that long, and it looks at the whole
// value again after each read: in small portions that takes quadratic time.
const fillFrom = 64 << 10

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// One more byte would be too many: but there may be none.
		var one [1]byte
		n, err := b.r.Read(one[:])
		if n > 0 {
			err = ErrTooLarge
		}
		return 0, b.keep(err)
	}
	p = p[:min(int64(len(p)), b.left)]
	n, err := b.r.Read(p)
	for len(p) >= fillFrom && n < len(p) && err == nil {
		var more int
		more, err = b.r.Read(p[n:])
		n += more
	}
	b.left -= int64(n)
	return n, b.keep(err)
}

func (b *bounded) keep(err error) error {
	if err != nil && !errors.Is(err, io.EOF) && b.err == nil {
		b.err = err
	}
	return err
}

// decode runs fn over the body: exactly one JSON value, with no name twice in
// an object and all text valid UTF-8.
func (c *Client) decode(ctx context.Context, res *http.Response, fn func(*jsontext.Decoder) error) error {
	body := &bounded{r: res.Body, left: c.longest}
	d := c.decoders.Get().(*jsontext.Decoder)
	d.Reset(body)
	defer func() {
		d.Reset(http.NoBody) // the pool keeps buffers, not answers
		c.decoders.Put(d)
	}()
	err := fn(d)
	if err == nil {
		err = expectEnd(d)
	}
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		e.StatusCode, e.CorrelationID = res.StatusCode, firstText(e.CorrelationID, res.Header.Get(headerCorrelation))
		return e
	}
	return unreadable(ctx, res, body.err, err)
}

func expectEnd(d *jsontext.Decoder) error {
	_, err := d.ReadToken()
	switch {
	case err == nil:
		return errMalformed
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// unreadable explains an answer that began well and could not be decoded.
func unreadable(ctx context.Context, res *http.Response, readErr, err error) error {
	if readErr != nil && !errors.Is(readErr, ErrTooLarge) && !errors.Is(readErr, io.ErrUnexpectedEOF) {
		return lost(ctx, readErr)
	}
	e := &Error{StatusCode: res.StatusCode, CorrelationID: res.Header.Get(headerCorrelation), Kind: ErrUnavailable, cause: err}
	switch {
	case errors.Is(readErr, ErrTooLarge):
		e.Message, e.cause = "the answer is longer than this client reads", ErrTooLarge
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Message, e.transient = "the answer was cut off", true
	default:
		e.Message = "the answer is not the JSON that HubSpot documents"
	}
	return e
}

// firstText is the first that is not empty.
func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
