package execute

import (
	"errors"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/limit"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// A renderer writes one root field's answer, behind what its buffer holds.
type renderer struct {
	run      *run
	buf      []byte
	errs     []error
	reported map[report]bool
	overflow *TooExpensiveError // the bound that the answer went beyond
	told     int                // bytes of buf that the run knows of
	records  int                // written

	steps   [stepsInPlace]step
	columns [][]columns // by the plan's node: of records with other sets than the plan's
}

// A report is one failure at one place of the query. A batch that failed takes
// down many records: the client reads about it once, with the first path.
type report struct {
	place any // the plan's field
	cause string
}

// A step is the way from the root to where the renderer stands. It is only
// turned into a path when there is an error to place, at once, so that one step
// can serve all fields of an object in turn.
type step struct {
	parent *step
	depth  int
	name   string // a response name, or "" for an index
	index  int
}

// stepsInPlace is deeper than most answers are.
const stepsInPlace = 24

// below is a step below another one, good until the next one below the same.
func (w *renderer) below(at *step) *step {
	depth := at.depth + 1
	if depth >= stepsInPlace {
		return &step{parent: at, depth: depth}
	}
	here := &w.steps[depth]
	here.parent, here.depth, here.name = at, depth, ""
	return here
}

func (s *step) path() ast.Path {
	var path ast.Path
	for ; s != nil; s = s.parent {
		if s.name == "" {
			path = append(path, ast.PathIndex(s.index))
		} else {
			path = append(path, ast.PathName(s.name))
		}
	}
	slices.Reverse(path)
	return path
}

// render appends the answer of one root field. The run must be over.
func (r *run) render(dst []byte, root *rootState) ([]byte, []error) {
	w := &renderer{run: r, buf: dst, told: len(dst)}
	at := &w.steps[0]
	at.name = root.plan.Key
	switch root.plan.Def.Kind {
	case schema.RootList, schema.RootRecords:
		w.rootList(root, at)
	case schema.RootLookup, schema.RootRecord:
		w.rootLookup(root, at)
	case schema.RootSegment:
		w.rootSegment(root, at)
	case schema.RootSegments:
		w.rootSegments(root, at)
	case schema.RootNode:
		w.rootNode(root, at)
	case schema.RootNodes:
		w.rootNodes(root, at)
	}
	hubspot.TraceFrom(r.ctx).AddRecords(w.records)
	if w.overflow != nil {
		// Half an answer would look like a whole one.
		presented, _ := Present(w.overflow)
		presented.Path = at.path()
		return append(w.buf[:len(dst)], "null"...), []error{presented}
	}
	return w.buf, w.errs
}

// fail adds one error for a place of the query, unless it was told already.
func (w *renderer) fail(place any, at *step, err error) {
	key := report{place, err.Error()}
	if w.reported[key] {
		return
	}
	if w.reported == nil {
		w.reported = make(map[report]bool)
	}
	w.reported[key] = true
	if w.run.engine.limits.Terse {
		err = WithoutWords(err)
	}
	presented, known := Present(err)
	if known {
		own := *presented
		own.Path = append(at.path(), presented.Path...)
		w.errs = append(w.errs, &own)
		return
	}
	// The presenter at the top logs the cause and tells the client nothing.
	w.errs = append(w.errs, &gqlerror.Error{Err: err, Message: err.Error(), Path: at.path()})
}

func (w *renderer) raw(s string) { w.buf = append(w.buf, s...) }

// members writes an object of n members: key gives their names, and value writes
// them, at steps of their own. It writes no more once the answer is longer than
// it may be.
func (w *renderer) members(n int, at *step, key func(i int) *responseKey, value func(i int, at *step)) {
	here := w.below(at)
	w.raw("{")
	for i := range n {
		if w.full() {
			return
		}
		if i > 0 {
			w.raw(",")
		}
		k := key(i)
		w.buf = append(w.buf, k.json...)
		here.name = k.name
		value(i, here)
	}
	w.raw("}")
}

// each writes an array of n elements, as members does an object.
func (w *renderer) each(n int, at *step, element func(i int, at *step)) {
	here := w.below(at)
	start := len(w.buf)
	w.raw("[")
	for i := range n {
		if w.full() {
			return
		}
		if i > 0 {
			w.raw(",")
		}
		here.index = i
		element(i, here)
		w.reserve(start, i+1, n)
	}
	w.raw("]")
}

// reserve makes room for the rest of an array of n elements, of which some are
// written from start on: to outgrow one buffer after the other leaves several
// times the answer behind as garbage. The first elements say how long the others
// will be, and short arrays need no care.
func (w *renderer) reserve(start, written, n int) {
	const short = 32 << 10
	length := len(w.buf) - start
	if written != (n+7)/8 || length < short {
		return
	}
	rest := length / written * (n - written)
	w.buf = slices.Grow(w.buf, min(rest+rest/8, w.run.engine.limits.MaxBytes))
}

func (w *renderer) rootList(root *rootState, at *step) {
	if err := root.failure(); err != nil {
		w.failedConnection(root.plan.Conn, at, err)
		return
	}
	w.connection(&connView{
		conn:  root.plan.Conn,
		list:  root.list.records,
		more:  root.list.more,
		total: root.total,
		print: root.plan.list.print,
	}, at)
}

// failure is why the root as a whole has no answer.
func (root *rootState) failure() error {
	if len(root.plan.errs) > 0 {
		return root.plan.errs[0]
	}
	return root.err
}

func (w *renderer) rootLookup(root *rootState, at *step) {
	if err := root.failure(); err != nil {
		w.fail(root, at, err)
		w.raw("null")
		return
	}
	if root.plan.By.Property != "" && root.found == nil {
		w.raw("null")
		return
	}
	w.record(root.plan.Node, 0, at)
}

func (w *renderer) rootNode(root *rootState, at *step) {
	for _, err := range root.plan.errs {
		w.fail(err, at, err)
	}
	w.target(root, 0, at)
}

func (w *renderer) rootNodes(root *rootState, at *step) {
	for _, err := range root.plan.errs {
		w.fail(err, at, err)
	}
	w.each(len(root.plan.Targets), at, func(i int, at *step) { w.target(root, i, at) })
}

func (w *renderer) target(root *rootState, i int, at *step) {
	target := root.plan.Targets[i]
	if target == nil {
		w.raw("null")
		return
	}
	w.record(root.plan.Nodes[target.Type], int(root.targets[i]), at)
}

// record writes one of the selection's records, which may be missing: null
// then, and an error if that is because reading it failed.
func (w *renderer) record(n *Node, pos int, at *step) {
	row, err := w.lookup(n, pos)
	switch {
	case err != nil:
		w.fail(n, at, err)
		w.raw("null")
	case row.id == "":
		w.raw("null")
	default:
		w.object(n, row, at)
	}
}

// A row is a record as one selection shows it.
type row struct {
	id     string // "" for a record that is not there
	pos    int    // among the selection's records; -1 if it is none of them
	record *hubspot.Record
	at     []int32 // the columns of the selection in the record
}

// lookup finds one of a selection's records. A selection that needs nothing but
// the ID did not read it and gets a row without a record.
func (w *renderer) lookup(n *Node, pos int) (row, error) {
	state := &w.run.nodes[n.place]
	if !n.Read {
		return row{id: state.ids[pos], pos: pos}, nil
	}
	found := &state.pool.records[state.places[pos]]
	switch {
	case !found.read:
		return row{}, errors.New("a record was not read")
	case found.err != nil || found.record == nil:
		return row{}, found.err
	}
	record := found.record
	if record.ID != found.id { // what hangs on it hangs on the one it was merged into
		pos = slices.Index(state.ids, record.ID)
	}
	return row{id: record.ID, pos: pos, record: record, at: w.columnsOf(n, record.Set)}, nil
}

// columnsOf is where the selection's properties stand in records of the set.
// Most were read with the plan's own; others were read for several requests at
// once, or earlier, and there are few different sets of those.
func (w *renderer) columnsOf(n *Node, set *hubspot.PropertySet) []int32 {
	if set == n.planned.set {
		return n.planned.at
	}
	if w.columns == nil {
		w.columns = make([][]columns, len(w.run.nodes))
	}
	known := w.columns[n.place]
	for i := range known {
		if known[i].set == set {
			return known[i].at
		}
	}
	const most = 8
	if len(known) == most {
		known = known[:0]
	}
	c := n.columns(set)
	w.columns[n.place] = append(known, c)
	return c.at
}

func (w *renderer) object(n *Node, r row, at *step) {
	w.records++
	if most := w.run.engine.limits.MaxRecords; w.run.rendered.Add(1) > int64(most) {
		limit.From(w.run.ctx).Add(limit.Excess{Limit: records, Found: most + 1, Most: most, Refused: true})
		w.overflow = &TooExpensiveError{What: records, Allowed: most}
	}
	w.members(len(n.fields), at,
		func(i int) *responseKey { return &n.fields[i].key },
		func(i int, at *step) { w.field(n, i, &r, at) })
}

// full says whether the answer is longer than it may be: then what is written
// does not matter any more, only that it ends.
func (w *renderer) full() bool {
	const step = 16 << 10 // to share a counter seldom
	if n := len(w.buf) - w.told; n >= step {
		w.told = len(w.buf)
		if most := w.run.engine.limits.MaxBytes; w.run.written.Add(int64(n)) > int64(most) && w.overflow == nil {
			w.overflow = &TooExpensiveError{What: "bytes of answer", Allowed: most}
		}
	}
	return w.overflow != nil
}

func (w *renderer) field(n *Node, i int, r *row, at *step) {
	f := &n.fields[i]
	if f.def == nil {
		w.buf = appendString(w.buf, n.Type.Name)
		return
	}
	switch f.def.Kind {
	case schema.KindID:
		w.raw(`"`)
		w.raw(n.Type.Object.TypeID)
		w.raw(":")
		w.raw(r.id)
		w.raw(`"`)
	case schema.KindObjectType:
		w.buf = appendString(w.buf, n.Type.Object.TypeID)
	case schema.KindDisplayName:
		w.buf = appendNullable(w.buf, displayName(n.Type, r.record))
	case schema.KindURL:
		w.buf = appendNullable(w.buf, r.record.URL)
	case schema.KindCreatedAt:
		w.instant(f, r.record.CreatedAt, at)
	case schema.KindUpdatedAt:
		w.instant(f, r.record.UpdatedAt, at)
	case schema.KindArchived:
		w.buf = appendBool(w.buf, r.record.Archived)
	case schema.KindArchivedAt:
		w.instant(f, r.record.ArchivedAt, at)
	case schema.KindLookup:
		w.propertyValue(n.Type, f.sub, f.names[0], r.record, at)
	case schema.KindLookups:
		w.propertyValues(n.Type, f, r.record, at)
	case schema.KindProperty:
		if f.def.Property.Definition.Name == recordIDProperty {
			w.buf = appendString(w.buf, r.id)
			return
		}
		text := ""
		if column := r.at[i]; column >= 0 {
			text = r.record.Values[column]
		}
		w.property(n.Type, f, text, r.record, at)
	case schema.KindLists:
		w.memberships(f.memberships, r.id, at)
	case schema.KindHistory:
		w.history(n, f, r.record, at)
	case schema.KindAssociation, schema.KindAssociated:
		w.association(f.branch, r, at)
	case schema.KindPrimary:
		w.primary(f.branch, r, at)
	}
}

func (w *renderer) instant(place any, text string, at *step) {
	if text == "" {
		w.raw("null")
		return
	}
	var ok bool
	if w.buf, ok = appendInstant(w.buf, text); !ok {
		w.badValue(place, at, "a time")
	}
}

// badValue answers null for text that is not what its property's type says.
// The text itself is in no error, for errors get logged; property(name:) gives it
// as it is.
func (w *renderer) badValue(place any, at *step, want string) {
	w.raw("null")
	w.fail(place, at, withCode("HubSpot's value is not "+want+"; property(name:) { raw } gives it as it is", CodeUpstreamBadValue, nil))
}

func displayName(t *schema.Type, record *hubspot.Record) string {
	name := ""
	for _, property := range t.Object.DisplayProperties {
		if v := record.Value(property); v != "" {
			if name != "" {
				name += " "
			}
			name += v
		}
	}
	if name != "" {
		return name
	}
	for _, property := range t.Object.FallbackProperties {
		if v := record.Value(property); v != "" {
			return v
		}
	}
	return ""
}
