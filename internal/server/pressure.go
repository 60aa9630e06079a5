package server

import (
	"math"
	"runtime/debug"
	"runtime/metrics"

	"github.com/hubgraph/hubgraph/internal/admit"
	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/config"
)

const (
	// requestBytes is what a large request may hold while it waits for HubSpot or
	// for a processor: 1,200 records and their answer take 1.8 MiB, and the garbage
	// collector doubles that.
	requestBytes = 4 << 20
	fewRequests  = 64
	liveShare    = 0.7 // of the memory limit, beyond which memory is short
)

// DoorLimits are how many requests are let in: as many as is configured, or as
// there is memory for, and fewer while there is more to compute than can be done in
// time, or memory is short.
func DoorLimits(cfg config.Faults, gate *compute.Gate) admit.Limits {
	limit := debug.SetMemoryLimit(-1)
	requests := cfg.MaxRequests
	if requests == 0 {
		requests = requestsIn(limit)
	}
	return admit.Limits{
		Requests: requests,
		Strained: func() bool { return gate.Strained() || memoryShort(limit) },
	}
}

// requestsIn is how many requests there is memory for; 0, which leaves it at the
// default, if memory has no limit.
func requestsIn(limit int64) int {
	if limit == math.MaxInt64 {
		return 0
	}
	return int(min(max(limit/requestBytes, fewRequests), admit.DefaultRequests))
}

// memoryShort reports whether what is in use, as the last garbage collection found
// it, comes near the limit: the collector could do no more then.
func memoryShort(limit int64) bool {
	if limit == math.MaxInt64 {
		return false
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return float64(live[0].Value.Uint64()) > liveShare*float64(limit)
}
