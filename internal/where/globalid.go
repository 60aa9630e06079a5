package where

import (
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// reference reads the ID of what a property refers to: HubSpot's own, which it
// returns, or the global one. within is what must hold of a record's pipeline
// beside it; nil if nothing must.
func (p *parser) reference(at *path, prop *property, text string) (id string, within *comparison, err error) {
	typeID := p.t.Object.TypeID
	var of, pipelineID, form string
	var ok bool
	switch prop.value {
	case schema.ValueOwner:
		id, ok = schema.SplitOwnerID(text)
		of, form = typeID, schema.OwnerID("41629779")
	case schema.ValuePipeline:
		of, id, ok = schema.SplitPipelineID(text)
		form = schema.PipelineID(typeID, "default")
	case schema.ValueStage:
		of, pipelineID, id, ok = schema.SplitStageID(text)
		form = schema.StageID(typeID, "default", "new")
	default:
		return text, nil, nil
	}
	switch {
	case !ok && !schema.LooksGlobal(text):
		return text, nil, nil
	case !ok || id == "":
		return "", nil, p.errorf(at, "is %s, which is no ID that %s can have; it must be HubSpot's own or one such as %s", quote(text), prop.name, quote(form))
	case of != typeID:
		return "", nil, p.errorf(at, "is %s, which is of another object type; it must be of %s, such as %s", quote(text), typeID, quote(form))
	}
	if prop.pipeline != "" && !onlyIn(p.t.Object.Pipelines, pipelineID, id) {
		within = p.inPipeline(prop.pipeline, pipelineID)
	}
	return id, within, nil
}

// onlyIn reports whether a pipeline has a stage that no other one has.
func onlyIn(pipelines []hubspot.Pipeline, pipelineID, stageID string) bool {
	found := false
	for _, pipeline := range pipelines {
		for _, stage := range pipeline.Stages {
			if stage.ID != stageID {
				continue
			}
			if pipeline.ID != pipelineID {
				return false
			}
			found = true
		}
	}
	return found
}

// inPipeline compares the property that holds a record's pipeline; "" is none.
func (p *parser) inPipeline(property, pipelineID string) *comparison {
	prop := newProperty(p.t.PropertyField(property).Property)
	if o, ok := prop.class.operand(pipelineID); ok && pipelineID != "" {
		return leaf(prop, eq, o).comparison
	}
	return leaf(prop, hasNot).comparison
}

// choice is in or notIn with some values. A stage that goes by its pipeline
// needs two comparisons.
func choice(prop *property, op operator, operands []operand) node {
	apart := slices.Clone(operands)
	var conditions []node
	for len(apart) > 0 {
		within := apart[0].within
		same := func(o operand) bool {
			return o.within == within || within != nil && o.within != nil && within.equal(o.within)
		}
		stages := node{comparison: oneOf(prop, op, filterOperands(apart, same))}
		switch {
		case within == nil:
			conditions = append(conditions, stages)
		case op == in:
			conditions = append(conditions, all([]node{stages, {comparison: within}}))
		default:
			conditions = append(conditions, either([]node{stages, all([]node{leaf(prop, has), elsewhere(within)})}))
		}
		apart = filterOperands(apart, func(o operand) bool { return !same(o) })
	}
	if op == in {
		return either(conditions)
	}
	return all(conditions)
}

// elsewhere is the contrary of what [parser.inPipeline] gives.
func elsewhere(within *comparison) node {
	if within.op == hasNot {
		return leaf(within.prop, has)
	}
	return either([]node{leaf(within.prop, neq, within.operands...), leaf(within.prop, hasNot)})
}
