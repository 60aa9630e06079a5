package hubspottest

import (
	"strings"
)

// AwkwardProperties are definitions like those that grown portals have and
// that no grammar foresees: names with spaces, dashes and leading digits, that
// differ in case alone or are those of fields which every record has; options
// that are empty, numeric or full of quotes.
func AwkwardProperties() []Property {
	var all []Property
	for _, name := range []string{
		"with space", "with-dash", "with.dot", "with/slash", "100% & more+", `with "quotes"`, "tab\tinside",
		"2nd_try", "007", "__dunder", "__typename", "_", "trailing_", "Kundennummer", "kundennummer", "KUNDENNUMMER",
		"größe", "имя", "🙂", "id", "objectType", "displayName", "createdAt", "url", "associated", "history", "lists", "properties",
		"true", "null", "query", "first", "where", strings.Repeat("long_name_", 10),
	} {
		all = append(all, Property{Name: name, Label: name, GroupName: "awkward"})
	}
	empty, numeric, quoted := []Option{}, choices("1", "One", "2.50", "Two and a half", "-3", "Minus three", "1e5", "Many"),
		choices("", "Nothing", " ", "A space", `"quoted"`, `Says "yes"`, "a,b", "A and B", "🙂", "Fine 🙂", "It's", "It's", "A b", "A b", "a_b", "A_b", "true", "Yes", "null", "None")
	return append(all,
		Property{Name: "awkward_number", Type: "number", GroupName: "awkward"},
		Property{Name: "awkward_money", Type: "number", ShowCurrencySymbol: true, NumberDisplayHint: "currency", GroupName: "awkward"},
		Property{Name: "awkward_bool", Type: "bool", Options: yesNo(), GroupName: "awkward"},
		Property{Name: "awkward_date", Type: "date", GroupName: "awkward"},
		Property{Name: "awkward_datetime", Type: "datetime", FieldType: "date", GroupName: "awkward"},
		Property{Name: "awkward_no_options", Type: "enumeration", FieldType: "select", Options: empty, GroupName: "awkward"},
		Property{Name: "awkward_numbers", Type: "enumeration", FieldType: "select", Options: numeric, GroupName: "awkward"},
		Property{Name: "awkward_quotes", Type: "enumeration", FieldType: "radio", Options: quoted, GroupName: "awkward"},
		Property{Name: "awkward_many", Type: "enumeration", FieldType: "checkbox", Options: quoted, GroupName: "awkward"},
		Property{Name: "awkward_type", Type: "from_the_future", FieldType: "hologram", GroupName: "awkward"},
	)
}

// AwkwardValues are the values of one property of [AwkwardProperties], each
// such as HubSpot has been seen to send: numbers beyond 64 bits and with digits
// that a float would lose, dates as milliseconds, options that were removed,
// texts with anything in them. Names that are not of a type have texts.
func AwkwardValues(property string) []string {
	switch property {
	case "awkward_number", "awkward_money":
		return []string{"12345678901234567890", "0.10", "1e5", "-0", "1.0", "00012", ".5", "9007199254740993", "-1234.5600", "", "n/a"}
	case "awkward_bool":
		return []string{"true", "false", "", "TRUE", "yes", "1"}
	case "awkward_date":
		return []string{"2026-01-01", "1767225600000", "", "-86400000", "2026-02-30", "soon"}
	case "awkward_datetime":
		return []string{"2026-01-01T12:30:00Z", "2026-01-01T12:30:00.123Z", "1767270600123", "", "2026-01-01", "2026-01-01T12:30:00+02:00", "soon"}
	case "awkward_no_options", "awkward_numbers", "awkward_quotes":
		return []string{"1", "2.50", "", " ", `"quoted"`, "a,b", "🙂", "It's", "removed_option", "A b", "a_b", "true"}
	case "awkward_many":
		return []string{`"quoted";a,b`, ";A b;;a_b;", "", "removed_option;🙂", ";", "true"}
	}
	return []string{
		"plain", "", " padded ", "two\nlines\r\n", `back\slash and "quotes"`, "<b>html</b> & more", "🙂 emoji 👩‍👩‍👧", "עברית", "\x00\x1f\u2028\ufeff", "null", "0123",
		strings.Repeat("long ", 13_107), // HubSpot's most: 65,536 characters
	}
}

// AddAwkward defines [AwkwardProperties] for an object type and adds as many
// records as the longest row of [AwkwardValues] needs, which go through all of
// them. It returns the records' IDs.
func (p *Portal) AddAwkward(objectType string) (ids []string) {
	properties := AwkwardProperties()
	most := 0
	for _, prop := range properties {
		p.DefineProperty(objectType, prop)
		most = max(most, len(AwkwardValues(prop.Name)))
	}
	for i := range most {
		values := map[string]string{}
		for _, prop := range properties {
			row := AwkwardValues(prop.Name)
			values[prop.Name] = row[i%len(row)]
		}
		ids = append(ids, p.AddRecord(objectType, values))
	}
	return ids
}
