//go:build !race

// Heap sizes and allocations are not the race detector's.

package recordcache

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// heap is how much memory is in use.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what the first one finalized
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestBytesAreReal holds the cost of entries against the memory that they
// really take, ristretto's own for them included.
func TestBytesAreReal(t *testing.T) {
	const n = 10_000
	wide := make([]string, 40)
	for i := range wide {
		wide[i] = fmt.Sprintf("property_%02d", i)
	}
	records := func(values int, length int) func(*Cache, int) {
		set := hubspot.NewPropertySet(wide[:values]...)
		return func(c *Cache, i int) {
			r := &hubspot.Record{ID: fmt.Sprint(1000000 + i), Set: set, CreatedAt: "2026-01-01T00:00:00Z", UpdatedAt: "2026-01-02T00:00:00Z", URL: "https://app.hubspot.com/contacts/1/record/0-1/1000000"}
			for range values {
				r.Values = append(r.Values, strings.Repeat("x", length))
			}
			c.putRecords(c.Ticket(), contacts, []*hubspot.Record{r})
		}
	}
	edges := func(each int) func(*Cache, int) {
		return func(c *Cache, i int) {
			id := fmt.Sprint(1000000 + i)
			page := &hubspot.AssociationPage{}
			for j := range each {
				page.To = append(page.To, hubspot.Associated{ID: fmt.Sprint(2000000 + 7*i + j), Types: []hubspot.AssociationType{{Category: "USER_DEFINED", TypeID: 3, Label: "Buyer"}}})
			}
			c.putEdges(c.Ticket(), contacts, companies, []hubspot.AssociationInput{{ID: id}}, map[string]*hubspot.AssociationPage{id: page})
		}
	}
	pages := func(c *Cache, i int) {
		page := &hubspot.Page{After: fmt.Sprint(i)}
		for j := range 20 {
			page.Records = append(page.Records, &hubspot.Record{ID: fmt.Sprint(1000000 + j)})
		}
		c.putPage(c.Ticket(), hubspot.ListRequest{ObjectType: contacts, After: fmt.Sprint(i)}, page)
	}
	for name, store := range map[string]func(*Cache, int){
		"small records":      records(2, 8),
		"records":            records(10, 20),
		"big records":        records(40, 50),
		"no associations":    edges(0),
		"few associations":   edges(2),
		"many associations":  edges(20),
		"pages of 20":        pages,
		"a mixture of kinds": func(c *Cache, i int) { records(10, 20)(c, i); edges(2)(c, i) },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCache(t, Options{Bytes: 1 << 30, TTL: time.Hour})
			before := heap()
			for i := range n {
				store(c, i)
				if i%1000 == 0 {
					c.Wait() // or its buffer is full, and entries are dropped
				}
			}
			c.Wait()
			took, said := heap()-before, c.Bytes()
			runtime.KeepAlive(c)
			t.Logf("said %d bytes an entry, took %d: %.2f", said/n, took/n, float64(said)/float64(took))
			if ratio := float64(said) / float64(took); ratio < 0.8 || ratio > 1.2 {
				t.Errorf("Bytes() = %d, the heap grew by %d: off by more than a fifth", said, took)
			}
		})
	}
}

// TestStaysWithinBytes fills a cache with many times what it may hold.
func TestStaysWithinBytes(t *testing.T) {
	c := newCache(t, Options{Bytes: 4 << 20, TTL: time.Hour})
	set := hubspot.NewPropertySet("a")
	random := rand.New(rand.NewPCG(1, 2))
	before := heap()
	for i := range 50_000 {
		r := &hubspot.Record{ID: fmt.Sprint(i), Set: set, Values: []string{strings.Repeat("x", random.IntN(1000))}}
		c.putRecords(c.Ticket(), contacts, []*hubspot.Record{r})
		if i%1000 == 0 {
			c.Wait()
			if got := c.Bytes(); got > 4<<20 {
				t.Fatalf("Bytes() = %d after %d records, want at most %d", got, i, 4<<20)
			}
		}
	}
	if took := heap() - before; took > 5<<20 {
		t.Errorf("the heap grew by %d bytes, want at most %d", took, 5<<20)
	}
	runtime.KeepAlive(c)
}

// warm returns a cache with n contacts of ten properties and an association
// each, their IDs, and a set of those properties that is not the cache's own.
func warm(t testing.TB, n int) (*Cache, []string, *hubspot.PropertySet) {
	c := newCache(t, Options{Bytes: 64 << 20, TTL: time.Hour})
	names := strings.Fields("a b c d e f g h i j")
	ids := make([]string, n)
	request := hubspot.ListRequest{ObjectType: contacts, Properties: hubspot.NewPropertySet(names...), Limit: n}
	page := &hubspot.Page{}
	for i := range ids {
		ids[i] = fmt.Sprint(1000000 + i)
		page.Records = append(page.Records, &hubspot.Record{ID: ids[i], Set: request.Properties, Values: names})
		c.putEdges(c.Ticket(), contacts, companies, []hubspot.AssociationInput{{ID: ids[i]}}, nil)
	}
	c.putPage(c.Ticket(), request, page)
	c.Wait()
	return c, ids, hubspot.NewPropertySet(names...)
}

func TestLookUpsDoNotAllocate(t *testing.T) {
	const n = 1000
	c, ids, set := warm(t, n)
	count := 0
	for name, lookUp := range map[string]func(){
		"Records": func() { c.Records(contacts, set, ids, func(int, *hubspot.Record, time.Time) { count++ }) },
		"Edges": func() {
			c.Edges(contacts, companies, true, ids, func(int, *hubspot.AssociationPage, time.Time) { count++ })
		},
		"List": func() {
			page, _, _ := c.List(hubspot.ListRequest{ObjectType: contacts, Properties: set, Limit: n})
			count += len(page.Records)
		},
	} {
		count = 0
		// Ristretto notes what is looked up in buffers of 64 keys.
		if got := testing.AllocsPerRun(20, lookUp); got > n/64+4 {
			t.Errorf("%s of %d: %.0f allocations, want at most %d", name, n, got, n/64+4)
		}
		if count != 21*n {
			t.Errorf("%s found %d of %d", name, count, 21*n)
		}
	}
}

func BenchmarkRecords(b *testing.B) {
	c, ids, set := warm(b, 100)
	b.ReportAllocs()
	for b.Loop() {
		c.Records(contacts, set, ids, func(int, *hubspot.Record, time.Time) {})
	}
}

func BenchmarkEdges(b *testing.B) {
	c, ids, _ := warm(b, 100)
	b.ReportAllocs()
	for b.Loop() {
		c.Edges(contacts, companies, true, ids, func(int, *hubspot.AssociationPage, time.Time) {})
	}
}

// BenchmarkStore is of the records of one call.
func BenchmarkStore(b *testing.B) {
	c, ids, set := warm(b, 100)
	var records []*hubspot.Record
	for _, id := range ids {
		records = append(records, &hubspot.Record{ID: id, Set: set, Values: set.Names()})
	}
	b.ReportAllocs()
	for b.Loop() {
		c.putRecords(c.Ticket(), contacts, records)
	}
}
