package main

import "runtime"

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
