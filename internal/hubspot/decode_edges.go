package hubspot

import (
	"bytes"
	"unsafe"
)

// maxEmbeddedIDs is how many associated records are read of what a list brings
// along for one record and one object type. HubSpot cuts at 100 rows itself.
const maxEmbeddedIDs = 1000

// An edgeReader notes the associations that came with records.
type edgeReader struct {
	lists []wireEdges
	ids   []span
}

// A wireEdges is the associations of one record with one object type.
type wireEdges struct {
	name span
	ids  int // the end of its own in edgeReader.ids
	cut  bool
}

// associations decodes the associations of a listed record.
func (r *recordReader) associations() error {
	return object(r.d, func(name []byte) error {
		list := wireEdges{name: span{len(r.text), len(r.text) + len(name)}}
		r.text = append(r.text, name...)
		first := len(r.edges.ids)
		err := object(r.d, func(name []byte) (err error) {
			switch string(name) {
			case "results":
				return array(r.d, func() error {
					cut, err := r.associated(first)
					list.cut = list.cut || cut
					return err
				})
			case "paging":
				var after string
				after, err = nextAfter(r.d)
				list.cut = list.cut || after != ""
				return err
			}
			return r.d.SkipValue()
		})
		list.ids = len(r.edges.ids)
		r.edges.lists = append(r.edges.lists, list)
		return err
	})
}

// associated decodes a row: {id, type}. HubSpot sends one per association type,
// so an ID repeats; first is where those of the same list begin.
func (r *recordReader) associated(first int) (cut bool, err error) {
	var id span
	err = object(r.d, func(name []byte) (err error) {
		if string(name) != "id" {
			return r.d.SkipValue()
		}
		id, err = r.take()
		return err
	})
	if err == nil && id.from == id.to {
		err = errMalformed
	}
	if err != nil {
		return false, err
	}
	same := r.edges.ids[first:]
	for _, other := range same {
		if bytes.Equal(r.text[other.from:other.to], r.text[id.from:id.to]) {
			r.text = r.text[:id.from]
			return false, nil
		}
	}
	if len(same) == maxEmbeddedIDs {
		r.text = r.text[:id.from]
		return true, nil
	}
	r.edges.ids = append(r.edges.ids, id)
	return false, nil
}

// all returns the lists of all records, one after the other.
func (e *edgeReader) all(text string) []EmbeddedAssociations {
	if len(e.lists) == 0 {
		return nil
	}
	ids := texts(text, e.ids)
	lists := make([]EmbeddedAssociations, len(e.lists))
	begin := 0
	for i, l := range e.lists {
		lists[i] = EmbeddedAssociations{Name: l.name.of(text), Cut: l.cut}
		if l.ids > begin {
			lists[i].IDs = ids[begin:l.ids:l.ids]
		}
		begin = l.ids
	}
	return lists
}

func (e *edgeReader) forget() int {
	e.lists, e.ids = e.lists[:0], e.ids[:0]
	return cap(e.lists)*int(unsafe.Sizeof(wireEdges{})) + cap(e.ids)*int(unsafe.Sizeof(span{}))
}
