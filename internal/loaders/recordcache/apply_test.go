package recordcache

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A fact is one thing that a cache holds, such as "record 0-1 5",
// "edges 0-1 0-2 5", "bare 0-1 0-2 5" or "page 0-1".
type fact []string

func parseFact(s string) fact { return strings.Fields(s) }

// store stores the fact as of a call that took its ticket then.
func (f fact) store(c *Cache, t Ticket) {
	c.open()
	defer c.closing.RUnlock()
	switch f[0] {
	case "record":
		c.putRecords(t, f[1], []*hubspot.Record{{ID: f[2]}})
	case "absent":
		look := c.lookRecords(f[1], nil)
		c.putAbsent(t, &look, f[2])
	case "edges":
		c.putEdges(t, f[1], f[2], []hubspot.AssociationInput{{ID: f[3]}}, nil)
	case "bare":
		look := c.lookEdges(f[1], f[2])
		c.putBareEdges(t, &look, f[3], nil)
	case "page":
		c.putPage(t, hubspot.ListRequest{ObjectType: f[1]}, &hubspot.Page{})
	default:
		panic(f[0])
	}
}

func (f fact) found(c *Cache) (found bool) {
	switch f[0] {
	case "record", "absent":
		c.Records(f[1], nil, f[2:3], func(int, *hubspot.Record, time.Time) { found = true })
	case "edges", "bare":
		c.Edges(f[1], f[2], f[0] == "edges", f[3:4], func(int, *hubspot.AssociationPage, time.Time) { found = true })
	case "page":
		_, _, found = c.List(hubspot.ListRequest{ObjectType: f[1]})
	}
	return found
}

