package execute

import (
	"context"
	"slices"
	"strconv"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A segmentsResult is a page of the portal's lists, as long as the client
// asked for.
type segmentsResult struct {
	ids   []string
	ends  []int // the offset behind each
	more  bool
	total countResult
	err   error
}

// startSegmentPages reads the pages of the portal's lists that roots ask for,
// each once. They tell the roots that count alone how many there are.
func (r *run) startSegmentPages() {
	var pages, counts []*rootState
	for i := range r.roots {
		root := &r.roots[i]
		switch page := root.plan.Segments; {
		case page == nil || len(root.plan.errs) > 0:
		case page.Items:
			pages = append(pages, root)
		case page.Total:
			counts = append(counts, root)
		}
	}
	var first []*rootState
	for _, root := range append(pages, counts...) {
		i := slices.IndexFunc(first, func(other *rootState) bool { return other.plan.Segments.tells(root.plan.Segments) })
		if i >= 0 {
			first[i].twins = append(first[i].twins, root)
			continue
		}
		first = append(first, root)
	}
	for _, root := range first {
		r.searchSegments(root)
	}
}

// tells says whether the page's calls answer the other one, too.
func (p *SegmentPage) tells(other *SegmentPage) bool {
	return p.print == other.print && (!other.Items || p.Items && p.first == other.first && p.offset == other.offset)
}

func (r *run) searchSegments(root *rootState) {
	page := root.plan.Segments
	r.segments.searches++
	r.async(func() func() {
		result, lists := readSegments(r.ctx, r.api, page)
		return func() {
			r.segments.searches--
			for i := range lists {
				r.segments.lists[lists[i].ID] = segmentState{list: &lists[i]}
			}
			for _, root := range append(root.twins, root) {
				root.segments = result
				r.knowSegments(root.plan.Segments.Segments, result.ids)
			}
		}
	})
}

// readSegments goes from page to page by offset, which is all that HubSpot's
// search of lists has. Lists that shift onto a later page meanwhile are given once.
func readSegments(ctx context.Context, api API, plan *SegmentPage) (segmentsResult, []hubspot.List) {
	var result segmentsResult
	var lists []hubspot.List
	seen := make(map[string]bool)
	offset := plan.offset
	for {
		limit := min(hubspot.MaxListSearchPageSize, max(1, plan.first-len(lists)))
		if !plan.Items {
			limit = 1
		}
		page, err := api.SearchLists(ctx, plan.request(limit, offset))
		if err != nil {
			return segmentsResult{err: err}, nil
		}
		result.total = countResult{known: true, n: page.Total}
		for i, list := range page.Lists {
			if len(lists) == plan.first {
				result.more = true
				break
			}
			if !seen[list.ID] {
				seen[list.ID] = true
				lists = append(lists, list)
				result.ids, result.ends = append(result.ids, list.ID), append(result.ends, offset+i+1)
			}
		}
		result.more = result.more || page.More
		if len(lists) >= plan.first || !page.More || !plan.Items {
			return result, lists
		}
		if page.Offset <= offset {
			return segmentsResult{err: errStuck("list search")}, nil
		}
		offset = page.Offset
	}
}

// edges are the lists of a page, each with the place behind it.
func (s *segmentsResult) edges() []edge {
	edges := make([]edge, len(s.ids))
	for i, id := range s.ids {
		edges[i] = edge{id: id, at: cursor{kind: cursorSegments, page: strconv.Itoa(s.ends[i])}}
	}
	return edges
}
