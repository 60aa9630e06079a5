package execute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

func (e *estimator) root(root *Root) {
	switch {
	case root.Segment != nil, root.Segments != nil:
		e.rootSegments(root)
	case root.Nodes != nil:
		e.targets(root)
	case len(root.errs) > 0:
	case root.Conn != nil:
		e.list(root)
	case root.By.Property == "":
		e.given(root.Node, root.Key, []string{root.By.Value})
	default:
		e.lookup(root)
	}
}

// given are records whose IDs the client gave. Those of all fields leave
// together, and each once.
func (e *estimator) given(n *Node, path string, ids []string) {
	fresh := 0
	for _, id := range ids {
		target := Target{Type: n.Type, ID: id}
		if !e.asked[target] {
			e.asked[target] = true
			fresh++
		}
	}
	o := &origin{path: path, n: len(ids), said: len(ids)}
	e.know([]*Node{n}, o, inputs{of: e.start(), same: path, n: fresh}, true, true)
}

func (e *estimator) targets(root *Root) {
	ids := make(map[*schema.Type][]string)
	for _, target := range root.Targets {
		if target != nil && !slices.Contains(ids[target.Type], target.ID) {
			ids[target.Type] = append(ids[target.Type], target.ID)
		}
	}
	for _, n := range root.selections() {
		e.given(n, root.Key, ids[n.Type])
	}
}

// lookup adds a look-up by a unique property. The record comes along, with its
// history if that is asked for.
func (e *estimator) lookup(root *Root) {
	key := draftKey{endpoint: hubspot.EndpointBatchRead, from: root.Type, history: root.Node.History, text: root.By.Property}
	each := hubspot.MaxBatchInputs
	if root.Node.History {
		each = hubspot.MaxHistoryInputs
	}
	d := e.draft(key, each, fmt.Sprintf("look %s up by %s", root.Type.Object.PluralName, root.By.Property))
	d.apart = false
	d.add(root.Key, inputs{of: e.start(), same: root.By.Value, n: 1})
	o := &origin{path: root.Key, round: 1, n: 1, said: 1, by: []*draft{d}, batch: d}
	e.know(root.selections(), o, inputs{}, false, false)
}

// start is the origin of what the client says.
func (e *estimator) start() *origin { return &e.client }

func (e *estimator) list(root *Root) {
	list := root.list
	if list.none() {
		return
	}
	name := root.Type.Object.PluralName
	if e.counts(root) {
		e.counted = append(e.counted, root)
		e.alone(root.Key, Step{
			Endpoint: hubspot.EndpointSearch, From: root.Type, Calls: 1,
			What: "count " + name + " by search" + list.criteria(),
		})
	}
	if !root.Conn.Items {
		return
	}
	l := newLister(e.api, nil, e.plan, root)
	page, result := e.listStep(root, l)
	for i, other := range e.lists {
		if other.samePage(root) {
			o := e.origins[i]
			o.by[0].Paths = append(o.by[0].Paths, root.Key)
			e.know(root.Conn.Nodes, o, inputs{of: o, n: o.n}, result.bare, !result.history)
			return
		}
	}
	d := e.alone(root.Key, page)
	o := &origin{path: root.Key, round: 1, n: list.first, said: list.first, by: []*draft{d}, batch: d}
	e.lists, e.origins = append(e.lists, root), append(e.origins, o)
	e.know(root.Conn.Nodes, o, inputs{of: o, n: o.n}, result.bare, !result.history)
}

// listStep is the step that reads a list, and what its records hold.
func (e *estimator) listStep(root *Root, l *lister) (Step, listResult) {
	list := root.list
	s := Step{From: root.Type, Records: list.first}
	var result listResult
	if list.search() {
		_, result = l.searchRequest()
		s.Endpoint, s.Each = hubspot.EndpointSearch, hubspot.MaxSearchPageSize
		s.What = fmt.Sprintf("search %s%s, %s", root.Type.Object.PluralName, list.criteria(), list.pages())
	} else {
		_, result = l.listRequest()
		s.Endpoint, s.Each = hubspot.EndpointList, result.mostOnPage()
		s.What = "list " + root.Type.Object.PluralName
		with := " with "
		if result.history {
			s.What += with + "histories"
			with = " and "
		}
		for _, target := range list.embed {
			if !strings.Contains(s.What, "edges to ") {
				with += "edges to "
			}
			s.What += with + target.Object.PluralName
			with = ", "
		}
	}
	s.Calls = max(1, portions(list.first, s.Each))
	if list.after != nil && list.after.id != "" && list.paging != byID {
		s.Calls++ // the cursor stands within one of HubSpot's pages
	}
	return s, result
}

// counts says whether the root's totalCount takes a search of its own, as
// startCount does.
func (e *estimator) counts(root *Root) bool {
	if !root.Conn.Total || root.list.archived || !root.Type.Object.Searchable || root.pagesCount() {
		return false
	}
	for _, other := range e.plan.Roots {
		if other != root && other.pagesCount() && other.sameRecords(root) {
			return false
		}
	}
	return !slices.ContainsFunc(e.counted, root.sameRecords)
}
