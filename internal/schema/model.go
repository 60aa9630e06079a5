package schema

import (
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// A Schema is the live GraphQL schema of one portal, with the model that leads
// from its names back to HubSpot's. It is immutable.
type Schema struct {
	AST *ast.Schema

	types map[string]*Type // by GraphQL name
	byID  map[string]*Type // by object type ID
	roots map[string]*Root // by field name on Query
	order []*Type          // by object type ID

	sdlOnce     sync.Once
	sdl         string
	versionOnce sync.Once
	version     string
}

// A Type is the GraphQL type of one object type's records.
type Type struct {
	Name   string // "Contact"
	Lookup string // root field "contact"
	List   string // root field "contacts"
	Object *portal.ObjectType

	fields     map[string]*Field // by GraphQL name
	order      []*Field          // in SDL order
	properties []*Field          // property fields, by HubSpot's name
	keys       map[string]string // field of the type's Key input → unique property; "id" → ""
}

// A Field is one field of a [Type].
type Field struct {
	Name     string
	Kind     FieldKind
	Property *Property // of a KindProperty field
	Target   *Type     // of a KindAssociation or KindPrimary field
}

// FieldKind says what a field of a record is made from.
type FieldKind uint8

// The kinds of field a record type has.
const (
	KindID          FieldKind = iota // "<typeId>:<recordId>"
	KindObjectType                   // the object type ID
	KindDisplayName                  // from ObjectType.DisplayProperties
	KindURL                          // the record's page
	KindCreatedAt                    //
	KindUpdatedAt                    //
	KindArchived                     //
	KindArchivedAt                   //
	KindLookup                       // property(name:)
	KindLookups                      // properties(names:)
	KindProperty                     // a property of the portal
	KindAssociation                  // a connection to another type
	KindPrimary                      // the primary associated record
	KindHistory                      // history(properties:)
	KindAssociated                   // associated(to:), a connection to a type named at run time
	KindLists                        // the lists (segments) that the record is a member of
)

// A Property is how a HubSpot property's text becomes a GraphQL value.
type Property struct {
	Definition *hubspot.Property
	Value      ValueKind
	// Pipeline is, for a ValueStage property, the name of the property of the
	// same record that holds the pipeline's ID: stage IDs are unique within a
	// pipeline only. "" where the type has none.
	Pipeline string

	labels *labels // of the options; nil where the value is no option
}

// ValueKind is the GraphQL shape of a property's value.
type ValueKind uint8

// The shapes a value can have, and the GraphQL type of each.
const (
	ValueString   ValueKind = iota // String
	ValueNumber                    // Float, with HubSpot's digits
	ValueID                        // ID
	ValueBool                      // Boolean
	ValueDate                      // Date
	ValueDateTime                  // DateTime
	ValueEnum                      // EnumValue
	ValueEnums                     // [EnumValue!]
	ValueOwner                     // Owner
	ValuePipeline                  // Pipeline
	ValueStage                     // PipelineStage
)

// A Root is a field of Query that records answer.
type Root struct {
	Name string
	Kind RootKind
	Type *Type // of RootLookup and RootList; the others learn theirs at run time
}

// RootKind says how a root field finds its records.
type RootKind uint8

// The kinds of root field.
const (
	RootLookup   RootKind = iota // contact(by:)
	RootList                     // contacts(first:, after:, query:, archived:)
	RootNode                     // node(id:)
	RootNodes                    // nodes(ids:)
	RootRecord                   // record(objectType:, by:)
	RootRecords                  // records(objectType:, …)
	RootSegment                  // list(id:), a segment
	RootSegments                 // lists(objectType:, query:, …)
)

// Type returns the type of the given GraphQL name, or nil.
func (s *Schema) Type(name string) *Type { return s.types[name] }

// TypeByID returns the type of the given object type ID, or nil.
func (s *Schema) TypeByID(id string) *Type { return s.byID[id] }

// TypeNamed finds a type by object type ID, singular, plural or fully
// qualified name, in any case, as HubSpot's own paths take them; nil if the
// portal has none.
func (s *Schema) TypeNamed(name string) *Type {
	if t := s.byID[name]; t != nil {
		return t
	}
	for _, t := range s.order {
		if strings.EqualFold(name, t.Object.Name) || strings.EqualFold(name, t.Object.PluralName) {
			return t
		}
	}
	return nil
}

// Types returns all record types, by object type ID (`0-8` before `0-14`). Do not change the slice.
func (s *Schema) Types() []*Type { return s.order }

// Root returns the live root field of the given name, or nil.
func (s *Schema) Root(name string) *Root { return s.roots[name] }

// Field returns the field of the given GraphQL name, or nil.
func (t *Type) Field(name string) *Field { return t.fields[name] }

// Fields returns all fields in SDL order. Do not change the slice.
func (t *Type) Fields() []*Field { return t.order }

// PropertyField returns the field of a property by HubSpot's name, or nil.
func (t *Type) PropertyField(property string) *Field {
	// Nearly all fields have HubSpot's name, so that a map of its own is not
	// worth its memory.
	if f := t.fields[property]; f != nil && f.Kind == KindProperty && f.Property.Definition.Name == property {
		return f
	}
	i, ok := slices.BinarySearchFunc(t.properties, property, func(f *Field, name string) int {
		return strings.Compare(f.Property.Definition.Name, name)
	})
	if !ok {
		return nil
	}
	return t.properties[i]
}

// Key returns the unique property behind a field of the type's Key input; ""
// for the field "id". ok is false if the input has no such field.
func (t *Type) Key(field string) (property string, ok bool) {
	property, ok = t.keys[field]
	return property, ok
}

// Label is what users see for an option; ok is false if the option is unknown.
func (p *Property) Label(value string) (label string, ok bool) {
	if p.labels == nil {
		return "", false
	}
	p.labels.once.Do(func() { p.labels.byValue = labelsOf(p.Definition.Options) })
	label, ok = p.labels.byValue[value]
	return label, ok
}

// labels maps option values to labels. It is filled when it is first asked:
// most enumerations of a portal never are.
type labels struct {
	once    sync.Once
	byValue map[string]string
}

func labelsOf(options []hubspot.PropertyOption) map[string]string {
	byValue := make(map[string]string, len(options))
	for _, o := range options {
		byValue[o.Value] = o.Label
	}
	return byValue
}
