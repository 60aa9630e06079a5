package loaders

// A boarding finds a caller seats in the batches of one group.
type boarding struct {
	group *group
	who   *caller
	fresh bool // whether the caller takes nothing that has left
	seats []seat

	batch *batch // that was looked at last, and whether it may be boarded
	suits bool
}

// find seats the caller where its asks are asked for already, and returns the
// others.
func (b *boarding) find(asks []slot) []slot {
	rest := asks[:0]
	for _, a := range asks {
		at, ok := b.group.index[b.kind().indexed(a.ask)]
		if !ok || !b.may(at.batch) {
			rest = append(rest, a)
			continue
		}
		at.batch.slots[at.at].wants++
		b.sit(at.batch, at.at)
	}
	return rest
}

func (b *boarding) kind() *kind { return &b.group.batches[0].kind }

// may says whether the caller can have what the batch brings.
func (b *boarding) may(batch *batch) bool {
	if batch != b.batch {
		b.batch = batch
		b.suits = batch.left.IsZero() || !b.fresh && !batch.parted && covers(batch.set, b.who.set)
	}
	return b.suits
}

// fill puts asks into batches that wait and have room, and returns the others.
func (b *boarding) fill(asks []slot) []slot {
	for _, batch := range b.group.batches {
		room := batch.kind.most - batch.live
		if !batch.left.IsZero() || room <= 0 || len(asks) == 0 {
			continue
		}
		rest := asks[:0]
		for _, a := range asks {
			if at := b.group.index[batch.kind.indexed(a.ask)]; at.batch == batch { // the caller's own, twice
				batch.slots[at.at].wants++
				b.sit(batch, at.at)
				continue
			}
			if room == 0 || batch.has(a.ask, b.group.index[ask{key: a.key}].batch == batch) {
				rest = append(rest, a)
				continue
			}
			room--
			at := batch.add(a.ask)
			b.group.index[batch.kind.indexed(a.ask)] = place{batch, at}
			b.sit(batch, at)
		}
		asks = rest
	}
	return asks
}

// sit gives the caller a seat in the batch, or one more place of its seat there.
func (b *boarding) sit(batch *batch, at int32) {
	for i := range b.seats {
		if s := &b.seats[i]; s.batch == batch {
			s.places = append(s.places, at)
			return
		}
	}
	batch.join(b.who)
	b.seats = append(b.seats, seat{batch: batch, places: []int32{at}})
}
