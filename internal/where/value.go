package where

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// value reads one value of a filter on a property: its form is that of the
// property's kind, and text will do for all of them. round says where an
// instant goes that is finer than HubSpot's milliseconds.
func (p *parser) value(at *path, prop *property, arg any, round rounding) (operand, error) {
	switch prop.kind {
	case numberKind:
		return p.numberValue(at, arg)
	case dateKind:
		return p.dateValue(at, arg)
	case dateTimeKind:
		return p.dateTimeValue(at, arg, round)
	case boolKind:
		return p.boolValue(at, arg)
	case idKind:
		return p.idValue(at, prop, arg)
	}
	return p.textValue(at, prop, arg)
}

func (p *parser) textValue(at *path, prop *property, arg any) (operand, error) {
	s, ok := scalarText(arg)
	if !ok {
		return operand{}, p.errorf(at, "is %s; it must be text", quote(arg))
	}
	if s == "" {
		return operand{}, p.errorf(at, `is "", which HubSpot does not tell from no value; ask for {exists: false} or {exists: true}`)
	}
	o, _ := prop.class.operand(s)
	return o, nil
}

func (p *parser) numberValue(at *path, arg any) (operand, error) {
	s, ok := scalarText(arg)
	if o, isNumber := ofNumber.operand(s); ok && isNumber {
		return o, nil
	}
	return operand{}, p.errorf(at, "is %s; it must be a number such as 100 or 0.5", quote(arg))
}

func (p *parser) boolValue(at *path, arg any) (operand, error) {
	switch arg {
	case true, "true":
		return operand{text: "true"}, nil
	case false, "false":
		return operand{text: "false"}, nil
	}
	return operand{}, p.errorf(at, "is %s; it must be true or false", quote(arg))
}

func (p *parser) dateValue(at *path, arg any) (operand, error) {
	s, _ := arg.(string)
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return operand{}, p.errorf(at, "is %s; it must be a date such as \"2026-01-31\"", quote(arg))
	}
	return momentOperand(day.UnixMilli()), nil
}

// rounding says which millisecond stands for an instant between two.
type rounding uint8

const (
	exactly rounding = iota // none does: nothing equals it
	down
	up
)

// dateTimeValue leaves the operand's text empty where no value can equal it.
func (p *parser) dateTimeValue(at *path, arg any, round rounding) (operand, error) {
	s, _ := arg.(string)
	instant, err := time.Parse(time.RFC3339, s)
	if err != nil {
		instant, err = time.Parse(time.DateOnly, s)
	}
	if err != nil {
		return operand{}, p.errorf(at, "is %s; it must be a time such as \"2026-01-31T10:00:00Z\", or a date for its midnight in UTC", quote(arg))
	}
	ms := instant.UnixMilli() // rounds down, also before 1970
	if !time.UnixMilli(ms).Equal(instant) {
		switch round {
		case exactly:
			return operand{}, nil
		case up:
			ms++
		}
	}
	return momentOperand(ms), nil
}

func momentOperand(ms int64) operand {
	i := instant(ms)
	return operand{text: i.String(), instant: i}
}

func (p *parser) idValue(at *path, prop *property, arg any) (operand, error) {
	if prop.name == objectID {
		return p.recordID(at, arg, p.t.Object.TypeID)
	}
	s, ok := scalarText(arg)
	if !ok || s == "" {
		return operand{}, p.errorf(at, "is %s; it must be an ID, as text or number", quote(arg))
	}
	id, within, err := p.reference(at, prop, s)
	if err != nil {
		return operand{}, err
	}
	o, ok := prop.class.operand(id)
	o.within = within
	if !ok {
		return operand{}, p.errorf(at, "is %s; the IDs of %s are numbers such as \"51\"", quote(arg), prop.name)
	}
	return o, nil
}

// recordID reads the ID of a record, such as 51, "51" or "0-1:51".
func (p *parser) recordID(at *path, arg any, typeID string) (operand, error) {
	s, ok := scalarText(arg)
	id := s
	if i := strings.LastIndexByte(s, ':'); ok && i > 0 {
		if s[:i] != typeID {
			return operand{}, p.errorf(at, "is %s, a record of another object type; it must be one of %s, such as \"%s:51\"", quote(arg), typeID, typeID)
		}
		id = s[i+1:]
	}
	const most = 32 // digits
	if !ok || id == "" || len(id) > most || !isDigits(id) {
		return operand{}, p.errorf(at, "is %s, which is no record ID; it is a number such as \"51\", or \"%s:51\"", quote(arg), typeID)
	}
	o, _ := ofNumber.operand(cmp.Or(strings.TrimLeft(id, "0"), "0"))
	return o, nil
}

// scalarText is a text or a number as text. Numbers keep their digits.
func scalarText(arg any) (string, bool) {
	switch v := arg.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case int:
		return strconv.Itoa(v), true
	case int32:
		return strconv.FormatInt(int64(v), 10), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), !math.IsInf(v, 0) && !math.IsNaN(v)
	}
	return "", false
}
