package schema

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/portal"
)

func TestNamer(t *testing.T) {
	tests := []struct {
		name   string
		object portal.ObjectType
		want   typeName
	}{
		{"standard", portal.ObjectType{TypeID: "0-8", Name: "line_item"}, typeName{"LineItem", "lineItem", "lineItems"}},
		{"the name of a standard type does not count", portal.ObjectType{TypeID: "0-3", Name: "x"}, typeName{"Deal", "deal", "deals"}},
		{"standard, but new", portal.ObjectType{TypeID: "0-998", Name: "gift_card"}, typeName{"GiftCard", "giftCard", "giftCards"}},
		{"custom", portal.ObjectType{TypeID: "2-1", Name: "house"}, typeName{"House", "house", "houses"}},
		{"irregular plural", portal.ObjectType{TypeID: "2-1", Name: "sales_person"}, typeName{"SalesPerson", "salesPerson", "salesPeople"}},
		{"same plural", portal.ObjectType{TypeID: "2-1", Name: "sheep"}, typeName{"Sheep", "sheep", "sheepRecords"}},
		{"already plural", portal.ObjectType{TypeID: "2-1", Name: "houses"}, typeName{"Houses", "houses", "housesRecords"}},
		{"capitals", portal.ObjectType{TypeID: "2-1", Name: "VIN"}, typeName{"VIN", "vin", "vins"}},
		{"capitals before a word", portal.ObjectType{TypeID: "2-1", Name: "VINCode"}, typeName{"VINCode", "vinCode", "vinCodes"}},
		{"capitals before a digit", portal.ObjectType{TypeID: "2-1", Name: "AB12_x"}, typeName{"AB12X", "ab12X", "ab12Xs"}},
		{"leading digit", portal.ObjectType{TypeID: "2-1", Name: "3d"}, typeName{"P3d", "p3d", "p3ds"}},
		{"no letters", portal.ObjectType{TypeID: "2-1", Name: "日本"}, typeName{"CustomObject", "customObject", "customObjects"}},
		{"like a standard type", portal.ObjectType{TypeID: "2-1", Name: "contact"}, typeName{"Contact_2_1", "contact_2_1", "contacts_2_1"}},
		{"plural like a root field", portal.ObjectType{TypeID: "2-1", Name: "pipeline"}, typeName{"Pipeline_2_1", "pipeline_2_1", "pipelines_2_1"}},
		{"like a derived type", portal.ObjectType{TypeID: "2-1", Name: "deal_key"}, typeName{"DealKey_2_1", "dealKey_2_1", "dealKeys_2_1"}},
		{"like a derived input", portal.ObjectType{TypeID: "2-1", Name: "deal_where"}, typeName{"DealWhere_2_1", "dealWhere_2_1", "dealWheres_2_1"}},
		{"like an order", portal.ObjectType{TypeID: "2-1", Name: "deal_order"}, typeName{"DealOrder_2_1", "dealOrder_2_1", "dealOrders_2_1"}},
		{"like an enum of properties", portal.ObjectType{TypeID: "2-1", Name: "deal_property"}, typeName{"DealProperty_2_1", "dealProperty_2_1", "dealProperties_2_1"}},
		{"like a list of HubSpot's", portal.ObjectType{TypeID: "2-1", Name: "list"}, typeName{"List_2_1", "list_2_1", "lists_2_1"}},
		{"a derived name like the core's", portal.ObjectType{TypeID: "2-1", Name: "list_member"}, typeName{"ListMember_2_1", "listMember_2_1", "listMembers_2_1"}},
		{"like the generic record", portal.ObjectType{TypeID: "2-1", Name: "record"}, typeName{"Record_2_1", "record_2_1", "records_2_1"}},
		{"like a filter", portal.ObjectType{TypeID: "2-1", Name: "string_filter"}, typeName{"StringFilter_2_1", "stringFilter_2_1", "stringFilters_2_1"}},
		{"like GraphQL's roots", portal.ObjectType{TypeID: "2-1", Name: "mutation"}, typeName{"Mutation_2_1", "mutation_2_1", "mutations_2_1"}},
		{"strange type ID", portal.ObjectType{TypeID: "a b!", Name: "contact"}, typeName{"Contact_a_b_", "contact_a_b_", "contacts_a_b_"}},
	}
	core, err := loadCore(coreSDL(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := newNamer(core).name(&tt.object); got != tt.want {
				t.Errorf("name(%s %s) = %v, want %v", tt.object.TypeID, tt.object.Name, got, tt.want)
			}
		})
	}
}

func TestCompareTypes(t *testing.T) {
	want := []string{"0-1", "0-8", "0-14", "0-x", "2-9", "2-10", "contracts", "partner_clients"}
	var objects []*portal.ObjectType
	for _, id := range slices.Backward(want) {
		objects = append(objects, &portal.ObjectType{TypeID: id})
	}
	slices.SortFunc(objects, compareTypes)
	var got []string
	for _, o := range objects {
		got = append(got, o.TypeID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order of types (-want +got):\n%s", diff)
	}
}
