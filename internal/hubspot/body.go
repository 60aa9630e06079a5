package hubspot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxAnswerBytes = 64 << 20 // after decompression; the largest honest answer is 100 records of 64 KiB texts
	maxErrorBytes  = 64 << 10
	maxKeptBytes   = 1 << 20 // of buffers between answers, for each decoder: a usual answer has 50 to 300 kB
)

// decode runs fn over the body: exactly one JSON value, with no name twice in an
// object that is read and all text valid UTF-8.
//
// The body is received whole before anything is made of it: that takes a place at
// the gate, and nobody may wait for the network there.
func (c *Client) decode(ctx context.Context, res *http.Response, fn func(*decoder) error) error {
	raw := c.received.Get().(*bytes.Buffer)
	defer c.putReceived(raw)
	if err := receive(raw, res, c.longest); err != nil {
		if errors.Is(err, errMalformed) || errors.Is(err, ErrTooLarge) || errors.Is(err, io.ErrUnexpectedEOF) {
			return unreadable(res, err)
		}
		return lost(ctx, err)
	}
	if err := c.compute.EnterContext(ctx); err != nil {
		return contextError(err)
	}
	defer c.compute.Leave()
	d := c.decoders.Get().(*decoder)
	defer c.putDecoder(d)
	err := d.fill(raw, packed(res), c.longest)
	if err == nil {
		err = fn(d)
	}
	if err == nil {
		err = expectEnd(d.Decoder)
	}
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		e.StatusCode, e.CorrelationID = res.StatusCode, firstText(e.CorrelationID, res.Header.Get(headerCorrelation))
		return e
	}
	return unreadable(res, err)
}

// putReceived keeps a buffer for the next answer, unless an unusual one made it
// big.
func (c *Client) putReceived(raw *bytes.Buffer) {
	if raw.Cap() <= maxKeptBytes {
		raw.Reset()
		c.received.Put(raw)
	}
}

// putDecoder keeps a decoder for the next answer, unless an unusual one made
// it big.
func (c *Client) putDecoder(d *decoder) {
	if d.forget() <= maxKeptBytes {
		c.decoders.Put(d)
	}
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
func unreadable(res *http.Response, err error) *Error {
	e := &Error{StatusCode: res.StatusCode, CorrelationID: res.Header.Get(headerCorrelation), Kind: ErrUnavailable, cause: err}
	switch {
	case errors.Is(err, ErrTooLarge):
		e.Message = "the answer is longer than this client reads"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Message, e.transient = "the answer was cut off", true
	case corrupt(err):
		e.Message, e.transient = "the answer arrived damaged", true
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
