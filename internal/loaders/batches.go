package loaders

import (
	"context"
	"sync"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A kind is what batch calls must have in common to be one.
type kind struct {
	endpoint hubspot.Endpoint
	from     string // the object type
	to       string // the object type at the other end, or the unique property that keys are values of
	history  string // the key of the properties that come with their history; "" for none
	archived bool
	pages    bool // whether an ask's text makes it another ask
	most     int  // asks of a call
}

// batches are the batch calls that wait for the limiter or are under way. Who
// wants records finds each where it is asked for already. The rest joins
// batches that wait and have room, and opens one more if that is not enough: as
// a caller asks for no more than a call takes, it never opens two, so that all
// together make no more calls than they would without each other.
type batches struct {
	joined func(hubspot.Endpoint)

	mu     sync.Mutex // guards what follows, with all batches in it
	groups map[kind]*group
}

// A group is the batches of one kind.
type group struct {
	batches []*batch  // in the order in which they were opened
	first   [1]*batch // where batches begins: most are alone

	// index finds the batch that was opened last, of those that hold the ask.
	// A batch that waits is always found, for none that waits is passed over.
	// It is nil while there is but one batch, which nobody looks into.
	index map[ask]place
}

type place struct {
	batch *batch
	at    int32
}

// indexed is the ask as the index of its group knows it.
func (k *kind) indexed(a ask) ask {
	if !k.pages {
		a.text = ""
	}
	return a
}

// board appends seats for a caller's asks, which become the batches', to seats,
// and returns the batch that had to be opened for some, if any.
func (bs *batches) board(ctx context.Context, k kind, who *caller, asks []slot, seats []seat) (_ []seat, opened *batch) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	g := bs.groups[k]
	if g == nil {
		g = &group{}
		g.batches = g.first[:0]
		bs.groups[k] = g
	}
	if len(g.batches) > 0 {
		b := boarding{group: g, who: who, fresh: Fresh(ctx), seats: seats}
		g.indexAll()
		asks = b.fill(b.find(asks))
		seats = b.seats
	}
	if len(asks) == 0 {
		return seats, nil
	}
	opened = &batch{kind: k, slots: asks, live: len(asks)}
	opened.open(ctx, who)
	g.add(opened)
	places := make([]int32, len(asks))
	for i := range asks {
		opened.page(asks[i].ask, 1)
		places[i] = int32(i)
	}
	return append(seats, seat{batch: opened, places: places, opened: true}), opened
}

// add takes in a batch.
func (g *group) add(b *batch) {
	g.batches = append(g.batches, b)
	if g.index != nil {
		g.enter(b)
	}
}

func (g *group) enter(b *batch) {
	for i := range b.slots {
		if b.slots[i].wants > 0 {
			g.index[b.kind.indexed(b.slots[i].ask)] = place{b, int32(i)}
		}
	}
}

// indexAll makes the index, if there is none yet.
func (g *group) indexAll() {
	if g.index != nil {
		return
	}
	n := 0
	for _, b := range g.batches {
		n += len(b.slots)
	}
	g.index = make(map[ask]place, 2*n)
	for _, b := range g.batches {
		g.enter(b)
	}
}

// forget takes an ask of the batch out of the index. A nil group has none.
func (g *group) forget(b *batch, a ask) {
	if g == nil {
		return
	}
	a = b.kind.indexed(a)
	if g.index != nil && g.index[a].batch == b {
		delete(g.index, a)
	}
}

// leave gives up a seat because of why, and takes out of a batch that has not
// left what nobody else wants. It reports whether the batch is over, and whether
// it had left.
func (bs *batches) leave(s *seat, who *caller, why error) (over, left bool) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	s.away = true
	b := s.batch
	empty, over := b.crowd.leave(who, why)
	if left = !b.left.IsZero(); !left {
		g := bs.groups[b.kind] // nil if the batch was refused before it could leave, and was the last
		for _, at := range s.places {
			if b.slots[at].wants--; b.slots[at].wants == 0 {
				g.forget(b, b.slots[at].ask)
				b.drop(b.slots[at].ask)
			}
		}
	}
	if empty {
		bs.close(b)
	}
	return over, left
}

// close lets nobody find the batch any more. bs.mu is held.
func (bs *batches) close(b *batch) {
	g := bs.groups[b.kind]
	if g == nil || !g.remove(b) {
		return
	}
	if len(g.batches) == 0 {
		delete(bs.groups, b.kind)
		return
	}
	for i := range b.slots {
		g.forget(b, b.slots[i].ask)
	}
}

// seal ends the time in which asks come and go, for the batch may leave, and
// returns each that anybody wants, as convert has it.
func seal[T any](bs *batches, b *batch, convert func(ask) T) []T {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	b.seal()
	asks := make([]T, 0, b.live)
	for i := range b.slots {
		if b.slots[i].wants > 0 {
			asks = append(asks, convert(b.slots[i].ask))
		}
	}
	return asks
}

// landed puts away a batch that has ended.
func (bs *batches) landed(b *batch) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	bs.close(b)
}

// part keeps who comes from now on away from the batches that have left.
func (bs *batches) part() {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	for _, g := range bs.groups {
		for _, b := range g.batches {
			b.parted = b.parted || !b.left.IsZero()
		}
	}
}

func (g *group) remove(b *batch) bool {
	for i := range g.batches {
		if g.batches[i] == b {
			g.batches = append(g.batches[:i], g.batches[i+1:]...)
			return true
		}
	}
	return false
}
