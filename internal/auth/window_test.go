package auth

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestNoMinuteHasMore: whatever comes when, no minute has more requests than are
// allowed, nobody is refused who need not be, and who comes back when told is let
// in.
func TestNoMinuteHasMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		begun := time.Now()
		w, now := newWindow(begun), begun
		var taken []time.Time
		within := func(d time.Duration) (n int) {
			for _, at := range taken {
				if now.Sub(at) < d {
					n++
				}
			}
			return n
		}
		for range rapid.IntRange(1, 200).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 8_000).Draw(t, "pause")) * time.Millisecond)
			wait, ok := w.take(now, limit)
			if !ok {
				if within(time.Minute+tick) < limit {
					t.Fatalf("refused with %d of %d in the last minute", within(time.Minute+tick), limit)
				}
				if wait <= 0 || wait > time.Minute+tick {
					t.Fatalf("wait is %v", wait)
				}
				now = now.Add(wait)
				if again, ok := w.take(now, limit); !ok {
					t.Fatalf("refused again for %v, after the wait of %v", again, wait)
				}
			}
			taken = append(taken, now)
			if n := within(time.Minute); n > limit {
				t.Fatalf("%d requests in a minute, %d are allowed", n, limit)
			}
		}
	})
}

// TestAfterAPause holds what a bucket gets wrong: after a pause as many come at
// once as are allowed, and then none for a minute.
func TestAfterAPause(t *testing.T) {
	now := time.Now()
	w := newWindow(now)
	now = now.Add(time.Hour)
	let := 0
	for range 6_000 { // a minute, a hundred a second
		if _, ok := w.take(now, 60); ok {
			let++
		}
		now = now.Add(10 * time.Millisecond)
	}
	if let != 60 {
		t.Errorf("%d requests in a minute, want 60", let)
	}
}

// TestWindowMemory counts a million requests in less than they would take.
func TestWindowMemory(t *testing.T) {
	now := time.Now()
	w := newWindow(now)
	for range maxPerMinute {
		w.take(now, maxPerMinute)
		now = now.Add(time.Minute / maxPerMinute)
	}
	if most := int(keptTicks); len(w.ticks) > most || cap(w.ticks)*countedBytes > windowBytes(maxPerMinute) {
		t.Errorf("%d ticks in room for %d, want at most %d", len(w.ticks), cap(w.ticks), most)
	}
	if _, ok := w.take(now.Add(-time.Second), maxPerMinute); ok {
		t.Error("one too many was let in")
	}
	w.forget(int64(time.Hour / tick))
	if w.n != 0 || w.ticks != nil {
		t.Errorf("%d requests are left after an hour", w.n)
	}
}
