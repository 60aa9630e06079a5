package hubspot

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var compareRecords = cmp.AllowUnexported(PropertySet{})

// decodeText runs fn over a whole answer, as fetchBulk does.
func decodeText(text string, fn func(*decoder) error) error {
	d := newDecoder()
	d.body.WriteString(text)
	if err := d.bulk(); err != nil {
		return err
	}
	if err := fn(d); err != nil {
		return err
	}
	return expectEnd(d.Decoder)
}

func TestDecodeRecord(t *testing.T) {
	set := NewPropertySet("amount", "name")
	tests := []struct {
		name, json string
		want       *Record // nil: refused
	}{
		{"whole", `{"id":"7","properties":{"name":"Acme","hs_object_id":"7","amount":"12.50"},"createdAt":"c","updatedAt":"u","archived":false,"url":"l"}`,
			&Record{ID: "7", Values: []string{"12.50", "Acme"}, CreatedAt: "c", UpdatedAt: "u", URL: "l"}},
		{"absent, null, empty", `{"id":"7","properties":{"name":null,"amount":""}}`, &Record{ID: "7", Values: []string{"", ""}}},
		{"no properties", `{"id":"7"}`, &Record{ID: "7", Values: []string{"", ""}}},
		{"null properties", `{"id":"7","properties":null}`, &Record{ID: "7", Values: []string{"", ""}}},
		{"numbers keep their digits", `{"id":9007199254740993,"properties":{"amount":1.10,"name":true}}`, &Record{ID: "9007199254740993", Values: []string{"1.10", "true"}}},
		{"escapes", `{"id":"7","properties":{"n\u0061me":"a\"b\\\u00e9\ud83d\ude00","amount":"1"}}`, &Record{ID: "7", Values: []string{"1", `a"b\é😀`}}},
		{"archived", `{"id":"7","archived":true,"archivedAt":"when","properties":{}}`, &Record{ID: "7", Values: []string{"", ""}, Archived: true, ArchivedAt: "when"}},
		{"not archived any more", `{"id":"7","archived":false,"archivedAt":"when","properties":{}}`, &Record{ID: "7", Values: []string{"", ""}}},
		{"history", `{"id":"7","propertiesWithHistory":{"name":[{"value":"x"}]},"properties":{"name":"x"}}`,
			&Record{ID: "7", Values: []string{"", "x"}, History: map[string][]PropertyVersion{"name": {{Value: "x"}}}}},
		{"associations", `{"id":"7","properties":{},"associations":{
			"companies":{"results":[{"id":"77","type":"contact_to_company"},{"id":"77","type":"contact_to_company_unlabeled"},{"id":78,"type":"x"}],"paging":{"next":{"after":"79","link":"https://elsewhere"}}},
			"p1_house":{"results":[{"id":"5","type":"y"}]},"deals":{"results":[]}}}`,
			&Record{ID: "7", Values: []string{"", ""}, Associations: []EmbeddedAssociations{
				{Name: "companies", IDs: []string{"77", "78"}, Cut: true}, {Name: "p1_house", IDs: []string{"5"}}, {Name: "deals"}}}},
		{"no id", `{"properties":{}}`, nil},
		{"empty id", `{"id":"","properties":{}}`, nil},
		{"object as a value", `{"id":"7","properties":{"name":{}}}`, nil},
		{"properties as an array", `{"id":"7","properties":[]}`, nil},
		{"property twice", `{"id":"7","properties":{"name":"a","name":"b"}}`, nil},
		{"unwanted property twice", `{"id":"7","properties":{"x":"a","x":"b"}}`, nil},
		{"escaped name twice", `{"id":"7","properties":{"name":"a","n\u0061me":"b"}}`, nil},
		{"member twice", `{"id":"7","url":"a","url":"a"}`, nil},
		{"skipped member twice", `{"id":"7","x":1,"x":1}`, nil},
		{"many members, the last twice", `{"id":"7",` + membersText(20) + `,"m19":0}`, nil},
		{"many members", `{"id":"7",` + membersText(20) + `}`, &Record{ID: "7", Values: []string{"", ""}}},
		{"associations twice", `{"id":"7","associations":{"companies":{"results":[]},"companies":{"results":[]}}}`, nil},
		{"twice within what is skipped", `{"id":"7","skipped":[{"a":1,"a":2}]}`, &Record{ID: "7", Values: []string{"", ""}}},
		{"bad utf-8", "{\"id\":\"7\",\"properties\":{\"name\":\"\xc3\x28\"}}", nil},
		{"bad utf-8 in what is skipped", "{\"id\":\"7\",\"x\":\"\xff\"}", nil},
		{"half a surrogate", `{"id":"7","properties":{"name":"\ud800"}}`, nil},
		{"array", `[]`, nil},
		{"association without id", `{"id":"7","associations":{"companies":{"results":[{"type":"x"}]}}}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got *Record
			err := decodeText(tt.json, func(d *decoder) error {
				r := newRecordReader(d, set)
				if err := r.read(); err != nil {
					return err
				}
				got = r.records()[0]
				return nil
			})
			if tt.want == nil {
				if err == nil {
					t.Errorf("read(%s) = %+v, want an error", tt.json, got)
				}
				return
			}
			tt.want.Set = set
			if diff := cmp.Diff(tt.want, got, compareRecords); diff != "" || err != nil {
				t.Errorf("read(%s) = %v (-want +got):\n%s", tt.json, err, diff)
			}
		})
	}
}

func TestDecodeAnswer(t *testing.T) {
	const missing = `{"status":"error","category":"OBJECT_NOT_FOUND","message":"Could not get some","context":{"ids":["7","8"]}}`
	tests := []struct {
		name, json string
		kind       error  // nil: fine
		after      string // if fine
	}{
		{"empty", `{"results":[]}`, nil, ""},
		{"next page", `{"results":[],"paging":{"next":{"after":"x y","link":"https://elsewhere"}}}`, nil, "x y"},
		{"number in paging", `{"results":[],"paging":{"next":{"after":200}}}`, nil, "200"},
		{"previous page only", `{"results":[],"paging":{"prev":{"before":"x"}}}`, nil, ""},
		{"null paging", `{"results":[],"paging":null}`, nil, ""},
		{"all missing", `{"status":"COMPLETE","results":[],"numErrors":1,"errors":[` + missing + `]}`, nil, ""},
		{"errors before results", `{"errors":[` + missing + `],"results":[]}`, nil, ""},
		{"no associations", `{"results":[],"errors":[{"category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["1"]}}]}`, nil, ""},
		{"subCategory as an object", `{"results":[],"errors":[{"category":"OBJECT_NOT_FOUND","subCategory":{"x":1}}]}`, nil, ""},
		{"one item refused", `{"results":[],"numErrors":2,"errors":[` + missing + `,{"category":"MISSING_SCOPES","message":"no","context":{"requiredGranularScopes":["a"]}}]}`, ErrNoAccess, ""},
		{"one item wrong", `{"results":[],"errors":[{"category":"VALIDATION_ERROR"}]}`, ErrInvalid, ""},
		{"one item limited", `{"results":[],"errors":[{"category":"RATE_LIMITS"}]}`, ErrRateLimited, ""},
		{"unknown category", `{"results":[],"errors":[{"category":"NEW","message":"x"}]}`, ErrUnavailable, ""},
		{"no category", `{"results":[],"errors":[{}]}`, ErrUnavailable, ""},
		{"null item", `{"results":[],"errors":[null]}`, ErrUnavailable, ""},
		{"errors only counted", `{"results":[],"numErrors":3}`, ErrUnavailable, ""},
		{"cancelled", `{"status":"CANCELED","results":[]}`, ErrUnavailable, ""},
		{"an error after all", `{"status":"error","message":"x"}`, ErrUnavailable, ""},
		{"no results", `{}`, errMalformed, ""},
		{"null results", `{"results":null}`, errMalformed, ""},
		{"null", `null`, errMalformed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var a *answer
			err := decodeText(tt.json, func(d *decoder) (err error) {
				a, err = decodeAnswer(d.Decoder, d.SkipValue)
				return err
			})
			if !errors.Is(err, tt.kind) {
				t.Fatalf("decodeAnswer(%s) = %v, want %v", tt.json, err, tt.kind)
			}
			if err == nil && a.after != tt.after {
				t.Errorf("decodeAnswer(%s).after = %q, want %q", tt.json, a.after, tt.after)
			}
		})
	}
}

// TestItemErrorKeepsDetails checks that a partial failure names itself as a
// whole one would.
func TestItemErrorKeepsDetails(t *testing.T) {
	c := serve(t, answerWith(http.StatusMultiStatus, `{"status":"COMPLETE","results":[],"numErrors":1,
		"errors":[{"category":"MISSING_SCOPES","message":"no","context":{"requiredGranularScopes":["a"]}}]}`))
	_, err := c.BatchRead(t.Context(), BatchReadRequest{ObjectType: "0-1", IDs: []string{"7"}})
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("BatchRead = %v, want an *Error", err)
	}
	want := &Error{Op: "BatchRead", StatusCode: 207, Category: "MISSING_SCOPES", Message: "no", Scopes: []string{"a"}, Kind: ErrNoAccess}
	if e.Error() != want.Error() {
		t.Errorf("BatchRead = %v, want %v", e, want)
	}
}

// membersText is n members of an object, m0 to the last.
func membersText(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`"m%d":%d`, i, i))
	}
	return strings.Join(all, ",")
}

