package portal

import (
	"hash/maphash"
	"reflect"
	"slices"
	"sync"
	"weak"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Definitions keep equal property definitions once, whichever object type,
// portal or refresh they come from: most are HubSpot's own. What nobody uses any
// more is let go. The zero Definitions is empty and ready; many goroutines may
// use one at once.
type Definitions struct {
	mu      sync.Mutex
	seed    maphash.Seed
	known   map[uint64]weak.Pointer[hubspot.Property]
	sweepAt int // the number of known ones at which those let go are cleared away
}

const firstSweep = 1 << 12

// one returns the definition that is equal to p and known, or p, known from now
// on. Nobody may change either any more.
func (d *Definitions) one(p *hubspot.Property) *hubspot.Property {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil {
		d.seed, d.known, d.sweepAt = maphash.MakeSeed(), make(map[uint64]weak.Pointer[hubspot.Property]), firstSweep
	}
	key := hashProperty(d.seed, p)
	if known := d.known[key].Value(); known != nil && reflect.DeepEqual(known, p) {
		return known
	}
	if len(d.known) >= d.sweepAt {
		d.sweep()
	}
	d.known[key] = weak.Make(p)
	return p
}

func (d *Definitions) sweep() {
	for key, p := range d.known {
		if p.Value() == nil {
			delete(d.known, key)
		}
	}
	d.sweepAt = max(firstSweep, 2*len(d.known))
}

// hashProperty tells most properties apart: two that differ in anything else
// are rare, and then not shared.
func hashProperty(seed maphash.Seed, p *hubspot.Property) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, s := range [...]string{p.Name, p.Label, p.GroupName, p.Description, p.Type, p.FieldType} {
		hashText(&h, s)
	}
	hashOptions(&h, p.Options)
	return h.Sum64()
}

func hashOptions(h *maphash.Hash, options []hubspot.PropertyOption) {
	for _, o := range options {
		hashText(h, o.Value)
		hashText(h, o.Label)
	}
}

func hashText(h *maphash.Hash, s string) {
	_, _ = h.WriteString(s) // never fails
	_ = h.WriteByte(0)      // never fails
}

// A sharer makes the definitions of one [Load] small. Where definitions differ,
// in their group say, they still have names, labels and options in common.
type sharer struct {
	definitions *Definitions // nil if there are no others to share with

	mu      sync.Mutex
	seed    maphash.Seed
	texts   map[string]string
	options map[uint64][]hubspot.PropertyOption
}

func newSharer(d *Definitions) *sharer {
	return &sharer{
		definitions: d,
		seed:        maphash.MakeSeed(),
		texts:       make(map[string]string),
		options:     make(map[uint64][]hubspot.PropertyOption),
	}
}

// share returns a definition that is equal to p, in as little memory as it
// needs, and that nobody may change.
func (s *sharer) share(p hubspot.Property) *hubspot.Property {
	s.mu.Lock()
	for _, text := range [...]*string{
		&p.Name, &p.Label, &p.Type, &p.FieldType, &p.GroupName, &p.Description,
		&p.ReferencedObjectType, &p.CurrencyPropertyName, &p.NumberDisplayHint, &p.DataSensitivity,
	} {
		*text = s.text(*text)
	}
	p.Options = s.list(p.Options)
	s.mu.Unlock()
	if s.definitions == nil {
		return &p
	}
	return s.definitions.one(&p)
}

func (s *sharer) text(t string) string {
	if known, ok := s.texts[t]; ok {
		return known
	}
	s.texts[t] = t
	return t
}

// list returns the list of options that is equal and known, or a copy that is
// as long as it must be.
func (s *sharer) list(options []hubspot.PropertyOption) []hubspot.PropertyOption {
	if len(options) == 0 {
		return nil // a snapshot does not tell empty from none
	}
	var h maphash.Hash
	h.SetSeed(s.seed)
	hashOptions(&h, options)
	key := h.Sum64()
	known := s.options[key]
	if slices.Equal(known, options) {
		return known
	}
	own := make([]hubspot.PropertyOption, len(options))
	for i, o := range options {
		o.Value, o.Label, o.Description = s.text(o.Value), s.text(o.Label), s.text(o.Description)
		own[i] = o
	}
	s.options[key] = own
	return own
}
