package where

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/schema"
)

// maxDepth is how deep conditions may stand in one another. maxComparisons and
// maxValues bound one argument: the gateway evaluates conditions on associations
// itself, on every record, and a condition must not cost it more than reading
// them. What HubSpot's search takes is far below.
const (
	maxDepth       = 32
	maxComparisons = 100
	maxValues      = 10_000 // in the lists of in, notIn and associatedWith
)

// A parser reads one argument.
type parser struct {
	t       *schema.Type
	field   string
	generic bool  // a RecordWhere
	local   error // see Expr.Local
	search  error // why HubSpot's search cannot evaluate it, the first reason

	comparisons, compared int // comparisons read so far, and the values in them
}

// compares counts one more comparison with n values.
func (p *parser) compares(at *path, n int) error {
	p.comparisons++
	p.compared += n
	if p.comparisons > maxComparisons {
		return p.errorf(at, "is comparison number %d, and a condition may have %d; compare with many values by in, or ask in several requests", p.comparisons, maxComparisons)
	}
	if p.compared > maxValues {
		return p.errorf(at, "is a list of %d values, and a condition may hold %d in all; ask in several requests", n, maxValues)
	}
	return nil
}

func (p *parser) errorf(at *path, format string, args ...any) error {
	return fmt.Errorf("%s: %s %s", p.field, at, fmt.Sprintf(format, args...))
}

// where reads an input XWhere or RecordWhere: all of its fields must hold.
func (p *parser) where(at *path, arg any, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, p.errorf(at, "stands more than %d conditions deep; write it flatter", maxDepth)
	}
	fields, err := p.object(at, arg, "leave it out to match all records")
	if err != nil {
		return node{}, err
	}
	conditions := make([]node, 0, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		condition, err := p.condition(at.field(name), name, fields[name], depth)
		if err != nil {
			return node{}, err
		}
		conditions = append(conditions, condition)
	}
	return all(conditions), nil
}

// condition reads one field of an XWhere or RecordWhere.
func (p *parser) condition(at *path, name string, arg any, depth int) (node, error) {
	switch {
	case name == "AND":
		children, err := p.conditions(at, arg, depth)
		return all(children), err
	case name == "OR":
		children, err := p.conditions(at, arg, depth)
		return either(children), err
	case name == "associatedWith":
		return p.associatedWith(at, arg)
	case p.generic && name == "property":
		return p.named(at, arg)
	case p.generic:
		return node{}, p.errorf(at, "is unknown; a condition has the fields property, AND, OR and associatedWith")
	}
	f := p.t.Field(name)
	if f == nil || f.Kind != schema.KindProperty {
		return node{}, p.errorf(at, "is no property field of %s; objectTypes { properties { field } } lists them", p.t.Name)
	}
	filter, err := p.object(at, arg, "leave it out, or say {exists: true} or {exists: false}")
	if err != nil {
		return node{}, err
	}
	return p.filter(at, f.Property, filter)
}

// conditions reads the list of an AND or OR.
func (p *parser) conditions(at *path, arg any, depth int) ([]node, error) {
	elements := listOf(arg)
	if len(elements) == 0 {
		return nil, p.errorf(at, "is an empty list; leave it out, or give it at least one condition")
	}
	children := make([]node, len(elements))
	for i, element := range elements {
		child, err := p.where(at.element(i), element, depth+1)
		if err != nil {
			return nil, err
		}
		children[i] = child
	}
	return children, nil
}

// named reads the filter on a property that is given by HubSpot's name.
func (p *parser) named(at *path, arg any) (node, error) {
	filter, err := p.object(at, arg, "leave it out")
	if err != nil {
		return node{}, err
	}
	name, ok := filter["name"].(string)
	if !ok {
		return node{}, p.errorf(at, "has no name; give HubSpot's name of the property, such as \"createdate\"")
	}
	f := p.t.PropertyField(name)
	if f == nil {
		return node{}, p.errorf(at.field("name"), "is %s, and %s", quote(name), unknownProperty(p.t, name))
	}
	operators := maps.Clone(filter)
	delete(operators, "name")
	if len(operators) == 0 {
		return node{}, p.errorf(at, "compares %s with nothing; add one of %s", name, strings.Join(kindOf(f.Property.Value).operators(), ", "))
	}
	return p.filter(at, f.Property, operators)
}

// unknownProperty says what to do about a name that is no property's.
func unknownProperty(t *schema.Type, name string) string {
	if strings.HasPrefix(name, "associations.") {
		return "is no property; use associatedWith"
	}
	return fmt.Sprintf("%s has no such property; objectType(name: %q) { properties { name } } lists them", t.Object.PluralName, t.Object.TypeID)
}

// filter reads the operators on one property: all must hold.
func (p *parser) filter(at *path, def *schema.Property, filter map[string]any) (node, error) {
	prop := newProperty(def)
	if p.search == nil && !isFilterable(p.t.Object.TypeID, prop.name) {
		p.search = p.errorf(at, "compares %s, which HubSpot's search cannot do; ask without it and compare the records yourself", prop.name)
	}
	conditions := make([]node, 0, len(filter))
	for _, name := range slices.Sorted(maps.Keys(filter)) {
		condition, err := p.operator(at.field(name), prop, def, name, filter[name])
		if err != nil {
			return node{}, err
		}
		conditions = append(conditions, condition)
	}
	return all(conditions), nil
}

// object reads an input object with at least one field. Fields that are null
// are as good as not there: many clients write each field that nobody set as
// null. But an object of nulls alone is refused as the empty one is, because it
// is what a forgotten variable leaves.
func (p *parser) object(at *path, arg any, wayOut string) (map[string]any, error) {
	if arg == nil {
		return nil, p.errorf(at, "is null; %s", wayOut)
	}
	fields, ok := arg.(map[string]any)
	if !ok {
		return nil, p.errorf(at, "is %s; it must be an input object", quote(arg))
	}
	given := withoutNulls(fields)
	switch {
	case len(fields) == 0:
		return nil, p.errorf(at, "is empty; %s", wayOut)
	case len(given) == 0:
		return nil, p.errorf(at, "has only nulls; %s", wayOut)
	}
	return given, nil
}

// withoutNulls are the fields that are not null: the map itself if all are.
func withoutNulls(fields map[string]any) map[string]any {
	for _, value := range fields {
		if value != nil {
			continue
		}
		given := maps.Clone(fields)
		maps.DeleteFunc(given, func(_ string, value any) bool { return value == nil })
		return given
	}
	return fields
}

// listOf reads a list, or the one value that GraphQL lets stand for a list of
// one.
func listOf(arg any) []any {
	if list, ok := arg.([]any); ok {
		return list
	}
	v := reflect.ValueOf(arg)
	if v.Kind() != reflect.Slice {
		return []any{arg}
	}
	elements := make([]any, v.Len()) // gqlparser makes a typed slice of one value
	for i := range elements {
		elements[i] = v.Index(i).Interface()
	}
	return elements
}
