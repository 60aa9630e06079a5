package hubspottest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// decode reads a request body strictly: unknown members, other types and
// trailing text are errors, as in HubSpot.
func decode(body []byte, into any) (response, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, end := d.Token(); end != io.EOF {
			err = fmt.Errorf("unexpected text after the JSON value")
		}
	}
	if err != nil {
		return invalid("Invalid input JSON: %v", err), false
	}
	return response{}, true
}

// countInputs counts the inputs of a batch body, without judging it.
func countInputs(body []byte) int {
	var batch struct{ Inputs []json.RawMessage }
	if json.Unmarshal(body, &batch) != nil {
		return 0
	}
	return len(batch.Inputs)
}

// names reads an array parameter, which may be comma-joined, repeated or both.
func (q *request) names(parameter string) []string {
	var names []string
	for _, value := range q.query[parameter] {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// limit reads the page size.
func (q *request) limit(standard, most int) (int, response, bool) {
	text := q.query.Get("limit")
	if text == "" {
		return standard, response{}, true
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, invalid("The limit must be between 1 and %d, was %s", most, text), false
	}
	return n, response{}, true
}

// archived tells whether archived records are wanted instead of live ones.
func (q *request) archived() (bool, response, bool) {
	text := q.query.Get("archived")
	if text == "" {
		return false, response{}, true
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, invalid("archived must be true or false, was %s", text), false
	}
	return b, response{}, true
}
