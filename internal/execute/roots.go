package execute

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/schema"
)

func (r *run) startRoots() {
	for i := range r.roots {
		root := &r.roots[i]
		switch {
		case root.plan.Segment != nil, root.plan.Segments != nil:
			r.startSegments(root)
		case root.plan.Def.Kind == schema.RootNode, root.plan.Def.Kind == schema.RootNodes:
			r.startTargets(root)
		case len(root.plan.errs) > 0:
			root.done = true
			r.know(root.plan.selections(), recordIDs{})
		case root.plan.Conn != nil:
			r.startList(root, r.roots[:i])
		case root.plan.By != nil && root.plan.By.Property == "":
			root.done = true
			r.know(root.plan.selections(), recordIDs{ids: []string{root.plan.By.Value}})
		}
	}
	r.startLookups()
	r.startSegmentPages()
}

// selections are the root's selections of records.
func (root *Root) selections() []*Node {
	switch {
	case root.Conn != nil:
		return root.Conn.Nodes
	case root.Node != nil:
		return []*Node{root.Node}
	case root.Nodes == nil:
		return nil
	}
	nodes := slices.Collect(maps.Values(root.Nodes))
	slices.SortFunc(nodes, func(x, y *Node) int { return cmp.Compare(x.Type.Name, y.Type.Name) })
	return nodes
}

func (r *run) startTargets(root *rootState) {
	root.done = true
	ids := make(map[*schema.Type][]string)
	seen := make(map[Target]int32, len(root.plan.Targets))
	root.targets = make([]int32, len(root.plan.Targets))
	for i, target := range root.plan.Targets {
		if target == nil {
			continue
		}
		pos, known := seen[*target]
		if !known {
			pos = int32(len(ids[target.Type]))
			seen[*target] = pos
			ids[target.Type] = append(ids[target.Type], target.ID)
		}
		root.targets[i] = pos
	}
	for _, n := range root.plan.selections() {
		r.know([]*Node{n}, recordIDs{ids: ids[n.Type]})
	}
}

// startLookups queues all look-ups by unique property before any leaves: they
// are all known now.
func (r *run) startLookups() {
	var used []*loaders.Records
	for i := range r.roots {
		root := &r.roots[i]
		if root.done || root.plan.By == nil {
			continue
		}
		t := root.plan.Type
		key := loaders.RecordsKey{ObjectType: t.Object.TypeID, IDProperty: root.plan.By.Property}
		if root.plan.Node.History {
			key.History = r.plan.histories[t]
		}
		loader := r.load().Records(key, r.plan.sets[t])
		used = append(used, loader)
		thunk := loader.Load(r.ctx, root.plan.By.Value)
		r.async(func() func() {
			record, err := thunk()
			return func() { r.found(root, record, err) }
		})
	}
	for _, loader := range used {
		loader.Flush()
	}
}

// found settles a look-up by unique property.
func (r *run) found(root *rootState, record *hubspot.Record, err error) {
	if record != nil && !root.plan.knownBy(record) {
		record = nil
	}
	root.done, root.err, root.found = true, err, record
	var ids []string
	if record != nil {
		ids = []string{record.ID}
		p := r.pool(root.plan.Type, false)
		p.brought(record)
		if root.plan.Node.History {
			p.history.brought(record)
		}
	}
	r.know(root.plan.selections(), recordIDs{ids: ids})
}

// startList reads a list; earlier are the roots that were started before.
func (r *run) startList(root *rootState, earlier []rootState) {
	conn := root.plan.Conn
	if conn.Total {
		r.startCount(root, earlier)
	}
	if !conn.Items {
		root.done = true
		r.know(conn.Nodes, recordIDs{})
		return
	}
	if root.plan.list.none() {
		r.listed(root, listResult{}, nil)
		return
	}
	for i := range earlier {
		other := &earlier[i]
		if other.reading && other.plan.samePage(root.plan) {
			other.twins = append(other.twins, root)
			return
		}
	}
	lister := newLister(r.api, r.kept, r.plan, root.plan)
	if list, ok := lister.kept(r.ctx); ok {
		r.listed(root, list, nil)
		return
	}
	root.reading = true
	r.async(func() func() {
		list, err := lister.read(r.ctx)
		return func() {
			r.listed(root, list, err)
			for _, twin := range root.twins {
				r.listed(twin, list, err)
			}
		}
	})
}

