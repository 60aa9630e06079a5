// Package recordcache keeps what HubSpot answered, so that the same question
// costs no call: records, the lists of their associations, and pages of lists.
//
// Two rules hold whatever happens at the same time. What was asked for before
// an invalidation is never served to whoever comes after it, even if the answer
// came in later. And every hit says when HubSpot was asked, so that staleness
// can be shown.
//
// An invalidation does not look for what it makes stale: that may still be on
// its way, or wait in one of ristretto's buffers. It leaves a stamp, a number
// that only grows. An entry knows the number of the day its call left, and each
// look-up compares the two. So an invalidation takes effect at once, costs some
// stores to memory, and waits for nobody.
//
// Not kept are searches, whose index lags behind the records; histories;
// archived records; and which record has a unique value, since another may take
// it over.
package recordcache

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/ristretto/v2"
)

// Options are how long and how much a [Cache] keeps.
type Options struct {
	TTL   time.Duration // from the instant HubSpot was asked; more than 0
	Stale time.Duration // how old an entry may be that answers in HubSpot's place, see [Fallback]; at least TTL
	Bytes int64         // of memory, about; what is asked for least goes first

	// TypeID resolves the name by which a list's answer calls an object type,
	// such as "companies", to its type ID; "" if there is none such. Nil knows
	// none, and then the associations that lists bring along are not kept.
	TypeID func(name string) string
}

// A Cache is of one portal and one credential, for others may see other
// records. Object types are given by their type IDs throughout, such as "0-1".
// A nil Cache holds nothing. All methods may be called from many goroutines at
// once.
type Cache struct {
	opts    Options
	begun   time.Time
	seed    maphash.Seed
	sets    sets
	labels  labels
	counted counters

	clock      atomic.Uint64 // invalidations so far
	everything atomic.Uint64 // the last one that was of all there is
	things     stamps        // of records, and of the associations of one record
	types      stamps        // of all that has to do with an object type

	closing sync.RWMutex // held for writing by Close: ristretto must not be used after it
	closed  bool
	entries *ristretto.Cache[uint64, entry]
}

// The cache's own needs, by the bytes it may hold: an entry has about a KiB.
const (
	bytesPerStamp   = 1 << 10 // so that few records share one, and go with each other
	bytesPerCounter = 1 << 8  // ristretto counts the look-ups of some times the entries it can hold
	typeStamps      = 1 << 14
)

// New returns an empty cache. Close it when it is no longer used.
func New(opts Options) (*Cache, error) {
	if opts.TypeID == nil {
		opts.TypeID = func(string) string { return "" }
	}
	opts.Stale = max(opts.Stale, opts.TTL)
	seed := maphash.MakeSeed()
	c := &Cache{
		opts:   opts,
		begun:  time.Now(),
		seed:   seed,
		sets:   sets{seed: seed},
		labels: labels{seed: seed},
		things: newStamps(opts.Bytes / bytesPerStamp),
		types:  newStamps(typeStamps),
	}
	var err error
	c.entries, err = ristretto.NewCache(&ristretto.Config[uint64, entry]{
		NumCounters:        max(1<<10, opts.Bytes/bytesPerCounter),
		MaxCost:            opts.Bytes,
		BufferItems:        64, // what ristretto recommends
		KeyToHash:          func(key uint64) (uint64, uint64) { return key, 0 },
		ShouldUpdate:       func(next, prev entry) bool { return next.born().newest >= prev.born().newest },
		IgnoreInternalCost: true, // it is in ours
	})
	if err != nil {
		return nil, fmt.Errorf("create record cache: %w", err)
	}
	return c, nil
}

// Close ends the cache's goroutines; it holds nothing from then on. Close may
// be called again.
func (c *Cache) Close() {
	if c == nil {
		return
	}
	c.closing.Lock()
	defer c.closing.Unlock()
	if !c.closed {
		c.closed = true
		c.entries.Close()
	}
}

// open begins a use of ristretto, which close ends; false if there is none any
// more.
func (c *Cache) open() bool {
	c.closing.RLock()
	if c.closed {
		c.closing.RUnlock()
	}
	return !c.closed
}

// An entry is a part of HubSpot's answers, immutable once it is stored.
type entry interface{ born() *origin }

// An origin is when HubSpot was asked for an entry.
type origin struct {
	clock  uint64        // the cache's, before the call left
	oldest time.Duration // of its parts, since the cache began
	newest time.Duration
}

func (o *origin) born() *origin { return o }

// A Ticket is taken before a call leaves, and says of its answer how old it is.
type Ticket struct{ origin }

// Ticket returns the ticket of a call that is about to leave.
func (c *Cache) Ticket() Ticket {
	if c == nil {
		return Ticket{}
	}
	clock := c.clock.Load() // first: an invalidation from here on wins
	now := time.Since(c.begun)
	return Ticket{origin{clock: clock, oldest: now, newest: now}}
}

// A view is what a look-up compares entries with.
type view struct {
	*Cache

	horizon time.Duration // HubSpot must have been asked after it
	stamp   uint64        // the last invalidation of all that is looked up
}

// view returns a view of what the stamps of types, given by their keys, and
// that of everything make stale.
func (c *Cache) view(typeKeys ...uint64) view {
	v := view{c, time.Since(c.begun) - c.opts.TTL, c.everything.Load()}
	for _, key := range typeKeys {
		v.stamp = max(v.stamp, c.types.load(key))
	}
	return v
}

// stale makes the view one of what may answer in HubSpot's place: invalidations
// count as ever, and the time for which entries are kept does not.
func (v *view) stale() { v.horizon = time.Since(v.begun) - v.opts.Stale }

// holds says whether an entry may be served, unless stamps of its own say no.
func (v view) holds(o *origin) bool { return o.oldest > v.horizon && o.clock >= v.stamp }

// fresh says whether an entry may be served that a stamp of the given key can
// make stale.
func (v view) fresh(o *origin, key uint64) bool { return o.clock >= v.things.load(key) }

// at is the instant that an entry was asked for.
func (c *Cache) at(o *origin) time.Time { return c.begun.Add(o.oldest) }

// set offers an entry to ristretto, which may decline, and shows a new one a
// moment later. One that is newer than it stays.
func (c *Cache) set(key uint64, e entry, bytes int64) {
	if left := e.born().oldest + c.opts.Stale - time.Since(c.begun); left > 0 {
		c.entries.SetWithTTL(key, e, bytes+overhead, left)
	}
}

// overhead is about what ristretto itself takes for an entry, in bytes: its
// place in the map of entries, in that of costs and in that of expiry times.
const overhead = 200

// stamps are the last invalidations of more things than they have room for:
// things that share a stamp go stale together.
type stamps struct {
	slots []atomic.Uint64
	shift int
}

// newStamps returns stamps of at least n slots.
func newStamps(n int64) stamps {
	log := bits.Len64(uint64(max(n, 1<<10) - 1))
	return stamps{make([]atomic.Uint64, 1<<log), 64 - log}
}

func (s stamps) load(key uint64) uint64 { return s.slots[key>>s.shift].Load() }

func (s stamps) raise(key, to uint64) { raise(&s.slots[key>>s.shift], to) }

// raise never lowers a stamp: invalidations overtake each other.
func raise(stamp *atomic.Uint64, to uint64) {
	for {
		now := stamp.Load()
		if now >= to || stamp.CompareAndSwap(now, to) {
			return
		}
	}
}

// Wait returns when all that was stored so far is found, or was declined.
func (c *Cache) Wait() {
	if c.open() {
		defer c.closing.RUnlock()
		c.entries.Wait()
	}
}
