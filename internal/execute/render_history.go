package execute

import (
	"errors"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// history writes what properties of a record held over time.
func (w *renderer) history(n *Node, f *nodeField, record *hubspot.Record, at *step) {
	h := f.history
	versions, err := w.versions(n, h, record)
	if err != nil {
		w.fail(f, at, err)
	}
	if versions == nil {
		w.raw("null")
		return
	}
	w.each(len(h.Properties), at, func(i int, at *step) {
		p := h.Properties[i].Property
		w.propertyHistory(h, f.sub, p, versions.History[p.Definition.Name], at)
	})
}

// versions is the record as it was read with its history; nil if it is gone
// since it was read without. A history that needs nothing from HubSpot gets a
// record with nothing in it.
func (w *renderer) versions(n *Node, h *History, record *hubspot.Record) (*hubspot.Record, error) {
	if h.err != nil {
		return nil, h.err
	}
	if !h.read {
		return &hubspot.Record{}, nil
	}
	state, ok := w.run.pool(n.Type, n.Archived).history.states[record.ID]
	if !ok {
		return nil, errors.New("a history was not read")
	}
	return state.record, state.err
}

func (w *renderer) propertyHistory(h *History, sub *selection, p *schema.Property, versions []hubspot.PropertyVersion, at *step) {
	w.coreObject(sub, at, func(f *selectedField, at *step) {
		switch f.name {
		case "name":
			w.buf = appendString(w.buf, p.Definition.Name)
		case "label":
			w.buf = appendNullable(w.buf, p.Definition.Label)
		case "versions":
			w.each(min(h.first, len(versions)), at, func(i int, at *step) { w.version(f.sub, &versions[i], at) })
		}
	})
}

func (w *renderer) version(sub *selection, v *hubspot.PropertyVersion, at *step) {
	w.coreObject(sub, at, func(f *selectedField, at *step) {
		switch f.name {
		case "value":
			w.buf = appendNullable(w.buf, v.Value)
		case "timestamp":
			w.instant(f, v.Timestamp, at)
		case "sourceType":
			w.buf = appendNullable(w.buf, v.SourceType)
		case "sourceId":
			w.buf = appendNullable(w.buf, v.SourceID)
		case "sourceLabel":
			w.buf = appendNullable(w.buf, v.SourceLabel)
		case "updatedByUserId":
			w.buf = appendNullable(w.buf, v.UpdatedByUserID)
		case "updatedBy":
			w.user(f.sub, v.UpdatedByUserID, at)
		}
	})
}

// user writes the owner that belongs to a HubSpot user.
func (w *renderer) user(sub *selection, userID string, at *step) {
	o := w.run.engine.refs.users[userID]
	if o == nil {
		w.raw("null")
		return
	}
	w.owner(sub, o.ID, at)
}
