package execute

import (
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/schema"
	"github.com/hubgraph/hubgraph/internal/where"
)

// branchArgs reads the arguments of an association field. A mistake becomes
// the branch's error.
func (b *builder) branchArgs(br *Branch, def *schema.Field, f graphql.CollectedField) {
	args := b.arguments(f)
	if def.Kind == schema.KindAssociated {
		if br.To, br.err = b.associated(br, args); br.err != nil {
			return
		}
	}
	if labels := args["labels"]; labels != nil {
		br.Labels = texts(labels)
		slices.Sort(br.Labels)
	}
	if br.first, br.err = b.firstArg(br.key, args); br.err != nil {
		return
	}
	br.said = b.says(f, "first")
	if br.err = br.filterArgs(def, args); br.err != nil {
		return
	}
	kind := cursorEdges
	if br.filters() {
		kind = cursorFiltered
	}
	br.after, br.err = afterArg(br.key, args, kind)
}

// fingerprint is what the cursors of all parents have in common.
func (br *Branch) fingerprint(portalID string) uint32 {
	if br.To == nil {
		return 0 // its arguments named no type
	}
	parts := []string{portalID, br.From.Object.TypeID, br.To.Object.TypeID}
	if br.filters() {
		parts = append(parts, br.Where.String(), br.Order.String())
	}
	return fingerprint(append(parts, br.Labels...)...)
}

// cursorPrint is the fingerprint of a parent's cursors. The condition of the
// branch may be long, and parents many: it is hashed once.
func (br *Branch) cursorPrint(parent string) uint32 {
	return fingerprint(strconv.FormatUint(uint64(br.print), 36), parent)
}

// filterArgs reads where and orderBy.
func (br *Branch) filterArgs(def *schema.Field, args map[string]any) *gqlerror.Error {
	if args["where"] == nil && args["orderBy"] == nil {
		return nil
	}
	parse, parseOrder := where.Parse, where.ParseOrder
	if def.Kind == schema.KindAssociated {
		parse, parseOrder = where.ParseRecord, where.ParseRecordOrder
	}
	var err error
	if br.Where, err = parse(br.To, br.key, args["where"]); err != nil {
		return badInput("%s", err)
	}
	if err := br.Where.Local(); err != nil {
		return badInput("%s", err)
	}
	if br.Order, err = parseOrder(br.To, br.key, args["orderBy"]); err != nil {
		return badInput("%s", err)
	}
	return nil
}

// associated finds the type that associated(to:) names, among those that the
// records can be associated with.
func (b *builder) associated(br *Branch, args map[string]any) (*schema.Type, *gqlerror.Error) {
	name, _ := args["to"].(string)
	t, err := b.typeNamed(br.key, "to", name)
	if err != nil {
		return nil, err
	}
	if slices.Contains(br.From.Object.Associates, t.Object.TypeID) {
		return t, nil
	}
	possible := b.associates(br.From)
	if len(possible) == 0 {
		return nil, badInput("%s: to is %q, but HubSpot has no associations of %s with anything", br.key, clip(name), br.From.Object.PluralName)
	}
	return nil, badInput("%s: to is %q, but HubSpot has no associations of %s with %s; it can be %s", br.key, clip(name),
		br.From.Object.PluralName, t.Object.PluralName, strings.Join(possible, ", "))
}

// associates are the names of the types that records can be associated with.
func (b *builder) associates(t *schema.Type) []string {
	var names []string
	for _, to := range b.schema.Types() {
		if slices.Contains(t.Object.Associates, to.Object.TypeID) {
			names = append(names, to.Object.PluralName)
		}
	}
	return names
}

// filter finds out what the branch compares of its records, once its selection
// is planned.
func (b *builder) filter(br *Branch) {
	if br.err != nil || !br.filters() {
		return
	}
	names := br.Where.Properties()
	if br.sorts() {
		names = append(slices.Clone(names), br.Order.Property)
	}
	for _, name := range names {
		if name != recordIDProperty && !slices.Contains(br.compared, name) {
			br.compared = append(br.compared, name)
		}
	}
	if !br.reads() {
		return
	}
	b.need(br.To, br.compared...)
	for _, n := range br.Conn.Nodes {
		n.Read = true
	}
}
