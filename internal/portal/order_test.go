package portal

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

func TestOrderOptions(t *testing.T) {
	p := hubspot.Property{Options: []hubspot.PropertyOption{
		{Value: "last b", Label: "B", DisplayOrder: -1},
		{Value: "2", Label: "B", DisplayOrder: 1},
		{Value: "last a", Label: "A", DisplayOrder: -1},
		{Value: "1", Label: "A", DisplayOrder: 1},
		{Value: "0", Label: "Z", DisplayOrder: 0},
	}}
	orderOptions(&p)
	var got []string
	for _, o := range p.Options {
		got = append(got, o.Value)
	}
	if diff := cmp.Diff([]string{"0", "1", "2", "last a", "last b"}, got); diff != "" {
		t.Errorf("options differ (-want +got):\n%s", diff)
	}
}

func TestMergeOwners(t *testing.T) {
	active, archived := hubspot.Owner{ID: "1"}, hubspot.Owner{ID: "2", Archived: true}
	previous := &Metadata{Owners: []hubspot.Owner{{ID: "8"}, {ID: "9", Archived: true}}}
	tests := []struct {
		name     string
		lists    ownerLists
		previous *Metadata
		want     []string
	}{
		{"both lists", ownerLists{[]hubspot.Owner{active}, []hubspot.Owner{archived}}, previous, []string{"1", "2"}},
		{"empty lists", ownerLists{[]hubspot.Owner{}, []hubspot.Owner{}}, previous, nil},
		{"no archived list", ownerLists{[]hubspot.Owner{active}, nil}, previous, []string{"1", "9"}},
		{"no active list", ownerLists{nil, []hubspot.Owner{archived}}, previous, []string{"2", "8"}},
		{"no lists", ownerLists{}, previous, []string{"8", "9"}},
		{"nothing", ownerLists{}, nil, nil},
		{"in both lists", ownerLists{[]hubspot.Owner{{ID: "2"}}, []hubspot.Owner{archived}}, nil, []string{"2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := &loader{opts: LoadOptions{Previous: test.previous}}
			owners := l.mergeOwners(test.lists)
			var got []string
			for _, o := range owners {
				got = append(got, o.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("mergeOwners(%+v) differs (-want +got):\n%s", test.lists, diff)
			}
			if test.name == "in both lists" && owners[0].Archived {
				t.Errorf("mergeOwners(%+v) keeps the archived one", test.lists)
			}
		})
	}
}
