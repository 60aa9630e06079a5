package loaders

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// different makes a value of the type that is not its zero value.
func different(t *testing.T, of reflect.Type) reflect.Value {
	t.Helper()
	v := reflect.New(of).Elem()
	switch of.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v = reflect.Append(v, different(t, of.Elem()))
	case reflect.Struct:
		v.Field(0).Set(different(t, of.Field(0).Type))
	case reflect.Pointer:
		if of != reflect.TypeFor[*hubspot.PropertySet]() {
			t.Fatalf("no value of %v", of)
		}
		v.Set(reflect.ValueOf(hubspot.NewPropertySet("x")))
	default:
		t.Fatalf("no value of %v", of)
	}
	return v
}

// each calls visit with r and with every request that differs from it in one
// field, of a struct in a slice too.
func each[R any](t *testing.T, visit func(name string, r R)) {
	t.Helper()
	var zero R
	visit("zero", zero)
	of := reflect.TypeFor[R]()
	for i := range of.NumField() {
		field := of.Field(i)
		r := reflect.New(of).Elem()
		r.Field(i).Set(different(t, field.Type))
		visit(field.Name, r.Interface().(R))
		if field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.Struct {
			elem := field.Type.Elem()
			for j := range elem.NumField() {
				r := reflect.New(of).Elem()
				one := reflect.New(elem).Elem()
				if j > 0 { // the first field is what different sets
					one.Field(j).Set(different(t, elem.Field(j).Type))
				}
				r.Field(i).Set(reflect.Append(r.Field(i), one))
				visit(field.Name+"."+elem.Field(j).Name, r.Interface().(R))
			}
		}
	}
}

// TestKeysTellRequestsApart changes one field after the other of every request:
// a field that a key does not hold would hand out wrong answers.
func TestKeysTellRequestsApart(t *testing.T) {
	seen := make(map[string]string)
	see := func(name string, k key) {
		t.Helper()
		if other, ok := seen[string(k)]; ok {
			t.Errorf("%s has the key of %s: %q", name, other, k)
		}
		seen[string(k)] = name
	}
	each(t, func(name string, r hubspot.ListRequest) { see("ListRequest."+name, listKey(r)) })
	each(t, func(name string, r hubspot.SearchRequest) { see("SearchRequest."+name, searchKey(r)) })
	each(t, func(name string, f hubspot.Filter) {
		r := hubspot.SearchRequest{Groups: []hubspot.FilterGroup{{Filters: []hubspot.Filter{{}, f}}}}
		see("Filter."+name, searchKey(r))
	})
	each(t, func(name string, r hubspot.BatchReadRequest) { see("BatchReadRequest."+name, batchReadKey(r)) })
	each(t, func(name string, r hubspot.ListSearchRequest) { see("ListSearchRequest."+name, listSearchKey(r)) })
	each(t, func(name string, r hubspot.ListMembersRequest) { see("ListMembersRequest."+name, listMembersKey(r)) })
	each(t, func(name string, in hubspot.AssociationInput) {
		see("AssociationInput."+name, associationsKey("a", "b", []hubspot.AssociationInput{in}))
	})
	for _, ends := range [][2]string{{"a", "c"}, {"ab", ""}, {"", "ab"}} {
		see(fmt.Sprint(ends), associationsKey(ends[0], ends[1], nil))
	}
	for _, ids := range [][]string{nil, {"1"}, {"1", "2"}, {"12"}, {"2", "1"}} {
		see(fmt.Sprint("ListsByID ", ids), listsByIDKey(ids))
	}
	for _, two := range [][2]*hubspot.PropertySet{
		{hubspot.NewPropertySet("a", "b"), hubspot.NewPropertySet("c")},
		{hubspot.NewPropertySet("a"), hubspot.NewPropertySet("b", "c")},
	} {
		see(fmt.Sprint(two[0].Names(), two[1].Names()), batchReadKey(hubspot.BatchReadRequest{Properties: two[0], History: two[1]}))
	}
}

// full is a batch read as large as they come, of a record with 60 properties.
func full() hubspot.BatchReadRequest {
	r := hubspot.BatchReadRequest{ObjectType: "0-1"}
	for i := range hubspot.MaxBatchInputs {
		r.IDs = append(r.IDs, fmt.Sprint(100_000_000+i))
	}
	var names []string
	for i := range 60 {
		names = append(names, fmt.Sprintf("hs_some_property_%d", i))
	}
	r.Properties = hubspot.NewPropertySet(names...)
	return r
}

func BenchmarkKey(b *testing.B) {
	r := full()
	b.ReportAllocs()
	for b.Loop() {
		batchReadKey(r)
	}
}
