package graphqlhttp

import (
	"mime"
	"strconv"
	"strings"

	"github.com/hubgraph/hubgraph/internal/export"
)

// The media types that answers come in.
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// A match is the range of an Accept header that decides about one media type.
type match struct {
	specificity int // 0 is none, then */*, application/*, and the type itself
	weight      float64
	place       int // in the header
}

// negotiate picks the media type to answer in from the values of the Accept
// header, and reports false if the client takes neither. A type has the weight
// of the range that names it most exactly; the heavier type is picked, among
// equals the one that is named more exactly, then the one that is named first.
// Plain JSON is for those who take anything, or do not say; the formats of exports
// are for those who name them. What else a header lists is passed over: some clients
// accept text/event-stream on every request.
//
// Source: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
func negotiate(accept []string) (mediaType string, ok bool) {
	var plain, response, csv, ndjson match
	read := 0
	for place, text := range splitList(strings.Join(accept, ",")) {
		name, params, err := mime.ParseMediaType(text)
		if err != nil {
			continue
		}
		read++
		m := match{weight: quality(params), place: place}
		switch name {
		case "*/*":
			m.specificity = 1
			plain.improve(m)
			response.improve(m)
		case "application/*":
			m.specificity = 2
			plain.improve(m)
			response.improve(m)
		case mediaJSON:
			m.specificity = 3
			plain.improve(m)
		case mediaResponse:
			m.specificity = 3
			response.improve(m)
		case string(export.CSV):
			m.specificity = 3
			csv.improve(m)
		case string(export.NDJSON):
			m.specificity = 3
			ndjson.improve(m)
		}
	}
	if read == 0 {
		return mediaJSON, true
	}
	best := plain
	mediaType = mediaJSON
	for _, other := range []struct {
		mediaType string
		match     match
	}{{mediaResponse, response}, {string(export.CSV), csv}, {string(export.NDJSON), ndjson}} {
		if other.match.before(best) {
			mediaType, best = other.mediaType, other.match
		}
	}
	return mediaType, best.weight > 0
}

// exported is the format of an export that a media type is; ok is false if it is
// that of an answer.
func exported(mediaType string) (f export.Format, ok bool) {
	f = export.Format(mediaType)
	return f, f == export.CSV || f == export.NDJSON
}

// answered is the media type of GraphQL answers to those who accept one: who wants
// a file reads statuses, and in the answer why there is none.
func answered(accepted string) string {
	if _, ok := exported(accepted); ok {
		return mediaResponse
	}
	return accepted
}

// improve replaces a match by one that is more exact, or as exact and heavier.
func (m *match) improve(by match) {
	if by.specificity > m.specificity || by.specificity == m.specificity && by.weight > m.weight {
		*m = by
	}
}

func (m match) before(other match) bool {
	if m.weight != other.weight {
		return m.weight > other.weight
	}
	if m.specificity != other.specificity {
		return m.specificity > other.specificity
	}
	return m.place < other.place
}

// quality is the weight of a media range: 1 unless it says otherwise, and 0,
// which refuses it, if it says what is no weight.
func quality(params map[string]string) float64 {
	text, ok := params["q"]
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || !(q >= 0 && q <= 1) { // which NaN is not either
		return 0
	}
	return q
}

// splitList splits a header's list at the commas that are not in quotes.
func splitList(text string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}
