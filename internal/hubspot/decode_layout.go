package hubspot

import (
	"bytes"
	"unsafe"

	"github.com/go-json-experiment/json/jsontext"
)

// maxKnownNames is up to how many names a layout keeps its map for the next
// answer. HubSpot's objects have up to 1,000 properties.
const maxKnownNames = 1000

// A layout resolves the names of the members of many like objects, such as the
// properties of records. HubSpot sends those of one answer in the same order
// for each, so that a look at the object before tells most of them, and that
// none is there twice, without hashing. It keeps parts of the answer: that must
// lie in memory whole.
type layout struct {
	set   *PropertySet   // of the wanted names; nil if position does not matter
	order []member       // of the object before, or of this one as far as it differs
	next  int            // position in order
	left  bool           // this object has left the order
	known map[string]int // index in names of all that were met
	names []memberName
	count int // of objects begun
}

type member struct {
	raw  jsontext.Value // the name as it is in the answer
	name int            // index in layout.names
	at   int            // in the set; -1 if it is not wanted
}

type memberName struct {
	at     int
	object int // the last that was seen to have it, once it left the order
}

// object reads one of many like objects as the function object does.
func (l *layout) object(d *jsontext.Decoder, member func(name []byte) error) error {
	l.begin()
	return members(d, func(raw jsontext.Value) error {
		if _, err := l.find(raw); err != nil {
			return err
		}
		name, err := unquoted(raw)
		if err != nil {
			return err
		}
		return member(name)
	})
}

// begin begins an object.
func (l *layout) begin() { l.count, l.next, l.left = l.count+1, 0, false }

// find returns the position in the set of the object's next name, -1 if it is
// not wanted. A name that the object had before is an error.
func (l *layout) find(raw jsontext.Value) (int, error) {
	if !l.left && l.next < len(l.order) && bytes.Equal(raw, l.order[l.next].raw) {
		l.next++
		return l.order[l.next-1].at, nil
	}
	if !l.left {
		l.leave()
	}
	return l.learn(raw)
}

// leave cuts the order where this object leaves it.
func (l *layout) leave() {
	l.left = true
	l.order = l.order[:l.next]
	for _, m := range l.order {
		l.names[m.name].object = l.count
	}
}

func (l *layout) learn(raw jsontext.Value) (int, error) {
	name, err := unquoted(raw)
	if err != nil {
		return -1, err
	}
	i, ok := l.known[string(name)]
	if !ok {
		i = len(l.names)
		if l.known == nil {
			l.known = make(map[string]int)
		}
		l.known[string(name)] = i
		l.names = append(l.names, memberName{at: l.set.Index(string(name))})
	}
	if l.names[i].object == l.count {
		return -1, errTwice
	}
	l.names[i].object = l.count
	l.order = append(l.order, member{raw, i, l.names[i].at})
	return l.names[i].at, nil
}

// forget makes the layout ready for another answer and returns how many bytes
// it keeps.
func (l *layout) forget() int {
	clear(l.order) // parts of the answer
	clear(l.known)
	if len(l.names) > maxKnownNames {
		l.known = nil // a map does not shrink
	}
	l.set, l.names, l.order, l.count = nil, l.names[:0], l.order[:0], 0
	return cap(l.order)*int(unsafe.Sizeof(member{})) + cap(l.names)*int(unsafe.Sizeof(memberName{}))
}
