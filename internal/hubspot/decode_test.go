package hubspot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

var compareRecords = cmp.AllowUnexported(PropertySet{})

func decodeText(text string, fn func(*jsontext.Decoder) error) error {
	d := jsontext.NewDecoder(strings.NewReader(text))
	if err := fn(d); err != nil {
		return err
	}
	return expectEnd(d)
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
			&Record{ID: "7", Values: []string{"", ""}, Associations: map[string]EmbeddedAssociations{
				"companies": {IDs: []string{"77", "78"}, Cut: true}, "p1_house": {IDs: []string{"5"}}, "deals": {}}}},
		{"no id", `{"properties":{}}`, nil},
		{"empty id", `{"id":"","properties":{}}`, nil},
		{"object as a value", `{"id":"7","properties":{"name":{}}}`, nil},
		{"properties as an array", `{"id":"7","properties":[]}`, nil},
		{"property twice", `{"id":"7","properties":{"name":"a","name":"b"}}`, nil},
		{"unwanted property twice", `{"id":"7","properties":{"x":"a","x":"b"}}`, nil},
		{"escaped name twice", `{"id":"7","properties":{"name":"a","n\u0061me":"b"}}`, nil},
		{"twice deep down", `{"id":"7","skipped":[{"a":1,"a":2}]}`, nil},
		{"bad utf-8", "{\"id\":\"7\",\"properties\":{\"name\":\"\xc3\x28\"}}", nil},
		{"bad utf-8 in what is skipped", "{\"id\":\"7\",\"x\":\"\xff\"}", nil},
		{"half a surrogate", `{"id":"7","properties":{"name":"\ud800"}}`, nil},
		{"array", `[]`, nil},
		{"association without id", `{"id":"7","associations":{"companies":{"results":[{"type":"x"}]}}}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got *Record
			err := decodeText(tt.json, func(d *jsontext.Decoder) (err error) {
				got, err = newRecordReader(d, set).read()
				return err
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
			err := decodeText(tt.json, func(d *jsontext.Decoder) (err error) {
				a, err = decodeAnswer(d, d.SkipValue)
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

func FuzzDecodeRecords(f *testing.F) {
	f.Add([]byte(`{"status":"COMPLETE","results":[{"id":"7","properties":{"name":"a","amount":null},"associations":{"companies":{"results":[{"id":"1"}],"paging":{"next":{"after":"2"}}}}}],"total":1,"numErrors":1,"errors":[{"category":"OBJECT_NOT_FOUND"}]}`))
	f.Add([]byte(`{"results":[{"id":"7","propertiesWithHistory":{"name":[{"value":"a","updatedByUserId":7},{"value":null}],"amount":[]}}]}`))
	f.Add([]byte(`{"results":[{"id":"7","properties":{"n\u0061me":"\ud83d\ude00"}}`))
	set := NewPropertySet("amount", "name")
	f.Fuzz(func(t *testing.T, body []byte) {
		records, _, err := decodeRecords(jsontext.NewDecoder(bytes.NewReader(body)), set, 1)
		if err != nil {
			return
		}
		for _, r := range records {
			if r.ID == "" || len(r.Values) != set.Len() {
				t.Errorf("decodeRecords(%q) holds %+v", body, r)
			}
			for _, v := range r.Values {
				if !utf8.ValidString(v) {
					t.Errorf("decodeRecords(%q) holds the value %q", body, v)
				}
			}
		}
	})
}

func FuzzDecodeAssociations(f *testing.F) {
	f.Add([]byte(`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":5790939450,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}]}],"paging":{"next":{"after":"x"}}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		pages, err := decodeAssociations(jsontext.NewDecoder(bytes.NewReader(body)), 1)
		if err != nil {
			return
		}
		for id, p := range pages {
			if id == "" || len(p.To) == 0 && p.After == "" {
				t.Errorf("decodeAssociations(%q) holds %q: %+v", body, id, p)
			}
			for _, to := range p.To {
				if to.ID == "" {
					t.Errorf("decodeAssociations(%q) holds a link to nothing", body)
				}
			}
		}
	})
}

// batchAnswer is a batch read's answer of 100 records with 60 properties.
func batchAnswer(b *testing.B) (names []string, answer []byte) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		names = append(names, fmt.Sprintf("hs_property_%02d", i))
	}
	var results []any
	for i := range 100 {
		properties := make(map[string]any)
		for j, name := range names {
			switch {
			case rnd.IntN(3) == 0:
				properties[name] = nil
			case j%7 == 0:
				properties[name] = "first line\nsecond \"line\""
			default:
				properties[name] = fmt.Sprintf("value %d of record %d, some text", j, i)
			}
		}
		results = append(results, map[string]any{
			"id": fmt.Sprint(1000 + i), "properties": properties, "archived": false,
			"createdAt": "2026-01-05T10:00:00.000Z", "updatedAt": "2026-01-05T10:00:00.000Z",
			"url": "https://app.hubspot.com/contacts/1/record/0-1/512",
		})
	}
	answer, err := json.Marshal(map[string]any{"status": "COMPLETE", "results": results})
	if err != nil {
		b.Fatal(err)
	}
	return names, answer
}

func BenchmarkDecodeBatch(b *testing.B) {
	names, text := batchAnswer(b)
	for _, wanted := range []int{60, 10} {
		b.Run(fmt.Sprintf("100x60/wanted=%d", wanted), func(b *testing.B) {
			set := NewPropertySet(names[:wanted]...)
			d := jsontext.NewDecoder(http.NoBody)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				d.Reset(struct{ *bytes.Reader }{bytes.NewReader(text)})
				records, _, err := decodeRecords(d, set, 100)
				if err != nil || len(records) != 100 {
					b.Fatal(len(records), err)
				}
			}
		})
	}
}

func BenchmarkDecodeAssociations(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`{"status":"COMPLETE","results":[`)
	for i := range 1000 {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"from":{"id":"%d"},"to":[`, i+1)
		for j := range 3 {
			if j > 0 {
				text.WriteByte(',')
			}
			fmt.Fprintf(&text, `{"toObjectId":%d,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null},{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}]}`, 5790939450+i*3+j)
		}
		text.WriteString(`]}`)
	}
	text.WriteString(`]}`)
	d := jsontext.NewDecoder(http.NoBody)
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		d.Reset(bytes.NewReader(text.Bytes()))
		pages, err := decodeAssociations(d, 1000)
		if err != nil || len(pages) != 1000 {
			b.Fatal(len(pages), err)
		}
	}
}
