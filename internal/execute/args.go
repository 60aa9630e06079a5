package execute

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// MaxFirst is the longest page a connection gives.
const MaxFirst = 1000

// badInput is a mistake in an argument: it names the value and the way out.
func badInput(format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    fmt.Sprintf(format, args...),
		Extensions: map[string]any{"code": CodeBadUserInput},
	}
}

// arguments are a field's arguments by name, with variables and defaults
// filled in. One that is not given and has no default is absent.
func (b *builder) arguments(f graphql.CollectedField) map[string]any {
	return f.ArgumentMap(b.op.Variables)
}

func (b *builder) listArgs(root *Root, args map[string]any) (*listArgs, []*gqlerror.Error) {
	var errs []*gqlerror.Error
	a := &listArgs{}
	a.query, _ = args["query"].(string)
	a.query = strings.TrimSpace(a.query)
	a.archived, _ = args["archived"].(bool)
	if a.archived && a.search() {
		errs = append(errs, badInput("%s: query and archived: true do not go together, because HubSpot's search never shows archived records; ask without query and filter the page yourself", root.Def.Name))
	}
	if n := len([]rune(a.query)); n > hubspot.MaxSearchQueryLength {
		errs = append(errs, badInput("%s: query has %d characters, HubSpot's search takes %d at most", root.Def.Name, n, hubspot.MaxSearchQueryLength))
	}
	var err *gqlerror.Error
	if a.first, err = firstArg(root.Def.Name, args); err != nil {
		errs = append(errs, err)
	}
	kind := cursorList
	if a.search() {
		kind = cursorSearch
	}
	a.print = fingerprint(b.portalID, root.Def.Name, a.query, strconv.FormatBool(a.archived))
	if a.after, err = afterArg(root.Def.Name, args, kind); err == nil && a.after != nil && a.after.print != a.print {
		err = foreignCursor(root.Def.Name)
	}
	if err != nil {
		errs = append(errs, err)
	}
	return a, errs
}

func (b *builder) branchArgs(br *Branch, args map[string]any) {
	if labels := args["labels"]; labels != nil {
		br.Labels = texts(labels)
		slices.Sort(br.Labels)
	}
	if br.first, br.err = firstArg(br.key, args); br.err != nil {
		return
	}
	br.after, br.err = afterArg(br.key, args, cursorEdges)
}

func firstArg(field string, args map[string]any) (int, *gqlerror.Error) {
	raw, ok := args["first"]
	if !ok || raw == nil {
		return 25, nil // an explicit null: the default that the schema documents
	}
	n, err := graphql.UnmarshalInt(raw)
	if err != nil || n < 0 || n > MaxFirst {
		return 0, badInput("%s: first is %v, and must be from 0 to %d; page on with after for more", field, raw, MaxFirst)
	}
	return n, nil
}

func afterArg(field string, args map[string]any, kind byte) (*cursor, *gqlerror.Error) {
	text, ok := args["after"].(string)
	if !ok {
		return nil, nil
	}
	c, err := parseCursor(text)
	if err != nil {
		return nil, badInput("%s: after %q is not a cursor of this API; pass on the endCursor of the page before, as it is", field, clip(text))
	}
	if c.kind != kind {
		return nil, foreignCursor(field)
	}
	return c, nil
}

func foreignCursor(field string) *gqlerror.Error {
	return badInput("%s: after is the cursor of another query; keep all other arguments as they were on the page before, or start again without after", field)
}

// keyArg reads the by argument of a look-up. That just one of its fields is
// given is up to us: validation sees literals, but not what a variable holds.
func (b *builder) keyArg(t *schema.Type, raw any) (*Key, *gqlerror.Error) {
	fields, _ := raw.(map[string]any)
	if len(fields) != 1 {
		return nil, badInput("%s: by has %d fields; give exactly one", t.Lookup, len(fields))
	}
	for name, value := range fields {
		if property, ok := t.Key(name); ok && property != "" {
			return uniqueKey(t, name, property, value)
		}
		return idKey(t, value)
	}
	return nil, nil
}

func uniqueKey(t *schema.Type, field, property string, value any) (*Key, *gqlerror.Error) {
	text, err := graphql.UnmarshalString(value)
	text = strings.TrimSpace(text)
	if err != nil || text == "" {
		return nil, badInput("%s: by.%s is empty; give the value to look for", t.Lookup, field)
	}
	return &Key{Property: property, Value: text}, nil
}

func idKey(t *schema.Type, value any) (*Key, *gqlerror.Error) {
	if value == nil {
		return nil, badInput("%s: by.id is null; give the ID to look for", t.Lookup)
	}
	text, err := graphql.UnmarshalID(value)
	local := text
	if typeID, recordID, global := splitGlobalID(text); global {
		if typeID != t.Object.TypeID {
			return nil, badInput("%s: by.id %q is a record of object type %s, not of %s; use node(id:) when the type is not known", t.Lookup, clip(text), clip(typeID), t.Object.TypeID)
		}
		local = recordID
	}
	id, ok := parseRecordID(local)
	if err != nil || !ok {
		return nil, badInput("%s: by.id %q is no record ID; it is a number such as \"51\", or \"%s:51\"", t.Lookup, clip(text), t.Object.TypeID)
	}
	return &Key{Value: id}, nil
}

// globalID reads an argument of node or nodes. A well-formed ID of a type that
// the portal does not have names nothing: nil, without an error.
func (b *builder) globalID(raw any) (*Target, *gqlerror.Error) {
	text, err := graphql.UnmarshalID(raw)
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

func propertyNames(args map[string]any) []string {
	if name, ok := args["name"].(string); ok {
		return []string{name}
	}
	return texts(args["names"])
}

// texts reads a list argument. GraphQL lets a lone value stand for a list of
// one.
func texts(raw any) []string {
	list := graphql.CoerceList(raw)
	texts := make([]string, 0, len(list))
	for _, element := range list {
		if s, ok := element.(string); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

// clip keeps an echoed value short.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
