package execute

import (
	"strconv"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// property writes one property's value in its GraphQL shape. HubSpot's absent,
// null and empty values are all null.
func (w *renderer) property(t *schema.Type, f *nodeField, record *hubspot.Record, at *step) {
	p := f.def.Property
	if p.Definition.Name == recordIDProperty {
		w.buf = appendString(w.buf, record.ID)
		return
	}
	text := f.value(record)
	if text == "" {
		w.raw("null")
		return
	}
	var ok bool
	switch p.Value {
	case schema.ValueNumber:
		number, ok := jsonNumber(text)
		if !ok {
			w.badValue(f, at, text, "a number")
			return
		}
		w.raw(number)
	case schema.ValueBool:
		if text != "true" && text != "false" {
			w.badValue(f, at, text, "true or false")
			return
		}
		w.raw(text)
	case schema.ValueDate:
		if w.buf, ok = appendDate(w.buf, text); !ok {
			w.badValue(f, at, text, "a date")
		}
	case schema.ValueDateTime:
		w.instant(f, text, at)
	case schema.ValueEnum:
		w.enumValue(p, f.sub, text)
	case schema.ValueEnums:
		w.enumValues(p, f.sub, text)
	case schema.ValueOwner:
		w.owner(f.sub, text)
	case schema.ValuePipeline:
		w.pipeline(f.sub, t.Object.TypeID, text, w.run.engine.refs.pipelines[t.Object.TypeID][text])
	case schema.ValueStage:
		pipelineID := ""
		if p.Pipeline != "" {
			pipelineID = record.Value(p.Pipeline)
		}
		index, stage := w.run.engine.refs.stage(t.Object.TypeID, pipelineID, text)
		if pipelineID == "" && index != nil {
			pipelineID = index.pipeline.ID
		}
		w.stage(f.sub, stageKey{typeID: t.Object.TypeID, pipelineID: pipelineID, id: text}, index, stage)
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
	w.raw("[")
	for i, name := range f.names {
		if i > 0 {
			w.raw(",")
		}
		w.propertyValue(t, f.sub, name, record)
	}
	w.raw("]")
}

func (w *renderer) propertyValue(t *schema.Type, sub *selection, name string, record *hubspot.Record) {
	field := t.PropertyField(name)
	if field == nil {
		w.raw("null")
		return
	}
	w.coreObject(sub, func(selected string, _ *selection) {
		switch selected {
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
func (w *renderer) coreObject(sub *selection, leaf func(name string, sub *selection)) {
	w.coreFields(sub, nil, func(f *selectedField, _ *step) { leaf(f.name, f.sub) })
}

// coreFields is coreObject for fields that can fail: the object stands at the
// given step, and its fields get theirs. Without one they get nil.
func (w *renderer) coreFields(sub *selection, at *step, leaf func(f *selectedField, at *step)) {
	var here *step
	if at != nil {
		here = &step{parent: at}
	}
	w.raw("{")
	for i := range sub.fields {
		if w.full() {
			return
		}
		if i > 0 {
			w.raw(",")
		}
		f := &sub.fields[i]
		w.buf = append(w.buf, f.key.json...)
		if f.name == typenameField {
			w.buf = appendString(w.buf, sub.typeName)
			continue
		}
		if here != nil {
			here.name = f.key.name
		}
		leaf(f, here)
	}
	w.raw("}")
}

func (w *renderer) enumValue(p *schema.Property, sub *selection, value string) {
	w.coreObject(sub, func(name string, _ *selection) {
		switch name {
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
func (w *renderer) enumValues(p *schema.Property, sub *selection, text string) {
	w.raw("[")
	n := 0
	for value := range strings.SplitSeq(text, ";") {
		if value == "" {
			continue
		}
		if n > 0 {
			w.raw(",")
		}
		n++
		w.enumValue(p, sub, value)
	}
	w.raw("]")
}

// owner writes an owner from metadata. One that metadata does not know keeps
// its IDs.
func (w *renderer) owner(sub *selection, id string) {
	o := w.run.engine.refs.owners[id]
	w.coreObject(sub, func(name string, sub *selection) {
		switch {
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
		switch name {
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
			w.teams(sub, o.Teams)
		}
	})
}

func (w *renderer) teams(sub *selection, teams []hubspot.Team) {
	w.raw("[")
	for i, team := range teams {
		if i > 0 {
			w.raw(",")
		}
		w.coreObject(sub, func(name string, _ *selection) {
			switch name {
			case "teamId":
				w.buf = appendString(w.buf, team.ID)
			case "name":
				w.buf = appendNullable(w.buf, team.Name)
			case "primary":
				w.buf = appendBool(w.buf, team.Primary)
			}
		})
	}
	w.raw("]")
}

// pipeline writes a pipeline from metadata. One that metadata does not know has
// no index and keeps its IDs.
func (w *renderer) pipeline(sub *selection, typeID, id string, index *pipelineIndex) {
	w.coreObject(sub, func(name string, sub *selection) {
		switch {
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
			w.stages(sub, typeID, index)
		}
	})
}

func (w *renderer) stages(sub *selection, typeID string, index *pipelineIndex) {
	w.raw("[")
	for i := range index.pipeline.Stages {
		if i > 0 {
			w.raw(",")
		}
		s := &index.pipeline.Stages[i]
		w.stage(sub, stageKey{typeID: typeID, pipelineID: index.pipeline.ID, id: s.ID}, index, s)
	}
	w.raw("]")
}

// A stageKey is what it takes to tell a stage from all others.
type stageKey struct {
	typeID     string
	pipelineID string // "" if it is not known
	id         string
}

// stage writes a stage from metadata. One that metadata does not know is nil
// and keeps its IDs.
func (w *renderer) stage(sub *selection, key stageKey, index *pipelineIndex, s *hubspot.PipelineStage) {
	w.coreObject(sub, func(name string, sub *selection) {
		switch {
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
			w.pipeline(sub, key.typeID, index.pipeline.ID, index)
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
