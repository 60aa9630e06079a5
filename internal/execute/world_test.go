package execute_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A world is a small CRM, held twice: by a fake portal and in plain maps, from
// which an answer can be worked out without any of the code under test.
type world struct {
	portal *hubspottest.Portal
	types  []*kind
}

// A kind is one object type of a world.
type kind struct {
	typeName, lookup, list string // in GraphQL
	typeID, path           string // in HubSpot
	text                   string // a property
	records                []*rec // by ID, archived ones included
	to                     []*kind
}

type rec struct {
	id, text string
	score    string // a number of one digit, or "" for none
	archived bool
	links    map[*kind][]bond // by ID
}

type bond struct {
	to     *rec
	labels []string
}

// labelsOf are the labels that a pair of types knows besides Primary.
var labelsOf = []string{"Red", "Green"}

// newWorld fills a portal at random.
func newWorld(tb testing.TB, r *rand.Rand) *world {
	p := unlimited(tb)
	p.DefineObject(hubspottest.Object{Name: "house", TypeID: "2-77", Associations: []string{"contacts", "companies", "deals"}})
	contacts := &kind{typeName: "Contact", lookup: "contact", list: "contacts", typeID: "0-1", path: "contacts", text: "email"}
	companies := &kind{typeName: "Company", lookup: "company", list: "companies", typeID: "0-2", path: "companies", text: "name"}
	deals := &kind{typeName: "Deal", lookup: "deal", list: "deals", typeID: "0-3", path: "deals", text: "dealname"}
	tickets := &kind{typeName: "Ticket", lookup: "ticket", list: "tickets", typeID: "0-5", path: "tickets", text: "subject"}
	houses := &kind{typeName: "House", lookup: "house", list: "houses", typeID: "2-77", path: "house", text: "name"}
	w := &world{portal: p, types: []*kind{contacts, companies, deals, tickets, houses}}
	for _, k := range w.types {
		p.DefineProperty(k.path, hubspottest.Property{Name: "score", Type: "number", FieldType: "number"})
		for i := range r.IntN(9) {
			score := ""
			if r.IntN(4) > 0 {
				score = fmt.Sprint(r.IntN(6))
			}
			w.add(k, fmt.Sprintf("%s%d@x.org", k.lookup, i), score)
		}
		for _, record := range k.records {
			if r.IntN(6) == 0 {
				record.archived = true
				p.Archive(k.path, record.id)
			}
		}
	}
	for _, pair := range [][2]*kind{{contacts, companies}, {contacts, deals}, {contacts, tickets}, {companies, deals}, {companies, tickets}, {deals, tickets}, {houses, contacts}, {houses, companies}, {houses, deals}} {
		w.bind(r, pair[0], pair[1])
	}
	for _, k := range w.types {
		for _, record := range k.records {
			for _, bonds := range record.links {
				slices.SortFunc(bonds, func(a, b bond) int { return number(a.to.id) - number(b.to.id) })
			}
		}
	}
	return w
}

func number(id string) int {
	n, err := strconv.Atoi(id)
	if err != nil {
		panic(err) // the fake's IDs are numbers
	}
	return n
}

func (w *world) add(k *kind, text, score string) {
	id := w.portal.AddRecord(k.path, map[string]string{k.text: text, "score": score})
	k.records = append(k.records, &rec{id: id, text: text, score: score, links: make(map[*kind][]bond)})
}

// bind associates records of two types at random, in both directions.
func (w *world) bind(r *rand.Rand, a, b *kind) {
	a.to, b.to = append(a.to, b), append(b.to, a)
	for _, label := range labelsOf {
		w.portal.DefineLabel(a.path, b.path, label)
	}
	density := r.IntN(5)
	for _, x := range a.records {
		primary := false
		for _, y := range b.records {
			if x.archived || y.archived || r.IntN(5) >= density {
				continue
			}
			var labels []string
			for _, label := range labelsOf {
				if r.IntN(3) == 0 {
					labels = append(labels, label)
				}
			}
			if a.lookup == "contact" && b.lookup == "company" && !primary && r.IntN(2) == 0 {
				primary = true
				labels = append(labels, "Primary")
			}
			w.portal.Associate(a.path, x.id, b.path, y.id, labels...)
			x.links[b] = append(x.links[b], bond{y, labels})
			y.links[a] = append(y.links[a], bond{x, labels})
		}
	}
}

// find returns a live record, or nil.
func (k *kind) find(id string) *rec {
	i, ok := slices.BinarySearchFunc(k.records, number(id), func(r *rec, n int) int { return cmp.Compare(number(r.id), n) })
	if !ok || k.records[i].archived {
		return nil
	}
	return k.records[i]
}

func (k *kind) listed(archived bool) []*rec {
	return slices.DeleteFunc(slices.Clone(k.records), func(r *rec) bool { return r.archived != archived })
}
