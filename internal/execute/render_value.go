package execute

import (
	"strconv"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// property writes one property's value in its GraphQL shape. HubSpot's absent,
// null and empty values are all null.
func (w *renderer) property(t *schema.Type, f *nodeField, text string, record *hubspot.Record, at *step) {
	p := f.def.Property
	if text == "" {
		w.raw("null")
		return
	}
	var ok bool
	switch p.Value {
	case schema.ValueNumber:
		number, ok := jsonNumber(text)
		if !ok {
			w.badValue(f, at, "a number")
			return
		}
		w.raw(number)
	case schema.ValueBool:
		if text != "true" && text != "false" {
			w.badValue(f, at, "true or false")
			return
		}
		w.raw(text)
	case schema.ValueDate:
		if w.buf, ok = appendDate(w.buf, text); !ok {
			w.badValue(f, at, "a date")
		}
	case schema.ValueDateTime:
		w.instant(f, text, at)
	case schema.ValueEnum:
		w.enumValue(p, f.sub, text, at)
	case schema.ValueEnums:
		w.enumValues(p, f.sub, text, at)
	case schema.ValueOwner:
		w.owner(f.sub, text, at)
	case schema.ValuePipeline:
		w.pipeline(f.sub, t.Object.TypeID, text, w.run.engine.refs.pipelines[t.Object.TypeID][text], at)
	case schema.ValueStage:
		pipelineID := ""
		if p.Pipeline != "" {
			pipelineID = record.Value(p.Pipeline)
		}
		index, stage := w.run.engine.refs.stage(t.Object.TypeID, pipelineID, text)
		if pipelineID == "" && index != nil {
			pipelineID = index.pipeline.ID
		}
		w.stage(f.sub, stageKey{typeID: t.Object.TypeID, pipelineID: pipelineID, id: text}, index, stage, at)
	case schema.ValueString, schema.ValueID:
		w.buf = appendString(w.buf, text)
	}
}

func (w *renderer) propertyValues(t *schema.Type, f *nodeField, record *hubspot.Record, at *step) {
	for i, name := range f.names {
		if t.PropertyField(name) == nil {
			w.fail(f, &step{parent: at, index: i}, badInput("properties: %q is no property of %s; objectType(name: %q) { properties { name } } lists them", clip(name), t.Name, t.Object.Name))
			w.raw("null")
			return
		}
	}
	w.each(len(f.names), at, func(i int, at *step) { w.propertyValue(t, f.sub, f.names[i], record, at) })
}

func (w *renderer) propertyValue(t *schema.Type, sub *selection, name string, record *hubspot.Record, at *step) {
	field := t.PropertyField(name)
	if field == nil {
		w.raw("null")
		return
	}
	w.coreObject(sub, at, func(f *selectedField, _ *step) {
		switch f.name {
		case "name":
			w.buf = appendString(w.buf, name)
		case "label":
			w.buf = appendNullable(w.buf, field.Property.Definition.Label)
		case "raw":
			w.buf = appendNullable(w.buf, record.Value(name))
		}
	})
}

// coreObject writes an object of a core type; leaf writes one field's value.
func (w *renderer) coreObject(sub *selection, at *step, leaf func(f *selectedField, at *step)) {
	w.members(len(sub.fields), at,
		func(i int) *responseKey { return &sub.fields[i].key },
		func(i int, at *step) {
			f := &sub.fields[i]
			if f.name == typenameField {
				w.buf = appendString(w.buf, sub.typeName)
				return
			}
			leaf(f, at)
		})
}

func (w *renderer) enumValue(p *schema.Property, sub *selection, value string, at *step) {
	w.coreObject(sub, at, func(f *selectedField, _ *step) {
		switch f.name {
		case "value":
			w.buf = appendString(w.buf, value)
		case "label":
			label, ok := p.Label(value)
			if !ok {
				w.raw("null") // an option that was removed
				return
			}
			w.buf = appendString(w.buf, label)
		}
	})
}

// enumValues writes a multi-checkbox's values, which HubSpot joins by ";".
func (w *renderer) enumValues(p *schema.Property, sub *selection, text string, at *step) {
	n := 0
	for value := range strings.SplitSeq(text, ";") {
		if value != "" {
			n++
		}
	}
	w.each(n, at, func(_ int, at *step) {
		value := ""
		for value == "" {
			value, text, _ = strings.Cut(text, ";")
		}
		w.enumValue(p, sub, value, at)
	})
}

// owner writes an owner from metadata. One that metadata does not know keeps
// its IDs.
func (w *renderer) owner(sub *selection, id string, at *step) {
	o := w.run.engine.refs.owners[id]
	w.coreObject(sub, at, func(f *selectedField, at *step) {
		switch name := f.name; {
		case name == "id":
			w.buf = appendString(w.buf, schema.OwnerID(id))
			return
		case name == "ownerId":
			w.buf = appendString(w.buf, id)
			return
		case o == nil:
			w.raw("null")
			return
		}
		switch f.name {
		case "email":
			w.buf = appendNullable(w.buf, o.Email)
		case "firstName":
			w.buf = appendNullable(w.buf, o.FirstName)
		case "lastName":
			w.buf = appendNullable(w.buf, o.LastName)
		case "fullName":
			w.buf = appendNullable(w.buf, o.FullName())
		case "type":
			w.buf = appendNullable(w.buf, o.Type)
		case "userId":
			w.buf = appendNullable(w.buf, o.UserID)
		case "archived":
			w.buf = appendBool(w.buf, o.Archived)
		case "teams":
			w.teams(f.sub, o.Teams, at)
		}
	})
}

func (w *renderer) teams(sub *selection, teams []hubspot.Team, at *step) {
	w.each(len(teams), at, func(i int, at *step) {
		team := &teams[i]
		w.coreObject(sub, at, func(f *selectedField, _ *step) {
			switch f.name {
			case "teamId":
				w.buf = appendString(w.buf, team.ID)
			case "name":
				w.buf = appendNullable(w.buf, team.Name)
			case "primary":
				w.buf = appendBool(w.buf, team.Primary)
			}
		})
	})
}

// pipeline writes a pipeline from metadata. One that metadata does not know has
// no index and keeps its IDs.
func (w *renderer) pipeline(sub *selection, typeID, id string, index *pipelineIndex, at *step) {
	w.coreObject(sub, at, func(f *selectedField, at *step) {
		switch name := f.name; {
		case name == "id":
			w.buf = appendString(w.buf, schema.PipelineID(typeID, id))
		case name == "pipelineId":
			w.buf = appendString(w.buf, id)
		case index == nil:
			w.raw("null")
		case name == "label":
			w.buf = appendNullable(w.buf, index.pipeline.Label)
		case name == "displayOrder":
			w.buf = strconv.AppendInt(w.buf, int64(index.pipeline.DisplayOrder), 10)
		case name == "archived":
			w.buf = appendBool(w.buf, index.pipeline.Archived)
		case name == "stages":
			w.stages(f.sub, typeID, index, at)
		}
	})
}

func (w *renderer) stages(sub *selection, typeID string, index *pipelineIndex, at *step) {
	w.each(len(index.pipeline.Stages), at, func(i int, at *step) {
		s := &index.pipeline.Stages[i]
		w.stage(sub, stageKey{typeID: typeID, pipelineID: index.pipeline.ID, id: s.ID}, index, s, at)
	})
}

// A stageKey is what it takes to tell a stage from all others.
type stageKey struct {
	typeID     string
	pipelineID string // "" if it is not known
	id         string
}

// stage writes a stage from metadata. One that metadata does not know is nil
// and keeps its IDs.
func (w *renderer) stage(sub *selection, key stageKey, index *pipelineIndex, s *hubspot.PipelineStage, at *step) {
	w.coreObject(sub, at, func(f *selectedField, at *step) {
		switch name := f.name; {
		case name == "id":
			w.buf = appendString(w.buf, schema.StageID(key.typeID, key.pipelineID, key.id))
		case name == "stageId":
			w.buf = appendString(w.buf, key.id)
		case s == nil:
			w.raw("null")
		case name == "label":
			w.buf = appendNullable(w.buf, s.Label)
		case name == "displayOrder":
			w.buf = strconv.AppendInt(w.buf, int64(s.DisplayOrder), 10)
		case name == "archived":
			w.buf = appendBool(w.buf, s.Archived)
		case name == "isClosed":
			w.stageClosed(s)
		case name == "probability":
			w.stageProbability(s)
		case name == "ticketState":
			w.buf = appendNullable(w.buf, s.Metadata["ticketState"])
		case name == "pipeline":
			w.pipeline(f.sub, key.typeID, index.pipeline.ID, index, at)
		}
	})
}

func (w *renderer) stageClosed(s *hubspot.PipelineStage) {
	closed, known := s.Closed()
	if !known {
		w.raw("null")
		return
	}
	w.buf = appendBool(w.buf, closed)
}

func (w *renderer) stageProbability(s *hubspot.PipelineStage) {
	number, ok := jsonNumber(s.Metadata["probability"])
	if !ok {
		w.raw("null")
		return
	}
	w.raw(number)
}
