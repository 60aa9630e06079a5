package portal

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// BenchmarkLoad is a start without a snapshot: a portal that answers after 50 ms,
// with 300 properties of every type.
func BenchmarkLoad(b *testing.B) {
	fake := hubspottest.New(b, hubspottest.Options{Unlimited: true, Latency: 50 * time.Millisecond})
	fake.PadProperties(300)
	client := newClient(b, fake)
	fake.ResetCalls()
	for b.Loop() {
		mustLoad(b, client, LoadOptions{})
	}
	b.ReportMetric(float64(len(fake.Calls()))/float64(b.N), "hubspot-calls/op")
}

// BenchmarkSnapshot is what a start with a snapshot waits for.
func BenchmarkSnapshot(b *testing.B) {
	fake := newFake(b)
	fake.PadProperties(300)
	s := &snapshot{Format: snapshotFormat, Version: snapshotVersion, Metadata: mustLoad(b, newClient(b, fake), LoadOptions{})}
	path := filepath.Join(b.TempDir(), "portal.json")
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if err := writeSnapshot(context.Background(), SnapshotFile(path), s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			s, err := readSnapshot(context.Background(), SnapshotFile(path))
			if err != nil {
				b.Fatal(err)
			}
			if s.serve(Options{}) == nil {
				b.Fatal("serve() = nil")
			}
		}
	})
}
