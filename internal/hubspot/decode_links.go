package hubspot

import (
	"fmt"
	"unsafe"

	"github.com/go-json-experiment/json/jsontext"
)

// A linkReader decodes the associations of one answer, as a recordReader does
// records.
type linkReader struct {
	d     *jsontext.Decoder
	text  []byte
	pages []wirePage
	links []wireLink
	lists map[string][]AssociationType // by their JSON: an answer has thousands of links and a handful of lists
}

// A wirePage is where one result lies: {from:{id}, to:[…], paging}.
type wirePage struct {
	id, after span
	links     int // the end of its own in linkReader.links
}

type wireLink struct {
	id    span
	types []AssociationType
}

// decodeAssociations reads an envelope of links.
func decodeAssociations(d *decoder) (map[string]*AssociationPage, error) {
	r := &d.links
	r.d, r.lists = d.Decoder, make(map[string][]AssociationType)
	if _, err := decodeAnswer(r.d, r.page); err != nil {
		return nil, err
	}
	return r.byID()
}

// page reads one result.
func (r *linkReader) page() error {
	var page wirePage
	err := object(r.d, func(name []byte) (err error) {
		switch string(name) {
		case "from":
			return object(r.d, func(name []byte) (err error) {
				if string(name) != "id" {
					return r.d.SkipValue()
				}
				page.id, err = r.take()
				return err
			})
		case "to":
			return array(r.d, r.link)
		case "paging":
			var after string
			after, err = nextAfter(r.d)
			page.after = span{len(r.text), len(r.text) + len(after)}
			r.text = append(r.text, after...)
			return err
		}
		return r.d.SkipValue()
	})
	if err == nil && page.id.from == page.id.to {
		err = errMalformed
	}
	page.links = len(r.links)
	r.pages = append(r.pages, page)
	return err
}

// link reads one link. toObjectId is documented as text and sent as a number.
func (r *linkReader) link() error {
	var l wireLink
	err := object(r.d, func(name []byte) (err error) {
		switch string(name) {
		case "toObjectId":
			l.id, err = r.take()
		case "associationTypes":
			l.types, err = r.types()
		default:
			err = r.d.SkipValue()
		}
		return err
	})
	if err == nil && l.id.from == l.id.to {
		err = errMalformed
	}
	r.links = append(r.links, l)
	return err
}

func (r *linkReader) types() ([]AssociationType, error) {
	raw, err := r.d.ReadValue()
	if err != nil {
		return nil, err
	}
	if types, ok := r.lists[string(raw)]; ok {
		return types, nil
	}
	types, err := parseAssociationTypes(raw)
	if err != nil {
		return nil, err
	}
	r.lists[string(raw)] = types
	return types, nil
}

func (r *linkReader) take() (s span, err error) {
	s.from = len(r.text)
	r.text, err = appendText(r.text, r.d)
	s.to = len(r.text)
	return s, err
}

// byID returns what was read, in memory of its own.
func (r *linkReader) byID() (map[string]*AssociationPage, error) {
	text := string(r.text)
	to := make([]Associated, len(r.links))
	for i, l := range r.links {
		to[i] = Associated{ID: l.id.of(text), Types: l.types}
	}
	pages := make([]AssociationPage, len(r.pages))
	byID := make(map[string]*AssociationPage, len(r.pages))
	begin := 0
	for i, w := range r.pages {
		links, id, page := to[begin:w.links:w.links], w.id.of(text), &pages[i]
		begin = w.links
		page.After = w.after.of(text)
		if page.After == "" && len(links) == 0 {
			continue
		}
		if len(links) > 0 {
			page.To = links
		}
		if _, twice := byID[id]; twice {
			return nil, fmt.Errorf("record %s is answered twice: %w", id, errMalformed)
		}
		byID[id] = page
	}
	return byID, nil
}

// forget makes the reader ready for another answer and returns how many bytes
// it keeps.
func (r *linkReader) forget() int {
	clear(r.links) // their types
	r.d, r.lists, r.text, r.pages, r.links = nil, nil, r.text[:0], r.pages[:0], r.links[:0]
	return cap(r.text) + cap(r.pages)*int(unsafe.Sizeof(wirePage{})) + cap(r.links)*int(unsafe.Sizeof(wireLink{}))
}
