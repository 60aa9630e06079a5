package hubspottest

import (
	"cmp"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// predicate tells whether a record matches.
type predicate func(*record) bool

func every(all []predicate) predicate {
	return func(r *record) bool {
		for _, match := range all {
			if !match(r) {
				return false
			}
		}
		return true
	}
}

func unknownProperty(name string) response {
	return apiError{
		Category: "VALIDATION_ERROR",
		Message:  "There was a problem with the request.",
		Errors: []errorDetail{{
			Message: "Property " + name + " does not exist", Code: "PROPERTY_DOESNT_EXIST",
			Context: map[string][]string{"propertyName": {name}},
		}},
	}.respond(http.StatusBadRequest)
}

// valueKind groups property types by how their values compare.
type valueKind int

const (
	textKind valueKind = iota
	numberKind
	dateKind
	choiceKind
)

func kindOfProperty(prop *Property) valueKind {
	switch prop.Type {
	case "number":
		return numberKind
	case "date", "datetime":
		return dateKind
	case "enumeration", "bool":
		return choiceKind
	}
	return textKind
}

// fits are the operators that each kind takes besides EQ, NEQ, IN, NOT_IN,
// HAS_PROPERTY and NOT_HAS_PROPERTY.
func (k valueKind) fits(operator string) bool {
	switch operator {
	case "EQ", "NEQ", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY":
		return true
	case "LT", "LTE", "GT", "GTE", "BETWEEN":
		return k == numberKind || k == dateKind
	case "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN":
		return k == textKind
	}
	return false
}

// unfilterable are properties that HubSpot refuses in filters.
func unfilterable(plural, name string) bool {
	switch name {
	case "hs_body_preview_html":
		return slices.Contains([]string{"calls", "conversations", "emails", "meetings", "notes", "tasks"}, plural)
	case "hs_email_html", "hs_body_preview":
		return plural == "emails"
	}
	return false
}

// compileFilter turns one filter into a predicate.
func (p *Portal) compileFilter(t *objectType, f filter) (predicate, response, bool) {
	if name, ok := strings.CutPrefix(f.PropertyName, "associations."); ok {
		return p.compileAssociation(t, name, f)
	}
	prop := t.properties[f.PropertyName]
	if prop == nil || prop.Archived {
		return nil, unknownProperty(f.PropertyName), false
	}
	kind := kindOfProperty(prop)
	if !kind.fits(f.Operator) || unfilterable(t.plural, prop.Name) || !p.canSeeValue(t, prop) {
		return nil, invalid("Operator %q is not supported for property %s of type %s", f.Operator, prop.Name, prop.Type), false
	}
	if refusal, ok := f.checkOperands(kind); !ok {
		return nil, refusal, false
	}
	return f.predicate(prop, kind), response{}, true
}

// checkOperands refuses operands that do not go with the operator or that are
// no value of the kind.
func (f filter) checkOperands(kind valueKind) (response, bool) {
	wantValue, wantHigh, wantValues := true, false, false
	switch f.Operator {
	case "HAS_PROPERTY", "NOT_HAS_PROPERTY":
		wantValue = false
	case "IN", "NOT_IN":
		wantValue, wantValues = false, true
	case "BETWEEN":
		wantHigh = true
	}
	if wantValue != (f.Value != nil) || wantHigh != (f.HighValue != nil) || wantValues != (len(f.Values) > 0) {
		return invalid("Operator %s of property %s has operands missing or too many", f.Operator, f.PropertyName), false
	}
	operands := slices.Clone(f.Values)
	for _, v := range []*string{f.Value, f.HighValue} {
		if v != nil {
			operands = append(operands, *v)
		}
	}
	for _, operand := range operands {
		if _, ok := kind.parse(operand); !ok || operand == "" {
			return invalid("%q is no value for property %s", operand, f.PropertyName), false
		}
	}
	return response{}, true
}

// scalar is a number or a time. It is exact: record IDs and amounts can exceed
// what a float64 holds.
type scalar struct {
	whole int64
	other *big.Rat // what is no whole number of 64 bits
}

func (a scalar) compare(b scalar) int {
	if a.other == nil && b.other == nil {
		return cmp.Compare(a.whole, b.whole)
	}
	return a.rational().Cmp(b.rational())
}

func (a scalar) rational() *big.Rat {
	if a.other != nil {
		return a.other
	}
	return new(big.Rat).SetInt64(a.whole)
}

// parse reads a number, or a time in milliseconds since 1970 or RFC 3339; text
// and choices are not parsed.
func (k valueKind) parse(text string) (scalar, bool) {
	if k != numberKind && k != dateKind {
		return scalar{}, true
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return scalar{whole: n}, true
	}
	if k == numberKind {
		if _, err := strconv.ParseFloat(text, 64); err != nil || strings.Trim(text, "+-.0123456789eE") != "" {
			return scalar{}, false
		}
		n, ok := new(big.Rat).SetString(text)
		return scalar{other: n}, ok
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return scalar{whole: at.UnixMilli()}, true
		}
	}
	return scalar{}, false
}

