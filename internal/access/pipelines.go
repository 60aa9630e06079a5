package access

import (
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// pipelines are what is left of a type's pipelines. They say what the values of
// two properties mean. A stage is of one pipeline, so who sees the stage sees the
// pipeline; who sees the pipeline alone sees it without stages.
func pipelines(full, seen *portal.ObjectType) []hubspot.Pipeline {
	pipeline, stage := pipelineProperties(full.TypeID)
	switch {
	case has(seen, stage), !has(full, stage) && !has(full, pipeline):
		return full.Pipelines
	case !has(seen, pipeline):
		return nil
	}
	out := slices.Clone(full.Pipelines)
	for i := range out {
		out[i].Stages = nil
	}
	return out
}

// pipelineProperties hold a record's pipeline and stage.
func pipelineProperties(typeID string) (pipeline, stage string) {
	if typeID == "0-3" {
		return "pipeline", "dealstage"
	}
	return "hs_pipeline", "hs_pipeline_stage"
}
