package where

import (
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// operands are the values that conditions on the samples compare with.
var operands = map[string][]string{
	"test_text":  {"ada", "Ada", "ada lovelace", "ADA@X.org", "x.org", "ünal öz", "日本 語", "a;b", "*", " "},
	"test_num":   {"0", "0.10", "0.1", "1e5", "100000.0", "-3", "12345678901234567890", "12345678901234567891.0", "0.0000001", "7"},
	"test_day":   {"2026-01-05", "2026-01-06", "1969-12-31", "1970-01-01"},
	"test_time":  {"2026-01-05T10:00:00Z", "2026-01-05T11:00:00.001+01:00", "2026-01-05T10:00:00.0005Z", "1969-12-31T23:59:59.9999Z", "1970-01-01", "2026-01-05T10:00:00.002Z"},
	"test_enum":  {"a", "A", "b", "c", "d"},
	"test_many":  {"a", "b", "c", "A", "a;b"},
	"test_bool":  {"true", "false"},
	"test_owner": {"7", "8", "77", "9"},
	"test_id":    {"x1", "12", "012", "Y"},
}

// tokens are what conditions look for in text.
var tokens = []string{"ada", "*@x.org", "x.org", "AD*", "a*a", "*", "lovelace ada", "org", "x.or", "@", "*öz", "本", "日本*", "b", "a-b_c", "b_c", "_", "**a"}

// kinds are the kinds of the samples.
var kinds = map[string]kind{
	"test_text": stringKind, "test_num": numberKind, "test_day": dateKind, "test_time": dateTimeKind, "test_enum": enumKind,
	"test_many": enumKind, "test_bool": boolKind, "test_owner": idKind, "test_id": idKind,
}

// drawWhere draws a condition on the samples, as an XWhere or a RecordWhere.
func drawWhere(t *rapid.T, generic bool, depth int) map[string]any {
	where := make(map[string]any)
	if rapid.Bool().Draw(t, "nulls") { // as clients write what nobody set
		where["AND"], where["OR"], where["associatedWith"] = nil, nil, nil
	}
	fields := []string{"property", "property", "property", "AND", "OR", "OR"}
	if depth == 0 {
		fields = fields[:3]
	}
	for range rapid.IntRange(1, 2).Draw(t, "fields") {
		switch field := rapid.SampledFrom(fields).Draw(t, "field"); field {
		case "property":
			name := rapid.SampledFrom(slices.Sorted(maps.Keys(samples))).Draw(t, "property")
			filter := drawFilter(t, name)
			if generic {
				filter["name"] = name
				name = "property"
			}
			where[name] = filter
		default:
			var list []any
			for range rapid.IntRange(1, 3).Draw(t, "length") {
				list = append(list, drawWhere(t, generic, depth-1))
			}
			where[field] = list
		}
	}
	return where
}

func drawFilter(t *rapid.T, name string) map[string]any {
	filter := make(map[string]any)
	if rapid.Bool().Draw(t, "null operators") {
		filter["neq"], filter["exists"] = nil, nil
	}
	value := rapid.SampledFrom(operands[name])
	fitting := kinds[name].operators()
	if name == "test_owner" || name == "test_id" {
		fitting = []string{"eq", "neq", "in", "notIn", "exists"} // not kept as numbers
	}
	for range rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "operators") {
		operator := rapid.SampledFrom(fitting).Draw(t, "operator")
		switch operator {
		case "exists":
			filter[operator] = rapid.Bool().Draw(t, "exists")
		case "in", "notIn":
			var list []any
			for range rapid.IntRange(0, 3).Draw(t, "values") {
				list = append(list, value.Draw(t, "value"))
			}
			filter[operator] = list
			if list == nil {
				filter[operator] = []any{}
			}
		case "between":
			filter[operator] = map[string]any{"from": value.Draw(t, "from"), "to": value.Draw(t, "to")}
		case "containsToken", "notContainsToken":
			filter[operator] = rapid.SampledFrom(tokens).Draw(t, "token")
		default:
			filter[operator] = value.Draw(t, "value")
		}
	}
	return filter
}