// predicate compares a record's value with the operands. A record without a
// value matches NOT_HAS_PROPERTY alone.
func (f filter) predicate(prop *Property, kind valueKind) predicate {
	name := prop.Name
	multiple := prop.Type == "enumeration" && prop.FieldType == "checkbox"
	test := f.test(kind)
	negated := f.Operator == "NEQ" || strings.HasPrefix(f.Operator, "NOT_")
	return func(r *record) bool {
		value := r.values[name]
		switch {
		case f.Operator == "HAS_PROPERTY" || f.Operator == "NOT_HAS_PROPERTY":
			return (value != "") != negated
		case value == "":
			return false
		case multiple:
			return slices.ContainsFunc(splitValues(value), test) != negated
		}
		return test(value) != negated
	}
}

// test is the operator without its negation, on one value.
func (f filter) test(kind valueKind) func(string) bool {
	switch f.Operator {
	case "EQ", "NEQ":
		return equals(kind, *f.Value)
	case "IN", "NOT_IN":
		if kind == textKind { // compared with lower-cased values, and exactly
			return func(value string) bool { return slices.Contains(f.Values, strings.ToLower(value)) }
		}
		tests := make([]func(string) bool, len(f.Values))
		for i, operand := range f.Values {
			tests[i] = equals(kind, operand)
		}
		return func(value string) bool {
			return slices.ContainsFunc(tests, func(test func(string) bool) bool { return test(value) })
		}
	case "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN":
		patterns := tokenPatterns(*f.Value)
		return func(value string) bool { return containsTokens(value, patterns) }
	case "HAS_PROPERTY", "NOT_HAS_PROPERTY":
		return nil
	}
	low, _ := kind.parse(*f.Value)
	return func(text string) bool {
		value, ok := kind.parse(text)
		if !ok {
			return false
		}
		order := value.compare(low)
		switch f.Operator {
		case "LT":
			return order < 0
		case "LTE":
			return order <= 0
		case "GT":
			return order > 0
		case "GTE":
			return order >= 0
		}
		high, _ := kind.parse(*f.HighValue)
		return order >= 0 && value.compare(high) <= 0
	}
}

func equals(kind valueKind, operand string) func(string) bool {
	switch kind {
	case textKind:
		operand = strings.ToLower(operand)
		return func(value string) bool { return strings.ToLower(value) == operand }
	case choiceKind:
		return func(value string) bool { return value == operand }
	}
	want, _ := kind.parse(operand)
	return func(text string) bool {
		value, ok := kind.parse(text)
		return ok && value.compare(want) == 0
	}
}

// searchableLink tells whether associations can be searched by the type of that
// name: HubSpot documents these, and no other names for them.
//
// Source: https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide
func searchableLink(name string) bool {
	return slices.Contains([]string{"contact", "company", "deal", "ticket"}, name)
}

// compileAssociation turns a filter on associations into a predicate.
func (p *Portal) compileAssociation(t *objectType, name string, f filter) (predicate, response, bool) {
	to := p.byName[name]
	if !searchableLink(name) || p.assocTypes[pair{t, to}] == nil {
		return nil, unknownProperty(f.PropertyName), false
	}
	if f.Operator != "EQ" && f.Operator != "IN" {
		return nil, invalid("Operator %q is not supported for property %s", f.Operator, f.PropertyName), false
	}
	if refusal, ok := f.checkOperands(numberKind); !ok {
		return nil, refusal, false
	}
	operands := f.Values
	if f.Value != nil {
		operands = append(operands, *f.Value)
	}
	var ids []int64
	for _, operand := range operands {
		if other := to.find(operand); other != nil {
			ids = append(ids, other.id)
		}
	}
	return func(r *record) bool {
		return slices.ContainsFunc(ids, func(id int64) bool {
			_, found := r.findLink(to, id)
			return found
		})
	}, response{}, true
}
