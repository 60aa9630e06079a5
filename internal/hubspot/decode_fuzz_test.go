package hubspot

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// decodeBody decodes a whole answer as the client does.
func decodeBody[T any](body []byte, decode func(*decoder) (T, error)) (T, error) {
	var out T
	err := decodeText(string(body), func(d *decoder) (err error) {
		out, err = decode(d)
		return err
	})
	return out, err
}

// FuzzDecodeRecords holds the decoder against encoding/json: what it makes of
// an answer, and that it refuses no answer without a reason.
func FuzzDecodeRecords(f *testing.F) {
	f.Add([]byte(`{"status":"COMPLETE","results":[{"id":"7","properties":{"name":"a","amount":null},"associations":{"companies":{"results":[{"id":"1"}],"paging":{"next":{"after":"2"}}}}}],"total":1,"numErrors":1,"errors":[{"category":"OBJECT_NOT_FOUND"}]}`))
	f.Add([]byte(`{"results":[{"id":"7","propertiesWithHistory":{"name":[{"value":"a","updatedByUserId":7},{"value":null}],"amount":[]}}]}`))
	f.Add([]byte(`{"results":[{"id":"7","properties":{"n\u0061me":"\ud83d\ude00"}}]}`))
	f.Add([]byte(`{"results":[{"id":7,"properties":{"x":{},"name":1.50,"amount":true}},{"id":"8","properties":{"x":[],"amount":"2","name":"b"}},{"id":"9","properties":{"x":0,"name":"c","x":1}}]}`))
	f.Add([]byte(`{"results":[{"id":"7","archived":true,"archivedAt":"d","createdAt":"c","updatedAt":"u","url":"l","associations":{"deals":{"results":[{"id":"1"},{"id":"1"},{"id":2}]},"tickets":null}},{"id":"8","properties":null}]}`))
	set := NewPropertySet("amount", "name")
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := decodeBody(body, func(d *decoder) ([]*Record, error) {
			records, _, err := decodeRecords(d, set)
			return records, err
		})
		for _, r := range got {
			for _, v := range slices.Concat(r.Values, []string{r.ID, r.CreatedAt, r.UpdatedAt, r.URL}) {
				if !utf8.ValidString(v) {
					t.Errorf("decodeRecords(%q) holds the text %q", body, v)
				}
			}
			r.History = nil // its own tests hold it
		}
		want, fine, sure := oracle(body, set)
		switch {
		case err == nil && !fine:
			t.Errorf("decodeRecords(%q) = %v, want an error", body, got)
		case err == nil:
			if diff := cmp.Diff(want, got, compareRecords); diff != "" {
				t.Errorf("decodeRecords(%q) (-encoding/json +got):\n%s", body, diff)
			}
		case fine && sure:
			t.Errorf("decodeRecords(%q) = %v, want records", body, err)
		}
	})
}