// TestDecodeLayouts reads records whose properties do not come in the order of
// the record before.
func TestDecodeLayouts(t *testing.T) {
	set := NewPropertySet("a", "b", "c")
	tests := []struct {
		name    string
		records []string // the properties of each
		want    []string // the values of each, by commas; nil: refused
	}{
		{"alike", []string{`"a":1,"x":0,"b":2,"c":3`, `"a":4,"x":0,"b":5,"c":6`}, []string{"1,2,3", "4,5,6"}},
		{"shorter", []string{`"a":1,"b":2,"c":3`, `"a":4`, `"a":5,"b":6,"c":7`}, []string{"1,2,3", "4,,", "5,6,7"}},
		{"longer", []string{`"a":1`, `"a":2,"b":3`, `"a":4,"b":5,"c":6`}, []string{"1,,", "2,3,", "4,5,6"}},
		{"another order", []string{`"a":1,"b":2,"c":3`, `"a":4,"c":6,"b":5`, `"a":7,"b":8,"c":9`}, []string{"1,2,3", "4,5,6", "7,8,9"}},
		{"one left out", []string{`"a":1,"x":0,"b":2,"c":3`, `"a":4,"b":5,"c":6`, `"a":7,"x":0,"b":8`}, []string{"1,2,3", "4,5,6", "7,8,"}},
		{"escaped alike", []string{`"\u0061":1,"b":2`, `"\u0061":3,"b":4`, `"a":5,"b":6`}, []string{"1,2,", "3,4,", "5,6,"}},
		{"empty", []string{``, `"a":1`, ``, `"a":2`}, []string{",,", "1,,", ",,", "2,,"}},
		{"twice after a shorter one", []string{`"a":1,"b":2`, `"a":3`, `"a":4,"b":5,"a":6`}, nil},
		{"twice in another order", []string{`"a":1,"b":2,"c":3`, `"b":4,"a":5,"b":6`}, nil},
		{"twice at once", []string{`"a":1,"b":2`, `"a":3,"a":4`}, nil},
		{"unwanted twice after leaving", []string{`"x":1,"a":2`, `"x":1,"b":2,"x":3`}, nil},
		{"escaped twice", []string{`"a":1,"b":2`, `"a":1,"\u0061":2`}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var results []string
			for i, properties := range tt.records {
				results = append(results, fmt.Sprintf(`{"id":%d,"properties":{%s}}`, i+1, properties))
			}
			var records []*Record
			err := decodeText(`{"results":[`+strings.Join(results, ",")+`]}`, func(d *decoder) (err error) {
				records, _, err = decodeRecords(d, set)
				return err
			})
			var got []string
			for _, r := range records {
				got = append(got, strings.Join(r.Values, ","))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || (err == nil) != (tt.want != nil) {
				t.Errorf("decodeRecords of %s = %v (-want +got):\n%s", results, err, diff)
			}
		})
	}
}

