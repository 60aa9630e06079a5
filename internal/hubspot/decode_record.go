package hubspot

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// A recordReader decodes records of one call. All the text of a record is
// gathered in one buffer and becomes one string, of which the record's values
// are parts: one allocation instead of one per property.
type recordReader struct {
	d    *jsontext.Decoder
	set  *PropertySet
	text []byte
	at   []span // of each value in text
}

type span struct{ from, to int }

func newRecordReader(d *jsontext.Decoder, set *PropertySet) *recordReader {
	return &recordReader{d: d, set: set, at: make([]span, set.Len())}
}

// read decodes the record that comes next. Of the properties only those in
// the set are kept; HubSpot always sends a few that nobody asked for.
func (r *recordReader) read() (*Record, error) {
	rec := &Record{Set: r.set}
	r.text = r.text[:0]
	clear(r.at)
	var id, created, updated, archivedAt, url span
	err := object(r.d, func(name []byte) (err error) {
		switch string(name) {
		case "id":
			id, err = r.take()
		case "properties":
			err = r.properties()
		case "createdAt":
			created, err = r.take()
		case "updatedAt":
			updated, err = r.take()
		case "archivedAt":
			archivedAt, err = r.take()
		case "url":
			url, err = r.take()
		case "archived":
			rec.Archived = r.d.PeekKind() == 't'
			err = r.d.SkipValue()
		case "associations":
			rec.Associations, err = embedded(r.d)
		case "propertiesWithHistory":
			rec.History, err = history(r.d)
		default:
			err = r.d.SkipValue()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if id.from == id.to {
		return nil, errMalformed // a record without an ID cannot be told from others
	}
	all := string(r.text)
	part := func(s span) string { return all[s.from:s.to] }
	rec.ID, rec.CreatedAt, rec.UpdatedAt, rec.URL = part(id), part(created), part(updated), part(url)
	if rec.Archived {
		rec.ArchivedAt = part(archivedAt)
	}
	if len(r.at) > 0 {
		rec.Values = make([]string, len(r.at))
		for i, s := range r.at {
			rec.Values[i] = part(s)
		}
	}
	return rec, nil
}

func (r *recordReader) properties() error {
	return object(r.d, func(name []byte) (err error) {
		i, wanted := r.set.lookup(name)
		if !wanted {
			return r.d.SkipValue()
		}
		r.at[i], err = r.take()
		return err
	})
}

func (r *recordReader) take() (span, error) {
	from := len(r.text)
	var err error
	r.text, err = appendText(r.text, r.d)
	return span{from, len(r.text)}, err
}

// embedded decodes the associations of a listed record. HubSpot sends a row
// per association type, so an ID repeats.
func embedded(d *jsontext.Decoder) (map[string]EmbeddedAssociations, error) {
	var out map[string]EmbeddedAssociations
	err := object(d, func(name []byte) error {
		key := string(name)
		var e EmbeddedAssociations
		err := object(d, func(name []byte) error {
			switch string(name) {
			case "results":
				return array(d, func() error {
					id, err := memberText(d, "id")
					if err == nil && id == "" {
						err = errMalformed
					}
					if err == nil && !slices.Contains(e.IDs, id) {
						e.IDs = append(e.IDs, id)
					}
					return err
				})
			case "paging":
				after, err := nextAfter(d)
				e.Cut = after != ""
				return err
			}
			return d.SkipValue()
		})
		if err != nil {
			return err
		}
		if out == nil {
			out = make(map[string]EmbeddedAssociations)
		}
		out[key] = e
		return nil
	})
	return out, err
}

// memberText reads an object and returns the text of one member.
func memberText(d *jsontext.Decoder, member string) (value string, err error) {
	err = object(d, func(name []byte) (err error) {
		if string(name) != member {
			return d.SkipValue()
		}
		value, err = text(d)
		return err
	})
	return value, err
}
