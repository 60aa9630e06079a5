package execute

import (
	"context"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// search reads a list that HubSpot's search answers.
func (l *lister) search(ctx context.Context) (listResult, error) {
	request, result := l.searchRequest()
	var err error
	if l.args.paging == byID {
		err = l.searchByID(ctx, request, &result)
	} else {
		err = l.searchByOffset(ctx, request, &result)
	}
	if err != nil {
		return listResult{}, err
	}
	return result, nil
}

// searchRequest is what the search's pages are asked for with, and what their
// records will hold.
func (l *lister) searchRequest() (hubspot.SearchRequest, listResult) {
	var result listResult
	request := hubspot.SearchRequest{
		ObjectType: l.field.Type.Object.TypeID,
		Groups:     l.args.groups,
		Query:      l.args.query,
		Sorts:      []hubspot.Sort{l.args.sort()},
		Properties: l.set,
	}
	if !l.fits(request) {
		// The search answers IDs only, and batch reads do the rest.
		request.Properties, result.bare = nil, true
	}
	return request, result
}

// fits says whether the longest of the list's requests is short enough for
// HubSpot.
func (l *lister) fits(request hubspot.SearchRequest) bool {
	request.Limit = hubspot.MaxSearchPageSize
	if l.args.paging == byID {
		request.Groups = anchored(request.Groups, longID, request.Sorts[0].Descending)
	} else {
		request.After = strconv.Itoa(hubspot.MaxSearchRows)
	}
	return l.api.SearchFits(request)
}

// longID is as long as an ID of 64 bits can be.
const longID = "18446744073709551615"

// searchByID pages by key, not by offset: HubSpot's offsets shift when records
// change and end at 10,000 rows, while "ID beyond the last one" does neither.
func (l *lister) searchByID(ctx context.Context, request hubspot.SearchRequest, result *listResult) error {
	groups, descending := request.Groups, request.Sorts[0].Descending
	last := ""
	if l.args.after != nil {
		last = l.args.after.id
	}
	for {
		if last != "" {
			request.Groups = anchored(groups, last, descending)
		}
		request.Limit = min(hubspot.MaxSearchPageSize, max(1, l.args.first-len(result.records)))
		page, err := l.api.Search(ctx, request)
		if err != nil {
			return err
		}
		if last == "" {
			result.total = page.Total
		}
		for _, record := range page.Records {
			if len(result.records) == l.args.first {
				result.more = true
				return nil
			}
			at := cursor{kind: cursorSearch, id: record.ID}
			result.records = append(result.records, listItem{record: record, at: at})
		}
		if more := page.After != ""; len(result.records) == l.args.first || !more {
			result.more = more
			return nil
		}
		if len(page.Records) == 0 || page.Records[len(page.Records)-1].ID == last {
			return errStuck("search")
		}
		last = page.Records[len(page.Records)-1].ID
	}
}

// searchByOffset follows HubSpot's own pages. They shift when records change:
// then a record may be on two pages, and is given once in one answer.
func (l *lister) searchByOffset(ctx context.Context, request hubspot.SearchRequest, result *listResult) error {
	after := l.args.after
	if after != nil {
		request.After = after.page
	}
	given := make(map[string]bool, l.args.first)
	for {
		request.Limit = max(1, l.args.first-len(result.records))
		if after != nil && after.id != "" {
			request.Limit = hubspot.MaxSearchPageSize // the page that the cursor is of
		}
		request.Limit = min(request.Limit, hubspot.MaxSearchPageSize, reachable(request.After))
		page, err := l.api.Search(ctx, request)
		if err != nil {
			return err
		}
		result.total = page.Total
		next := nextRows(page, request)
		row := 0
		if after != nil && after.id != "" {
			row, after = after.behindRow(page.Records), nil
		}
		for ; row < len(page.Records); row++ {
			record := page.Records[row]
			if given[record.ID] {
				continue
			}
			if len(result.records) == l.args.first {
				result.more = true
				return nil
			}
			given[record.ID] = true
			at := cursor{kind: cursorOffset, page: request.After, row: row + 1, id: record.ID}
			if row == len(page.Records)-1 && next != "" {
				at.page, at.row, at.id = next, 0, "" // straight on with the next page
			}
			result.records = append(result.records, listItem{record: record, at: at})
		}
		switch {
		case len(result.records) == l.args.first, next == "":
			result.more = next != ""
			return nil
		case reachable(next) == 0 && len(result.records) == 0:
			return l.args.endOfRows(l.field.Def.Name) // no record is left to carry the cursor
		case reachable(next) == 0:
			result.more = true
			return nil
		case next == request.After:
			return errStuck("search")
		}
		request.After = next
	}
}

// behindRow is the row behind the cursor's record. If that is not on its page
// any more, then the rows behind it moved up.
func (c *cursor) behindRow(records []*hubspot.Record) int {
	if i := slices.IndexFunc(records, func(r *hubspot.Record) bool { return r.ID == c.id }); i >= 0 {
		return i + 1
	}
	return min(max(c.row-1, 0), len(records))
}

// nextRows is HubSpot's token of the page behind, also where none can be read
// because it would begin behind the last row that HubSpot pages to.
func nextRows(page *hubspot.SearchPage, request hubspot.SearchRequest) string {
	if page.After == "" && page.Total > hubspot.MaxSearchRows && reachable(request.After) == request.Limit {
		return strconv.Itoa(hubspot.MaxSearchRows)
	}
	return page.After
}

// reachable is how many rows HubSpot pages to from a token on. Tokens are
// numbers of rows; where one is not, HubSpot itself must say where it ends.
func reachable(token string) int {
	if token == "" {
		return hubspot.MaxSearchRows
	}
	row, err := strconv.Atoi(token)
	if err != nil {
		return hubspot.MaxSearchRows
	}
	return min(max(hubspot.MaxSearchRows-row, 0), hubspot.MaxSearchRows)
}

// endOfRows says how to get beyond the last row that HubSpot pages to.
func (a *listArgs) endOfRows(field string) *gqlerror.Error {
	by := a.sort()
	if by.Property == recordIDProperty {
		return badInput("%s: HubSpot pages through the first %d records of this search only; make where simpler, so that a comparison of %s fits into each of its alternatives: then there is no end", field, hubspot.MaxSearchRows, recordIDProperty)
	}
	operator := "gte"
	if by.Descending {
		operator = "lte"
	}
	return badInput("%s: HubSpot pages through the first %d records of a search in this order only; go on with %s %s the value of the last record in where and without after, or order by %s, which has no end", field, hubspot.MaxSearchRows, by.Property, operator, recordIDProperty)
}
