package execute

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// An Estimate is what an operation takes of HubSpot at most, as far as its text
// tells: pages are taken to be full, and a connection to hold as many records
// as its first allows. What no text can tell is left out of it: second pages of
// associations that a filter or totalCount must read to their end, associations
// that a list cuts short, and records that were merged.
type Estimate struct {
	Steps []*Step // each behind those it waits for
	Calls int     // of all steps
	// Records are those of the answer, each as often as it is selected there. Of a
	// connection that does not say first they take one a parent: an operation is
	// to be refused for what it says, and not for what a guess makes of it.
	Records int
	Widest  string // the field that most of them come of
}

// A Step is what an operation reads by calls of one kind, up to as many of them
// as its records take.
type Step struct {
	Place    int   // in the estimate
	Round    int   // from 1; steps of one round run side by side
	After    []int // the places of the steps that bring the IDs for this one
	Endpoint hubspot.Endpoint
	From     *schema.Type // the type of records; nil for lists, and for records whose type only the data tells
	To       *schema.Type // at the other end of associations; nil otherwise
	What     string       // such as "read companies"
	Paths    []string     // the fields that it is for
	Records  int          // read or, of associations, whose associations are read
	Each     int          // records of a call
	Calls    int
}

// Kind is what the step's calls are counted by in a [Tally].
func (s *Step) Kind() Kind {
	k := Kind{Endpoint: s.Endpoint}
	if s.From != nil {
		k.From = s.From.Object.TypeID
	}
	if s.To != nil {
		k.To = s.To.Object.TypeID
	}
	return k
}

// Why says where the number of calls comes from.
func (s *Step) Why() string {
	switch {
	case s.Each == 0:
		return "the total, which a search tells"
	case s.Endpoint == hubspot.EndpointAssociations:
		return fmt.Sprintf("of up to %s, %d a call", number(s.Records, "record"), s.Each)
	case s.Endpoint == hubspot.EndpointSegmentMembers:
		return fmt.Sprintf("of up to %s, page by page", number(s.Records, "list"))
	case s.Endpoint == hubspot.EndpointSegments:
		return fmt.Sprintf("up to %s, %d a call", number(s.Records, "list"), s.Each)
	}
	return fmt.Sprintf("up to %s, %d a call", number(s.Records, "record"), s.Each)
}

