package execute

import (
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// A Key names a record by ID (Property is "") or by a unique property.
type Key struct {
	Property string
	Value    string
}

// A Target is a record that node or nodes asks for.
type Target struct {
	Type *schema.Type
	ID   string
}

// key reads the by argument of a look-up. That just one of its fields is given
// is up to us: validation sees literals, but not what a variable holds.
func (root *Root) key(raw any) (*Key, *gqlerror.Error) {
	fields, _ := raw.(map[string]any)
	if len(fields) != 1 {
		return nil, badInput("%s: by has %d fields; give exactly one", root.Def.Name, len(fields))
	}
	for name, value := range fields {
		if name == "unique" && root.Def.Kind == schema.RootRecord {
			return root.uniqueByName(value)
		}
		if property, ok := root.Type.Key(name); ok && property != "" {
			return root.uniqueKey(name, property, value)
		}
		return root.idKey(value)
	}
	return nil, nil
}

// uniqueByName reads a key that names its property as well.
func (root *Root) uniqueByName(raw any) (*Key, *gqlerror.Error) {
	fields, _ := raw.(map[string]any)
	property, _ := fields["property"].(string)
	unique := uniqueProperties(root.Type)
	switch {
	case slices.Contains(unique, property):
		return root.uniqueKey("unique.value", property, fields["value"])
	case len(unique) == 0:
		return nil, badInput("%s: by.unique.property %q does not name one %s alone, and no property of this type does; use by.id", root.Def.Name, clip(property), root.Type.Object.Name)
	}
	return nil, badInput("%s: by.unique.property %q does not name one %s alone; use one of %s, or by.id", root.Def.Name, clip(property), root.Type.Object.Name, strings.Join(unique, ", "))
}

// uniqueProperties are the properties whose value names at most one record, by
// HubSpot's names, sorted.
func uniqueProperties(t *schema.Type) []string {
	var unique []string
	for _, f := range t.Fields() {
		if f.Kind != schema.KindProperty {
			continue
		}
		if property, ok := t.Key(f.Name); ok && property == f.Property.Definition.Name {
			unique = append(unique, property)
		}
	}
	slices.Sort(unique)
	return unique
}

func (root *Root) uniqueKey(field, property string, value any) (*Key, *gqlerror.Error) {
	text, err := graphql.UnmarshalString(value)
	text = strings.TrimSpace(text)
	if err != nil || text == "" {
		return nil, badInput("%s: by.%s is empty; give the value to look for", root.Def.Name, field)
	}
	return &Key{Property: property, Value: text}, nil
}

// emailProperty finds contacts by their secondary addresses too.
const emailProperty = "email"

// knownBy says whether the graph has the property by which a look-up found a
// record. An address may be a secondary one, which only those may learn who may
// read the secondary ones.
func (root *Root) knownBy(record *hubspot.Record) bool {
	if root.By.Property != emailProperty || root.Type.PropertyField(loaders.AdditionalEmails) != nil {
		return true
	}
	return strings.EqualFold(strings.TrimSpace(record.Value(emailProperty)), root.By.Value)
}

func (root *Root) idKey(value any) (*Key, *gqlerror.Error) {
	field, ofType := root.Def.Name, root.Type.Object.TypeID
	if value == nil {
		return nil, badInput("%s: by.id is null; give the ID to look for", field)
	}
	text, err := graphql.UnmarshalID(value)
	local := text
	if typeID, recordID, global := splitGlobalID(text); global {
		if typeID != ofType {
			return nil, badInput("%s: by.id %q is a record of object type %s, not of %s; use node(id:) when the type is not known", field, clip(text), clip(typeID), ofType)
		}
		local = recordID
	}
	id, ok := parseRecordID(local)
	if err != nil || !ok {
		return nil, badInput("%s: by.id %q is no record ID; it is a number such as \"51\", or \"%s:51\"", field, clip(text), ofType)
	}
	return &Key{Value: id}, nil
}

// globalID reads an argument of node or nodes. A well-formed ID of a type that
// the portal does not have names no record, and neither does that of an owner, a
// pipeline, a stage or a list: nil, without an error.
func (b *builder) globalID(raw any) (*Target, *gqlerror.Error) {
	text, err := graphql.UnmarshalID(raw)
	if err == nil && schema.NamesNoRecord(text) {
		return nil, nil
	}
	typeID, local, ok := splitGlobalID(text)
	id, decimal := parseRecordID(local)
	if err != nil || !ok || !decimal {
		return nil, badInput("id %q is not a global ID; it has the form \"<objectTypeId>:<recordId>\", such as \"0-1:51\"", clip(text))
	}
	t := b.schema.TypeByID(typeID)
	if t == nil {
		return nil, nil
	}
	return &Target{Type: t, ID: id}, nil
}

// splitGlobalID takes "0-1:51" apart.
func splitGlobalID(text string) (typeID, recordID string, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i <= 0 {
		return "", "", false
	}
	return text[:i], text[i+1:], true
}
