package main

import (
	"log/slog"
	"math"
	"runtime"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// memoryShare is how much of the memory that the process may have is for Go's
// heap and stacks. The rest is for the binary, and for what the collector is late
// with.
const memoryShare = 0.9

// limitMemory has the garbage collector keep the process below what the container
// or unit allows, instead of having it killed. GOMEMLIMIT goes before that, and
// AUTOMEMLIMIT=off switches it off.
func limitMemory(lg *slog.Logger, of memlimit.Provider) {
	if _, err := memlimit.Set(memlimit.WithProvider(of), memlimit.WithRatio(memoryShare)); err != nil {
		lg.Info("memory limit not read", "error", err) // there may be none, and none is set then
		return
	}
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		lg.Info("memory limit", "bytes", limit)
	}
}

// heapFloor is how much the garbage collector is made to believe it has to keep,
// beyond what there is. Go collects whenever the heap has doubled, and what a
// gateway lives in is so little (some 15 MiB without a record cache) that under
// load it would collect after every few requests: a tenth of its CPU time. Memory
// that is never touched is never resident, so the floor itself takes none; the
// heap grows by as much before it is collected. See docs/performance.md.
const heapFloor = 16 << 20

// raiseHeap raises the floor until lower is called.
func raiseHeap() (lower func()) {
	floor := make([]byte, heapFloor)
	return func() { runtime.KeepAlive(floor) }
}
