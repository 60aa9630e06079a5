package hubspot

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxAnswerBytes = 64 << 20 // after decompression; the largest honest answer is 100 records of 64 KiB texts
	maxErrorBytes  = 64 << 10
	maxDrainBytes  = 256 << 10 // what we read to the end to keep a connection
)

// A bounded reader fails with ErrTooLarge instead of reading on, and remembers
// the reader's own failure, which the decoder may dress up.
type bounded struct {
	r    io.Reader
	left int64
	err  error // the first error but io.EOF
}

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
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, b.keep(err)
}

func (b *bounded) keep(err error) error {
	if err != nil && err != io.EOF && b.err == nil {
		b.err = err
	}
	return err
}

// decode runs fn over the body: exactly one JSON value, with no name twice in
// an object and all text valid UTF-8.
func (c *Client) decode(ctx context.Context, res *http.Response, fn func(*jsontext.Decoder) error) error {
	body := &bounded{r: res.Body, left: maxAnswerBytes}
	d := c.decoders.Get().(*jsontext.Decoder)
	d.Reset(body)
	defer c.decoders.Put(d)
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
	e := unreadable(ctx, body.err, err)
	e2, ok := errors.AsType[*Error](e)
	if ok {
		e2.StatusCode, e2.CorrelationID = res.StatusCode, res.Header.Get(headerCorrelation)
	}
	return e
}

func expectEnd(d *jsontext.Decoder) error {
	_, err := d.ReadToken()
	switch err {
	case io.EOF:
		return nil
	case nil:
		return errMalformed
	}
	return err
}

// unreadable explains an answer that began well and could not be decoded.
func unreadable(ctx context.Context, readErr, err error) error {
	if readErr != nil && !errors.Is(readErr, ErrTooLarge) && readErr != io.ErrUnexpectedEOF {
		return lost(ctx, readErr)
	}
	e := &Error{Kind: ErrUnavailable, cause: err}
	_, wrongType := errors.AsType[*json.SemanticError](err)
	switch {
	case errors.Is(readErr, ErrTooLarge):
		e.Message, e.cause = "the answer is longer than 64 MiB", ErrTooLarge
	case errors.Is(readErr, io.ErrUnexpectedEOF), !wrongType && errors.Is(err, io.ErrUnexpectedEOF):
		e.Message, e.transient = "the answer was cut off", true
	default:
		e.Message = "the answer is not the JSON that HubSpot documents"
	}
	return e
}

// drain reads a little to the end, so that the connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, maxDrainBytes)
	_ = body.Close()
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