// listed settles a root list.
func (r *run) listed(root *rootState, list listResult, err error) {
	root.done, root.err, root.list = true, err, list
	if root.plan.pagesCount() {
		root.count(countResult{known: err == nil, n: list.total, err: err})
	}
	r.hits.add(list.hits.n, list.hits.asOf)
	p := r.pool(root.plan.Type, root.archived())
	p.grow(len(list.records))
	records := recordIDs{ids: make([]string, 0, len(list.records)), places: make([]int32, 0, len(list.records))}
	for _, item := range list.records {
		records.ids, records.places = append(records.ids, item.record.ID), append(records.places, p.place(item.record.ID))
		if !list.bare {
			p.brought(item.record)
		}
		if list.history {
			p.history.brought(item.record)
		}
	}
	r.know(root.plan.Conn.Nodes, records)
	for i := range r.branches {
		if br := &r.branches[i]; br.plan.Embedded && r.owns(root, br) {
			br.embedded = list.embedded[br.plan.To]
		}
	}
}

// owns says whether a branch hangs on the root's records.
func (r *run) owns(root *rootState, br *branchState) bool {
	for _, n := range root.plan.Conn.Nodes {
		if slices.Contains(n.Branches, br.plan) {
			return true
		}
	}
	return false
}

// archived says whether the root lists archived records.
func (root *rootState) archived() bool { return root.plan.list != nil && root.plan.list.archived }

// countResult is a totalCount.
type countResult struct {
	known bool
	n     int
	err   error
}

// startCount counts a root list where its own pages do not: the list endpoint
// has no total, and a search that goes on behind an ID counts what is left.
// Roots over the same records are counted once.
func (r *run) startCount(root *rootState, earlier []rootState) {
	t, list := root.plan.Type, root.plan.list
	switch {
	case list.archived:
		root.total.err = badInput("%s: totalCount cannot be had with archived: true, because HubSpot counts by search and search never shows archived records; leave totalCount out", root.plan.Def.Name)
		return
	case !t.Object.Searchable:
		root.total.err = badInput("%s: totalCount cannot be had, because HubSpot has no search for this object type; leave totalCount out", root.plan.Def.Name)
		return
	case list.none():
		root.total.known = true
		return
	case root.plan.pagesCount():
		return
	}
	for i := range r.roots {
		if other := &r.roots[i]; other != root && other.plan.pagesCount() && other.plan.sameRecords(root.plan) {
			other.counted = append(other.counted, root)
			return
		}
	}
	for i := range earlier {
		if other := &earlier[i]; other.counting && other.plan.sameRecords(root.plan) {
			other.counted = append(other.counted, root)
			return
		}
	}
	root.counting = true
	r.async(func() func() {
		page, err := r.api.Search(r.ctx, hubspot.SearchRequest{ObjectType: t.Object.TypeID, Groups: list.groups, Query: list.query, Limit: 1})
		return func() {
			total := countResult{known: err == nil, err: err}
			if err == nil {
				total.n = page.Total
			}
			root.count(total)
		}
	})
}

// count settles the totalCount of the root and of those counted with it.
func (root *rootState) count(total countResult) {
	root.total = total
	for _, other := range root.counted {
		other.total = total
	}
}

// errStuck is HubSpot answering a page with the token that led to it.
func errStuck(endpoint string) error {
	return fmt.Errorf("%w: HubSpot's %s pages do not end: a page points to itself", hubspot.ErrUnavailable, endpoint)
}
