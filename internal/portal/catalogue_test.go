package portal

import (
	"strings"
	"testing"
)

func TestStandardTypes(t *testing.T) {
	names := map[string]string{} // every name that selects a type → its type ID
	for _, s := range StandardTypes() {
		t.Run(s.PluralName, func(t *testing.T) {
			for _, name := range []string{s.TypeID, s.Name, s.PluralName} {
				if name == "" || name != strings.ToLower(name) {
					t.Errorf("name %q, want a lower-case name", name)
				}
				if other, ok := names[name]; ok && other != s.TypeID {
					t.Errorf("name %q is also of %s", name, other)
				}
				names[name] = s.TypeID
			}
			if s.SingularLabel == "" || s.PluralLabel == "" || s.Description == "" {
				t.Errorf("labels %q, %q, description %q, want all", s.SingularLabel, s.PluralLabel, s.Description)
			}
			if len(s.DisplayProperties) == 0 || len(s.Scopes) == 0 {
				t.Errorf("display properties %q, scopes %q, want some of both", s.DisplayProperties, s.Scopes)
			}
			if s.SelfAssociable && !s.Associable {
				t.Errorf("can be associated with itself and with nothing")
			}
		})
	}
	if len(names) < 3*30 {
		t.Errorf("StandardTypes() has %d names, want those of more than thirty types", len(names))
	}
}

func TestStandardTypesAreTheCallersOwn(t *testing.T) {
	StandardTypes()[0].DisplayProperties[0] = "changed"
	if got := StandardTypes()[0].DisplayProperties[0]; got != "firstname" {
		t.Errorf("StandardTypes()[0].DisplayProperties[0] = %q, want %q", got, "firstname")
	}
}