// TestDecoderKeepsNothing reads one answer after another with one decoder:
// what was made of the first must not change.
func TestDecoderKeepsNothing(t *testing.T) {
	set := NewPropertySet("name")
	d := newDecoder()
	read := func(text string) []*Record {
		t.Helper()
		d.body.WriteString(text)
		if err := d.bulk(); err != nil {
			t.Fatal(err)
		}
		records, _, err := decodeRecords(d, set)
		if err != nil {
			t.Fatal(err)
		}
		d.forget()
		return records
	}
	first := read(`{"results":[{"id":"1","properties":{"x":"a","name":"first"},"associations":{"companies":{"results":[{"id":"5"}]}}},{"id":"2"}]}`)
	second := read(`{"results":[{"id":"3","properties":{"name":"other","y":"b"},"associations":{"contacts":{"results":[{"id":"6"}]}}}]}`)
	want := [][]*Record{
		{{ID: "1", Set: set, Values: []string{"first"}, Associations: []EmbeddedAssociations{{Name: "companies", IDs: []string{"5"}}}}, {ID: "2", Set: set, Values: []string{""}}},
		{{ID: "3", Set: set, Values: []string{"other"}, Associations: []EmbeddedAssociations{{Name: "contacts", IDs: []string{"6"}}}}},
	}
	if diff := cmp.Diff(want, [][]*Record{first, second}, compareRecords); diff != "" {
		t.Errorf("two answers (-want +got):\n%s", diff)
	}
}

// TestEmbeddedRowsAreBounded sends more rows than HubSpot would.
func TestEmbeddedRowsAreBounded(t *testing.T) {
	var rows []string
	for i := range maxEmbeddedIDs + 5 {
		rows = append(rows, fmt.Sprintf(`{"id":"%d"}`, i+1))
	}
	rows = append(rows, rows[0])
	var got []*Record
	err := decodeText(`{"results":[{"id":"1","associations":{"companies":{"results":[`+strings.Join(rows, ",")+`]}}}]}`, func(d *decoder) (err error) {
		got, _, err = decodeRecords(d, nil)
		return err
	})
	if err != nil || len(got[0].Associations[0].IDs) != maxEmbeddedIDs || !got[0].Associations[0].Cut {
		t.Errorf("decodeRecords = %v, want %d ids, cut", err, maxEmbeddedIDs)
	}
}
