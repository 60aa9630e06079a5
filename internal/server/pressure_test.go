package server

import (
	"math"
	"runtime"
	"testing"
)

func TestRequestsIn(t *testing.T) {
	for limit, want := range map[int64]int{
		math.MaxInt64: 0, // none: as many as by default
		64 << 20:      64,
		460 << 20:     115,
		2 << 30:       512,
		64 << 30:      1000,
	} {
		if got := requestsIn(limit); got != want {
			t.Errorf("requestsIn(%d) = %d, want %d", limit, got, want)
		}
	}
}

func TestMemoryShort(t *testing.T) {
	held := make([]byte, 32<<20)
	runtime.GC()
	for limit, want := range map[int64]bool{math.MaxInt64: false, 64 << 30: false, 40 << 20: true} {
		if got := memoryShort(limit); got != want {
			t.Errorf("memoryShort(%d) = %v with 32 MiB in use, want %v", limit, got, want)
		}
	}
	runtime.KeepAlive(held)
}
