package hubspottest

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Limits of one search.
//
// Source: https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide
const (
	maxSearchPage    = 200
	maxSearchRows    = 10_000
	maxGroups        = 5
	maxGroupFilters  = 6
	maxFilters       = 18
	maxQueryLength   = 3_000 // characters
	maxCachedResults = 64
)

// searchBody is the body of a search.
type searchBody struct {
	FilterGroups []filterGroup     `json:"filterGroups"`
	Filters      []filter          `json:"filters"` // stands for one group
	Query        string            `json:"query"`
	Sorts        []json.RawMessage `json:"sorts"`
	Properties   []string          `json:"properties"`
	Limit        *int              `json:"limit"`
	After        string            `json:"after"`
}

type filterGroup struct {
	Filters []filter `json:"filters"`
}

type filter struct {
	PropertyName string   `json:"propertyName"`
	Operator     string   `json:"operator"`
	Value        *string  `json:"value"`
	HighValue    *string  `json:"highValue"`
	Values       []string `json:"values"`
}

// search serves POST /crm/v3/objects/{objectType}/search.
func (p *Portal) search(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, refusal, ok := p.openType(q.from)
	if !ok {
		return refusal
	}
	if t.noSearch {
		return resourceNotFound()
	}
	if most := p.opts.SearchBodyLimit; most > 0 && utf8.RuneCount(q.body) > most {
		return invalid("The request body exceeds the limit of %d characters", most)
	}
	var in searchBody
	if refusal, ok := decode(q.body, &in); !ok {
		return refusal
	}
	offset, limit, refusal, ok := in.page()
	if !ok {
		return refusal
	}
	found, refusal, ok := p.find(t, in)
	if !ok {
		return refusal
	}
	pr := p.project(t, in.Properties, nil)
	page := found[min(offset, len(found)):min(offset+limit, len(found))]
	b := append(make([]byte, 0, 64+len(page)*(200+40*len(pr.names))), `{"total":`...)
	b = appendInt(b, int64(len(found)))
	b = append(b, `,"results":[`...)
	for i, r := range page {
		if i > 0 {
			b = append(b, ',')
		}
		b = pr.appendRecord(b, r)
	}
	b = append(b, ']')
	if offset+limit < len(found) {
		b = append(b, ',')
		b = appendPaging(b, strconv.Itoa(offset+limit))
	}
	return response{200, append(b, '}')}
}

// page checks and returns the part of the result that is wanted.
func (in searchBody) page() (offset, limit int, refusal response, ok bool) {
	limit = defaultPage
	if in.Limit != nil {
		limit = *in.Limit
	}
	if limit < 1 || limit > maxSearchPage {
		return 0, 0, invalid("The limit must be between 1 and %d, was %d", maxSearchPage, limit), false
	}
	if in.After != "" {
		n, err := strconv.Atoi(in.After)
		if err != nil || n < 0 {
			return 0, 0, invalid("after must be a whole number, was %s", in.After), false
		}
		offset = n
	}
	if offset+limit > maxSearchRows {
		return 0, 0, invalid("Paging through more than %d results is not supported", maxSearchRows), false
	}
	return offset, limit, response{}, true
}

// find returns all records that match, in order. Pages of one search share the
// work through a cache. p.mu must be held.
func (p *Portal) find(t *objectType, in searchBody) ([]*record, response, bool) {
	in.After, in.Limit, in.Properties = "", nil, nil
	text, err := json.Marshal(in)
	if err != nil {
		panic(err) // it was decoded from JSON
	}
	key := t.id + string(text)
	if found, ok := p.searches.get(key, p.version); ok {
		return found, response{}, true
	}
	match, refusal, ok := p.compile(t, in)
	if !ok {
		return nil, refusal, false
	}
	order, refusal, ok := t.sorting(in.Sorts)
	if !ok {
		return nil, refusal, false
	}
	var found []*record
	for _, id := range t.live {
		if r := t.records[id]; match(r) {
			found = append(found, r)
		}
	}
	order(found)
	p.searches.put(key, p.version, found)
	return found, response{}, true
}

