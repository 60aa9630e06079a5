package decoders

import (
	"bytes"
	"io"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// A tokenizer is jsontext over a reader or over bytes.
type tokenizer struct {
	open func(text []byte) *jsontext.Decoder
}

var (
	// streamed reads through a buffer of the decoder's, as from a connection.
	streamed = tokenizer{func(text []byte) *jsontext.Decoder {
		return jsontext.NewDecoder(struct{ io.Reader }{bytes.NewReader(text)})
	}}
	// whole reads text that lies in memory.
	whole = tokenizer{func(text []byte) *jsontext.Decoder { return jsontext.NewDecoder(bytes.NewBuffer(text)) }}
	// lax leaves out the checks of UTF-8 and of names that are there twice:
	// what is left when both are done outside.
	lax = tokenizer{func(text []byte) *jsontext.Decoder {
		return jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	}}
)

func (t tokenizer) records(text []byte, wanted []string) ([]*Record, error) {
	r := recordReader{at: positions(wanted), spans: make([]span, len(wanted))}
	d := t.open(text)
	var out []*Record
	err := object(d, func(name []byte) error {
		if string(name) != "results" {
			return d.SkipValue()
		}
		return array(d, func() error {
			rec, err := r.jsontext(d)
			out = append(out, rec)
			return err
		})
	})
	return out, err
}

func (r *recordReader) jsontext(d *jsontext.Decoder) (*Record, error) {
	r.text = r.text[:0]
	clear(r.spans)
	var id, created, updated span
	rec := new(Record)
	err := object(d, func(name []byte) (err error) {
		switch string(name) {
		case "id":
			id, err = r.take(d)
		case "createdAt":
			created, err = r.take(d)
		case "updatedAt":
			updated, err = r.take(d)
		case "archived":
			rec.Archived = d.PeekKind() == 't'
			return d.SkipValue()
		case "properties":
			return object(d, func(name []byte) (err error) {
				i, ok := r.at[string(name)]
				if !ok {
					return d.SkipValue()
				}
				r.spans[i], err = r.take(d)
				return err
			})
		case "associations":
			rec.Associations = make(map[string][]string)
			return object(d, func(name []byte) error {
				var ids []string
				key := string(name)
				err := object(d, func(name []byte) error {
					if string(name) != "results" {
						return d.SkipValue()
					}
					return array(d, func() error {
						id, err := member(d, "id")
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
			return d.SkipValue()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.record(id, created, updated, rec), nil
}

func (r *recordReader) take(d *jsontext.Decoder) (span, error) {
	from := len(r.text)
	var err error
	r.text, err = appendText(r.text, d)
	return span{from, len(r.text)}, err
}

func appendText(to []byte, d *jsontext.Decoder) ([]byte, error) {
	raw, err := d.ReadValue()
	if err != nil {
		return to, err
	}
	switch raw.Kind() {
	case '"':
		if bytes.IndexByte(raw, '\\') < 0 {
			return append(to, raw[1:len(raw)-1]...), nil
		}
		return jsontext.AppendUnquote(to, raw)
	case 'n':
		return to, nil
	case '{', '[':
		return to, errShape
	}
	return append(to, raw...), nil
}

func member(d *jsontext.Decoder, member string) (value []byte, err error) {
	err = object(d, func(name []byte) (err error) {
		if string(name) != member {
			return d.SkipValue()
		}
		value, err = appendText(nil, d)
		return err
	})
	return value, err
}

func object(d *jsontext.Decoder, member func(name []byte) error) error {
	if open, err := d.ReadToken(); err != nil || open.Kind() != '{' {
		return errShape
	}
	for d.PeekKind() == '"' {
		raw, err := d.ReadValue()
		if err != nil {
			return err
		}
		if err := member(raw[1 : len(raw)-1]); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func array(d *jsontext.Decoder, item func() error) error {
	if open, err := d.ReadToken(); err != nil || open.Kind() != '[' {
		return errShape
	}
	for d.PeekKind() > 0 && d.PeekKind() != ']' {
		if err := item(); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (t tokenizer) links(text []byte) (map[string][]Link, error) {
	out := make(map[string][]Link)
	types := make(map[string][]LinkType)
	d := t.open(text)
	err := object(d, func(name []byte) error {
		if string(name) != "results" {
			return d.SkipValue()
		}
		return array(d, func() error {
			var id []byte
			var list []Link
			err := object(d, func(name []byte) (err error) {
				switch string(name) {
				case "from":
					id, err = member(d, "id")
					return err
				case "to":
					return array(d, func() error {
						l, err := link(d, types)
						list = append(list, l)
						return err
					})
				}
				return d.SkipValue()
			})
			out[string(id)] = list
			return err
		})
	})
	return out, err
}

func link(d *jsontext.Decoder, types map[string][]LinkType) (l Link, err error) {
	err = object(d, func(name []byte) error {
		switch string(name) {
		case "toObjectId":
			var small [32]byte
			id, err := appendText(small[:0], d)
			l.ID = string(id)
			return err
		case "associationTypes":
			raw, err := d.ReadValue()
			if err != nil {
				return err
			}
			if shared, ok := types[string(raw)]; ok {
				l.Types = shared
				return nil
			}
			key := string(raw)
			l.Types, err = linkTypes(raw)
			types[key] = l.Types
			return err
		}
		return d.SkipValue()
	})
	return l, err
}

func linkTypes(raw []byte) (types []LinkType, err error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(raw))
	err = array(d, func() error {
		var t LinkType
		err := object(d, func(name []byte) error {
			key := string(name)
			text, err := appendText(nil, d)
			if err != nil {
				return err
			}
			switch key {
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
