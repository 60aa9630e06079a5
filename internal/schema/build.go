package schema

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/portal"
)

// Build makes the live schema of a portal: the core without what is marked
// @internal, what records of all types share, and for each object type a type,
// its connections and inputs, a lookup and a list. The result refers to meta, which must not change any more.
//
// Nothing HubSpot may send makes it fail: an error means that the core is not
// one that this package knows, or that meta has an object type twice.
func Build(coreSDL string, meta *portal.Metadata) (*Schema, error) {
	core, err := loadCore(coreSDL)
	if err != nil {
		return nil, err
	}
	b := newBuilder(core)
	if err := b.nameTypes(meta); err != nil {
		return nil, err
	}
	b.withhold(meta)
	for _, t := range b.schema.order {
		b.addType(t)
	}
	b.addRoots()
	return b.schema, nil
}

// A builder adds a portal's types to a core that is its own.
type builder struct {
	schema     *Schema
	names      *namer
	describe   describer
	associated map[*Type]bool // the types that some type is associated with
	position   *ast.Position  // of all that no file holds: gqlparser's messages want one
	values     [ValueStage + 1]*ast.Type
	filters    [ValueStage + 1]*ast.Type
	shared     shared
	equal      equal
	edges      map[*Type]ast.ArgumentDefinitionList // see edgeArgs
}

func newBuilder(core *ast.Schema) *builder {
	b := &builder{
		schema: &Schema{
			AST:   core,
			types: make(map[string]*Type),
			byID:  make(map[string]*Type),
			roots: make(map[string]*Root),
		},
		names:      newNamer(core),
		associated: make(map[*Type]bool),
		edges:      make(map[*Type]ast.ArgumentDefinitionList),
		position:   &ast.Position{Src: &ast.Source{Name: "portal.graphqls"}, Line: 1, Column: 1},
	}
	b.equal = newEqual(b.position)
	for kind, name := range valueTypes {
		b.values[kind] = b.named(name)
	}
	b.values[ValueEnums] = ast.ListType(b.nonNull("EnumValue"), b.position)
	for kind, name := range filterTypes {
		b.filters[kind] = b.named(name)
	}
	b.share()
	return b
}

// nameTypes makes a Type of each object type with its properties, so that
// fields can point at types that come later.
func (b *builder) nameTypes(meta *portal.Metadata) error {
	objects := make([]*portal.ObjectType, len(meta.Types))
	for i := range meta.Types {
		objects[i] = &meta.Types[i]
	}
	slices.SortStableFunc(objects, compareTypes)
	s := b.schema
	for _, o := range objects {
		if s.byID[o.TypeID] != nil {
			return fmt.Errorf("object type %q is there twice", o.TypeID)
		}
		n := b.names.name(o)
		t := &Type{Name: n.Name, Lookup: n.Lookup, List: n.List, Object: o}
		s.order = append(s.order, t)
		s.types[t.Name] = t
		s.byID[t.Object.TypeID] = t
	}
	for _, t := range s.order {
		t.nameProperties()
		for _, id := range t.Object.Associates {
			if to := s.byID[id]; to != nil {
				b.associated[to] = true
			}
		}
	}
	return nil
}

// addType adds a record type and the types that go with it.
func (b *builder) addType(t *Type) {
	b.addRecord(t)
	b.addKey(t)
	b.addWhere(t)
	if len(t.properties) > 0 { // GraphQL has no empty enums
		b.addProperty(t)
		b.addOrder(t)
	}
	b.addConnection(t)
	if b.associated[t] {
		b.addAssociationConnection(t)
	}
}

// add puts a definition where gqlparser's own loader would.
func (b *builder) add(def *ast.Definition) {
	s := b.schema.AST
	def.Position = b.position
	s.Types[def.Name] = def
	for _, name := range def.Interfaces {
		s.AddPossibleType(name, def)
		s.AddImplements(def.Name, s.Types[name])
	}
	if def.Kind != ast.Enum {
		s.AddPossibleType(def.Name, def)
	}
}

func (b *builder) named(name string) *ast.Type   { return ast.NamedType(name, b.position) }
func (b *builder) nonNull(name string) *ast.Type { return ast.NonNullNamedType(name, b.position) }

func (b *builder) field(name, description string, t *ast.Type) *ast.FieldDefinition {
	return &ast.FieldDefinition{Name: name, Description: description, Type: t, Position: b.position}
}

func (b *builder) arg(name, description string, t *ast.Type) *ast.ArgumentDefinition {
	return &ast.ArgumentDefinition{Name: name, Description: description, Type: t, Position: b.position}
}