// TestApply holds what each kind of event makes stale, and that nothing else
// goes with it.
func TestApply(t *testing.T) {
	facts := []string{
		"record 0-1 1", "record 0-1 2", "absent 0-1 3", "record 0-2 1",
		"edges 0-1 0-2 1", "edges 0-1 0-2 2", "edges 0-1 0-3 1", "bare 0-1 0-5 1",
		"edges 0-2 0-1 7", "edges 0-2 0-1 8", "edges 0-2 0-3 7", "bare 0-2 0-1 9",
		"page 0-1", "page 0-2",
	}
	everything := facts
	contact1 := []string{"record 0-1 1", "edges 0-1 0-2 1", "edges 0-1 0-3 1", "bare 0-1 0-5 1"}
	amongContacts := []string{"page 0-1", "edges 0-2 0-1 7", "edges 0-2 0-1 8", "bare 0-2 0-1 9"}
	tests := []struct {
		name  string
		event hubspot.WebhookEvent
		stale []string
	}{
		{"property change", hubspot.WebhookEvent{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: "0-1", ObjectID: "1"}, contact1[:1]},
		{"creation", hubspot.WebhookEvent{Kind: hubspot.WebhookCreation, ObjectTypeID: "0-1", ObjectID: "3"}, append([]string{"absent 0-1 3"}, amongContacts...)},
		{"deletion", hubspot.WebhookEvent{Kind: hubspot.WebhookDeletion, ObjectTypeID: "0-1", ObjectID: "1"}, append(contact1, amongContacts...)},
		{"restore", hubspot.WebhookEvent{Kind: hubspot.WebhookRestore, ObjectTypeID: "0-1", ObjectID: "1"}, append(contact1, amongContacts...)},
		{"privacy deletion", hubspot.WebhookEvent{Kind: hubspot.WebhookPrivacyDeletion, ObjectTypeID: "0-1", ObjectID: "1"}, append(contact1, amongContacts...)},
		{"merge", hubspot.WebhookEvent{Kind: hubspot.WebhookMerge, ObjectTypeID: "0-1", PrimaryID: "1", MergedIDs: []string{"2"}, NewID: "3"},
			append(append([]string{"record 0-1 2", "absent 0-1 3", "edges 0-1 0-2 2"}, contact1...), amongContacts...)},
		{"association", hubspot.WebhookEvent{Kind: hubspot.WebhookAssociationChange, FromTypeID: "0-1", FromID: "1", ToTypeID: "0-2", ToID: "7"},
			[]string{"edges 0-1 0-2 1", "edges 0-2 0-1 7"}},
		{"association, told from the other end", hubspot.WebhookEvent{Kind: hubspot.WebhookAssociationChange, FromTypeID: "0-2", FromID: "9", ToTypeID: "0-1", ToID: "2"},
			[]string{"edges 0-1 0-2 2", "bare 0-2 0-1 9"}},
		{"association with any type", hubspot.WebhookEvent{Kind: hubspot.WebhookAssociationChange, FromTypeID: "0-1", FromID: "1", ToID: "7"},
			[]string{"edges 0-1 0-2 1", "edges 0-1 0-3 1", "bare 0-1 0-5 1", "edges 0-2 0-1 7", "edges 0-2 0-3 7"}},
		{"association with any record", hubspot.WebhookEvent{Kind: hubspot.WebhookAssociationChange, FromTypeID: "0-1", FromID: "1", ToTypeID: "0-2"},
			[]string{"edges 0-1 0-2 1", "edges 0-2 0-1 7", "edges 0-2 0-1 8", "bare 0-2 0-1 9"}},
		{"association of nobody knows what", hubspot.WebhookEvent{Kind: hubspot.WebhookAssociationChange}, everything},
		{"change of nobody knows what", hubspot.WebhookEvent{Kind: hubspot.WebhookPropertyChange, ObjectID: "1"}, everything},
		{"merge of nobody knows what", hubspot.WebhookEvent{Kind: hubspot.WebhookMerge, ObjectTypeID: "0-1"}, everything},
		{"about no record", hubspot.WebhookEvent{Kind: hubspot.WebhookOther, ObjectID: "1"}, nil},
		{"a kind that HubSpot added", hubspot.WebhookEvent{Kind: hubspot.WebhookOther, ObjectTypeID: "0-1", ObjectID: "1"}, append(contact1, amongContacts...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCache(t, Options{})
			before := c.Ticket()
			for _, f := range facts {
				parseFact(f).store(c, before)
			}
			c.Wait()
			for _, f := range facts {
				if !parseFact(f).found(c) {
					t.Fatalf("%s is not found before the event", f)
				}
			}
			c.Apply([]hubspot.WebhookEvent{tt.event, tt.event})
			var stale []string
			for _, f := range facts {
				if !parseFact(f).found(c) {
					stale = append(stale, f)
				}
			}
			slices.Sort(stale)
			check(t, "stale after the event", stale, slices.Sorted(slices.Values(tt.stale)))
			for _, f := range facts { // answers to calls that left before
				parseFact(f).store(c, before)
			}
			c.Wait()
			for _, f := range tt.stale {
				if parseFact(f).found(c) {
					t.Errorf("%s, asked for before the event and stored after it, is found", f)
				}
			}
			after := c.Ticket()
			for _, f := range facts {
				parseFact(f).store(c, after)
			}
			c.Wait()
			for _, f := range facts {
				if !parseFact(f).found(c) {
					t.Errorf("%s, asked for after the event, is not found", f)
				}
			}
		})
	}
}

