package hubspot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeProperties(t *testing.T) {
	tests := []struct {
		name, json string
		want       []Property // nil: refused
	}{
		{"documented", `{"results":[{"updatedAt":"u","name":"amount","label":"Amount","type":"number","fieldType":"number","description":"d","groupName":"g",
			"options":[],"displayOrder":-1,"calculated":true,"externalOptions":false,"hasUniqueValue":true,"hidden":true,"hubspotDefined":true,"showCurrencySymbol":true,
			"referencedObjectType":"OWNER","currencyPropertyName":"c","numberDisplayHint":"currency","modificationMetadata":{"archivable":true},"formField":true,"dataSensitivity":"sensitive","archived":true}]}`,
			[]Property{{Name: "amount", Label: "Amount", Type: "number", FieldType: "number", GroupName: "g", Description: "d", DisplayOrder: -1, Hidden: true, Calculated: true,
				HasUniqueValue: true, HubSpotDefined: true, ReferencedObjectType: "OWNER", ShowCurrencySymbol: true, CurrencyPropertyName: "c", NumberDisplayHint: "currency", DataSensitivity: "sensitive", Archived: true}}},
		{"options", `{"results":[{"name":"a","options":[{"label":"One","value":"1","displayOrder":3,"hidden":true,"description":"d"},{"label":2,"value":true}]}]}`,
			[]Property{{Name: "a", Options: []PropertyOption{{Value: "1", Label: "One", DisplayOrder: 3, Hidden: true, Description: "d"}, {Value: "true", Label: "2"}}}}},
		{"nulls", `{"results":[{"name":"a","label":null,"options":null,"displayOrder":null,"hidden":null},null]}`, []Property{{Name: "a"}, {}}},
		{"objects for text", `{"results":[{"name":"a","description":{},"groupName":[]}]}`, []Property{{Name: "a"}}},
		{"another order", `{"results":[{"name":"a","type":"string","x":1},{"type":"number","name":"b"},{"name":"c"}]}`,
			[]Property{{Name: "a", Type: "string"}, {Name: "b", Type: "number"}, {Name: "c"}}},
		{"name twice", `{"results":[{"name":"a","type":"x"},{"name":"b","name":"c"}]}`, nil},
		{"option's name twice", `{"results":[{"options":[{"value":"a","value":"b"}]}]}`, nil},
		{"text for a flag", `{"results":[{"hidden":"true"}]}`, nil},
		{"fraction", `{"results":[{"displayOrder":1.5}]}`, nil},
		{"text for a number", `{"results":[{"displayOrder":"1"}]}`, nil},
		{"cut off", `{"results":[{"displayOrder":`, nil},
		{"no results", `{}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeBody([]byte(tt.json), decodeProperties)
			if diff := cmp.Diff(tt.want, got); diff != "" || (err == nil) != (tt.want != nil) {
				t.Errorf("decodeProperties(%s) = %v (-want +got):\n%s", tt.json, err, diff)
			}
		})
	}
}

// FuzzDecodeProperties holds the decoder against the one that knows the
// definitions by their struct tags.
func FuzzDecodeProperties(f *testing.F) {
	f.Add(propertiesAnswer(2))
	f.Add([]byte(`{"results":[{"name":"a","x":[1,{}],"type":"t"},{"type":"t","name":"b","hidden":null},{"n\u0061me":"c"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := decodeBody(body, decodeProperties)
		d := newDecoder()
		d.body.Write(body)
		d.start()
		want, _, wantErr := decodeAll[Property](d.Decoder)
		if wantErr == nil {
			wantErr = expectEnd(d.Decoder)
		}
		if err != nil && wantErr == nil {
			t.Errorf("decodeProperties(%q) = %v, want %v", body, err, want)
		}
		if err != nil || wantErr != nil { // what is skipped is not checked as strictly
			return
		}
		if diff := cmp.Diff(want, got, cmp.Transformer("empty", emptyOptions)); diff != "" {
			t.Errorf("decodeProperties(%q) (-by tags +got):\n%s", body, diff)
		}
	})
}

// emptyOptions makes no options of none: reflection tells [] from null.
func emptyOptions(o []PropertyOption) []PropertyOption {
	if len(o) == 0 {
		return nil
	}
	return o
}

func BenchmarkDecodeProperties(b *testing.B) {
	text := propertiesAnswer(300)
	benchmarkDecode(b, text, func(d *decoder) (int, error) {
		all, err := decodeProperties(d)
		return len(all) / 3, err
	})
}

// propertiesAnswer is an answer with n definitions, every sixth with options.
func propertiesAnswer(n int) []byte {
	var rows []string
	for i := range n {
		var options []string
		for j := range 8 {
			if i%6 == 0 {
				options = append(options, fmt.Sprintf(`{"label":"Option number %d","value":"option_%d","displayOrder":%d,"hidden":false,"description":""}`, j, j, j))
			}
		}
		rows = append(rows, fmt.Sprintf(`{"updatedAt":"2024-01-01T00:00:00Z","createdAt":"2020-06-30T15:57:37.247Z","name":"hs_property_%d","label":"Property number %d",`+
			`"type":"string","fieldType":"text","description":"What people are told about property %d, which is some text.","groupName":"contactinformation","options":[%s],`+
			`"displayOrder":%d,"calculated":false,"externalOptions":false,"hasUniqueValue":false,"hidden":false,"hubspotDefined":true,`+
			`"modificationMetadata":{"archivable":true,"readOnlyDefinition":true,"readOnlyValue":false},"formField":true,"dataSensitivity":"non_sensitive"}`,
			i, i, i, strings.Join(options, ","), i))
	}
	return []byte(`{"results":[` + strings.Join(rows, ",") + `]}`)
}
