package execute

import (
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/limit"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

const typenameField = "__typename"

// Build plans the given live root fields of an operation, which must be valid
// for the schema; meta is what that was built from. A mistake in an argument's
// value does not fail the plan: it becomes the error of that field, and the
// rest is answered. first bounds the pages.
func Build(s *schema.Schema, meta *portal.Metadata, op *graphql.OperationContext, fields []graphql.CollectedField, first limit.Limit) *Plan {
	b := &builder{
		first:     first,
		schema:    s,
		meta:      meta,
		op:        op,
		plan:      &Plan{},
		needs:     make(propertyUnion),
		histories: make(propertyUnion),
		merged:    make(map[*schema.Type]bool),
		satisfies: make(map[*schema.Type][]string),
	}
	for _, f := range fields {
		b.plan.Roots = append(b.plan.Roots, b.root(f))
	}
	b.plan.sets, b.plan.answers = b.readMerged()
	b.plan.histories = b.histories.sets()
	b.plan.shareHistories()
	for i, n := range b.plan.nodes {
		n.place, n.planned = i, n.columns(b.plan.sets[n.Type])
	}
	for i, br := range b.plan.Branches {
		br.place, br.print = i, br.fingerprint(meta.Account.PortalID)
	}
	return b.plan
}

type builder struct {
	first     limit.Limit
	schema    *schema.Schema
	meta      *portal.Metadata
	op        *graphql.OperationContext
	plan      *Plan
	needs     propertyUnion
	merged    map[*schema.Type]bool // what is read with its merged IDs
	histories propertyUnion         // what is needed with its history
	satisfies map[*schema.Type][]string
}

func (b *builder) need(t *schema.Type, properties ...string) {
	b.needs.need(t, properties...)
}

// needMerged is for records whose IDs come from the client: such an ID may be
// of a record that was merged away, and the answer is the record that it was
// merged into.
func (b *builder) needMerged(t *schema.Type) {
	b.need(t)
	b.merged[t] = t.PropertyField(loaders.MergedIDs) != nil || t.Object.Merges
}

// readMerged adds what needMerged asked for to what is read, and returns the
// sets as they are without.
func (b *builder) readMerged() (sets, answers map[*schema.Type]*hubspot.PropertySet) {
	answers = b.needs.sets()
	sets = maps.Clone(answers)
	for t, has := range b.merged {
		if has {
			sets[t] = hubspot.NewPropertySet(append([]string{loaders.MergedIDs}, answers[t].Names()...)...)
		}
	}
	return sets, answers
}

// conditions are the names in fragments that a record of the type satisfies.
// gqlgen keys its cache of collected fields by the slice, so it is made once.
func (b *builder) conditions(t *schema.Type) []string {
	names, ok := b.satisfies[t]
	if !ok {
		names = []string{t.Name, "Record", "Node"}
		b.satisfies[t] = names
	}
	return names
}

func (b *builder) root(f graphql.CollectedField) *Root {
	root := &Root{Key: f.Alias, Def: b.schema.Root(f.Name)}
	root.Type = root.Def.Type
	args := b.arguments(f)
	switch root.Def.Kind {
	case schema.RootRecord, schema.RootRecords:
		name, _ := args["objectType"].(string)
		var err *gqlerror.Error
		if root.Type, err = b.typeNamed(f.Name, "objectType", name); err != nil {
			root.errs = append(root.errs, err)
		}
	}
	switch root.Def.Kind {
	case schema.RootList, schema.RootRecords:
		b.list(root, f, args)
	case schema.RootLookup, schema.RootRecord:
		b.lookup(root, f, args)
	case schema.RootSegment:
		b.rootSegment(root, f)
	case schema.RootSegments:
		b.rootSegments(root, f)
	case schema.RootNode:
		b.targets(root, f, []any{args["id"]})
	case schema.RootNodes:
		b.targets(root, f, graphql.CoerceList(args["ids"]))
	}
	return root
}

func (b *builder) list(root *Root, f graphql.CollectedField, args map[string]any) {
	t := root.Type
	root.Conn = b.connection(t, f, 1)
	if t == nil {
		return
	}
	root.list, root.errs = b.listArgs(root, args)
	for _, n := range root.Conn.Nodes {
		n.Read = true // the list brings the records along
		n.Archived = root.list.archived
	}
	b.need(t)
	root.list.embed = embeddable(root)
	root.list.history = bringsHistory(root)
}

// embeddable finds the association types whose edges the list call can bring
// along, and marks their branches. A branch that needs labels reads its edges
// by the batch endpoint, and then so may its siblings, at no cost.
func embeddable(root *Root) []*schema.Type {
	if root.list.search() || len(root.errs) > 0 {
		return nil
	}
	batch := make(map[*schema.Type]bool)
	for _, n := range root.Conn.Nodes {
		for _, br := range n.Branches {
			if br.Typed || br.after != nil {
				batch[br.To] = true
			}
		}
	}
	var targets []*schema.Type
	for _, n := range root.Conn.Nodes {
		for _, br := range n.Branches {
			if batch[br.To] || br.idle() {
				continue
			}
			br.Embedded = true
			if !slices.Contains(targets, br.To) {
				targets = append(targets, br.To)
			}
		}
	}
	return targets
}

func (b *builder) lookup(root *Root, f graphql.CollectedField, args map[string]any) {
	t := root.Type
	if t == nil {
		return
	}
	key, err := root.key(args["by"])
	if err != nil {
		root.errs = append(root.errs, err)
	}
	root.By = key
	root.Node = b.node(t, f.Selections, 1)
	root.Node.Read = true
	b.need(t)
	if key != nil && key.Property == "" {
		b.needMerged(t)
	}
	if key != nil && key.Property != "" {
		// The answer to a look-up by value does not say which value it answers.
		b.need(t, key.Property)
		if key.Property == emailProperty && t.PropertyField(loaders.AdditionalEmails) != nil {
			b.need(t, loaders.AdditionalEmails)
		}
	}
}

func (b *builder) targets(root *Root, f graphql.CollectedField, ids []any) {
	root.Nodes = make(map[*schema.Type]*Node)
	root.Targets = make([]*Target, len(ids))
	for i, raw := range ids {
		target, err := b.globalID(raw)
		if err != nil {
			if root.Def.Kind == schema.RootNodes {
				err.Path = ast.Path{ast.PathIndex(i)}
			}
			root.errs = append(root.errs, err)
			continue
		}
		if target == nil {
			continue
		}
		root.Targets[i] = target
		if _, ok := root.Nodes[target.Type]; !ok {
			n := b.node(target.Type, f.Selections, 1)
			n.Read = true
			root.Nodes[target.Type] = n
			b.needMerged(target.Type)
		}
	}
}

// node plans a selection on records of type t; its branches have the given depth.
func (b *builder) node(t *schema.Type, sel ast.SelectionSet, depth int) *Node {
	n := &Node{Type: t}
	b.plan.nodes = append(b.plan.nodes, n)
	for _, f := range graphql.CollectFields(b.op, sel, b.conditions(t)) {
		nf := nodeField{key: b.key(f.Field)}
		if f.Name != typenameField {
			nf.def = t.Field(f.Name)
			b.nodeField(n, &nf, f, depth)
		}
		n.fields = append(n.fields, nf)
	}
	if n.Read {
		b.need(t)
	}
	return n
}

func (b *builder) nodeField(n *Node, nf *nodeField, f graphql.CollectedField, depth int) {
	t := n.Type
	switch nf.def.Kind {
	case schema.KindID, schema.KindObjectType:
	case schema.KindAssociation, schema.KindPrimary, schema.KindAssociated:
		nf.branch = b.branch(t, nf.def, f, depth)
		n.Branches = append(n.Branches, nf.branch)
	case schema.KindProperty:
		p := nf.def.Property
		nf.sub = b.sub(f)
		if p.Definition.Name == recordIDProperty {
			break // the record ID itself
		}
		n.Read = true
		b.need(t, p.Definition.Name)
		if p.Pipeline != "" && p.Value == schema.ValueStage {
			b.need(t, p.Pipeline)
		}
	case schema.KindLists:
		nf.memberships = b.memberships(n, f, depth)
	case schema.KindHistory:
		nf.sub = b.sub(f)
		nf.history = b.history(n, f, nf.sub)
	case schema.KindDisplayName:
		n.Read = true
		b.need(t, t.Object.DisplayProperties...)
		b.need(t, t.Object.FallbackProperties...)
	case schema.KindLookup, schema.KindLookups:
		n.Read = true
		nf.sub = b.sub(f)
		nf.names = propertyNames(b.arguments(f))
		for _, name := range nf.names {
			if t.PropertyField(name) != nil {
				b.need(t, name)
			}
		}
	default:
		n.Read = true
	}
}

func (b *builder) branch(from *schema.Type, def *schema.Field, f graphql.CollectedField, depth int) *Branch {
	br := &Branch{From: from, To: def.Target, Depth: depth, key: f.Alias}
	b.plan.Branches = append(b.plan.Branches, br)
	if def.Kind == schema.KindPrimary {
		br.Typed = true
		br.Primary = b.node(def.Target, f.Selections, depth+1)
		return br
	}
	b.branchArgs(br, def, f)
	br.Conn = b.connection(br.To, f, depth+1)
	br.Typed = br.Labels != nil || br.Conn.typed()
	b.filter(br)
	return br
}

// typed says whether what is selected of the edges needs their labels.
func (c *Connection) typed() bool {
	for _, f := range c.fields {
		for _, e := range f.edges {
			if e.name == "labels" || e.name == "isPrimary" {
				return true
			}
		}
	}
	return false
}

// connection plans a field that is a connection of records of type t. The
// names of its GraphQL types are the field's own: those of a connection to a
// type that is named at run time are the same for all types. If t is nil there
// are no records to select from, and the connection is rendered as a failed one.
func (b *builder) connection(t *schema.Type, field graphql.CollectedField, depth int) *Connection {
	c := &Connection{typeName: field.Definition.Type.Name()}
	for _, f := range graphql.CollectFields(b.op, field.Selections, nil) {
		cf := connField{key: b.key(f.Field), name: f.Name}
		switch f.Name {
		case "nodes":
			cf.node = b.connectionNode(c, t, f, depth)
			c.Items = true
		case "edges":
			cf.edges = b.edges(c, t, f.Selections, depth)
			cf.edge = f.Definition.Type.Name()
			c.Items = true
		case "pageInfo":
			cf.sub = b.sub(f)
			c.Items = true
			c.More = c.More || cf.sub.has("hasNextPage")
			c.cursors = c.cursors || cf.sub.has("startCursor") || cf.sub.has("endCursor")
		case "totalCount":
			c.Total = true
		}
		c.fields = append(c.fields, cf)
	}
	return c
}

func (b *builder) edges(c *Connection, t *schema.Type, sel ast.SelectionSet, depth int) []edgeField {
	collected := graphql.CollectFields(b.op, sel, nil)
	fields := make([]edgeField, 0, len(collected))
	for _, f := range collected {
		ef := edgeField{key: b.key(f.Field), name: f.Name}
		c.cursors = c.cursors || f.Name == "cursor"
		switch f.Name {
		case "node":
			ef.node = b.connectionNode(c, t, f, depth)
		case "labels":
			ef.sub = b.sub(f)
		}
		fields = append(fields, ef)
	}
	return fields
}

func (b *builder) connectionNode(c *Connection, t *schema.Type, f graphql.CollectedField, depth int) *Node {
	if t == nil {
		return nil
	}
	n := b.node(t, f.Selections, depth)
	c.Nodes = append(c.Nodes, n)
	return n
}

// sub plans a selection on a core object type; nil for a leaf.
func (b *builder) sub(f graphql.CollectedField) *selection {
	if len(f.Selections) == 0 {
		return nil
	}
	s := &selection{typeName: f.Definition.Type.Name()}
	for _, inner := range graphql.CollectFields(b.op, f.Selections, nil) {
		s.fields = append(s.fields, selectedField{
			key:  b.key(inner.Field),
			name: inner.Name,
			sub:  b.sub(inner),
		})
	}
	return s
}