func number(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// unsaid is how many records a connection of associated records is taken to hold
// where the client does not say first: its default page is a bound that few
// records meet. unsaidLists is the same for the lists that a record is in.
//
// associationsPage is how many of a record's associations HubSpot gives at once.
//
// Source: https://developers.hubspot.com/docs/api/crm/associations, the limit of
// the endpoint for one record.
const (
	unsaid           = typicalEdges
	unsaidLists      = 5
	associationsPage = 500
)

// endless is more than any operation could read. Products of first end there.
const endless = 1 << 40

func times(n, m int) int {
	if n > 0 && m > endless/n {
		return endless
	}
	return n * m
}

// portions is how many calls n inputs take, so many a call.
func portions(n, each int) int { return (n + each - 1) / each }

// An origin is the records that one or more selections are on.
type origin struct {
	path  string
	round int      // after which their IDs are known
	n     int      // how many at most
	said  int      // how many the client says
	by    []*draft // that bring their IDs; none if the client gave them
	batch *draft   // IDs of one batch are known at the same time
}

// A draft is a step to which more may be added.
type draft struct {
	Step
	rank    rank
	pages   int  // calls that each input may take, one behind the other
	apart   bool // whether inputs of different batches may leave apart
	inputs  []inputs
	waits   []*draft
	counted bool // whether calls are counted already
}

// rank is where a step stands in its round.
type rank int

const (
	first  rank = iota
	reads       // of records: nothing waits for most of them
	nested      // of lists
)

// inputs are what an origin adds to a step. The same of the same origin counts
// once.
type inputs struct {
	of    *origin
	same  string
	n     int
	types int // that they may be of, where only the data tells: batches are of one; 0 for one
}

func (d *draft) add(path string, in inputs) {
	d.Round = max(d.Round, in.of.round+1)
	if !slices.Contains(d.Paths, path) {
		d.Paths = append(d.Paths, path)
	}
	for i := range d.inputs {
		if has := &d.inputs[i]; has.of == in.of && has.same == in.same {
			has.n = max(has.n, in.n)
			return
		}
	}
	d.inputs = append(d.inputs, in)
}

func (d *draft) wait(of *origin) {
	for _, by := range of.by {
		if by != d && !slices.Contains(d.waits, by) {
			d.waits = append(d.waits, by)
		}
	}
}

// count settles the number of calls.
func (d *draft) count() {
	if d.counted {
		return
	}
	type batch struct {
		by *draft
		n  int
	}
	var batches []batch
	for _, in := range d.inputs {
		d.Records = min(d.Records+in.n, endless)
		d.Calls += max(in.types-1, 0)
		by := in.of.batch
		if !d.apart {
			by = nil
		}
		i := slices.IndexFunc(batches, func(b batch) bool { return b.by == by })
		if i < 0 {
			i, batches = len(batches), append(batches, batch{by: by})
		}
		batches[i].n = min(batches[i].n+in.n, endless)
	}
	for _, b := range batches {
		d.Calls += times(portions(b.n, d.Each), max(d.pages, 1))
	}
	d.Calls = min(d.Calls, endless)
}

// A draftKey is what steps have in common that are one.
type draftKey struct {
	endpoint hubspot.Endpoint
	from, to *schema.Type
	archived bool
	history  bool
	depth    int
	text     string
}

// estimator walks a plan as a run would.
type estimator struct {
	api     API
	plan    *Plan
	filters bool // whether batches may have to leave before they are complete
	drafts  []*draft
	byKey   map[draftKey]*draft
	known   map[*Node]*origin

	pools []draftKey

	records int // in the answer
	widest  struct {
		path    string
		records int
	}
	client  origin          // of what the client says
	asked   map[Target]bool // IDs that the client gave
	counted []*Root         // whose records are counted by a search of their own
	lists   []*Root         // whose pages are read
	origins []*origin       // of their records
	pages   map[*SegmentPage]*origin
}

// estimateOf works out what the plan takes. api says what fits into a request,
// and is not called.
func estimateOf(p *Plan, api API) *Estimate {
	e := &estimator{api: api, plan: p, byKey: make(map[draftKey]*draft), known: make(map[*Node]*origin), pages: make(map[*SegmentPage]*origin), asked: make(map[Target]bool)}
	e.filters = slices.ContainsFunc(p.Branches, (*Branch).reads)
	for _, root := range p.Roots {
		e.root(root)
	}
	for _, n := range p.nodes {
		o, known := e.known[n]
		if !known {
			continue // nothing leads there
		}
		for _, br := range n.Branches {
			e.branch(o, br)
		}
		for _, m := range n.Memberships {
			e.memberships(o, m)
		}
	}
	return e.finish()
}

// draft finds the step of the key, or makes it.
func (e *estimator) draft(key draftKey, each int, what string) *draft {
	if d, ok := e.byKey[key]; ok {
		return d
	}
	d := e.add(Step{Endpoint: key.endpoint, From: key.from, To: key.to, What: what, Each: each})
	d.apart = e.filters
	e.byKey[key] = d
	return d
}

func (e *estimator) add(s Step) *draft {
	d := &draft{Step: s}
	e.drafts = append(e.drafts, d)
	return d
}

// alone is a step of a known number of calls.
func (e *estimator) alone(path string, s Step) *draft {
	d := e.add(s)
	d.Paths, d.Round, d.counted = []string{path}, 1, true
	return d
}

// know settles which records selections are on; read says whether those must
// still be read, and history whether their histories must. They are what in says.
func (e *estimator) know(nodes []*Node, o *origin, in inputs, read, history bool) {
	e.holds(o, len(nodes))
	for _, n := range nodes {
		e.known[n] = o
		switch {
		case n.History && history:
			e.read(n, o, in, true)
		case n.Read && read:
			e.read(n, o, in, false)
		}
	}
}

// holds adds an origin's records to what the answer holds, so many times.
func (e *estimator) holds(o *origin, selections int) {
	n := times(o.said, selections)
	if n > e.widest.records {
		e.widest.path, e.widest.records = o.path, n
	}
	e.records = min(e.records+n, endless)
}

// read adds an origin's records to those that are read of their type.
func (e *estimator) read(n *Node, o *origin, in inputs, history bool) {
	key := draftKey{endpoint: hubspot.EndpointBatchRead, from: n.Type, archived: n.Archived, history: history}
	each, what := hubspot.MaxBatchInputs, "read "+n.Type.Object.PluralName
	if history {
		each, what = hubspot.MaxHistoryInputs, what+" with history"
	}
	if _, ok := e.byKey[key]; !ok {
		e.pools = append(e.pools, key)
	}
	d := e.draft(key, each, what)
	d.rank = reads
	d.add(o.path, in)
	d.Round = max(d.Round, o.round+1)
	d.wait(o)
}

// branch adds what an association field of the origin's records takes.
func (e *estimator) branch(o *origin, br *Branch) {
	if br.idle() {
		return
	}
	per, said := br.first, br.first
	switch {
	case br.Primary != nil:
		per, said = 1, 1
	case !br.said:
		per, said = unsaid, 1
	}
	below := &origin{path: o.path + "." + br.key, round: o.round, n: times(o.n, per), said: times(o.said, said), by: o.by, batch: o.batch}
	variant := fmt.Sprintf("%s %q %v", br.To.Name, br.Labels, br.after)
	if !br.Embedded {
		key := draftKey{endpoint: hubspot.EndpointAssociations, from: br.From, to: br.To, depth: br.Depth}
		d := e.draft(key, hubspot.MaxAssociationInputs, fmt.Sprintf("edges from %s to %s", br.From.Object.PluralName, br.To.Object.PluralName))
		token := ""
		if br.after != nil && !br.filters() {
			token = br.after.page
		}
		d.add(below.path, inputs{of: o, same: token, n: o.n})
		d.wait(o)
		d.pages = max(d.pages, portions(per, associationsPage))
		below.round, below.by, below.batch = o.round+1, []*draft{d}, d
	}
	if br.reads() {
		key := draftKey{endpoint: hubspot.EndpointBatchRead, from: br.To, depth: below.round, text: "filter"}
		d := e.draft(key, hubspot.MaxBatchInputs, fmt.Sprintf("read %s, to filter and order them", br.To.Object.PluralName))
		d.add(below.path, inputs{of: o, same: br.To.Name, n: times(o.n, max(per, unsaid))})
		d.Round = max(d.Round, below.round+1)
		d.wait(below)
		below.round, below.by, below.batch = below.round+1, []*draft{d}, d
	}
	e.know(br.nodes(), below, inputs{of: o, same: variant, n: below.n}, !br.reads(), true)
}

// finish puts the steps in order.
func (e *estimator) finish() *Estimate {
	for _, key := range e.pools {
		if key.history {
			e.dropPlain(key)
		}
	}
	slices.SortStableFunc(e.drafts, func(a, b *draft) int {
		return cmp.Or(cmp.Compare(a.Round, b.Round), cmp.Compare(a.rank, b.rank), strings.Compare(a.rankName(), b.rankName()))
	})
	estimate := &Estimate{Records: e.records, Widest: e.widest.path}
	for _, d := range e.drafts {
		if d.count(); !d.counted && len(d.inputs) == 0 {
			continue
		}
		d.Place = len(estimate.Steps)
		estimate.Steps = append(estimate.Steps, &d.Step)
		estimate.Calls = min(estimate.Calls+d.Calls, endless)
	}
	for _, d := range e.drafts {
		for _, by := range d.waits {
			d.After = append(d.After, by.Place)
		}
		slices.Sort(d.After)
	}
	return estimate
}

// dropPlain takes out of a type's plain reads what is read with history.
func (e *estimator) dropPlain(key draftKey) {
	history := e.byKey[key]
	key.history = false
	plain := e.byKey[key]
	if plain == nil {
		return
	}
	plain.inputs = slices.DeleteFunc(plain.inputs, func(in inputs) bool {
		return slices.ContainsFunc(history.inputs, func(h inputs) bool { return h.of == in.of && h.same == in.same })
	})
}

// rankName orders the reads of one round, for the plan to be the same each time.
func (d *draft) rankName() string {
	if d.rank == reads && d.From != nil {
		return d.From.Name
	}
	return ""
}
