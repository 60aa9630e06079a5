package schema

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// maxOptions is how many options a description lists: enough to read, and a
// list of all countries stays out of it.
const maxOptions = 20

// A describer writes descriptions. It keeps its buffers: a portal has
// thousands of properties.
type describer struct {
	text    text
	visible []*hubspot.PropertyOption
}

// objectType describes the type of an object type's records.
func (d *describer) objectType(o *portal.ObjectType) string {
	t := d.text.reset().firstOf(o.SingularLabel, o.Name, o.PluralName)
	if o.PluralLabel != o.SingularLabel && !isBlank(o.PluralLabel) {
		t.raw(", plural ").line(o.PluralLabel)
	}
	t.paragraph().lines(o.Description)
	t.paragraph().raw("HubSpot object type `").line(o.TypeID).raw("`, `").line(o.PluralName).raw("`.")
	return t.String()
}

// plural is what HubSpot's users call several records of a type.
func (d *describer) plural(t *Type) string {
	return d.text.reset().firstOf(t.Object.PluralLabel, t.Object.SingularLabel, t.List).String()
}

// property describes a property and the field that carries it.
func (d *describer) property(p *hubspot.Property, field string) string {
	t := d.text.reset().firstOf(p.Label, p.Name)
	if p.Description != p.Label {
		t.paragraph().lines(p.Description)
	}
	t.paragraph()
	d.facts(p, field)
	t.paragraph()
	d.options(p.Options)
	return t.String()
}

// label is what HubSpot's users call the property of a field, shared with the
// metadata wherever it can stay as it is.
func (d *describer) label(f *Field) string {
	p := f.Property.Definition
	for _, s := range [...]string{p.Label, p.Name} {
		if len(s) > 0 && wordLen(s) == len(s) {
			return s
		}
		if s = d.text.reset().line(s).String(); s != "" {
			return s
		}
	}
	return f.Name
}

// facts says in one line what else the portal knows about a property.
func (d *describer) facts(p *hubspot.Property, field string) {
	t := &d.text
	if field != p.Name {
		t.sentence("HubSpot property `").line(p.Name).raw("`.")
	}
	if p.GroupName != "" {
		t.sentence("Group `").line(p.GroupName).raw("`.")
	}
	switch {
	case p.CurrencyPropertyName != "":
		t.sentence("Money, in the currency of `").line(p.CurrencyPropertyName).raw("`.")
	case p.ShowCurrencySymbol:
		t.sentence("Money, in the portal's currency.")
	}
	switch p.NumberDisplayHint {
	case "percentage", "duration", "probability":
		t.sentence("Shown as a ").raw(p.NumberDisplayHint).raw(".")
	}
	if p.HasUniqueValue {
		t.sentence("Unique.")
	}
	if p.Calculated {
		t.sentence("Calculated by HubSpot.")
	}
	if p.Hidden {
		t.sentence("Hidden in HubSpot.")
	}
	switch p.DataSensitivity {
	case "sensitive":
		t.sentence("Sensitive.")
	case "highly_sensitive":
		t.sentence("Highly sensitive.")
	}
}

// options lists the options that users see, in their order.
func (d *describer) options(all []hubspot.PropertyOption) {
	d.visible = d.visible[:0]
	for i := range all {
		if !all[i].Hidden {
			d.visible = append(d.visible, &all[i])
		}
	}
	if !slices.IsSortedFunc(d.visible, compareOptions) {
		slices.SortFunc(d.visible, compareOptions)
	}
	t := &d.text
	for i, o := range d.visible {
		if i > 0 {
			t.raw("\n")
		}
		if i == maxOptions {
			t.raw("- … and ").raw(strconv.Itoa(len(d.visible) - i)).raw(" more")
			break
		}
		t.raw("- `").line(o.Value).raw("` = ").line(o.Label)
	}
}

// compareOptions orders by HubSpot's display order, where a negative one
// means after all others.
func compareOptions(a, b *hubspot.PropertyOption) int {
	if c := cmp.Compare(uint(a.DisplayOrder), uint(b.DisplayOrder)); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Label, b.Label))
}
