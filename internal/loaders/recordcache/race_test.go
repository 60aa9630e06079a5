package recordcache

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// TestFillsAgainstInvalidations lets answers, events and look-ups race for a
// few records: nobody is served what was read before an event that had been
// applied when the look-up began. The cache is too small for all, so that
// entries come and go besides.
func TestFillsAgainstInvalidations(t *testing.T) {
	const records, workers = 8, 3
	c := newCache(t, Options{Bytes: 6000, TTL: time.Minute})
	ids := make([]string, records)
	for i := range ids {
		ids[i] = strconv.Itoa(i)
	}
	var atHubSpot, told [records]atomic.Int64 // versions of the records and their edges
	var stop atomic.Bool
	var hits, stale atomic.Int64
	set := hubspot.NewPropertySet("a")

	change := func(random *rand.Rand) {
		if random.IntN(20) > 0 {
			runtime.Gosched() // fewer than look-ups, so that some of these find something
			return
		}
		i := random.IntN(records)
		version := atHubSpot[i].Add(1)
		c.Apply([]hubspot.WebhookEvent{
			{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: ids[i]},
			{Kind: hubspot.WebhookAssociationChange, FromTypeID: contacts, FromID: ids[i], ToTypeID: companies, ToID: "7"},
		})
		for {
			now := told[i].Load()
			if now >= version || told[i].CompareAndSwap(now, version) {
				return
			}
		}
	}
	fetch := func(random *rand.Rand) {
		ticket := c.Ticket()
		i := random.IntN(records)
		version := strconv.FormatInt(atHubSpot[i].Load(), 10)
		if random.IntN(2) == 0 {
			runtime.Gosched() // on its way back
		}
		c.storeBatch(ticket, hubspot.BatchReadRequest{ObjectType: contacts, IDs: ids[i : i+1], Properties: set},
			[]*hubspot.Record{{ID: ids[i], Set: set, Values: []string{version}}})
		c.storeAssociations(ticket, contacts, companies, []hubspot.AssociationInput{{ID: ids[i]}},
			map[string]*hubspot.AssociationPage{ids[i]: {To: []hubspot.Associated{{ID: version}}}})
	}
	lookUp := func(*rand.Rand) {
		var least [records]int64
		for i := range told {
			least[i] = told[i].Load()
		}
		see := func(i int, text string) {
			version, err := strconv.ParseInt(text, 10, 64)
			if err != nil || version < least[i] {
				stale.Add(1)
			}
			hits.Add(1)
		}
		c.Records(contacts, set, ids, func(i int, r *hubspot.Record, _ time.Time) { see(i, r.Value("a")) })
		c.Edges(contacts, companies, true, ids, func(i int, page *hubspot.AssociationPage, _ time.Time) { see(i, page.To[0].ID) })
	}

	var wg sync.WaitGroup
	for _, work := range []func(*rand.Rand){change, fetch, fetch, lookUp} {
		for n := range workers {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(uint64(n), 1))
				for !stop.Load() {
					work(random)
				}
			})
		}
	}
	for began := time.Now(); (hits.Load() < 20_000 || c.clock.Load() < 1000) && time.Since(began) < 10*time.Second; {
		time.Sleep(10 * time.Millisecond)
	}
	stop.Store(true)
	wg.Wait()
	if stale.Load() > 0 || hits.Load() == 0 {
		t.Errorf("%d of %d hits were stale, want none of some", stale.Load(), hits.Load())
	}
	t.Logf("%d hits, %d changes", hits.Load(), c.clock.Load())
}

// TestCloseWhileInUse closes a cache that others use.
func TestCloseWhileInUse(t *testing.T) {
	c := newCache(t, Options{})
	var wg sync.WaitGroup
	var stop atomic.Bool
	for range 4 {
		wg.Go(func() {
			for i := 0; !stop.Load(); i++ {
				id := strconv.Itoa(i % 100)
				c.storeBatch(c.Ticket(), hubspot.BatchReadRequest{ObjectType: contacts, IDs: []string{id}}, nil)
				fact{"absent", contacts, id}.found(c)
				_ = c.Bytes()
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	c.Close()
	stop.Store(true)
	wg.Wait()
}
