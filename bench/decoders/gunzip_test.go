package decoders

import (
	"bytes"
	std "compress/gzip"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// BenchmarkGunzip undoes the compression of an answer, with readers that are
// kept as net/http keeps its own.
func BenchmarkGunzip(b *testing.B) {
	for _, shape := range []struct {
		name string
		text []byte
	}{{"batch_10_of_10", records(10, false)}, {"batch_10_of_60", records(60, false)}, {"links", links()}} {
		var packed bytes.Buffer
		w := std.NewWriter(&packed)
		_, _ = w.Write(shape.text)
		_ = w.Close()
		var out bytes.Buffer
		out.Grow(2 * len(shape.text))
		b.Run(shape.name+"/std", func(b *testing.B) {
			var r std.Reader
			measure(b, len(shape.text), func() error {
				out.Reset()
				if err := r.Reset(bytes.NewReader(packed.Bytes())); err != nil {
					return err
				}
				_, err := out.ReadFrom(&r)
				return err
			})
		})
		b.Run(shape.name+"/klauspost", func(b *testing.B) {
			var r gzip.Reader
			measure(b, len(shape.text), func() error {
				out.Reset()
				if err := r.Reset(bytes.NewReader(packed.Bytes())); err != nil {
					return err
				}
				_, err := io.Copy(&out, &r)
				return err
			})
		})
		b.Logf("%s: %d bytes, %d packed", shape.name, len(shape.text), packed.Len())
	}
}
