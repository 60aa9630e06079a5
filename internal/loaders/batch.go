package loaders

import (
	"slices"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// An ask is one input of a batch call: a record, or a page of its associations.
type ask struct {
	key string // the record's ID or unique value, in lower case where HubSpot compares so

	// text is what is sent beside the key: of associations the page token, which
	// makes it another ask, and of values the client's own spelling, which does not.
	text string
}

// A slot is an ask's place in a batch.
type slot struct {
	ask

	wants int // callers; 0 once all have given up before the batch left
}

// A batch is one batch call. Until it leaves, asks come and go; then it is what
// it is. The lock of batches guards it.
type batch struct {
	flight

	kind   kind
	slots  []slot
	live   int            // slots that anybody wants
	paged  map[string]int // records of which another page than the first is asked for; nil for none
	parted bool           // what it brings is too old for who comes now

	set *hubspot.PropertySet // what it reads of its records, once it has left
}

// A seat is a caller's part of a batch.
type seat struct {
	batch  *batch
	places []int32 // of the asks in batch.slots
	opened bool    // whether the caller opened the batch
	away   bool    // whether the caller waits for it no more
}

// asks are the asks of the seat, as one caller's own. Only once the batch has
// landed, or with the lock held.
func (s *seat) asks() []slot {
	asks := make([]slot, len(s.places))
	for i, at := range s.places {
		asks[i] = slot{s.batch.slots[at].ask, 1}
	}
	return asks
}

// alone says whether the batch asked for nothing but what the caller did.
func (s *seat) alone(who *caller) bool {
	return len(s.places) == s.batch.live && s.batch.set.Len() <= who.set.Len()
}

// has says whether a page of the ask's record is asked for already: HubSpot
// takes no record twice in a call. first says whether the first page is.
func (b *batch) has(a ask, first bool) bool {
	return b.kind.pages && (a.text != "" && first || b.paged[a.key] > 0)
}

// add puts a new ask in, and returns its place.
func (b *batch) add(a ask) int32 {
	b.slots = append(b.slots, slot{a, 1})
	b.live++
	b.page(a, 1)
	return int32(len(b.slots) - 1)
}

// drop takes out an ask that nobody wants any more.
func (b *batch) drop(a ask) {
	b.live--
	b.page(a, -1)
}

func (b *batch) page(a ask, n int) {
	if !b.kind.pages || a.text == "" {
		return
	}
	if b.paged == nil {
		b.paged = make(map[string]int)
	}
	b.paged[a.key] += n
}

// seal ends the batch's time of waiting: what it asks for from now on is set.
func (b *batch) seal() {
	b.left = time.Now()
	b.set = b.wants()
}

// united is a set of the names of both, one of the two if that will do.
func united(a, b *hubspot.PropertySet) *hubspot.PropertySet {
	switch {
	case covers(a, b):
		return a
	case covers(b, a):
		return b
	}
	return hubspot.NewPropertySet(slices.Concat(a.Names(), b.Names())...)
}

// covers says whether a has all names of b.
func covers(a, b *hubspot.PropertySet) bool {
	if a == b {
		return true
	}
	if b.Len() > a.Len() {
		return false
	}
	for _, name := range b.Names() {
		if a.Index(name) < 0 {
			return false
		}
	}
	return true
}
