package execute

import "testing"

// FuzzGlobalID: what passes for the global ID of a record has one spelling, and
// that is the same record's.
func FuzzGlobalID(f *testing.F) {
	for _, seed := range []string{"0-1:51", "2-123:0051", "0-1:", ":5", "a:b:5", "0-1:٣", "0-1:-5", "stage:0-3:default:7"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		typeID, local, ok := splitGlobalID(text)
		id, decimal := parseRecordID(local)
		if !ok || !decimal {
			return
		}
		if !isRecordID(id) || len(id) > 1 && id[0] == '0' || typeID == "" {
			t.Errorf("%q names the record %q of %q", text, id, typeID)
		}
		again, local, ok := splitGlobalID(typeID + ":" + id)
		if other, decimal := parseRecordID(local); again != typeID || other != id || !ok || !decimal {
			t.Errorf("%q is %q of %q, which reads back as %q of %q", text, id, typeID, other, again)
		}
		if compareIDs(id, other(id)) == 0 {
			t.Errorf("%q compares as equal with %q", id, other(id))
		}
	})
}

// other is another ID.
func other(id string) string { return id + "1" }
