package portal

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSelectTypes(t *testing.T) {
	types := []*ObjectType{
		{TypeID: "0-1", Name: "contact", PluralName: "contacts"},
		{TypeID: "0-3", Name: "deal", PluralName: "deals"},
		{TypeID: "2-7", Name: "house", PluralName: "p1_house", Custom: true},
		{TypeID: "2-8", Name: "Contact", PluralName: "p1_contact", Custom: true},
	}
	tests := []struct {
		name             string
		objects, exclude []string
		want, unknown    []string
	}{
		{"everything", nil, nil, []string{"0-1", "0-3", "2-7", "2-8"}, nil},
		{"path name", []string{"deals"}, nil, []string{"0-3"}, nil},
		{"singular name", []string{"deal"}, nil, []string{"0-3"}, nil},
		{"type ID", []string{"0-3", "2-7"}, nil, []string{"0-3", "2-7"}, nil},
		{"any case, spaces around", []string{" Deals ", "HOUSE"}, nil, []string{"0-3", "2-7"}, nil},
		{"fully qualified name", []string{"p1_House"}, nil, []string{"2-7"}, nil},
		{"a standard type before a custom one of its name", []string{"contact"}, nil, []string{"0-1"}, nil},
		{"the custom one", []string{"p1_contact"}, nil, []string{"2-8"}, nil},
		{"excluded", nil, []string{"deal", "2-8"}, []string{"0-1", "2-7"}, nil},
		{"chosen and excluded", []string{"deals", "contacts"}, []string{"0-3"}, []string{"0-1"}, nil},
		{"unknown", []string{"deals", "yachts", "boats"}, []string{"boats"}, []string{"0-3"}, []string{"boats", "yachts"}},
		{"empty name", nil, []string{""}, []string{"0-1", "0-3", "2-7", "2-8"}, []string{""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := selectTypes(test.objects, test.exclude, types)
			var got []string
			for _, typ := range types {
				if s.has(typ.TypeID) {
					got = append(got, typ.TypeID)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("selectTypes(%q, %q) differs (-want +got):\n%s", test.objects, test.exclude, diff)
			}
			if diff := cmp.Diff(test.unknown, s.unknown); diff != "" {
				t.Errorf("selectTypes(%q, %q).unknown differs (-want +got):\n%s", test.objects, test.exclude, diff)
			}
		})
	}
}
