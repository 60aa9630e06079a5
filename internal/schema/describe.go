package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// maxOptions is how many options a description lists: enough to read, and a
// list of all countries stays out of it.
const maxOptions = 20

func describeType(o *portal.ObjectType) string {
	label := oneLine(cmp.Or(o.SingularLabel, o.Name))
	if plural := oneLine(o.PluralLabel); plural != "" && plural != label {
		label += ", plural " + plural
	}
	return paragraphs(
		label,
		multiLine(o.Description),
		fmt.Sprintf("HubSpot object type `%s`, `%s`.", oneLine(o.TypeID), oneLine(o.PluralName)),
	)
}

func describeProperty(p *hubspot.Property) string {
	label := oneLine(cmp.Or(p.Label, p.Name))
	text := multiLine(p.Description)
	if text == label {
		text = ""
	}
	return paragraphs(label, text, facts(p), describeOptions(p.Options))
}

// facts says in one line what else the portal knows about a property.
func facts(p *hubspot.Property) string {
	var b strings.Builder
	fact := func(parts ...string) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		for _, part := range parts {
			b.WriteString(part)
		}
	}
	if p.GroupName != "" {
		fact("Group `", oneLine(p.GroupName), "`.")
	}
	switch {
	case p.CurrencyPropertyName != "":
		fact("Money, in the currency of `", oneLine(p.CurrencyPropertyName), "`.")
	case p.ShowCurrencySymbol:
		fact("Money, in the portal's currency.")
	}
	switch p.NumberDisplayHint {
	case "percentage":
		fact("Shown as a percentage.")
	case "duration":
		fact("Shown as a duration.")
	case "probability":
		fact("Shown as a probability.")
	}
	if p.HasUniqueValue {
		fact("Unique.")
	}
	if p.Calculated {
		fact("Calculated by HubSpot.")
	}
	if p.Hidden {
		fact("Hidden in HubSpot.")
	}
	switch p.DataSensitivity {
	case "sensitive":
		fact("Sensitive.")
	case "highly_sensitive":
		fact("Highly sensitive.")
	}
	return b.String()
}

// describeOptions lists the options that users see, in their order.
func describeOptions(all []hubspot.PropertyOption) string {
	options := slices.DeleteFunc(slices.Clone(all), func(o hubspot.PropertyOption) bool { return o.Hidden })
	slices.SortFunc(options, compareOptions)
	var b strings.Builder
	for i, o := range options {
		if i == maxOptions {
			fmt.Fprintf(&b, "\n- … and %d more", len(options)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("- `")
		b.WriteString(oneLine(o.Value))
		b.WriteString("` = ")
		b.WriteString(oneLine(o.Label))
	}
	return b.String()
}

// compareOptions orders by HubSpot's display order, where a negative one
// means after all others.
func compareOptions(a, b hubspot.PropertyOption) int {
	return cmp.Or(
		cmp.Compare(uint(a.DisplayOrder), uint(b.DisplayOrder)),
		cmp.Compare(a.Value, b.Value),
		cmp.Compare(a.Label, b.Label),
	)
}

// paragraphs joins the texts that are not empty, a blank line between them.
func paragraphs(texts ...string) string {
	texts = slices.DeleteFunc(texts, func(s string) bool { return s == "" })
	return strings.Join(texts, "\n\n")
}

// multiLine makes a text fit for a description: valid UTF-8 without control
// characters, indentation and blank lines. GraphQL reads such a text back
// from SDL as it was written.
func multiLine(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, line := range lines {
		lines[i] = oneLine(line)
	}
	lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" })
	return strings.Join(lines, "\n")
}

// oneLine is multiLine for a text that has to stay on one line.
func oneLine(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// isPlain reports whether s is one line that needs no change, as most are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return !strings.HasPrefix(s, " ") && !strings.HasSuffix(s, " ")
}
