package export

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// CSV is written here and not by encoding/csv, which changes the line ends within
// values when it is to write the CRLF that the format demands behind records.
//
// Source: https://www.rfc-editor.org/rfc/rfc4180#section-2
const (
	lineEnd   = "\r\n"
	separator = "; " // between the values of a list
)

// A cell is one value of a line, or the values of a list.
type cell struct {
	text   []byte
	began  bool // whether a value of a list is there, if an empty one
	number bool // whether it is one number, and no text
}

func (c *cell) reset() { c.text, c.began, c.number = c.text[:0], false, false }

// separate makes room for one more value of a list.
func (c *cell) separate() {
	if c.began {
		c.text = append(c.text, separator...)
	}
	c.began, c.number = true, false
}

// add adds a scalar, with the digits that it came with.
func (c *cell) add(token jsontext.Token, listed bool) {
	first := !c.began
	if listed {
		c.separate()
	}
	c.number = token.Kind() == '0' && first
	c.text = append(c.text, token.String()...)
}

// appendTo appends the cell to a line. alone is whether the line has no others:
// if empty, it would be no line then.
func (c *cell) appendTo(dst []byte, alone bool) []byte {
	if len(c.text) == 0 {
		if alone {
			return append(dst, `""`...)
		}
		return dst
	}
	if !c.number && isFormula(c.text) {
		return appendQuoted(append(dst, '"', '\''), c.text)
	}
	return appendBytes(dst, c.text)
}

// isFormula tells text that spreadsheets may compute instead of showing it, and
// that people from outside the company may have written. What is a number from
// end to end is none.
//
// Source: https://owasp.org/www-community/attacks/CSV_Injection
func isFormula(text []byte) bool {
	return strings.IndexByte("=+-@\t\r", text[0]) >= 0 && !isNumber(text)
}

// isNumber tells a number below zero, as JSON writes it: only those begin as formulas
// do.
func isNumber(text []byte) bool {
	return text[0] == '-' && text[len(text)-1] > ' ' && jsontext.Value(text).IsValid()
}

func appendText(dst []byte, text string) []byte { return appendBytes(dst, []byte(text)) }

// appendBytes appends a value, in quotes where it needs them.
func appendBytes(dst, text []byte) []byte {
	plain := !bytes.ContainsAny(text, ",\"\r\n") && text[0] != ' ' && text[len(text)-1] != ' '
	if plain {
		return append(dst, text...)
	}
	return appendQuoted(append(dst, '"'), text)
}

// appendQuoted appends a value whose opening quote is there.
func appendQuoted(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			return append(append(dst, text...), '"')
		}
		dst = append(append(dst, text[:i+1]...), '"')
		text = text[i+1:]
	}
}