// compile turns filters and query into one predicate.
func (p *Portal) compile(t *objectType, in searchBody) (predicate, response, bool) {
	groups := in.FilterGroups
	if len(in.Filters) > 0 {
		groups = append(slices.Clone(groups), filterGroup{in.Filters})
	}
	if len(groups) > maxGroups {
		return nil, invalid("The number of filterGroups exceeds the limit: %d, at most %d", len(groups), maxGroups), false
	}
	all := 0
	var anyOf []predicate
	for _, g := range groups {
		all += len(g.Filters)
		if len(g.Filters) > maxGroupFilters || all > maxFilters {
			return nil, invalid("The number of filters exceeds the limit: at most %d in a group, %d in all", maxGroupFilters, maxFilters), false
		}
		var allOf []predicate
		for _, f := range g.Filters {
			one, refusal, ok := p.compileFilter(t, f)
			if !ok {
				return nil, refusal, false
			}
			allOf = append(allOf, one)
		}
		anyOf = append(anyOf, every(allOf))
	}
	if utf8.RuneCountInString(in.Query) > maxQueryLength {
		return nil, invalid("The query exceeds the limit of %d characters", maxQueryLength), false
	}
	words := strings.Fields(in.Query)
	return func(r *record) bool {
		if len(anyOf) > 0 && !slices.ContainsFunc(anyOf, func(match predicate) bool { return match(r) }) {
			return false
		}
		return len(words) == 0 || r.hasAll(words, t.query)
	}, response{}, true
}

// hasAll tells whether every word is in one of the properties. A word such as
// an address is in a property that has all its tokens.
func (r *record) hasAll(words, properties []string) bool {
	have := make([][]string, len(properties))
	for i, name := range properties {
		have[i] = tokens(r.values[name])
	}
	return !slices.ContainsFunc(words, func(word string) bool {
		parts := tokens(word)
		return !slices.ContainsFunc(have, func(of []string) bool { return containsAll(of, parts) })
	})
}

func containsAll(have, want []string) bool {
	return !slices.ContainsFunc(want, func(s string) bool { return !slices.Contains(have, s) })
}

// sorting returns the order that a search wants: of records without a value
// last, and by ID where values are equal.
func (t *objectType) sorting(sorts []json.RawMessage) (func([]*record), response, bool) {
	if len(sorts) > 1 {
		return nil, invalid("Only one sort is supported, got %d", len(sorts)), false
	}
	by := struct {
		PropertyName string `json:"propertyName"`
		Direction    string `json:"direction"`
	}{t.created, "ASCENDING"}
	if len(sorts) == 1 {
		var name string
		if json.Unmarshal(sorts[0], &name) == nil {
			by.PropertyName = strings.TrimPrefix(name, "-")
			if by.PropertyName != name {
				by.Direction = "DESCENDING"
			}
		} else if refusal, ok := decode(sorts[0], &by); !ok {
			return nil, refusal, false
		}
	}
	if by.Direction != "ASCENDING" && by.Direction != "DESCENDING" {
		return nil, invalid("direction must be one of: ASCENDING, DESCENDING"), false
	}
	prop := t.properties[by.PropertyName]
	if prop == nil || prop.Archived {
		return nil, unknownProperty(by.PropertyName), false
	}
	return func(records []*record) { sortBy(records, prop, by.Direction == "DESCENDING") }, response{}, true
}

func sortBy(records []*record, prop *Property, descending bool) {
	type row struct {
		*record
		text   string
		number scalar
	}
	kind := kindOfProperty(prop)
	scaled := kind == numberKind || kind == dateKind
	rows := make([]row, len(records))
	for i, r := range records {
		rows[i] = row{record: r, text: strings.ToLower(r.values[prop.Name])}
		if scaled {
			rows[i].number, _ = kind.parse(r.values[prop.Name])
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		if (a.text == "") != (b.text == "") {
			return cmp.Compare(len(b.text), len(a.text)) // the empty one last, in both directions
		}
		order := a.number.compare(b.number)
		if !scaled {
			order = cmp.Compare(a.text, b.text)
		}
		if descending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.id, b.id))
	})
	for i := range rows {
		records[i] = rows[i].record
	}
}

// searchCache holds the results of recent searches, until content changes.
type searchCache struct {
	mu      sync.Mutex
	version int
	results map[string][]*record
}

func (c *searchCache) get(key string, version int) ([]*record, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version != version {
		return nil, false
	}
	found, ok := c.results[key]
	return found, ok
}

func (c *searchCache) put(key string, version int, found []*record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version != version || c.results == nil || len(c.results) >= maxCachedResults {
		c.version, c.results = version, map[string][]*record{}
	}
	c.results[key] = found
}
