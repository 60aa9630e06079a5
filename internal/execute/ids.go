package execute

import (
	"cmp"
	"strconv"
	"strings"
)

// compareIDs orders record IDs by value. They are decimal text and may outgrow
// 64 bits.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return strings.Compare(a, b)
}

func boolText(b bool) string { return strconv.FormatBool(b) }

// associationKey makes the ways to write an object type's name in an answer's
// associations the same: "line items" and "line_items" are one type.
func associationKey(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", "_")
}
