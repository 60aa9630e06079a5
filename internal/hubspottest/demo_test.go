package hubspottest_test

import (
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		hubspottest.Demo(hubspottest.Options{})
	}
}
