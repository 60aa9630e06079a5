package schema

import "strings"

// The field `id` of everything that has one is unique in the whole graph, since
// clients keep what they read by it: HubSpot's own IDs of owners, pipelines,
// stages and lists share one space of numbers, stages repeat between pipelines,
// and both repeat between object types. Records have "<typeId>:<recordId>".
const (
	ownerPrefix    = "owner:"
	pipelinePrefix = "pipeline:"
	stagePrefix    = "stage:"
	listPrefix     = "list:"
)

// OwnerID is the global ID of an owner, such as "owner:41629779".
func OwnerID(ownerID string) string { return ownerPrefix + ownerID }

// PipelineID is the global ID of a pipeline, such as "pipeline:0-3:default".
func PipelineID(typeID, pipelineID string) string {
	return pipelinePrefix + typeID + ":" + pipelineID
}

// StageID is the global ID of a stage, such as "stage:0-3:default:closedwon".
// The pipeline's ID is "" where it is not known. A colon within it is written
// "%3A", so that two stages never have one ID.
func StageID(typeID, pipelineID, stageID string) string {
	if strings.ContainsAny(pipelineID, ":%") {
		pipelineID = strings.NewReplacer(":", "%3A", "%", "%25").Replace(pipelineID)
	}
	return stagePrefix + typeID + ":" + pipelineID + ":" + stageID
}

// ListID is the global ID of a list, such as "list:12".
func ListID(listID string) string { return listPrefix + listID }

// LooksGlobal reports whether an ID has the beginning of a global ID other than
// a record's, which HubSpot's own IDs do not have.
func LooksGlobal(id string) bool {
	for _, prefix := range []string{ownerPrefix, pipelinePrefix, stagePrefix, listPrefix} {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// NamesNoRecord reports whether an ID is the global ID of an owner, a pipeline, a
// stage or a list, whether there is such a one or not.
func NamesNoRecord(id string) bool {
	if ownerID, ok := SplitOwnerID(id); ok {
		return ownerID != ""
	}
	if listID, ok := SplitListID(id); ok {
		return listID != ""
	}
	if typeID, pipelineID, ok := SplitPipelineID(id); ok {
		return typeID != "" && pipelineID != ""
	}
	typeID, _, stageID, ok := SplitStageID(id)
	return ok && typeID != "" && stageID != ""
}

// SplitOwnerID is HubSpot's ID of the owner of a global ID; ok is false if it
// is none.
func SplitOwnerID(id string) (ownerID string, ok bool) { return strings.CutPrefix(id, ownerPrefix) }

// SplitPipelineID takes the global ID of a pipeline apart; ok is false if it is
// none.
func SplitPipelineID(id string) (typeID, pipelineID string, ok bool) {
	rest, ok := strings.CutPrefix(id, pipelinePrefix)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, ":")
}

// SplitStageID takes the global ID of a stage apart; ok is false if it is none.
func SplitStageID(id string) (typeID, pipelineID, stageID string, ok bool) {
	rest, ok := strings.CutPrefix(id, stagePrefix)
	if !ok {
		return "", "", "", false
	}
	parts := strings.SplitN(rest, ":", 3)
	if len(parts) < 3 {
		return "", "", "", false
	}
	return parts[0], strings.NewReplacer("%3A", ":", "%25", "%").Replace(parts[1]), parts[2], true
}

// SplitListID is HubSpot's ID of the list of a global ID; ok is false if it is
// none.
func SplitListID(id string) (listID string, ok bool) { return strings.CutPrefix(id, listPrefix) }
