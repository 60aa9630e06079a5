package where

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// sampleType is a type with the properties of the samples.
func sampleType(t testing.TB) *schema.Type {
	t.Helper()
	meta := &portal.Metadata{Types: []portal.ObjectType{{
		TypeID: "0-1", Name: "contact", PluralName: "contacts", Associates: []string{"0-1"},
		Properties: []*hubspot.Property{
			{Name: "hs_object_id", Type: "number", FieldType: "number"},
			{Name: "test_bool", Type: "bool"},
			{Name: "test_day", Type: "date"},
			{Name: "test_enum", Type: "enumeration", FieldType: "select"},
			{Name: "test_id", Type: "string"},
			{Name: "test_many", Type: "enumeration", FieldType: "checkbox"},
			{Name: "test_num", Type: "number"},
			{Name: "test_owner", Type: "enumeration", ReferencedObjectType: "OWNER"},
			{Name: "test_text", Type: "string"},
			{Name: "test_time", Type: "datetime"},
		},
	}}}
	s, err := schema.Build(coreSDL(t), meta)
	if err != nil {
		t.Fatal(err)
	}
	return s.TypeByID("0-1")
}

// matchGroups evaluates filter groups from their texts alone, as they are
// written.
func matchGroups(typ *schema.Type, groups []hubspot.FilterGroup, value func(string) string) bool {
	return slices.ContainsFunc(groups, func(g hubspot.FilterGroup) bool {
		return !slices.ContainsFunc(g.Filters, func(f hubspot.Filter) bool {
			return !matchFilter(typ.PropertyField(f.Property).Property, f, value(f.Property))
		})
	})
}

func matchFilter(def *schema.Property, f hubspot.Filter, value string) bool {
	c := &comparison{prop: newProperty(def)}
	for c.op.String() != f.Operator {
		c.op++
	}
	texts := f.Values
	if f.Value != "" {
		texts = append(texts, f.Value)
	}
	if f.HighValue != "" {
		texts = append(texts, f.HighValue)
	}
	for _, text := range texts {
		o, _ := c.prop.class.operand(text)
		o.token = parseToken(text)
		c.operands = append(c.operands, o)
	}
	return c.match(value)
}

// TestGroupsAreTheExpression: the filter groups match what the condition does,
// for any value of any property.
func TestGroupsAreTheExpression(t *testing.T) {
	typ := sampleType(t)
	rapid.Check(t, func(t *rapid.T) { checkGroups(t, typ) })
}

func FuzzGroupsAreTheExpression(f *testing.F) {
	typ := sampleType(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkGroups(t, typ) }))
}

func checkGroups(t *rapid.T, typ *schema.Type) {
	e, err := Parse(typ, "contacts", drawWhere(t, false, 3))
	if err != nil {
		t.Fatal(err)
	}
	groups, err := e.FilterGroups()
	if err != nil {
		return // too large
	}
	checkLimits(t, groups)
	for range 20 {
		record := make(map[string]string)
		for _, name := range e.Properties() {
			record[name] = rapid.SampledFrom(append(samples[name], "")).Draw(t, name)
		}
		value := func(property string) string { return record[property] }
		record[objectID] = "51"
		if got, want := matchGroups(typ, groups, value), e.Match(value); got != want {
			t.Fatalf("%s as %s: the groups match %q: %t, the condition: %t", e, groupsText(groups), record, got, want)
		}
	}
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func checkLimits(t failer, groups []hubspot.FilterGroup) {
	t.Helper()
	filters := 0
	for _, g := range groups {
		filters += len(g.Filters)
		if n := len(g.Filters); n == 0 || n > hubspot.MaxFiltersPerGroup {
			t.Fatalf("a group of %d filters: %s", n, groupsText(groups))
		}
	}
	if n := len(groups); n == 0 || n > hubspot.MaxFilterGroups || filters > hubspot.MaxFilters {
		t.Fatalf("%d groups of %d filters: %s", n, filters, groupsText(groups))
	}
}

// FuzzParse: whatever a variable holds, it is refused with a message that
// names the argument, or it is a condition that can be used.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"test_text":{"eq":"a","in":["b",null]}}`,
		`{"OR":[{"test_num":{"between":{"from":1e5,"to":"2"}}},{"AND":{"test_time":{"lt":"2026-01-05"}}}]}`,
		`{"property":{"name":"test_day","gte":"2026-01-05"},"associatedWith":{"contact":["0-1:7",8]}}`,
		`{"OR":[{"test_many":{"in":[]}},{"test_bool":{"neq":true}},{"test_owner":{"eq":7}}]}`,
		`{"property":"test_num","direction":"DESC"}`,
		`[{}]`, `null`, `{"AND":null}`, `{"test_text":{"containsToken":"*"}}`,
	} {
		f.Add(seed, "a;B 1.5")
	}
	typ := sampleType(f)
	f.Fuzz(func(t *testing.T, text, value string) {
		decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
		decoder.UseNumber()
		var arg any
		if decoder.Decode(&arg) != nil {
			return
		}
		for _, read := range []func(*schema.Type, string, any) (*Expr, error){Parse, ParseRecord} {
			e, err := read(typ, "contacts", arg)
			if err != nil {
				if !strings.HasPrefix(err.Error(), "contacts: where") {
					t.Errorf("%s is refused with %q", text, err)
				}
				continue
			}
			checkUse(t, typ, e, value)
		}
		for _, read := range []func(*schema.Type, string, any) (*Order, error){ParseOrder, ParseRecordOrder} {
			if o, err := read(typ, "contacts", arg); err == nil && o != nil && o.Compare(value, "1") != -o.Compare("1", value) {
				t.Errorf("%s orders %q and 1 both ways", o, value)
			}
		}
	})
}

func checkUse(t *testing.T, typ *schema.Type, e *Expr, text string) {
	value := func(string) string { return text }
	matches := e.Match(value)
	groups, err := e.FilterGroups()
	switch {
	case e == nil:
	case err != nil:
		if !strings.HasPrefix(err.Error(), "contacts: where") {
			t.Errorf("%s does not become groups: %v", e, err)
		}
	default:
		checkLimits(t, groups)
		if e.Local() == nil && matchGroups(typ, groups, value) != matches {
			t.Errorf("%s as %s: the groups match %q: %t, the condition: %t", e, groupsText(groups), text, !matches, matches)
		}
	}
	if e.Never() && matches {
		t.Errorf("%s never matches, and matches %q", e, text)
	}
}
