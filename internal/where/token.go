package where

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is what containsToken looks for: one or more patterns, in lower
// case, without spaces, and all of them to be found.
//
// Text is a row of pieces, parted by spaces, of words and of what stands
// between them: words are letters and digits. A pattern matches a part of a
// piece that begins and ends where a word or what stands between words does,
// and * matches any characters of the piece. So "ada@x.org" holds "ada",
// "x.org", "ada@x.org", "*@x.org" and "ad*", and does not hold "ad" or "x.or".
//
// HubSpot: CONTAINS_TOKEN in https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide
type token []pattern

// A pattern is the texts between its asterisks: one if it has none.
type pattern []string

func parseToken(text string) token {
	var t token
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		t = append(t, strings.Split(word, "*"))
	}
	return t
}

// in reports whether the text holds all of the patterns.
func (t token) in(text string) bool {
	text = strings.ToLower(text)
	for _, p := range t {
		if !p.in(text) {
			return false
		}
	}
	return true
}

func (p pattern) in(text string) bool {
	for piece := range strings.FieldsSeq(text) {
		if p.inPiece(piece) {
			return true
		}
	}
	return false
}

func (p pattern) inPiece(piece string) bool {
	if len(p) == 1 {
		for at := 0; ; {
			start := indexEdge(piece, at, p[0])
			if start < 0 {
				return false
			}
			if isEdge(piece, start+len(p[0])) {
				return true
			}
			at = start + 1
		}
	}
	at := indexEdge(piece, 0, p[0]) // the first place leaves most to the others
	if at < 0 {
		return false
	}
	at += len(p[0])
	for _, part := range p[1 : len(p)-1] {
		i := strings.Index(piece[at:], part)
		if i < 0 {
			return false
		}
		at += i + len(part)
	}
	last := p[len(p)-1]
	if last == "" {
		return true // up to the end
	}
	for {
		i := strings.Index(piece[at:], last)
		if i < 0 {
			return false
		}
		if isEdge(piece, at+i+len(last)) {
			return true
		}
		at += i + 1
	}
}

// indexEdge is the first place of part in piece, from a byte on, that begins
// at an edge; -1 without one.
func indexEdge(piece string, from int, part string) int {
	for from <= len(piece) {
		i := strings.Index(piece[from:], part)
		if i < 0 {
			return -1
		}
		if isEdge(piece, from+i) {
			return from + i
		}
		from += i + 1
	}
	return -1
}

// isEdge reports whether a word, or what stands between words, begins or ends
// at the given byte.
func isEdge(piece string, at int) bool {
	if at <= 0 || at >= len(piece) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(piece[:at])
	after, _ := utf8.DecodeRuneInString(piece[at:])
	return isWord(before) != isWord(after)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
