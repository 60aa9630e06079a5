package execute

import (
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// segmentRun is what a run knows about lists. It belongs to the run's loop.
//
// Lists themselves are mostly leaves: where a list's ID is known, so is the way
// to its members. They are read by ID when nothing can add another ID, or with
// a root list whose members' type nothing else says. Which lists records are
// in leaves like edges where there are members to read behind the lists, and
// like records where not.
type segmentRun struct {
	lists    map[string]segmentState // by ID
	wanted   []string                // IDs to read, in order of discovery
	asked    map[string]bool         // IDs that are or were in wanted
	urgent   bool                    // whether something waits for what is wanted
	searches int                     // under way: they may bring the very lists that are wanted

	segments    map[*Segment]*segmentIDs
	members     []*membersState
	byMembers   map[*Members]*membersState
	memberships []*membershipsState
	byField     map[*Memberships]*membershipsState
}

// segmentState is a list that was read. Both nil: HubSpot does not have it.
type segmentState struct {
	list *hubspot.List
	err  error
}

// segmentIDs is which lists a selection is on.
type segmentIDs struct {
	known bool
	ids   []string // grows at its end only
}

// init makes it ready for a plan, which may have nothing to do with lists.
func (s *segmentRun) init(plan *Plan) {
	if !plan.asksLists() {
		return
	}
	s.lists = make(map[string]segmentState)
	s.asked = make(map[string]bool)
	s.segments = make(map[*Segment]*segmentIDs, len(plan.segments))
	s.byMembers = make(map[*Members]*membersState)
	s.byField = make(map[*Memberships]*membershipsState)
	for _, segment := range plan.segments {
		ids := &segmentIDs{}
		s.segments[segment] = ids
		for _, m := range segment.Members {
			state := &membersState{plan: m, segment: segment, parent: ids, lists: make(map[string]*memberList)}
			s.members = append(s.members, state)
			s.byMembers[m] = state
		}
	}
}

// follow hangs the memberships of a selection on its records.
func (s *segmentRun) follow(n *Node, records *nodeState) {
	for _, m := range n.Memberships {
		state := &membershipsState{plan: m, parent: records, lists: make(map[string]membershipsResult)}
		s.memberships = append(s.memberships, state)
		s.byField[m] = state
	}
}

// typeOf is the type of a list's members; nil if the list is not there or of
// a type that the schema does not have.
func (s *segmentRun) typeOf(segment *Segment, id string, of *schema.Schema) *schema.Type {
	if segment.Type != nil {
		return segment.Type
	}
	list := s.lists[id].list
	if list == nil {
		return nil
	}
	return of.TypeByID(list.ObjectTypeID)
}

// knowSegments settles which lists selections are on, and wants those that
// must be read.
func (r *run) knowSegments(segments []*Segment, ids []string) {
	for _, segment := range segments {
		state := r.segments.segments[segment]
		state.known, state.ids = true, ids
		if segment.Read {
			r.segments.want(ids...)
		}
	}
}

func (s *segmentRun) want(ids ...string) {
	for _, id := range ids {
		if _, have := s.lists[id]; !have && !s.asked[id] {
			s.asked[id] = true
			s.wanted = append(s.wanted, id)
		}
	}
}

// startSegments starts a root field that gives lists.
func (r *run) startSegments(root *rootState) {
	root.done = true // it brings no records
	switch plan := root.plan; {
	case len(plan.errs) > 0 && plan.Segment != nil:
		r.knowSegments([]*Segment{plan.Segment}, nil)
	case len(plan.errs) > 0:
		r.knowSegments(plan.Segments.Segments, nil)
	case plan.Segment != nil:
		r.knowSegments([]*Segment{plan.Segment}, []string{plan.SegmentID})
		r.segments.urgent = r.segments.urgent || len(plan.Segment.Members) > 0
	case !plan.Segments.Items && !plan.Segments.Total:
		r.knowSegments(plan.Segments.Segments, nil)
	} // startSegmentPages does the others
}

// settleSegments starts what can start, and says whether that settled on
// which records or lists another selection is.
func (r *run) settleSegments() (settled bool) {
	for _, m := range r.segments.memberships {
		settled = r.queueMemberships(m) || settled
	}
	for _, m := range r.segments.members {
		settled = r.readMembers(m) || settled
	}
	return settled
}

// sendSegments sends what is known to be complete.
func (r *run) sendSegments() {
	r.sendMemberships()
	s := &r.segments
	if len(s.wanted) == 0 || s.searches > 0 || !s.urgent && s.expected() {
		return
	}
	loader := r.load().Segments()
	ids, thunks := make([]string, 0, len(s.wanted)), make([]loaders.SegmentThunk, 0, len(s.wanted))
	for _, id := range s.wanted {
		if _, have := s.lists[id]; !have {
			ids, thunks = append(ids, id), append(thunks, loader.Load(r.ctx, id))
		}
	}
	s.wanted, s.urgent = nil, false
	loader.Flush()
	r.async(func() func() {
		results := make([]segmentState, len(ids))
		for i, thunk := range thunks {
			results[i].list, results[i].err = thunk()
		}
		return func() {
			for i, id := range ids {
				s.lists[id] = results[i]
			}
		}
	})
}

// expected says whether a selection can still add lists to read.
func (s *segmentRun) expected() bool {
	for segment, state := range s.segments {
		if segment.Read && !state.known {
			return true
		}
	}
	return false
}

// membershipsState is how far the lists of a selection's records have come.
type membershipsState struct {
	plan   *Memberships
	parent *nodeState
	phase  branchPhase
	begun  int // parents whose lists are asked for, from the front
	queued []queuedMemberships
	lists  map[string]membershipsResult // by record ID
}

type queuedMemberships struct {
	record string
	thunk  loaders.MembershipsThunk
}

type membershipsResult struct {
	lists []hubspot.ListMembership // by list ID
	err   error
}

// queueMemberships queues the records whose lists are wanted; they do not
// leave yet, unless they fill a call.
func (r *run) queueMemberships(m *membershipsState) (settled bool) {
	if !m.parent.known || m.phase != branchWaits && m.begun == len(m.parent.ids) {
		return false
	}
	loader := r.load().Memberships(m.plan.Of.Object.TypeID)
	for _, id := range m.parent.ids[m.begun:] {
		m.queued = append(m.queued, queuedMemberships{id, loader.Load(r.ctx, id)})
	}
	m.begun = len(m.parent.ids)
	if m.phase == branchReads {
		return false
	}
	m.phase = branchQueued
	if len(m.queued) > 0 {
		return false
	}
	r.finishMemberships(m)
	return true
}

func (r *run) sendMemberships() {
	for _, m := range r.segments.memberships {
		if m.phase != branchQueued || r.segments.membershipsExpected(m.plan) {
			continue
		}
		r.load().Memberships(m.plan.Of.Object.TypeID).Flush()
		m.phase = branchReads
		r.awaitMemberships(m)
	}
}

// membershipsExpected says whether waiting may bring more records of the type
// into the same call, and holds nothing up.
func (s *segmentRun) membershipsExpected(plan *Memberships) bool {
	return slices.ContainsFunc(s.memberships, func(other *membershipsState) bool {
		return other.phase == branchWaits && other.plan.Of == plan.Of && (!plan.leads() || other.plan.Depth <= plan.Depth)
	})
}

func (r *run) awaitMemberships(m *membershipsState) {
	queued := m.queued
	m.queued = nil
	r.async(func() func() {
		results := make([]membershipsResult, len(queued))
		for i, q := range queued {
			lists, err := q.thunk()
			results[i] = membershipsResult{lists: byListID(lists), err: err}
		}
		return func() {
			for i, q := range queued {
				m.lists[q.record] = results[i]
			}
			if len(m.queued) > 0 {
				m.phase = branchQueued
				return
			}
			r.finishMemberships(m)
		}
	})
}

func byListID(lists []hubspot.ListMembership) []hubspot.ListMembership {
	sorted := slices.Clone(lists)
	slices.SortFunc(sorted, func(x, y hubspot.ListMembership) int { return compareIDs(x.ListID, y.ListID) })
	return sorted
}

// finishMemberships settles the lists on the far side.
func (r *run) finishMemberships(m *membershipsState) {
	m.phase = branchDone
	var ids []string
	seen := make(map[string]bool)
	for _, record := range m.parent.ids {
		for _, in := range m.lists[record].lists {
			if !seen[in.ListID] {
				seen[in.ListID] = true
				ids = append(ids, in.ListID)
			}
		}
	}
	r.knowSegments(m.plan.Segments, ids)
}
