package loaders

import (
	"context"
	"fmt"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// at answers batch calls at once.
type at struct{ Upstream }

func (at) BatchReadLate(_ context.Context, request func() hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	request()
	return nil, nil
}

func (at) AssociationsBatchReadLate(_ context.Context, _, _ string, inputs func() []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	inputs()
	return nil, nil
}

// BenchmarkShared is what sharing adds to calls that nobody joins.
func BenchmarkShared(b *testing.B) {
	s := NewShared(at{}, func(hubspot.Endpoint) {})
	b.Run("records=100", func(b *testing.B) {
		r := full()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.BatchRead(b.Context(), r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("associations=1000", func(b *testing.B) {
		inputs := make([]hubspot.AssociationInput, hubspot.MaxAssociationInputs)
		for i := range inputs {
			inputs[i].ID = fmt.Sprint(100_000_000 + i)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.AssociationsBatchRead(b.Context(), "0-1", "0-2", inputs); err != nil {
				b.Fatal(err)
			}
		}
	})
}
