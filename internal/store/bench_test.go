package store

import (
	"testing"

	"github.com/hubgraph/hubgraph/internal/servertest"
)

func BenchmarkStore(b *testing.B) {
	for _, database := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", sqliteURL}, {"postgres", servertest.Postgres}} {
		b.Run(database.name, func(b *testing.B) {
			s := open(b, database.url(b), newKeyset(b))
			mustPut(b, s, connection("1"))
			b.Run("Get", func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Get(b.Context(), "1"); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("Put", func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Put(b.Context(), connection("1")); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
