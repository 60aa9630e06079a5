package execute

import (
	"cmp"
	"strings"
)

// recordIDProperty is the property that every record has its ID in as well.
const recordIDProperty = "hs_object_id"

// compareIDs orders record IDs by value. They are decimal text and may outgrow
// 64 bits.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return strings.Compare(a, b)
}

// parseRecordID reads a record ID that a client wrote. It is decimal, and may
// outgrow 64 bits one day. Leading zeros go, so that one record has one ID.
func parseRecordID(text string) (id string, ok bool) {
	if !isRecordID(text) {
		return "", false
	}
	id = strings.TrimLeft(text, "0")
	return cmp.Or(id, "0"), true
}

// isRecordID says whether HubSpot could have given the ID.
func isRecordID(id string) bool { return len(id) <= 32 && isDigits(id) }
