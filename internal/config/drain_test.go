package config

import (
	"testing"
	"time"
)

func TestDrainDelay(t *testing.T) {
	for value, want := range map[string][2]time.Duration{ // on loopback, and beyond
		"auto": {0, 5 * time.Second}, "0": {0, 0}, "12s": {12 * time.Second, 12 * time.Second},
	} {
		c, err := Parse(nil, env(withToken, "HUBGRAPH_DRAIN_DELAY="+value))
		if err != nil || c.DrainDelay.Of(true) != want[0] || c.DrainDelay.Of(false) != want[1] {
			t.Errorf("%s: %v on loopback and %v beyond, error %v, want %v", value, c.DrainDelay.Of(true), c.DrainDelay.Of(false), err, want)
		}
	}
	_, err := Parse([]string{"--drain-delay=5"}, env(withToken))
	want := `--drain-delay (HUBGRAPH_DRAIN_DELAY) is "5": must be auto, or a duration with its unit, such as 5s, and at least 1ms, or 0 for off`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
