package hubspot

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// A decoder reads one answer after another. Each lies in memory whole while it
// is decoded, so that what the embedded Decoder returns of it stays as it is
// until then; nothing of it may stay longer. The buffers are kept for the next.
type decoder struct {
	*jsontext.Decoder

	body    bytes.Buffer // the answer
	unread  bytes.Buffer // what the Decoder has not taken of it
	records recordReader
	links   linkReader
}

// firstBytes is the room that a decoder begins with.
const firstBytes = 64 << 10

func newDecoder() *decoder {
	d := &decoder{Decoder: jsontext.NewDecoder(http.NoBody)}
	d.body.Grow(firstBytes)
	return d
}

// errNotText is an answer that is no text.
var errNotText = errors.New("invalid utf-8")

// fill reads a body of at most longest bytes. It fails with ErrTooLarge if
// there are more, and with errMalformed, at once, if it begins like no answer.
func (d *decoder) fill(res *http.Response, longest int64) error {
	if n := res.ContentLength; n > 0 && n <= maxKeptBytes { // a server's word alone is worth no more
		d.body.Grow(int(n) + bytes.MinRead) // what ReadFrom wants to see free at the end
	}
	n, err := d.body.ReadFrom(&opened{r: io.LimitReader(res.Body, longest+1)})
	if err != nil {
		return err
	}
	if n > longest {
		return ErrTooLarge
	}
	d.start()
	return nil
}

// An opened reader fails as soon as what it reads turns out to begin neither
// an object nor an array: a page of HTML is not waited for.
type opened struct {
	r    io.Reader
	done bool
}

func (o *opened) Read(p []byte) (int, error) {
	n, err := o.r.Read(p)
	if o.done {
		return n, err
	}
	if first := bytes.TrimLeft(p[:n], " \t\r\n"); len(first) > 0 {
		o.done = true
		if first[0] != '{' && first[0] != '[' {
			return 0, errMalformed
		}
	}
	return n, err
}

// start begins at the body's first byte.
func (d *decoder) start(o ...jsontext.Options) {
	d.unread = *bytes.NewBuffer(d.body.Bytes())
	d.Reset(&d.unread, o...)
}

// bulk begins the body without the Decoder's own checks of UTF-8, which is
// done for all of it at once, and of names, which [object] and [layout] do
// with less: together they take as long as everything else. Names in values
// that are skipped go unchecked.
func (d *decoder) bulk() error {
	if !utf8.Valid(d.body.Bytes()) {
		return errNotText
	}
	d.start(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	return nil
}

// forget drops the answer and returns how many bytes the decoder keeps.
func (d *decoder) forget() int {
	d.body.Reset()
	d.unread = bytes.Buffer{}
	d.Reset(http.NoBody)
	return d.body.Cap() + d.records.forget() + d.links.forget()
}
