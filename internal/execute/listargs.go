package execute

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
	"github.com/hubgraph/hubgraph/internal/where"
)

// listArgs are the arguments of a root list.
type listArgs struct {
	first    int
	after    *cursor
	print    uint32 // fingerprint of the query, which its cursors carry
	query    string
	where    *where.Expr
	groups   []hubspot.FilterGroup // where, as HubSpot takes it
	order    *where.Order          // nil for that of record IDs
	paging   paging
	archived bool
	embed    []*schema.Type // targets whose edges the list call brings along
	history  bool           // whether the list call brings the records' histories along
}

// paging is how a list goes on behind its first page.
type paging uint8

const (
	byPage   paging = iota // of the list endpoint: HubSpot's token of the next page
	byID                   // of a search: behind the last record's ID, for ever
	byOffset               // of a search: HubSpot's token of the next page, up to 10,000 rows
)

// cursorKinds are the cursors of the ways of paging.
var cursorKinds = [...]byte{byPage: cursorList, byID: cursorSearch, byOffset: cursorOffset}

// search says whether the list is answered by HubSpot's search.
func (a *listArgs) search() bool { return a.paging != byPage }

// sort is the order of a search.
func (a *listArgs) sort() hubspot.Sort {
	if a.order == nil {
		return hubspot.Sort{Property: recordIDProperty}
	}
	return hubspot.Sort{Property: a.order.Property, Descending: a.order.Descending}
}

// none says whether no record can match, so that there is nothing to ask.
func (a *listArgs) none() bool { return a.where.Never() }

// pagesCount says whether pages of the list are read that say how many records
// there are: those of the list endpoint do not, and a search behind an ID
// counts what is left.
func (root *Root) pagesCount() bool {
	if root.list == nil || len(root.errs) > 0 || !root.Conn.Items {
		return false
	}
	return root.list.paging == byOffset || root.list.paging == byID && root.list.after == nil
}

// sameRecords says whether both lists are of the same records, on all pages.
func (root *Root) sameRecords(other *Root) bool {
	a, b := root.list, other.list
	return root.Type == other.Type && a.archived == b.archived && a.query == b.query && a.where.String() == b.where.String()
}

// samePage says whether both lists are answered by the very same calls.
func (root *Root) samePage(other *Root) bool {
	a, b := root.list, other.list
	if a.print != b.print || a.first != b.first || !root.sameRecords(other) {
		return false
	}
	if (a.after == nil) != (b.after == nil) || a.after != nil && *a.after != *b.after {
		return false
	}
	return a.paging == b.paging && a.sort() == b.sort() && slices.Equal(a.embed, b.embed)
}

// listArgs reads the arguments of a root list.
func (b *builder) listArgs(root *Root, args map[string]any) (*listArgs, []*gqlerror.Error) {
	field := root.Def.Name
	a := &listArgs{}
	a.archived, _ = args["archived"].(bool)
	errs := a.readSearch(root, args)
	var err *gqlerror.Error
	if a.first, err = b.firstArg(field, args); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return a, errs // whether a cursor fits depends on all the others
	}
	a.print = fingerprint(b.meta.Account.PortalID, root.Type.Object.TypeID, a.query, a.where.String(), a.order.String(), strconv.FormatBool(a.archived))
	a.after, err = afterArg(field, args, cursorKinds[a.paging])
	switch {
	case err != nil, a.after == nil:
	case a.after.print != a.print:
		err = foreignCursor(field)
	case a.paging == byOffset && reachable(a.after.page) == 0:
		err = a.endOfRows(field)
	}
	if err != nil {
		return a, []*gqlerror.Error{err}
	}
	return a, nil
}

// readSearch reads the arguments that make the list a search.
func (a *listArgs) readSearch(root *Root, args map[string]any) []*gqlerror.Error {
	field, t := root.Def.Name, root.Type
	parseWhere, parseOrder := where.Parse, where.ParseOrder
	if root.Def.Kind == schema.RootRecords {
		parseWhere, parseOrder = where.ParseRecord, where.ParseRecordOrder
	}
	var given []string
	var errs []*gqlerror.Error
	var err error
	if a.where, err = parseWhere(t, field, args["where"]); err == nil {
		a.groups, err = a.where.FilterGroups()
	}
	if err != nil {
		errs = append(errs, badInput("%v", err))
	}
	if a.where != nil {
		given = append(given, "where")
	}
	a.query, _ = args["query"].(string)
	if a.query = strings.TrimSpace(a.query); a.query != "" {
		given = append(given, "query")
	}
	if a.query != "" && t.Object.NoWords {
		errs = append(errs, badInput("%s: query is not there for %s: HubSpot would look for the words in properties that are not in this graph; use where", field, t.Object.PluralName))
	}
	if n := utf8.RuneCountInString(a.query); n > hubspot.MaxSearchQueryLength {
		errs = append(errs, badInput("%s: query has %d characters, HubSpot's search takes %d at most", field, n, hubspot.MaxSearchQueryLength))
	}
	if a.order, err = parseOrder(t, field, args["orderBy"]); err != nil {
		errs = append(errs, badInput("%v", err))
	}
	if a.order != nil {
		given = append(given, "orderBy")
	}
	if len(given) == 0 {
		return errs
	}
	names := strings.Join(given, " and ")
	switch {
	case !t.Object.Searchable:
		errs = append(errs, badInput("%s: HubSpot has no search for %s; leave out %s", field, t.Object.PluralName, names))
	case a.archived:
		errs = append(errs, badInput("%s: %s and archived: true do not go together, because HubSpot's search never shows archived records; ask without %s and pick from the pages yourself", field, names, names))
	}
	a.paging = byOffset
	if by := a.sort(); by.Property == recordIDProperty && anchorFits(a.groups, by.Descending) {
		a.paging = byID
	}
	return errs
}
