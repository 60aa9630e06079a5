package execute

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// defaultVersions is how many versions of a property a history has unless the
// client says otherwise.
const defaultVersions = 20

// A History is one history field of a Node: what properties of its records
// held over time.
type History struct {
	Properties []*schema.Field // in the order asked for

	first int
	read  bool            // whether HubSpot has to be asked: names and labels are in metadata
	err   *gqlerror.Error // arguments that make no sense; no path yet
}

// history plans a history field. The properties of all histories of a type are
// read together, whichever of them a selection wants.
func (b *builder) history(n *Node, f graphql.CollectedField, sub *selection) *History {
	h := &History{}
	args := b.arguments(f)
	if h.first, h.err = b.versionsArg(f.Alias, args); h.err != nil {
		return h
	}
	for _, name := range texts(args["properties"]) {
		h.Properties = append(h.Properties, n.Type.Field(name)) // an enumeration: valid
	}
	h.read = h.first > 0 && len(h.Properties) > 0 && sub.has("versions")
	if !h.read {
		return h
	}
	n.Read, n.History = true, true
	for _, field := range h.Properties {
		b.histories.need(n.Type, field.Property.Definition.Name)
	}
	return h
}

func (b *builder) versionsArg(field string, args map[string]any) (int, *gqlerror.Error) {
	raw := args["first"]
	if raw == nil {
		return defaultVersions, nil
	}
	return b.page(field, raw, "")
}

// A propertyUnion gathers property names by type.
type propertyUnion map[*schema.Type]map[string]bool

func (u propertyUnion) need(t *schema.Type, properties ...string) {
	names, ok := u[t]
	if !ok {
		names = make(map[string]bool)
		u[t] = names
	}
	for _, name := range properties {
		names[name] = true
	}
}

func (u propertyUnion) sets() map[*schema.Type]*hubspot.PropertySet {
	sets := make(map[*schema.Type]*hubspot.PropertySet, len(u))
	for t, names := range u {
		list := make([]string, 0, len(names))
		for name := range names {
			list = append(list, name)
		}
		sets[t] = hubspot.NewPropertySet(list...)
	}
	return sets
}

// bringsHistory says whether a root's list call brings along the histories of
// its records. HubSpot's pages are half as long then, which is still fewer
// calls than a page without and two reads of histories. A search brings none.
func bringsHistory(root *Root) bool {
	return !root.list.search() && slices.ContainsFunc(root.Conn.Nodes, func(n *Node) bool { return n.History })
}

// shareHistories has roots that give the very same page read it once, with
// histories if one of them wants them.
func (p *Plan) shareHistories() {
	for _, root := range p.Roots {
		if root.list == nil || !root.list.history {
			continue
		}
		for _, other := range p.Roots {
			if other.list != nil && other.samePage(root) {
				other.list.history = true
			}
		}
	}
}
