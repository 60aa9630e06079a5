package export

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// A Page is what the answer to the operation of one page holds.
type Page struct {
	Records int
	More    bool   // whether others follow
	End     string // the cursor behind the last one; "" if there is none
}

// errShape is a bug of ours: what was asked for is not what came.
var errShape = errors.New("the answer is not that of the page")

// AppendHead appends what comes before the first record.
func (e *Export) AppendHead(dst []byte) []byte {
	if e.columns == nil {
		return dst
	}
	for i, name := range e.columns.names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, name)
	}
	return append(dst, lineEnd...)
}

// AppendPage appends the lines of a page's records. data is the data of the
// answer, without errors, to the operation that [Export.Page] made.
func (e *Export) AppendPage(dst []byte, data []byte) ([]byte, Page, error) {
	// What was just made need not be checked once more.
	d := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	r := &reader{Decoder: d, export: e, dst: dst}
	if e.columns != nil {
		r.cells = make([]cell, len(e.columns.names))
	}
	if err := r.read(); err != nil {
		return dst, Page{}, fmt.Errorf("read a page: %w", err)
	}
	return r.dst, r.page, nil
}

// A reader reads one page.
type reader struct {
	*jsontext.Decoder

	export *Export
	dst    []byte
	page   Page
	cells  []cell
}

// read reads the data of an answer: the connection, and in it the records and
// where the page stands.
func (r *reader) read() error {
	return r.object(func(string) error {
		return r.object(func(name string) error {
			if name == pageKey {
				return r.info()
			}
			return r.array(r.record)
		})
	})
}

func (r *reader) info() error {
	return r.object(func(name string) error {
		token, err := r.ReadToken()
		switch {
		case err != nil:
			return err
		case name == hasNextPage:
			r.page.More = token.Kind() == 't'
		case token.Kind() == '"':
			r.page.End = token.String()
		}
		return nil
	})
}

// record reads one record and appends its line.
func (r *reader) record() error {
	r.page.Records++
	if r.cells == nil {
		value, err := r.ReadValue()
		r.dst = append(append(r.dst, value...), '\n')
		return err
	}
	for i := range r.cells {
		r.cells[i].reset()
	}
	if err := r.fill(r.export.columns.tree, false); err != nil {
		return err
	}
	for i := range r.cells {
		if i > 0 {
			r.dst = append(r.dst, ',')
		}
		r.dst = r.cells[i].appendTo(r.dst, len(r.cells) == 1)
	}
	r.dst = append(r.dst, lineEnd...)
	return nil
}

// fill puts a value, and what is below it, into the cells that they belong to.
// listed is whether it is in a list.
func (r *reader) fill(p *place, listed bool) error {
	switch r.PeekKind() {
	case '[':
		return r.array(func() error { return r.fill(p, true) })
	case '{':
		return r.object(func(name string) error {
			if below := p.below[name]; below != nil {
				return r.fill(below, listed)
			}
			return r.SkipValue()
		})
	case 'n':
		if listed {
			r.leaveOut(p)
		}
		return r.SkipValue()
	}
	token, err := r.ReadToken()
	if err != nil {
		return err
	}
	if p.below != nil {
		return errShape
	}
	r.cells[p.column].add(token, listed)
	return nil
}

// leaveOut keeps the place of a null in lists: values of one element stand at
// the same place in all columns.
func (r *reader) leaveOut(p *place) {
	if p.below == nil {
		r.cells[p.column].separate()
		return
	}
	for _, below := range p.below {
		r.leaveOut(below)
	}
}

// object reads an object; member reads each value.
func (r *reader) object(member func(name string) error) error {
	if err := r.begin('{'); err != nil {
		return err
	}
	for r.PeekKind() != '}' {
		token, err := r.ReadToken()
		if err != nil {
			return err
		}
		if err := member(token.String()); err != nil {
			return err
		}
	}
	_, err := r.ReadToken()
	return err
}

// array reads an array; element reads each value.
func (r *reader) array(element func() error) error {
	if err := r.begin('['); err != nil {
		return err
	}
	for r.PeekKind() != ']' {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := r.ReadToken()
	return err
}

func (r *reader) begin(kind jsontext.Kind) error {
	token, err := r.ReadToken()
	if err == nil && token.Kind() != kind {
		err = errShape
	}
	return err
}
