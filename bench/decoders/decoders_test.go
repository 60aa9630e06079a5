package decoders

import (
	"fmt"
	"maps"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type recordsDecoder = func(text []byte, wanted []string) ([]*Record, error)

type linksDecoder = func(text []byte) (map[string][]Link, error)

func recordsDecoders() map[string]recordsDecoder {
	all := map[string]recordsDecoder{
		"jsontext/streamed": streamed.records,
		"jsontext/whole":    whole.records,
		"jsontext/lax":      lax.records,
		"jx":                jxRecords,
		"fastjson":          fastjsonRecords,
		"gjson":             gjsonRecords,
	}
	for name, u := range byStruct {
		all[name] = u.records
	}
	return all
}

func linksDecoders() map[string]linksDecoder {
	all := map[string]linksDecoder{
		"jsontext/streamed": streamed.links,
		"jsontext/whole":    whole.links,
		"jsontext/lax":      lax.links,
		"jx":                jxLinks,
		"fastjson":          fastjsonLinks,
		"gjson":             gjsonLinks,
	}
	for name, u := range byStruct {
		all[name] = u.links
	}
	all["jsonv2"] = linksV2
	return all
}

var recordShapes = []struct {
	name         string
	sent         int
	associations bool
}{
	{"batch_10_of_10", 10, false},
	{"batch_10_of_60", 60, false},
	{"list_with_associations", 10, true},
}

// TestAgree checks that every library makes the same of the same document.
func TestAgree(t *testing.T) {
	wanted := properties(10)
	for _, shape := range recordShapes {
		text := records(shape.sent, shape.associations)
		want, err := byStruct["encoding_json"].records(text, wanted)
		if err != nil {
			t.Fatal(err)
		}
		for name, decode := range recordsDecoders() {
			t.Run(shape.name+"/"+name, func(t *testing.T) {
				got, err := decode(text, wanted)
				if diff := cmp.Diff(want, got); diff != "" || err != nil {
					t.Errorf("%s = %v (-encoding/json +got):\n%s", name, err, diff)
				}
			})
		}
	}
	want, err := byStruct["encoding_json"].links(links())
	if err != nil {
		t.Fatal(err)
	}
	for name, decode := range linksDecoders() {
		t.Run("links/"+name, func(t *testing.T) {
			got, err := decode(links())
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s = %v (-encoding/json +got):\n%s", name, err, diff)
			}
		})
	}
}

func BenchmarkRecords(b *testing.B) {
	wanted := properties(10)
	all := recordsDecoders()
	for _, shape := range recordShapes {
		text := records(shape.sent, shape.associations)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			b.Run(fmt.Sprintf("%s/%s", shape.name, name), func(b *testing.B) {
				measure(b, len(text), func() error {
					_, err := all[name](text, wanted)
					return err
				})
			})
		}
	}
}

func BenchmarkLinks(b *testing.B) {
	text := links()
	all := linksDecoders()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b.Run(name, func(b *testing.B) {
			measure(b, len(text), func() error {
				_, err := all[name](text)
				return err
			})
		})
	}
}

// measure also reports the CPU time that the process took, the garbage
// collector's work on other threads included.
func measure(b *testing.B, size int, decode func() error) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	before := cpuTime(b)
	n := 0
	for b.Loop() {
		if err := decode(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(n), "cpu-ns/op")
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
