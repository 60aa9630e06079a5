package hubspot

import (
	"unsafe"

	"github.com/go-json-experiment/json/jsontext"
)

// A recordReader decodes the records of one answer. All text that is kept is
// gathered in one buffer, with notes of where each value lies, and becomes one
// string in the end: a handful of allocations, however many the records. Who
// keeps one record for long copies it, or keeps the text of all.
type recordReader struct {
	d      *jsontext.Decoder
	set    *PropertySet
	text   []byte
	found  []wireRecord
	values []span // of each record one for each property of the set
	edges  edgeReader
	layout layout
}

// A span is a part of the text.
type span struct{ from, to int }

func (s span) of(all string) string { return all[s.from:s.to] }

// A wireRecord is where a record's text lies.
type wireRecord struct {
	id, created, updated, archivedAt, url span
	archived                              bool
	lists                                 int // the end of its own in edges.lists
	history                               map[string][]PropertyVersion
}

// newRecordReader returns the decoder's reader, for one answer.
func newRecordReader(d *decoder, set *PropertySet) *recordReader {
	r := &d.records
	r.d, r.set, r.layout.set = d.Decoder, set, set
	return r
}

// read decodes the record that comes next. Of the properties only those in
// the set are kept; HubSpot always sends a few that nobody asked for.
func (r *recordReader) read() error {
	var rec wireRecord
	r.values = append(r.values, make([]span, r.set.Len())...)
	err := object(r.d, func(name []byte) (err error) {
		switch string(name) {
		case "id":
			rec.id, err = r.take()
		case "properties":
			err = r.properties(r.values[len(r.values)-r.set.Len():])
		case "createdAt":
			rec.created, err = r.take()
		case "updatedAt":
			rec.updated, err = r.take()
		case "archivedAt":
			rec.archivedAt, err = r.take()
		case "url":
			rec.url, err = r.take()
		case "archived":
			rec.archived = r.d.PeekKind() == 't'
			err = r.d.SkipValue()
		case "associations":
			err = r.associations()
		case "propertiesWithHistory":
			rec.history, err = history(r.d)
		default:
			err = r.d.SkipValue()
		}
		return err
	})
	if err != nil {
		return err
	}
	if rec.id.from == rec.id.to {
		return errMalformed // a record without an ID cannot be told from others
	}
	rec.lists = len(r.edges.lists)
	r.found = append(r.found, rec)
	return nil
}

func (r *recordReader) properties(values []span) error {
	r.layout.begin()
	return members(r.d, func(name jsontext.Value) error {
		i, err := r.layout.find(name)
		switch {
		case err != nil:
			return err
		case i < 0:
			return r.d.SkipValue()
		}
		values[i], err = r.take()
		return err
	})
}

func (r *recordReader) take() (s span, err error) {
	s.from = len(r.text)
	r.text, err = appendText(r.text, r.d)
	s.to = len(r.text)
	return s, err
}

// records returns what was read, in memory of its own.
func (r *recordReader) records() []*Record {
	text := string(r.text)
	records := make([]Record, len(r.found))
	pointers := make([]*Record, len(r.found))
	values := texts(text, r.values)
	lists := r.edges.all(text)
	n, begin := r.set.Len(), 0
	for i, w := range r.found {
		rec := &records[i]
		*rec = Record{
			ID: w.id.of(text), Set: r.set, CreatedAt: w.created.of(text), UpdatedAt: w.updated.of(text), URL: w.url.of(text),
			Archived: w.archived, History: w.history,
		}
		if w.archived {
			rec.ArchivedAt = w.archivedAt.of(text)
		}
		if n > 0 {
			rec.Values = values[i*n : (i+1)*n : (i+1)*n]
		}
		if w.lists > begin {
			rec.Associations = lists[begin:w.lists:w.lists]
		}
		begin, pointers[i] = w.lists, rec
	}
	return pointers
}

// texts are the parts of all that spans note.
func texts(all string, spans []span) []string {
	if len(spans) == 0 {
		return nil
	}
	out := make([]string, len(spans))
	for i, s := range spans {
		out[i] = s.of(all)
	}
	return out
}

// forget makes the reader ready for another answer and returns how many bytes
// it keeps.
func (r *recordReader) forget() int {
	clear(r.found) // their history
	r.d, r.set, r.text, r.found, r.values = nil, nil, r.text[:0], r.found[:0], r.values[:0]
	return cap(r.text) + cap(r.found)*int(unsafe.Sizeof(wireRecord{})) + cap(r.values)*int(unsafe.Sizeof(span{})) +
		r.edges.forget() + r.layout.forget()
}
