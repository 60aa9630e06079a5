package where

import (
	"strings"

	"github.com/hubgraph/hubgraph/internal/schema"
)

// An Order is by one property. Records without a value come last, whichever
// direction.
type Order struct {
	Property   string // HubSpot's name
	Descending bool

	prop *property
}

// ParseOrder reads the orderBy argument of a field, an input XOrder of the
// given type, whose property is the name of a field. See [Parse].
func ParseOrder(t *schema.Type, field string, arg any) (*Order, error) {
	return parseOrder(&parser{t: t, field: field}, arg)
}

// ParseRecordOrder is [ParseOrder] for an input RecordOrder, whose property
// has the name that HubSpot gives it.
func ParseRecordOrder(t *schema.Type, field string, arg any) (*Order, error) {
	return parseOrder(&parser{t: t, field: field, generic: true}, arg)
}

func parseOrder(p *parser, arg any) (*Order, error) {
	if arg == nil {
		return nil, nil
	}
	at := &path{name: "orderBy"}
	fields, err := p.object(at, arg, "give it a property, or leave it out")
	if err != nil {
		return nil, err
	}
	prop, err := p.orderProperty(at.field("property"), fields["property"])
	if err != nil {
		return nil, err
	}
	o := &Order{Property: prop.name, prop: prop}
	direction, given := fields["direction"]
	switch {
	case direction == "DESC":
		o.Descending = true
	case given && direction != "ASC":
		return nil, p.errorf(at.field("direction"), "is %s; it must be ASC or DESC", quote(direction))
	}
	return o, nil
}

func (p *parser) orderProperty(at *path, arg any) (*property, error) {
	name, ok := arg.(string)
	if !ok {
		return nil, p.errorf(at, "is missing; name the property to order by")
	}
	if p.generic {
		f := p.t.PropertyField(name)
		if f == nil {
			return nil, p.errorf(at, "is %s, and %s", quote(name), unknownProperty(p.t, name))
		}
		return newProperty(f.Property), nil
	}
	f := p.t.Field(name)
	if f == nil || f.Kind != schema.KindProperty {
		return nil, p.errorf(at, "is %s, which is no property field of %s; objectTypes { properties { field } } lists them", quote(name), p.t.Name)
	}
	return newProperty(f.Property), nil
}

// Compare orders two of HubSpot's texts of the property: numbers by value,
// dates and times by time, options by internal value, false before true, text
// whatever the case, else exactly, and IDs by value, those that are no numbers
// behind the others. What is no value of the property's type comes next to
// last, as text, and "", which is no value at all, last in both directions.
func (o *Order) Compare(a, b string) int {
	if a == "" || b == "" {
		return compareBool(a == "", b == "")
	}
	class := o.prop.class
	if o.prop.kind == idKind {
		class = ofNumber
	}
	x, okA := class.operand(a)
	y, okB := class.operand(b)
	order := compareBool(!okA, !okB)
	switch {
	case order != 0:
		return order
	case okA:
		order = class.compare(x, y)
	}
	if order == 0 && (!okA || class == ofText) {
		order = strings.Compare(a, b)
	}
	if o.Descending {
		return -order
	}
	return order
}

// compareBool has false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// String is the order as text: for the same meaning always the same.
func (o *Order) String() string {
	if o == nil {
		return ""
	}
	b := appendName(nil, o.Property)
	if o.Descending {
		return string(append(b, " DESC"...))
	}
	return string(append(b, " ASC"...))
}
