package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A markedPortal has three object types whose names, properties, labels and
// values are all different and occur in nothing else, so that a text that shows
// where it should not is found by looking for it.
type markedPortal struct {
	*testGateway
	types  []markedType
	owner  string
	issued int
}

type markedType struct {
	name, id   string
	properties []string
}

// What is said of a type and of a property, made of their names.
func marks(name string) []string {
	return []string{name, "label of " + name, "text of " + name, "value of " + name, "option of " + name}
}

func newMarkedPortal(t *testing.T) *markedPortal {
	t.Helper()
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	m := &markedPortal{owner: "zqowner@example.com"}
	owner := p.AddOwner(hubspottest.Owner{Email: m.owner, FirstName: "zqfirst"})
	for i := range 3 {
		ty := markedType{name: fmt.Sprintf("zqtype%dq", i)}
		o := hubspottest.Object{Name: ty.name, Singular: "label of " + ty.name, Plural: "labels of " + ty.name, Description: "text of " + ty.name}
		values := map[string]string{"hubspot_owner_id": owner}
		for j := range 4 {
			name := fmt.Sprintf("zqprop%d_%dq", i, j)
			ty.properties = append(ty.properties, name)
			prop := hubspottest.Property{Name: name, Label: "label of " + name, Description: "text of " + name, HasUniqueValue: j == 1}
			value := "value of " + name
			if j == 2 {
				prop.Type, prop.Options = "enumeration", []hubspottest.Option{{Value: value, Label: "option of " + name}}
			}
			o.Properties = append(o.Properties, prop)
			values[name] = value
		}
		o.Display, o.SecondaryDisplay = ty.properties[0], ty.properties[1:2]
		o.Associations = []string{"contacts"}
		for _, other := range m.types {
			o.Associations = append(o.Associations, other.id)
		}
		ty.id = p.DefineObject(o)
		record := p.AddRecord(ty.name, values)
		for _, other := range m.types {
			p.Associate(ty.name, record, other.name, "101")
		}
		m.types = append(m.types, ty)
	}
	text, _ := keysText(t, "", map[string]string{"all": ""})
	m.testGateway = startGateway(t, p, withKeys(text), func(cfg *config.Config) {
		cfg.BurstLimit, cfg.AssociationLimit, cfg.SearchLimit = 100_000, 100_000, 1000 // the portal has no limits
		cfg.Objects = []string{m.types[0].id, m.types[1].id, m.types[2].id}
	})
	return m
}

// drawRights draws rights as JSON, and what they hide.
func (m *markedPortal) drawRights(t *rapid.T) (text string, hidden []string) {
	var types []string
	only, not := make(map[string][]string), make(map[string][]string)
	for _, ty := range m.types {
		if rapid.Bool().Draw(t, "hidden type") {
			types = append(types, ty.name)
			hidden = append(hidden, marks(ty.name)...)
			hidden = append(hidden, ty.id)
			for _, name := range ty.properties {
				hidden = append(hidden, marks(name)...)
			}
			continue
		}
		limited := rapid.Bool().Draw(t, "limited")
		for _, name := range ty.properties {
			hide := rapid.Bool().Draw(t, "hidden property")
			switch {
			case hide:
				hidden = append(hidden, marks(name)...)
				not[ty.id] = append(not[ty.id], name)
			case limited:
				only[ty.id] = append(only[ty.id], name)
			}
		}
		if limited {
			delete(not, ty.id)
			only[ty.id] = append(only[ty.id], "createdate")
		}
	}
	owners := rapid.Bool().Draw(t, "owners")
	if !owners {
		hidden = append(hidden, m.owner, "zqfirst")
	}
	rights, err := json.Marshal(map[string]any{"hiddenObjectTypes": types, "properties": only, "hiddenProperties": not, "owners": owners})
	if err != nil {
		t.Fatal(err)
	}
	return string(rights[1 : len(rights)-1]), hidden
}

