package schema

import (
	"regexp"
	"strings"
	"testing"
)

func TestFieldName(t *testing.T) {
	tests := []struct {
		name, property, want string
	}{
		{"plain", "hs_lead_status", "hs_lead_status"},
		{"capitals", "VIN", "VIN"},
		{"one underscore in front", "_private", "_private"},
		{"long", strings.Repeat("long_name_", 10), strings.Repeat("long_name_", 10)},
		{"dash", "closed-won", "closed_x2D_won"},
		{"space", "my prop", "my_x20_prop"},
		{"accent", "größe", "gr_xF6__xDF_e"},
		{"beyond the first plane", "a😀", "a_x1F600_"},
		{"not UTF-8", "a\xff", "a_x1100FF_"},
		{"leading digit", "1st_call", "p_1st_call"},
		{"two underscores in front", "__typename", "p___typename"},
		{"underscore and illegal character in front", "_-a", "p___x2D_a"},
		{"illegal character in front", "-a", "_x2D_a"},
		{"empty", "", "p_"},
		{"gateway field", "id", "id_"},
		{"gateway field of one type", "history", "history_"},
		{"generic association", "associated", "associated_"},
		{"lists of a record", "lists", "lists_"},
		{"all of a filter", "AND", "AND_"},
		{"any of a filter", "OR", "OR_"},
		{"associations of a filter", "associatedWith", "associatedWith_"},
		{"no enum value: true", "true", "true_"},
		{"no enum value: false", "false", "false_"},
		{"no enum value: null", "null", "null_"},
		{"after an escaped reserved name", "null_", "null__"},
		{"reserved names have one case", "True", "True"},
		{"a word of a filter in lower case", "or", "or"},
		{"association of a type the portal lacks", "partnerClients", "partnerClients_"},
		{"shortcut", "primaryCompany", "primaryCompany_"},
		{"looks like a clash", "id_", "id__"},
		{"trailing underscore", "email_", "email_"},
		{"looks like a prefix", "p_1st_call", "p_p_1st_call"},
		{"looks like no prefix", "p_call", "p_call"},
		{"looks like an escape", "a_x20_b", "a_x5F_x20_b"},
		{"looks like an escape before an illegal character", "a_x20 b", "a_x5F_x20_x20_b"},
		{"too short for an escape", "size_x2_total", "size_x2_total"},
		{"lower case is no escape", "a_xff_b", "a_xff_b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := FieldName(tt.property)
			if got != tt.want {
				t.Errorf("FieldName(%q) = %q, want %q", tt.property, got, tt.want)
			}
			if back := PropertyName(got); back != tt.property {
				t.Errorf("PropertyName(%q) = %q, want %q", got, back, tt.property)
			}
		})
	}
}

// TestFieldNameIsReversible tries all short names made of what escapes are made of.
func TestFieldNameIsReversible(t *testing.T) {
	const alphabet = "_x5Fp -"
	fields := make(map[string]string)
	names := []string{""}
	for range 6 { // up to five characters
		for _, name := range names {
			field := FieldName(name)
			if other, there := fields[field]; there && other != name {
				t.Fatalf("FieldName(%q) = FieldName(%q) = %q", name, other, field)
			}
			fields[field] = name
			checkName(t, field)
			if back := PropertyName(field); back != name {
				t.Fatalf("PropertyName(%q) = %q, want %q", field, back, name)
			}
		}
		var longer []string
		for _, name := range names {
			for i := range alphabet {
				longer = append(longer, name+alphabet[i:i+1])
			}
		}
		names = longer
	}
}

var legalName = regexp.MustCompile(`^[A-Za-z_][0-9A-Za-z_]*$`)

// checkName reports a name that GraphQL does not allow or keeps for itself.
func checkName(t *testing.T, name string) {
	t.Helper()
	if !legalName.MatchString(name) || strings.HasPrefix(name, "__") {
		t.Errorf("%q is no GraphQL name for a field", name)
	}
}

// FuzzFieldName: every property gets a legal field that is not the gateway's
// and leads back, so no two properties share one.
func FuzzFieldName(f *testing.F) {
	for _, s := range []string{
		"", "id", "id_", "p_1", "1", "__x", "_x20_", "_x20", "_x5F_", "_x5F x", "a b", "_ a", "p_p___",
		"_xAB_x20_", "_x1100FF_", "\xff", "contacts__", "null", "true_", "AND", "associatedWith_", "_x_x20_", "__x20_", "p_id", "_x1234567_", "_xD800_",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, property string) {
		field := FieldName(property)
		checkName(t, field)
		if reservedFields[field] {
			t.Errorf("FieldName(%q) = %q, which the gateway needs", property, field)
		}
		if back := PropertyName(field); back != property {
			t.Errorf("PropertyName(FieldName(%q)) = %q through %q", property, back, field)
		}
		PropertyName(property) // must not panic on what no property gives
	})
}
