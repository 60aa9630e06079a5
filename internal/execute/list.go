package execute

import (
	"context"
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// A listResult is a page of a root list, as long as the client asked for.
type listResult struct {
	records  []listItem
	highest  string                           // record ID of a list so far
	more     bool                             // whether more records follow
	bare     bool                             // whether the records hold no properties and must be read
	history  bool                             // whether the records hold their histories
	total    int                              // of a search whose pages count
	embedded map[*schema.Type][]embeddedEdges // by target, then as the records; nil if there are none
	hits     hits
}

// mostOnPage is how many records a page of the list endpoint holds.
func (r *listResult) mostOnPage() int {
	if r.history {
		return hubspot.MaxHistoryInputs
	}
	return hubspot.MaxPageSize
}

type listItem struct {
	record *hubspot.Record
	at     cursor
}

// A lister reads one root list, page after page.
type lister struct {
	api   API
	cache *recordcache.Cache
	field *Root
	args  *listArgs
	set   *hubspot.PropertySet
	least *hubspot.PropertySet // what of set kept records must hold
	past  *hubspot.PropertySet // what comes with its history; nil for none
}

func newLister(api API, cache *recordcache.Cache, plan *Plan, root *Root) *lister {
	t := root.Type
	l := &lister{
		api:   api,
		cache: cache,
		field: root,
		args:  root.list,
		set:   plan.sets[t],
		least: plan.answers[t],
	}
	if root.list.history {
		l.past = plan.histories[t]
	}
	return l
}

func (l *lister) read(ctx context.Context) (listResult, error) {
	if l.args.search() {
		return l.search(ctx)
	}
	result, err := l.list(ctx, l.api.List)
	l.gather(&result)
	return result, err
}

// listRequest is what the list's pages are asked for with, and what their
// records will hold.
func (l *lister) listRequest() (hubspot.ListRequest, listResult) {
	var result listResult
	request := hubspot.ListRequest{
		ObjectType: l.field.Type.Object.TypeID,
		Properties: l.set,
		Archived:   l.args.archived,
	}
	request.Associations = make([]string, 0, len(l.args.embed))
	for _, target := range l.args.embed {
		request.Associations = append(request.Associations, target.Object.TypeID)
	}
	l.fit(&request, &result)
	return request, result
}

// list reads a list page by page.
func (l *lister) list(ctx context.Context, fetch func(context.Context, hubspot.ListRequest) (*hubspot.Page, error)) (listResult, error) {
	request, result := l.listRequest()
	most := result.mostOnPage()
	var skip string // the record of the first page that was given already
	if l.args.after != nil {
		request.After, skip = l.args.after.page, l.args.after.id
	}
	for {
		request.Limit = min(most, max(1, l.args.first-len(result.records)))
		if skip != "" {
			request.Limit = most
		}
		page, err := fetch(ctx, request)
		if err != nil {
			return listResult{}, err
		}
		records := page.Records
		if skip != "" {
			if records = behind(records, skip); len(records) > 0 {
				skip = "" // it may stand on a later page: pages are not always as long
			}
		}
		if l.take(&result, records, request.After, page.After) || page.After == "" {
			return result, nil
		}
		if page.After == request.After {
			return listResult{}, errStuck("list")
		}
		request.After = page.After
	}
}

// fit leaves out of the request what makes it longer than HubSpot takes, and
// says what its records will hold.
func (l *lister) fit(request *hubspot.ListRequest, result *listResult) {
	request.History, result.history = l.past, l.past != nil
	if l.api.ListFits(*request) {
		return
	}
	request.History, result.history = nil, false
	if !l.api.ListFits(*request) {
		request.Properties, result.bare = nil, true
	}
}

// take adds a page's records to the result and says whether the result is full.
func (l *lister) take(result *listResult, records []*hubspot.Record, token, next string) (full bool) {
	result.records = slices.Grow(result.records, min(len(records), l.args.first-len(result.records)))
	for i, record := range records {
		if len(result.records) == l.args.first {
			result.more = true
			return true
		}
		if result.has(record.ID) {
			continue
		}
		item := listItem{record: record, at: cursor{kind: cursorList, page: token, id: record.ID}}
		if i == len(records)-1 && next != "" {
			item.at.page, item.at.id = next, "" // straight on with the next page
		}
		result.records = append(result.records, item)
	}
	if len(result.records) < l.args.first {
		return false
	}
	result.more = next != ""
	return true
}

// has says whether a list holds a record already, which HubSpot may send twice.
// It lists by ascending ID, so that few are looked for.
func (r *listResult) has(id string) bool {
	if compareIDs(id, r.highest) > 0 {
		r.highest = id
		return false
	}
	return slices.ContainsFunc(r.records, func(item listItem) bool { return item.record.ID == id })
}

// gather keeps the edges that the records brought along. A key that is none of
// the types asked for means that HubSpot names a type as we do not know it:
// then no edges are kept, and the branches read them from the batch endpoint.
func (l *lister) gather(result *listResult) {
	if len(l.args.embed) == 0 || len(result.records) == 0 {
		return
	}
	targets := l.targets()
	embedded := make(map[*schema.Type][]embeddedEdges, len(l.args.embed))
	for _, target := range l.args.embed {
		embedded[target] = make([]embeddedEdges, len(result.records))
	}
	for i, item := range result.records {
		for _, target := range l.args.embed {
			embedded[target][i].whole = true // a type without a key has no associated records
		}
		for _, edges := range item.record.Associations {
			target := targets[hubspot.AssociationKey(edges.Name)]
			if target == nil {
				return
			}
			embedded[target][i] = embeddedEdges{ids: edges.IDs, whole: !edges.Cut}
		}
	}
	result.embedded = embedded
}

// targets are the types whose edges come along, by every name that HubSpot may
// call them by.
func (l *lister) targets() map[string]*schema.Type {
	targets := make(map[string]*schema.Type, 3*len(l.args.embed))
	for _, target := range l.args.embed {
		for _, name := range []string{target.Object.TypeID, target.Object.Name, target.Object.PluralName} {
			targets[hubspot.AssociationKey(name)] = target
		}
	}
	return targets
}

// behind drops the records up to the one with the given ID. HubSpot lists by
// ascending ID, so that a record that is gone still marks its place.
func behind(records []*hubspot.Record, id string) []*hubspot.Record {
	if i := slices.IndexFunc(records, func(r *hubspot.Record) bool { return r.ID == id }); i >= 0 {
		return records[i+1:]
	}
	i := slices.IndexFunc(records, func(r *hubspot.Record) bool { return compareIDs(r.ID, id) > 0 })
	if i < 0 {
		return nil
	}
	return records[i:]
}
