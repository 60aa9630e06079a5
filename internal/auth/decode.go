package auth

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// decode reads JSON into to, a pointer. What is of another type than it must be is
// left out, and all of it is returned, in the order of the text. The error is that
// the text is no JSON.
func decode(text []byte, to any) ([]wrongType, error) {
	var wrong []wrongType
	check := json.UnmarshalFromFunc(func(d *jsontext.Decoder, to any) error {
		t := reflect.TypeOf(to).Elem()
		if fits(t, d) {
			return errors.ErrUnsupported // json's own way of reading it
		}
		value, err := d.ReadValue()
		if err != nil {
			return err
		}
		if leaf(t) && json.Unmarshal(value, to) == nil {
			return nil
		}
		wrong = append(wrong, wrongType{d.StackPointer(), t})
		return nil
	})
	err := json.Unmarshal(text, to, json.WithUnmarshalers(check))
	if err == nil {
		return wrong, nil
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return nil, errors.New("not JSON: " + strings.TrimPrefix(syntax.Error(), "jsontext: "))
	}
	return nil, errors.New("not a JSON object of roles, keys and jwt")
}

// leaf says whether text or a number alone does not tell that a value is of the
// type.
func leaf(t reflect.Type) bool {
	return t == reflect.TypeFor[time.Time]() || t.Kind() == reflect.Int
}

// fits says whether a value begins as one of the type does.
func fits(t reflect.Type, d *jsontext.Decoder) bool {
	kind := d.PeekKind()
	if kind == 'n' || kind == 0 || t == reflect.TypeFor[jsontext.Value]() {
		return true
	}
	if leaf(t) {
		return false
	}
	switch t.Kind() {
	case reflect.String:
		return kind == '"'
	case reflect.Bool:
		return kind == 't' || kind == 'f'
	case reflect.Slice:
		return kind == '['
	case reflect.Struct, reflect.Map:
		return kind == '{'
	}
	return true // a pointer: what it points to is looked at by itself
}

// A wrongType is a value of another type than it must be.
type wrongType struct {
	at   jsontext.Pointer
	want reflect.Type
}

func (w wrongType) String() string {
	if w.at == "" {
		return "not a JSON object of roles, keys and jwt"
	}
	return fmt.Sprintf("%s must be %s", strings.Join(slices.Collect(w.at.Tokens()), "/"), wanted(w.want))
}

// wanted is what JSON a value of a Go type is read from.
func wanted(t reflect.Type) string {
	if t == reflect.TypeFor[time.Time]() {
		return `a time such as "2099-01-31T00:00:00Z"`
	}
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list, in brackets"
	case reflect.Int:
		return "a whole number"
	}
	return "an object, in braces"
}