// as is the gateway as asked by somebody with rights, which are one more entry
// in a document that it is made to use.
func (m *markedPortal) as(t *rapid.T, rights string) *testGateway {
	m.issued++
	text, keys := keysText(m.t, "", map[string]string{"key": rights})
	d, err := auth.Parse([]byte(text), auth.Options{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if err := m.server.UseKeys(d); err != nil {
		t.Fatal(err)
	}
	return m.bearer(keys["key"])
}

// TestNothingHiddenShows reads, for random rights, the SDL, the introspection
// and the value of every field that there is, and asks by name for what is
// hidden: no text of it may come back, and nothing else may fail.
func TestNothingHiddenShows(t *testing.T) {
	m := newMarkedPortal(t)
	introspection := `{ __schema { types { name description fields(includeDeprecated: true) { name description args { name description } type { name ofType { name ofType { name } } } }
		inputFields { name description } enumValues { name description } possibleTypes { name } interfaces { name } } directives { name description args { name } } } }`
	rapid.Check(t, func(t *rapid.T) {
		rights, hidden := m.drawRights(t)
		g := m.as(t, rights)
		clean := func(what, text, asked string) {
			for _, h := range hidden {
				if strings.Contains(text, h) && !strings.Contains(asked, h) {
					at := strings.Index(text, h)
					t.Fatalf("%s\n%s shows %q: …%s…\nasked: %s", rights, what, h, text[max(0, at-200):min(len(text), at+100)], asked)
				}
			}
		}
		sdl := g.get("/schema.graphql")
		clean("the SDL", sdl, "")
		schema, err := gqlparser.LoadSchema(&ast.Source{Input: sdl})
		if err != nil {
			t.Fatalf("%s\nthe SDL does not load: %v", rights, err)
		}
		w := &everything{schema: schema, types: m.types, hidden: hidden}
		ask := func(what, query string) answer {
			a := g.query(query, nil)
			text, err := json.Marshal([]any{a.Data, a.Errors, a.Extensions})
			if err != nil {
				t.Fatal(err)
			}
			clean(what, string(text), query)
			return a
		}
		if a := ask("introspection", introspection); len(a.Errors) > 0 {
			t.Fatalf("introspection: %+v", a.Errors)
		}
		for _, root := range schema.Query.Fields {
			query, ok := w.root(root)
			if !ok {
				continue
			}
			if a := ask("the answer", "query @explain(analyze: true) "+query); len(a.Errors) > 0 {
				t.Fatalf("%s\n%s\n%+v", rights, query, a.Errors)
			}
		}
		for _, ty := range m.types { // what is hidden, by name and by ID
			ask("an answer about "+ty.name, fmt.Sprintf(`{ a: records(objectType: %[1]q) { nodes { displayName properties(names: ["%[3]s"]) { raw label } } }
				b: objectType(name: %[1]q) { singularLabel properties { name label options { label } } uniqueProperties } c: node(id: "%[2]s:101") { ... on Record { displayName property(name: %[4]q) { raw } } }
				d: records(objectType: %[5]q) { nodes { associated(to: %[1]q) { nodes { displayName } } } } }`,
				ty.name, ty.id, strings.Join(ty.properties, `", "`), ty.properties[3], m.types[0].name))
		}
	})
}

// everything writes queries for all that a schema has.
type everything struct {
	schema *ast.Schema
	types  []markedType
	hidden []string
}

func (e *everything) root(f *ast.FieldDefinition) (query string, ok bool) {
	args := ""
	switch f.Name {
	case "__schema", "__type", "node", "nodes", "record", "records", "list", "associationLabels", "pipelines", "objectType":
		return "", false // asked for by name
	case "objectTypes":
		args = "(includeUnavailable: true)"
	}
	if by := f.Arguments.ForName("by"); by != nil {
		args = `(by: {id: "101"})`
	}
	return "{ " + f.Name + args + e.selection(f.Type, 0) + " }", true
}

// selection asks for all fields, and goes on from a record to those that are
// associated with it once.
func (e *everything) selection(t *ast.Type, depth int) string {
	def := e.schema.Types[t.Name()]
	if def.IsLeafType() {
		return ""
	}
	var b strings.Builder
	b.WriteString(" {")
	for _, f := range def.Fields {
		if depth > 3 && !e.schema.Types[f.Type.Name()].IsLeafType() || f.Name == "associated" || strings.HasPrefix(f.Name, "__") {
			continue
		}
		b.WriteString(" " + f.Name + e.arguments(f) + e.selection(f.Type, depth+1))
	}
	return b.String() + " __typename }"
}

func (e *everything) arguments(f *ast.FieldDefinition) string {
	switch {
	case f.Name == "property":
		return `(name: "` + e.types[0].properties[0] + `")`
	case f.Name == "properties" && f.Arguments.ForName("names") != nil:
		return `(names: [])`
	case f.Name == "history":
		var names []string
		for _, v := range e.schema.Types[f.Arguments.ForName("properties").Type.Name()].EnumValues {
			names = append(names, v.Name)
		}
		slices.Sort(names)
		return "(properties: [" + strings.Join(names, ", ") + "])"
	}
	return ""
}
