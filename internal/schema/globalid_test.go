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

func TestNamesNoRecord(t *testing.T) {
	for id, want := range map[string]bool{
		OwnerID("7"): true, ListID("12"): true, PipelineID("0-3", "default"): true, StageID("0-3", "default", "won"): true, StageID("0-3", "", "7"): true,
		"owner:": false, "list:": false, "pipeline:0-3": false, "pipeline:0-3:": false, "stage:0-3:default": false, "stage:::": false,
		"0-3:7": false, "stage": false, "": false,
	} {
		if got := NamesNoRecord(id); got != want {
			t.Errorf("NamesNoRecord(%q) = %t, want %t", id, got, want)
		}
	}
}

// FuzzGlobalIDs: what an ID is made of comes out of it again, whatever it is;
// and of any text at all comes what makes an ID that means the same.
func FuzzGlobalIDs(f *testing.F) {
	f.Add("default", "closedwon", "stage:0-3:default:closedwon")
	f.Add("a:b%3A", "c:%", "stage:0-3:a%zz%253A:b:c")
	f.Add("", "", "pipeline::")
	f.Fuzz(func(t *testing.T, pipelineID, stageID, text string) {
		id := StageID("0-3", pipelineID, stageID)
		if typeID, p, s, ok := SplitStageID(id); !ok || typeID != "0-3" || p != pipelineID || s != stageID {
			t.Errorf("SplitStageID(%q) = %q, %q, %q, %t, want %q and %q", id, typeID, p, s, ok, pipelineID, stageID)
		}
		if typeID, p, ok := SplitPipelineID(PipelineID("0-3", pipelineID)); !ok || typeID != "0-3" || p != pipelineID {
			t.Errorf("the ID of pipeline %q is that of %q of %q, %t", pipelineID, p, typeID, ok)
		}
		for _, id := range []string{id, PipelineID("0-3", pipelineID), OwnerID(stageID), ListID(stageID)} {
			if !LooksGlobal(id) {
				t.Errorf("%q does not look global", id)
			}
		}
		typeID, p, s, ok := SplitStageID(text)
		if !ok {
			return
		}
		if a, b, c, ok := SplitStageID(StageID(typeID, p, s)); !ok || a != typeID || b != p || c != s {
			t.Errorf("SplitStageID(%q) = %q, %q, %q; put together again they are %q, %q, %q, %t", text, typeID, p, s, a, b, c, ok)
		}
	})
}
