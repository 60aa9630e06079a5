package hubspottest

import (
	"slices"
	"strconv"
)

// A Pipeline is an ordered set of stages that records move through.
//
// HubSpot: https://developers.hubspot.com/docs/api-reference/crm-pipelines-v3/guide
type Pipeline struct {
	ID           string  `json:"id"`
	Label        string  `json:"label"`
	DisplayOrder int     `json:"displayOrder"`
	Archived     bool    `json:"archived"`
	Stages       []Stage `json:"stages"`
	CreatedAt    string  `json:"createdAt"`
	UpdatedAt    string  `json:"updatedAt"`
}

// A Stage is one step of a pipeline. Its ID is unique in the pipeline only.
type Stage struct {
	ID               string            `json:"id"`
	Label            string            `json:"label"`
	DisplayOrder     int               `json:"displayOrder"`
	Metadata         map[string]string `json:"metadata"` // all text, such as "probability": "0.4"
	Archived         bool              `json:"archived"`
	WritePermissions string            `json:"writePermissions"`
	CreatedAt        string            `json:"createdAt"`
	UpdatedAt        string            `json:"updatedAt"`
}

// DefinePipeline adds a pipeline to an object type, or replaces the one of
// that ID. Pipeline and stages become options of the type's pipeline and stage
// properties, where it has them.
func (p *Portal) DefinePipeline(objectType string, pipeline Pipeline) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.definePipeline(p.mustType(objectType), pipeline, p.tick())
}

func (p *Portal) definePipeline(t *objectType, pipeline Pipeline, at string) {
	pipeline.CreatedAt, pipeline.UpdatedAt = at, at
	pipeline.Stages = slices.Clone(pipeline.Stages)
	for i := range pipeline.Stages {
		s := &pipeline.Stages[i]
		s.CreatedAt, s.UpdatedAt, s.WritePermissions = at, at, "CRM_PERMISSIONS_ENFORCEMENT"
		if s.Metadata == nil {
			s.Metadata = map[string]string{}
		}
	}
	t.pipelines = slices.DeleteFunc(slices.Clone(t.pipelines), func(o Pipeline) bool { return o.ID == pipeline.ID })
	t.pipelines = append(t.pipelines, pipeline)

	var pipelines, stages []Option
	for _, pl := range t.pipelines {
		pipelines = append(pipelines, Option{Label: pl.Label, Value: pl.ID, DisplayOrder: pl.DisplayOrder})
		for _, s := range pl.Stages {
			if !slices.ContainsFunc(stages, func(o Option) bool { return o.Value == s.ID }) {
				stages = append(stages, Option{Label: s.Label, Value: s.ID, DisplayOrder: s.DisplayOrder})
			}
		}
	}
	t.setOptions(t.stageProps[0], pipelines)
	t.setOptions(t.stageProps[1], stages)
}

func (t *objectType) setOptions(name string, options []Option) {
	if prop := t.properties[name]; prop != nil {
		changed := *prop
		changed.Options = options
		t.properties[name] = &changed
	}
}

// stages makes stages out of IDs, labels and one entry of metadata each.
func stages(key string, rows ...[3]string) []Stage {
	out := make([]Stage, len(rows))
	for i, row := range rows {
		metadata := map[string]string{}
		if key != "" {
			metadata[key] = row[2]
		}
		if key == "probability" {
			metadata["isClosed"] = strconv.FormatBool(row[2] == "1.0" || row[2] == "0.0")
		}
		out[i] = Stage{ID: row[0], Label: row[1], DisplayOrder: i, Metadata: metadata}
	}
	return out
}

