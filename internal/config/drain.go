package config

import (
	"errors"
	"strings"
	"time"
)

// drainFlags are about the end of a run.
type drainFlags struct {
	DrainDelay *string `variable:"HUBGRAPH_DRAIN_DELAY" standard:"auto" placeholder:"DURATION" help:"How long requests are still taken after a stop was asked for, with /readyz at 503, so that whoever sends them learns of it; auto is 5s, and 0 on loopback."`
}

// autoDrain is how long requests are still taken where the setting is auto and
// somebody else sends them.
const autoDrain = 5 * time.Second

// A DrainDelay is how long requests are still taken after a stop was asked for.
// --drain-delay, HUBGRAPH_DRAIN_DELAY, auto.
type DrainDelay struct {
	Auto bool // Delay is for servers beyond loopback alone
	For  time.Duration
}

// Of is the delay of a server on loopback or beyond.
func (d DrainDelay) Of(loopback bool) time.Duration {
	if d.Auto && loopback {
		return 0
	}
	return d.For
}

func drainDelay(v string) (DrainDelay, error) {
	if v == auto {
		return DrainDelay{Auto: true, For: autoDrain}, nil
	}
	d, err := offOr(durationFrom("1ms", "5s"))(v)
	if err != nil {
		err = errors.New(strings.Replace(err.Error(), "must be ", "must be auto, or ", 1))
	}
	return DrainDelay{For: d}, err
}
