package hubspot

import (
	"bytes"
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/gzip"
)

// A decoder reads one answer after another. Each lies in memory whole while it
// is decoded, so that what the embedded Decoder returns of it stays as it is
// until then; nothing of it may stay longer. The buffers are kept for the next.
type decoder struct {
	*jsontext.Decoder

	body    bytes.Buffer // the answer
	unzip   *gzip.Reader // nil until an answer is packed
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

// fill takes what was received, which is its own from then on, and unpacks it if
// it is packed. It fails with ErrTooLarge if there is more than longest bytes of
// it then.
func (d *decoder) fill(raw *bytes.Buffer, packed bool, longest int64) error {
	if !packed {
		d.body, *raw = *raw, d.body
	} else if err := d.unpack(raw, longest); err != nil {
		return err
	}
	d.start()
	return nil
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
