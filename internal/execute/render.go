package execute

import (
	"errors"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
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
	name   string // a response name, or "" for an index
	index  int
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
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	return path
}

// render appends the answer of one root field. The run must be over.
func (r *run) render(dst []byte, root *rootState) ([]byte, []error) {
	w := &renderer{run: r, buf: dst, told: len(dst)}
	at := &step{name: root.plan.Key}
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

func (w *renderer) rootList(root *rootState, at *step) {
	if err := root.failure(); err != nil {
		w.failedConnection(root.plan.Conn, at, err)
		return
	}
	view := connView{
		conn:  root.plan.Conn,
		items: len(root.list.records),
		more:  root.list.more,
		total: root.total,
		edge: func(i int) edge {
			item := root.list.records[i]
			return edge{id: item.record.ID, at: item.at}
		},
	}
	w.connection(&view, at)
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
	if root.plan.By.Property == "" {
		w.record(root.plan.Node, root.plan.By.Value, at)
		return
	}
	if root.found == nil {
		w.raw("null")
		return
	}
	w.record(root.plan.Node, root.found.ID, at)
}

func (w *renderer) rootNode(root *rootState, at *step) {
	for _, err := range root.plan.errs {
		w.fail(err, at, err)
	}
	w.target(root.plan, root.plan.Targets[0], at)
}

func (w *renderer) rootNodes(root *rootState, at *step) {
	for _, err := range root.plan.errs {
		w.fail(err, at, err)
	}
	w.raw("[")
	here := &step{parent: at}
	for i, target := range root.plan.Targets {
		if i > 0 {
			w.raw(",")
		}
		here.index = i
		w.target(root.plan, target, here)
	}
	w.raw("]")
}

func (w *renderer) target(root *Root, target *Target, at *step) {
	if target == nil {
		w.raw("null")
		return
	}
	w.record(root.Nodes[target.Type], target.ID, at)
}

// record writes a record that may be missing: null then, and an error if that
// is because reading it failed.
func (w *renderer) record(n *Node, id string, at *step) {
	record, err := w.lookup(n, id)
	switch {
	case err != nil:
		w.fail(n, at, err)
		w.raw("null")
	case record == nil:
		w.raw("null")
	default:
		w.object(n, record, at)
	}
}

// lookup finds a record that was read. A selection that needs nothing but the
// ID did not read it and gets a record with nothing else.
func (w *renderer) lookup(n *Node, id string) (*hubspot.Record, error) {
	if !n.Read {
		return &hubspot.Record{ID: id}, nil
	}
	state, ok := w.run.pool(n.Type, n.Archived).records[id]
	if !ok {
		return nil, errors.New("a record was not read")
	}
	return state.record, state.err
}

func (w *renderer) object(n *Node, record *hubspot.Record, at *step) {
	w.records++
	if most := w.run.engine.limits.MaxRecords; w.run.rendered.Add(1) > int64(most) {
		w.overflow = &TooExpensiveError{What: "records", Allowed: most}
	}
	w.raw("{")
	here := &step{parent: at}
	for i := range n.fields {
		if w.full() {
			return
		}
		if i > 0 {
			w.raw(",")
		}
		f := &n.fields[i]
		w.buf = append(w.buf, f.key.json...)
		here.name = f.key.name
		w.field(n, f, record, here)
	}
	w.raw("}")
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

func (w *renderer) field(n *Node, f *nodeField, record *hubspot.Record, at *step) {
	if f.def == nil {
		w.buf = appendString(w.buf, n.Type.Name)
		return
	}
	switch f.def.Kind {
	case schema.KindID:
		w.raw(`"`)
		w.raw(n.Type.Object.TypeID)
		w.raw(":")
		w.raw(record.ID)
		w.raw(`"`)
	case schema.KindObjectType:
		w.buf = appendString(w.buf, n.Type.Object.TypeID)
	case schema.KindDisplayName:
		w.buf = appendNullable(w.buf, displayName(n.Type, record))
	case schema.KindURL:
		w.buf = appendNullable(w.buf, record.URL)
	case schema.KindCreatedAt:
		w.instant(f, record.CreatedAt, at)
	case schema.KindUpdatedAt:
		w.instant(f, record.UpdatedAt, at)
	case schema.KindArchived:
		w.buf = appendBool(w.buf, record.Archived)
	case schema.KindArchivedAt:
		w.instant(f, record.ArchivedAt, at)
	case schema.KindLookup:
		w.propertyValue(n.Type, f.sub, f.names[0], record)
	case schema.KindLookups:
		w.propertyValues(n.Type, f, record, at)
	case schema.KindProperty:
		w.property(n.Type, f, record, at)
	case schema.KindLists:
		w.memberships(f.memberships, record.ID, at)
	case schema.KindHistory:
		w.history(n, f, record, at)
	case schema.KindAssociation, schema.KindAssociated:
		w.association(f.branch, record.ID, at)
	case schema.KindPrimary:
		w.primary(f.branch, record.ID, at)
	}
}

func (w *renderer) instant(place any, text string, at *step) {
	if text == "" {
		w.raw("null")
		return
	}
	var ok bool
	if w.buf, ok = appendInstant(w.buf, text); !ok {
		w.badValue(place, at, text, "a time")
	}
}

// badValue answers null for text that is not what its property's type says.
// The text itself stays within reach: property(name:) gives it as it is.
func (w *renderer) badValue(place any, at *step, text, want string) {
	w.raw("null")
	w.fail(place, at, withCode("HubSpot's value "+strconv.Quote(clip(text))+" is not "+want+"; property(name:) { raw } gives it as it is", CodeUpstreamBadValue, nil))
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
