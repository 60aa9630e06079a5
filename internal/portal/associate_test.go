package portal

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAssociations(t *testing.T) {
	candidates := append(standardCandidates(),
		candidate{ObjectType: ObjectType{TypeID: "2-1", Custom: true}, links: []links{{"2-1", "0-1"}, {"2-1", "2-1"}}},
		candidate{ObjectType: ObjectType{TypeID: "2-2", Custom: true}, links: []links{{"2-1", "2-2"}, {"2-2", "0-999"}}},
	)
	types := []ObjectType{
		{TypeID: "0-1"}, {TypeID: "0-115"}, {TypeID: "0-3"}, {TypeID: "0-46"}, {TypeID: "0-7"}, {TypeID: "0-8"}, {TypeID: "2-1"}, {TypeID: "2-2"},
	}
	associations(candidates).connect(types)
	want := map[string][]string{
		"0-1":   {"0-1", "0-3", "0-46", "0-8", "2-1"},
		"0-115": nil, // users
		"0-3":   {"0-1", "0-3", "0-46", "0-8"},
		"0-46":  {"0-1", "0-3", "0-8", "2-1", "2-2"}, // notes: with every custom object
		"0-7":   nil,                                 // products
		"0-8":   {"0-1", "0-3", "0-46"},              // line items: not with each other
		"2-1":   {"0-1", "0-46", "2-1", "2-2"},       // by its own schema, itself included
		"2-2":   {"0-46", "2-1"},                     // by the other's schema; 0-999 is not there
	}
	for _, typ := range types {
		t.Run(typ.TypeID, func(t *testing.T) {
			if diff := cmp.Diff(want[typ.TypeID], typ.Associates); diff != "" {
				t.Errorf("associates of %s differ (-want +got):\n%s", typ.TypeID, diff)
			}
		})
	}
}
