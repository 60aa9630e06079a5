package schema

import "testing"

// TestStageIDs takes the IDs of stages apart, which have any text in them.
func TestStageIDs(t *testing.T) {
	seen := make(map[string]bool)
	for _, of := range [][2]string{{"default", "closedwon"}, {"a:b", "c"}, {"a", "b:c"}, {"a%3Ab", "c"}, {"", "a:b"}, {"%", "%25"}} {
		id := StageID("0-3", of[0], of[1])
		if seen[id] {
			t.Errorf("two stages have the ID %s", id)
		}
		seen[id] = true
		if typeID, pipelineID, stageID, ok := SplitStageID(id); typeID != "0-3" || pipelineID != of[0] || stageID != of[1] || !ok {
			t.Errorf("SplitStageID(%q) = %q, %q, %q, %t, want 0-3 and %q", id, typeID, pipelineID, stageID, ok, of)
		}
	}
}
