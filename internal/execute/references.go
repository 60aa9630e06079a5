package execute

import (
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// references finds the objects that property values refer to: they come from
// metadata and cost no call.
type references struct {
	owners    map[string]*hubspot.Owner
	users     map[string]*hubspot.Owner            // by the ID of the owner's HubSpot user
	pipelines map[string]map[string]*pipelineIndex // by object type ID, then pipeline ID
}

type pipelineIndex struct {
	pipeline *hubspot.Pipeline
	stages   map[string]*hubspot.PipelineStage
}

func newReferences(meta *portal.Metadata) *references {
	r := &references{
		owners:    make(map[string]*hubspot.Owner, len(meta.Owners)),
		users:     make(map[string]*hubspot.Owner, len(meta.Owners)),
		pipelines: make(map[string]map[string]*pipelineIndex, len(meta.Types)),
	}
	for i := range meta.Owners {
		o := &meta.Owners[i]
		r.owners[o.ID] = o
		// A user who left and came back is two owners.
		if known := r.users[o.UserID]; o.UserID != "" && (known == nil || known.Archived && !o.Archived) {
			r.users[o.UserID] = o
		}
	}
	for _, t := range meta.Types {
		byID := make(map[string]*pipelineIndex, len(t.Pipelines))
		for i := range t.Pipelines {
			p := &t.Pipelines[i]
			index := &pipelineIndex{pipeline: p, stages: make(map[string]*hubspot.PipelineStage, len(p.Stages))}
			for j := range p.Stages {
				index.stages[p.Stages[j].ID] = &p.Stages[j]
			}
			byID[p.ID] = index
		}
		r.pipelines[t.TypeID] = byID
	}
	return r
}

// stage finds a stage within its pipeline. Without the pipeline's ID it is
// found only if no other pipeline of the type has a stage of that ID.
func (r *references) stage(typeID, pipelineID, stageID string) (*pipelineIndex, *hubspot.PipelineStage) {
	pipelines := r.pipelines[typeID]
	if pipelineID != "" {
		index := pipelines[pipelineID]
		if index == nil {
			return nil, nil
		}
		return index, index.stages[stageID]
	}
	var found *pipelineIndex
	for _, index := range pipelines {
		if index.stages[stageID] == nil {
			continue
		}
		if found != nil {
			return nil, nil
		}
		found = index
	}
	if found == nil {
		return nil, nil
	}
	return found, found.stages[stageID]
}
