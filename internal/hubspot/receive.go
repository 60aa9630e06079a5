package hubspot

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// gzipped is the coding that answers are asked for in. net/http would ask for it
// too, and undo it as the answer comes; here that is done when the answer is
// complete, by a faster library, with a reader that is kept.
const gzipped = "gzip"

// packed says whether the body is compressed.
func packed(res *http.Response) bool {
	return strings.EqualFold(res.Header.Get("Content-Encoding"), gzipped)
}

// receive reads a body as it is sent, at most longest bytes of it. It fails with
// ErrTooLarge if there are more, and with errMalformed, at once, if it begins like
// no answer.
func receive(raw *bytes.Buffer, res *http.Response, longest int64) error {
	if n := res.ContentLength; n > 0 && n <= maxKeptBytes { // a server's word alone is worth no more
		raw.Grow(int(n) + bytes.MinRead) // what ReadFrom wants to see free at the end
	}
	n, err := raw.ReadFrom(&opened{r: io.LimitReader(res.Body, longest+1), done: packed(res)})
	if err == nil && n > longest {
		err = ErrTooLarge
	}
	return err
}

// An opened reader fails as soon as what it reads turns out to begin neither
// an object nor an array: a page of HTML is not waited for.
type opened struct {
	r    io.Reader
	done bool // whether that is known, or cannot be
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

// unpack undoes gzip.
func (d *decoder) unpack(raw *bytes.Buffer, longest int64) (err error) {
	if d.unzip == nil {
		d.unzip, err = gzip.NewReader(raw)
	} else {
		err = d.unzip.Reset(raw)
	}
	if err != nil {
		return cutShort(err)
	}
	n, err := d.body.ReadFrom(io.LimitReader(d.unzip, longest+1))
	if err == nil && n > longest {
		err = ErrTooLarge
	}
	return cutShort(err)
}

// cutShort gives a packed body that ends before it begins the error of all that
// end early.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// corrupt says whether a body cannot be unpacked, which the way here did to it:
// it may be whole next time.
func corrupt(err error) bool {
	var damaged flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &damaged)
}

// unpacked reads a refusal, which is short, whatever it is packed in.
func unpacked(res *http.Response) io.Reader {
	if !packed(res) {
		return res.Body
	}
	r, err := gzip.NewReader(res.Body)
	if err != nil {
		return strings.NewReader("") // a refusal without a word
	}
	return r
}