// TestEventDuringFetch: the event comes while the call is under way, and the
// answer, which may be older, is not kept.
func TestEventDuringFetch(t *testing.T) {
	r := newRig(t, Options{})
	r.put("1", "a", "A1")
	r.put("2", "a", "A2")
	r.hub.edges = map[string][]string{"1": {"7"}, "2": {"7"}}
	event := func(e hubspot.WebhookEvent) {
		r.hub.during = func() { r.Apply([]hubspot.WebhookEvent{e}) }
	}
	event(hubspot.WebhookEvent{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: "1"})
	r.read([]string{"1", "2"}, "a")
	check(t, "records", r.found([]string{"1", "2"}, "a"), hits{"2": "2 A2"})
	event(hubspot.WebhookEvent{Kind: hubspot.WebhookAssociationChange, FromTypeID: companies, FromID: "7", ToTypeID: contacts, ToID: "1"})
	r.readEdges("1", "2")
	check(t, "edges", r.foundEdges(true, "1", "2"), hits{"2": "7:Primary "})
	event(hubspot.WebhookEvent{Kind: hubspot.WebhookCreation, ObjectTypeID: contacts, ObjectID: "3"})
	request := hubspot.ListRequest{ObjectType: contacts, Limit: 9}
	r.list(request)
	if _, _, ok := r.List(request); ok {
		t.Error("List after a creation while it was read = a page, want none")
	}
}

// TestPrimaryMovesOn: that an association became the primary one takes the label
// from another, which has no event.
func TestPrimaryMovesOn(t *testing.T) {
	r := newRig(t, Options{})
	r.hub.edges = map[string][]string{"7": {"1"}, "8": {"2"}}
	look := func(labels bool) map[string]string {
		out := make(map[string]string)
		r.Edges(companies, contacts, labels, []string{"7", "8"}, func(i int, page *hubspot.AssociationPage, _ time.Time) {
			out[[]string{"7", "8"}[i]] = page.To[0].ID
		})
		return out
	}
	for name, e := range map[string]hubspot.WebhookEvent{
		"a contact's":                {FromTypeID: contacts, FromID: "1", ToTypeID: companies, ToID: "9"},
		"a contact's, the other way": {FromTypeID: companies, FromID: "9", ToTypeID: contacts, ToID: "1"},
		"with any type":              {FromTypeID: contacts, FromID: "1", ToID: "9"},
	} {
		e.Kind = hubspot.WebhookAssociationChange
		inputs := []hubspot.AssociationInput{{ID: "7"}, {ID: "8"}}
		if _, err := r.fill.AssociationsBatchRead(t.Context(), companies, contacts, inputs); err != nil {
			t.Fatal(err)
		}
		r.Wait()
		check(t, "before "+name, look(true), hits{"7": "1", "8": "2"})
		r.Apply([]hubspot.WebhookEvent{e})
		check(t, "after "+name, look(true), hits{"8": "2"})
	}
	r.put("7")
	r.hub.edges["7"] = []string{"1"}
	r.list(hubspot.ListRequest{ObjectType: contacts, Associations: []string{companies}, Limit: 5})
	r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookAssociationChange, FromTypeID: contacts, FromID: "1", ToTypeID: companies, ToID: "9"}})
	check(t, "lists without labels", r.foundEdges(false, "7"), hits{"7": "1 "})
}

// BenchmarkApply is of a full request of HubSpot's, with every kind of event,
// beside a cache whose buffers are kept full.
func BenchmarkApply(b *testing.B) {
	c := newCache(b, Options{Bytes: 8 << 20, TTL: time.Hour})
	events := make([]hubspot.WebhookEvent, 100)
	for i := range events {
		id := fmt.Sprint(i)
		switch i % 3 {
		case 0:
			events[i] = hubspot.WebhookEvent{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: id}
		case 1:
			events[i] = hubspot.WebhookEvent{Kind: hubspot.WebhookMerge, ObjectTypeID: contacts, PrimaryID: id, MergedIDs: []string{"1", "2"}}
		case 2:
			events[i] = hubspot.WebhookEvent{Kind: hubspot.WebhookAssociationChange, FromTypeID: contacts, FromID: id, ToTypeID: companies, ToID: id}
		}
	}
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ctx.Err() == nil; i++ {
			fact{"record", contacts, fmt.Sprint(i)}.store(c, c.Ticket())
		}
	}()
	b.ReportAllocs()
	for b.Loop() {
		c.Apply(events)
	}
	stop()
	<-done
}
