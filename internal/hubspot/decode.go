package hubspot

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

// errMalformed is JSON that is sound but is not the shape HubSpot documents.
var errMalformed = errors.New("unexpected json")

// errTwice is a name that an object has twice, of which neither can be trusted.
var errTwice = errors.New("a name is there twice in one object")

// object reads one JSON object, calling member for each name with the decoder
// at its value, which member must read or skip. name is valid only until then.
// A null is an object without members.
func object(d *jsontext.Decoder, member func(name []byte) error) error {
	var before names
	return members(d, func(raw jsontext.Value) error {
		name, err := unquoted(raw)
		if err != nil {
			return err
		}
		if before.twice(name) {
			return errTwice
		}
		return member(name)
	})
}

// members is object with the names as they are in the answer, and unchecked.
func members(d *jsontext.Decoder, member func(raw jsontext.Value) error) error {
	open, err := d.ReadToken()
	if err != nil {
		return err
	}
	switch open.Kind() {
	case 'n':
		return nil
	case '{':
	default:
		return errMalformed
	}
	for d.PeekKind() == '"' {
		raw, err := d.ReadValue()
		if err != nil {
			return err
		}
		if err := member(raw); err != nil {
			return err
		}
	}
	_, err = d.ReadToken() // the closing brace, or what is wrong
	return err
}

// array reads one JSON array, calling item with the decoder at each element,
// which item must read or skip. A null is an empty array.
func array(d *jsontext.Decoder, item func() error) error {
	open, err := d.ReadToken()
	if err != nil {
		return err
	}
	switch open.Kind() {
	case 'n':
		return nil
	case '[':
	default:
		return errMalformed
	}
	for {
		switch d.PeekKind() {
		case ']', 0: // 0: the input ends or is broken, which ReadToken tells
			_, err := d.ReadToken()
			return err
		}
		if err := item(); err != nil {
			return err
		}
	}
}

// unquoted is the text of a JSON string, without copying where nothing is
// escaped. It aliases raw.
func unquoted(raw jsontext.Value) ([]byte, error) {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], nil
	}
	return jsontext.AppendUnquote(nil, raw)
}

// appendText appends the text of the next value: a string's own, a number's
// or boolean's as written (so that an ID never becomes a float), nothing for null.
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
	case '0', 't', 'f':
		return append(to, raw...), nil
	case 'n':
		return to, nil
	}
	return to, errMalformed
}

// text reads the next value as appendText does.
func text(d *jsontext.Decoder) (string, error) {
	var small [64]byte
	b, err := appendText(small[:0], d)
	return string(b), err
}

// looseMember reads text where HubSpot's types are not to be trusted: a value
// that has none is skipped.
func looseMember(d *jsontext.Decoder) (string, error) {
	switch d.PeekKind() {
	case '{', '[':
		return "", d.SkipValue()
	}
	return text(d)
}

// nextAfter reads a paging object and returns paging.next.after, "" at the end.
// The link beside it is never followed: it may name another host.
func nextAfter(d *jsontext.Decoder) (after string, err error) {
	err = object(d, func(name []byte) error {
		if string(name) != "next" {
			return d.SkipValue()
		}
		return object(d, func(name []byte) (err error) {
			if string(name) != "after" {
				return d.SkipValue()
			}
			after, err = text(d)
			return err
		})
	})
	return after, err
}
