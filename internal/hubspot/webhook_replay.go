package hubspot

import (
	"container/heap"
	"math"
	"sync"
)

// maxSignatures is far more than one portal sends in five minutes: HubSpot has
// ten requests under way at a time.
const maxSignatures = 1 << 16

// A signature is half of an HMAC-SHA256, which is more than enough to know it
// again.
type signature [16]byte

// signatures are those of the requests that were taken, while they are valid.
type signatures struct {
	most int

	mu     sync.Mutex
	known  map[signature]struct{}
	oldest signatureHeap
	floor  int64 // nothing signed then or before is taken, for it may have been forgotten
}

// add reports whether the signature is a new one, and remembers it. at is when
// it was made and now is now, both in milliseconds since 1970.
func (s *signatures) add(sig signature, at, now int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known, s.floor = make(map[signature]struct{}), math.MinInt64
	}
	for len(s.oldest) > 0 && s.oldest[0].at < now-webhookMaxAge.Milliseconds() {
		s.forget() // too old to be taken again
	}
	if _, again := s.known[sig]; again || at <= s.floor {
		return false
	}
	if len(s.oldest) == s.most {
		s.floor = max(s.floor, s.forget())
		if at <= s.floor {
			return false
		}
	}
	s.known[sig] = struct{}{}
	heap.Push(&s.oldest, signedAt{sig, at})
	return true
}

// forget drops the oldest signature and returns when it was made.
func (s *signatures) forget() int64 {
	first := heap.Pop(&s.oldest).(signedAt)
	delete(s.known, first.signature)
	return first.at
}

type signedAt struct {
	signature signature
	at        int64
}

// A signatureHeap has the oldest signature first: requests overtake each other.
type signatureHeap []signedAt

func (h signatureHeap) Len() int           { return len(h) }
func (h signatureHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h signatureHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *signatureHeap) Push(x any)        { *h = append(*h, x.(signedAt)) }

func (h *signatureHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
