package hubspottest

import (
	"strings"
	"unicode"
)

// catalogueCreatedAt is when HubSpot's own definitions were made.
const catalogueCreatedAt = "2019-08-06T02:41:08.029Z"

// addCatalogue defines the properties that a text lists, one a line:
//
//	# group | Label of the group that follows
//	name | Label | kind flags | option, value=Label of the option, …
//
// The kinds are those of kindOf. The flags are unique, hidden, ro (the value
// is HubSpot's to set) and form (it can stand on forms).
func (t *objectType) addCatalogue(text string) {
	group := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if name, ok := strings.CutPrefix(cells[0], "# "); ok {
			group = name
			t.groups = append(t.groups, Group{Name: name, Label: cells[1], DisplayOrder: len(t.groups)})
			continue
		}
		t.define(parseProperty(cells, group))
	}
}

func parseProperty(cells []string, group string) Property {
	words := strings.Fields(cells[2])
	prop := kindOf(words[0])
	prop.Name, prop.Label, prop.GroupName = cells[0], cells[1], group
	prop.HubSpotDefined = true
	prop.CreatedAt, prop.UpdatedAt = catalogueCreatedAt, catalogueCreatedAt
	prop.ModificationMetadata.ReadOnlyDefinition = true
	for _, flag := range words[1:] {
		switch flag {
		case "unique":
			prop.HasUniqueValue = true
		case "hidden":
			prop.Hidden = true
		case "ro":
			prop.ModificationMetadata.ReadOnlyValue = true
		case "form":
			prop.FormField = true
		}
	}
	if len(cells) > 3 {
		for i, option := range strings.Split(cells[3], ",") {
			value, label, ok := strings.Cut(strings.TrimSpace(option), "=")
			if !ok {
				label = labelOf(value)
			}
			prop.Options = append(prop.Options, Option{Label: label, Value: value, DisplayOrder: i})
		}
	}
	return prop
}

// kindOf maps the catalogue's short kinds to what HubSpot calls them.
func kindOf(kind string) Property {
	switch kind {
	case "textarea", "html", "file":
		return Property{Type: "string", FieldType: kind}
	case "email":
		return Property{Type: "string", FieldType: "text", TextDisplayHint: "email"}
	case "domain":
		return Property{Type: "string", FieldType: "text", TextDisplayHint: "domain_name"}
	case "phone":
		return Property{Type: "string", FieldType: "phonenumber", TextDisplayHint: "phone_number"}
	case "calculated":
		return Property{Type: "string", FieldType: "calculation_equation", Calculated: true}
	case "number":
		return Property{Type: "number", FieldType: "number", NumberDisplayHint: "formatted"}
	case "id":
		return Property{Type: "number", FieldType: "number", NumberDisplayHint: "unformatted"}
	case "duration", "percentage", "probability":
		return Property{Type: "number", FieldType: "number", NumberDisplayHint: kind}
	case "money":
		return Property{Type: "number", FieldType: "number", ShowCurrencySymbol: true, NumberDisplayHint: "currency"}
	case "dealmoney":
		return Property{Type: "number", FieldType: "number", ShowCurrencySymbol: true, CurrencyPropertyName: "deal_currency_code", NumberDisplayHint: "currency"}
	case "hsmoney":
		return Property{Type: "number", FieldType: "number", ShowCurrencySymbol: true, CurrencyPropertyName: "hs_currency_code", NumberDisplayHint: "currency"}
	case "rollup":
		return Property{Type: "number", FieldType: "calculation_rollup", Calculated: true}
	case "score":
		return Property{Type: "number", FieldType: "calculation_score", Calculated: true}
	case "equation":
		return Property{Type: "number", FieldType: "calculation_equation", Calculated: true}
	case "bool":
		return Property{Type: "bool", FieldType: "booleancheckbox", Options: yesNo()}
	case "boolenum":
		return Property{Type: "enumeration", FieldType: "booleancheckbox", Options: yesNo()}
	case "select", "radio", "checkbox":
		return Property{Type: "enumeration", FieldType: kind}
	case "date":
		return Property{Type: "date", FieldType: "date"}
	case "datetime":
		return Property{Type: "datetime", FieldType: "date"}
	case "owner":
		return Property{Type: "enumeration", FieldType: "select", ExternalOptions: true, ReferencedObjectType: "OWNER"}
	case "owners":
		return Property{Type: "enumeration", FieldType: "checkbox", ExternalOptions: true, ReferencedObjectType: "OWNER"}
	case "company":
		return Property{Type: "number", FieldType: "number", ReferencedObjectType: "COMPANY"}
	case "json", "object_coordinates":
		return Property{Type: kind, FieldType: "text", Hidden: true}
	}
	return Property{Type: "string", FieldType: "text"}
}

func yesNo() []Option {
	return []Option{{Label: "True", Value: "true"}, {Label: "False", Value: "false", DisplayOrder: 1}}
}

// labelOf makes a label out of an internal name: "hs_lead_status" becomes
// "Lead status".
func labelOf(name string) string {
	label := []rune(strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "hs_"), "_", " ")))
	if len(label) > 0 {
		label[0] = unicode.ToUpper(label[0])
	}
	return string(label)
}
