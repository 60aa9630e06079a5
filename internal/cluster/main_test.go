package cluster

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// The tests mostly wait for windows to pass, so they do it side by side, however
// few processors there are.
func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "8")
	goleak.VerifyTestMain(m)
}