func FuzzDecodeAssociations(f *testing.F) {
	f.Add([]byte(`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":5790939450,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}]}],"paging":{"next":{"after":"x"}}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		pages, err := decodeBody(body, decodeAssociations)
		if err != nil {
			return
		}
		if !json.Valid(body) {
			t.Errorf("decodeAssociations(%q) = %v, want an error", body, pages)
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

// A tree is a JSON value as encoding/json reads it, with the members of an
// object in their order and all of them.
type tree struct {
	kind    byte // as jsontext.Kind
	text    string
	names   []string
	members []tree // of an object by names, or the items of an array
}

func readTree(d *json.Decoder) tree {
	token, err := d.Token()
	if err != nil {
		return tree{}
	}
	switch v := token.(type) {
	case string:
		return tree{kind: '"', text: v}
	case json.Number:
		return tree{kind: '0', text: v.String()}
	case bool:
		if v {
			return tree{kind: 't', text: "true"}
		}
		return tree{kind: 'f', text: "false"}
	case json.Delim:
		t := tree{kind: byte(v)}
		for d.More() {
			if v == '{' {
				t.names = append(t.names, readTree(d).text)
			}
			t.members = append(t.members, readTree(d))
		}
		_, _ = d.Token() // the end of a document known to be valid
		return t
	}
	return tree{kind: 'n'}
}

// An oracleReader reads a tree as the decoder reads an answer, and notes
// whether anything is wrong with it.
type oracleReader struct{ wrong bool }

func (o *oracleReader) require(ok bool) { o.wrong = o.wrong || !ok }

// object calls read with each member of an object.
func (o *oracleReader) object(t tree, read func(name string, v tree)) {
	o.require(t.kind == '{' || t.kind == 'n')
	for i, name := range t.names {
		o.require(!slices.Contains(t.names[:i], name))
		read(name, t.members[i])
	}
}

func (o *oracleReader) array(t tree, read func(v tree)) {
	o.require(t.kind == '[' || t.kind == 'n')
	if t.kind == '[' {
		for _, v := range t.members {
			read(v)
		}
	}
}

func (o *oracleReader) text(t tree) string {
	o.require(t.kind != '{' && t.kind != '[')
	return t.text
}

// oracle returns the records of an answer, and whether it is fine. It is sure
// that one is fine unless the answer has members, or escapes of half a
// character, that it knows nothing about.
func oracle(body []byte, set *PropertySet) (records []*Record, fine, sure bool) {
	if !json.Valid(body) || !utf8.Valid(body) {
		return nil, false, true
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var o oracleReader
	whole := readTree(d)
	sure = !strings.Contains(string(body), `\u`)
	records = []*Record{}
	o.require(whole.kind == '{')
	o.object(whole, func(name string, v tree) {
		switch name {
		case "results":
			o.require(v.kind == '[')
			o.array(v, func(v tree) {
				r, known := o.record(v, set)
				records, sure = append(records, r), sure && known
			})
		case "status", "numErrors", "errors", "total", "paging":
			sure = false
		}
	})
	return records, !o.wrong, sure && slices.Contains(whole.names, "results")
}

func (o *oracleReader) record(t tree, set *PropertySet) (r *Record, known bool) {
	known = true
	archivedAt := ""
	r = &Record{Set: set, Values: make([]string, set.Len())}
	o.object(t, func(name string, v tree) {
		switch name {
		case "id":
			r.ID = o.text(v)
		case "properties":
			o.object(v, func(name string, v tree) {
				if i := set.Index(name); i >= 0 {
					r.Values[i] = o.text(v)
				}
			})
		case "createdAt":
			r.CreatedAt = o.text(v)
		case "updatedAt":
			r.UpdatedAt = o.text(v)
		case "archivedAt":
			archivedAt = o.text(v)
		case "url":
			r.URL = o.text(v)
		case "archived":
			r.Archived = v.kind == 't'
		case "associations":
			o.object(v, func(name string, v tree) { r.Associations = append(r.Associations, o.embedded(name, v)) })
		case "propertiesWithHistory":
			known = false
		}
	})
	o.require(r.ID != "")
	if r.Archived {
		r.ArchivedAt = archivedAt
	}
	return r, known
}

func (o *oracleReader) embedded(name string, t tree) EmbeddedAssociations {
	e := EmbeddedAssociations{Name: name}
	o.object(t, func(name string, v tree) {
		switch name {
		case "results":
			o.array(v, func(v tree) {
				id := ""
				o.object(v, func(name string, v tree) {
					if name == "id" {
						id = o.text(v)
					}
				})
				o.require(id != "")
				if !slices.Contains(e.IDs, id) {
					e.IDs = append(e.IDs, id)
				}
			})
		case "paging":
			o.object(v, func(name string, v tree) {
				if name == "next" {
					o.object(v, func(name string, v tree) {
						if name == "after" {
							e.Cut = o.text(v) != ""
						}
					})
				}
			})
		}
	})
	return e
}
