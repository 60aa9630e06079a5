package schema

import (
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// objectID is the property that holds the record ID: the one property that
// every record has a value for.
const objectID = "hs_object_id"

// valueOf decides how a property's text becomes a GraphQL value.
//
// HubSpot's type decides, the field type only tells a list of options from
// one option.
// HubSpot: "Property type and fieldType values" in
// https://developers.hubspot.com/docs/guides/api/crm/properties
func valueOf(o *portal.ObjectType, p *hubspot.Property) ValueKind {
	multiple := p.Type == "enumeration" && p.FieldType == "checkbox"
	switch {
	case p.Name == objectID:
		return ValueID
	case multiple: // before references: hs_all_owner_ids holds many owner IDs
		return ValueEnums
	case len(o.Pipelines) > 0 && p.Name == stageProperty(o):
		return ValueStage
	case len(o.Pipelines) > 0 && p.Name == pipelineProperty(o):
		return ValuePipeline
	}
	switch p.Type {
	case "bool":
		return ValueBool
	case "date":
		return ValueDate
	case "datetime":
		return ValueDateTime
	case "string", "number", "enumeration":
		if p.ReferencedObjectType == "OWNER" {
			return ValueOwner
		}
		if p.ReferencedObjectType != "" {
			return ValueID
		}
	default:
		return ValueString
	}
	switch {
	case p.Type == "enumeration":
		return ValueEnum
	case strings.HasSuffix(p.Name, "_id"):
		return ValueID
	case p.Type == "number":
		return ValueNumber
	default:
		return ValueString
	}
}

// pipelineProperty is the property that holds the ID of a record's pipeline.
func pipelineProperty(o *portal.ObjectType) string {
	if o.TypeID == deals {
		return "pipeline"
	}
	return "hs_pipeline"
}

// stageProperty is the property that holds the ID of a record's stage.
func stageProperty(o *portal.ObjectType) string {
	if o.TypeID == deals {
		return "dealstage"
	}
	return "hs_pipeline_stage"
}
