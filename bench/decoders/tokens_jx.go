package decoders

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-faster/jx"
	"github.com/go-json-experiment/json/jsontext"
)

// jxRecords reads token by token. jx checks neither UTF-8, which is done in
// one pass before, nor names that are there twice.
func jxRecords(text []byte, wanted []string) ([]*Record, error) {
	if !utf8.Valid(text) {
		return nil, errShape
	}
	r := recordReader{at: positions(wanted), spans: make([]span, len(wanted))}
	d := jx.DecodeBytes(text)
	var out []*Record
	err := d.ObjBytes(func(d *jx.Decoder, name []byte) error {
		if string(name) != "results" {
			return d.Skip()
		}
		return d.Arr(func(d *jx.Decoder) error {
			rec, err := r.jx(d)
			out = append(out, rec)
			return err
		})
	})
	return out, err
}

// A recordReader gathers a record's text in one buffer, as hubgraph does.
type recordReader struct {
	at    map[string]int
	text  []byte
	spans []span
}

type span struct{ from, to int }

func (r *recordReader) record(id, created, updated span, rec *Record) *Record {
	all := string(r.text)
	part := func(s span) string { return all[s.from:s.to] }
	rec.ID, rec.CreatedAt, rec.UpdatedAt = part(id), part(created), part(updated)
	rec.Values = make([]string, len(r.spans))
	for i, s := range r.spans {
		rec.Values[i] = part(s)
	}
	return rec
}

func (r *recordReader) jx(d *jx.Decoder) (*Record, error) {
	r.text = r.text[:0]
	clear(r.spans)
	var id, created, updated span
	rec := new(Record)
	err := d.ObjBytes(func(d *jx.Decoder, name []byte) (err error) {
		switch string(name) {
		case "id":
			id, err = r.takeJX(d)
		case "createdAt":
			created, err = r.takeJX(d)
		case "updatedAt":
			updated, err = r.takeJX(d)
		case "archived":
			rec.Archived, err = d.Bool()
		case "properties":
			return d.ObjBytes(func(d *jx.Decoder, name []byte) (err error) {
				i, ok := r.at[string(name)]
				if !ok {
					return d.Skip()
				}
				r.spans[i], err = r.takeJX(d)
				return err
			})
		case "associations":
			rec.Associations = make(map[string][]string)
			return d.ObjBytes(func(d *jx.Decoder, name []byte) error {
				var ids []string
				key := string(name)
				err := d.ObjBytes(func(d *jx.Decoder, name []byte) error {
					if string(name) != "results" {
						return d.Skip()
					}
					return d.Arr(func(d *jx.Decoder) error {
						id, err := jxMember(d, "id")
						if err == nil && !slices.Contains(ids, string(id)) {
							ids = append(ids, string(id))
						}
						return err
					})
				})
				rec.Associations[key] = ids
				return err
			})
		default:
			return d.Skip()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.record(id, created, updated, rec), nil
}

func (r *recordReader) takeJX(d *jx.Decoder) (span, error) {
	from := len(r.text)
	var err error
	r.text, err = appendJX(r.text, d)
	return span{from, len(r.text)}, err
}

// appendJX appends text, digits or nothing for null.
func appendJX(to []byte, d *jx.Decoder) ([]byte, error) {
	raw, err := d.Raw()
	if err != nil {
		return to, err
	}
	switch {
	case raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0:
		return append(to, raw[1:len(raw)-1]...), nil
	case raw[0] == '"':
		return jsontext.AppendUnquote(to, raw)
	case raw[0] == 'n':
		return to, nil
	case raw[0] == '{' || raw[0] == '[':
		return to, errShape
	}
	return append(to, raw...), nil
}

func jxMember(d *jx.Decoder, member string) (value []byte, err error) {
	err = d.ObjBytes(func(d *jx.Decoder, name []byte) (err error) {
		if string(name) != member {
			return d.Skip()
		}
		value, err = appendJX(nil, d)
		return err
	})
	return value, err
}

func jxLinks(text []byte) (map[string][]Link, error) {
	if !utf8.Valid(text) {
		return nil, errShape
	}
	out := make(map[string][]Link)
	types := make(map[string][]LinkType)
	err := jx.DecodeBytes(text).ObjBytes(func(d *jx.Decoder, name []byte) error {
		if string(name) != "results" {
			return d.Skip()
		}
		return d.Arr(func(d *jx.Decoder) error {
			var id []byte
			var list []Link
			err := d.ObjBytes(func(d *jx.Decoder, name []byte) (err error) {
				switch string(name) {
				case "from":
					id, err = jxMember(d, "id")
					return err
				case "to":
					return d.Arr(func(d *jx.Decoder) error {
						l, err := jxLink(d, types)
						list = append(list, l)
						return err
					})
				}
				return d.Skip()
			})
			out[string(id)] = list
			return err
		})
	})
	return out, err
}

func jxLink(d *jx.Decoder, types map[string][]LinkType) (l Link, err error) {
	err = d.ObjBytes(func(d *jx.Decoder, name []byte) error {
		switch string(name) {
		case "toObjectId":
			var small [32]byte
			id, err := appendJX(small[:0], d)
			l.ID = string(id)
			return err
		case "associationTypes":
			raw, err := d.Raw()
			if err != nil {
				return err
			}
			if shared, ok := types[string(raw)]; ok {
				l.Types = shared
				return nil
			}
			l.Types, err = jxTypes(raw)
			types[string(raw)] = l.Types
			return err
		}
		return d.Skip()
	})
	return l, err
}

func jxTypes(raw []byte) (types []LinkType, err error) {
	err = jx.DecodeBytes(raw).Arr(func(d *jx.Decoder) error {
		var t LinkType
		err := d.ObjBytes(func(d *jx.Decoder, name []byte) error {
			text, err := appendJX(nil, d)
			if err != nil {
				return err
			}
			switch string(name) {
			case "category":
				t.Category = string(text)
			case "label":
				t.Label = string(text)
			case "typeId":
				t.TypeID, err = strconv.Atoi(string(text))
			}
			return err
		})
		types = append(types, t)
		return err
	})
	return types, err
}