// addStandardPipelines gives every type that has pipelines its first one.
// Contacts and companies have one for their lifecycle, which no property of
// theirs names.
func (p *Portal) addStandardPipelines() {
	at := catalogueCreatedAt
	lifecycle := func(plural string) {
		var rows [][3]string
		for _, o := range p.byName[plural].properties["lifecyclestage"].Options {
			rows = append(rows, [3]string{o.Value, o.Label, ""})
		}
		p.definePipeline(p.byName[plural], Pipeline{ID: plural + "-lifecycle-pipeline", Label: "Lifecycle Stage Pipeline", Stages: stages("", rows...)}, at)
	}
	lifecycle("contacts")
	lifecycle("companies")

	p.byName["deals"].stageProps = [2]string{"pipeline", "dealstage"}
	p.definePipeline(p.byName["deals"], Pipeline{ID: "default", Label: "Sales Pipeline", Stages: stages("probability",
		[3]string{"appointmentscheduled", "Appointment Scheduled", "0.2"},
		[3]string{"qualifiedtobuy", "Qualified To Buy", "0.4"},
		[3]string{"presentationscheduled", "Presentation Scheduled", "0.6"},
		[3]string{"decisionmakerboughtin", "Decision Maker Bought-In", "0.8"},
		[3]string{"contractsent", "Contract Sent", "0.9"},
		[3]string{"closedwon", "Closed Won", "1.0"},
		[3]string{"closedlost", "Closed Lost", "0.0"})}, at)
	for plural, pl := range map[string]Pipeline{
		"tickets": {ID: "0", Label: "Support Pipeline", Stages: stages("ticketState",
			[3]string{"1", "New", "OPEN"}, [3]string{"2", "Waiting on contact", "OPEN"},
			[3]string{"3", "Waiting on us", "OPEN"}, [3]string{"4", "Closed", "CLOSED"})},
		"orders": {ID: "14a2e10e-5471-408a-906e-c51f3b04369e", Label: "Order Pipeline", Stages: stages("",
			[3]string{"4b27b500-f031-4927-9811-68a0b525cbae", "Open"}, [3]string{"937ea84d-0a4f-4dcf-9028-3f9c2aafbf03", "Processed"},
			[3]string{"aa99e8d0-c1d5-4071-b915-d240bbb1aed9", "Shipped"}, [3]string{"3725360f-519b-4b18-a593-494d60a29c9f", "Delivered"})},
		"leads": {ID: "lead-pipeline-id", Label: "Lead pipeline", Stages: stages("",
			[3]string{"new-stage-id", "New"}, [3]string{"attempting-stage-id", "Attempting"}, [3]string{"connected-stage-id", "Connected"},
			[3]string{"qualified-stage-id", "Qualified"}, [3]string{"unqualified-stage-id", "Disqualified"})},
		"services": {ID: "8e2b21d0-7a90-4968-8f8c-a8525cc49c70", Label: "Service Pipeline", Stages: stages("",
			[3]string{"600b692d-a3fe-4052-9cd7-278b134d7941", "New"}, [3]string{"ca8195d4-3fcd-4b8d-a8ae-1ee1d9ad2b9a", "In progress"},
			[3]string{"fdf6cb94-6b4f-4b7c-a0ba-6cbd7de2e2a1", "Closed"})},
		"courses": {ID: "5bf8a5c6-9a3a-4a9b-8d5e-6e4ce0e3f1a1", Label: "Course Pipeline", Stages: stages("",
			[3]string{"4a5d1f32", "Open"}, [3]string{"4a5d1f33", "In progress"}, [3]string{"4a5d1f34", "Closed"})},
		"listings": {ID: "a1f6e7d8-2a3d-4c6f-bb5e-40a6e61be4e7", Label: "Listing Pipeline", Stages: stages("",
			[3]string{"7c1d0b60", "Pre-listing"}, [3]string{"7c1d0b61", "Active"}, [3]string{"7c1d0b62", "Sold"})},
		"appointments": {ID: "b3e4b2f1-6c94-4b6f-9e57-95b1d4d0b7a5", Label: "Appointment Pipeline", Stages: stages("",
			[3]string{"9d3c1a10", "Scheduled"}, [3]string{"9d3c1a11", "Held"}, [3]string{"9d3c1a12", "Cancelled"})},
	} {
		t := p.byName[plural]
		t.stageProps = [2]string{"hs_pipeline", "hs_pipeline_stage"}
		p.definePipeline(t, pl, at)
	}
}

// listPipelines serves GET /crm/v3/pipelines/{objectType}. HubSpot has none
// for types that are not staged.
func (p *Portal) listPipelines(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, refusal, ok := p.openPipelines(q)
	if !ok {
		return refusal
	}
	// Never null: HubSpot answers an empty list.
	return encode(map[string]any{"results": append([]Pipeline{}, t.pipelines...)})
}

func (p *Portal) openPipelines(q *request) (*objectType, response, bool) {
	t := p.lookupType(q.from)
	if t == nil {
		return nil, unknownType(q.from), false
	}
	scopes := t.scopes
	if t.plural == "orders" {
		scopes = []string{"crm.pipelines.orders.read"}
	}
	if !p.can(scopes...) {
		return nil, missingScopes(scopes), false
	}
	if len(t.pipelines) == 0 && t.custom == nil {
		return nil, invalid("Object type %s does not support pipelines", t.id), false
	}
	return t, response{}, true
}

func (p *Portal) findPipeline(q *request) (*Pipeline, response, bool) {
	t, refusal, ok := p.openPipelines(q)
	if !ok {
		return nil, refusal, false
	}
	i := slices.IndexFunc(t.pipelines, func(pl Pipeline) bool { return pl.ID == q.args[0] && !pl.Archived })
	if i < 0 {
		return nil, objectNotFound(q.args[0]), false
	}
	return &t.pipelines[i], response{}, true
}

// getPipeline serves GET /crm/v3/pipelines/{objectType}/{pipelineId}.
func (p *Portal) getPipeline(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	pl, refusal, ok := p.findPipeline(q)
	if !ok {
		return refusal
	}
	return encode(pl)
}

// getStages serves GET /crm/v3/pipelines/{objectType}/{pipelineId}/stages and
// …/stages/{stageId}.
func (p *Portal) getStages(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	pl, refusal, ok := p.findPipeline(q)
	if !ok {
		return refusal
	}
	if len(q.args) == 1 {
		return encode(map[string]any{"results": pl.Stages})
	}
	i := slices.IndexFunc(pl.Stages, func(s Stage) bool { return s.ID == q.args[1] })
	if i < 0 {
		return objectNotFound(q.args[1])
	}
	return encode(pl.Stages[i])
}
