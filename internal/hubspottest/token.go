package hubspottest

import (
	"regexp"
	"strings"
	"unicode"
)

// tokens splits text into lower-case words of letters and digits.
func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !isWord(c) })
}

func isWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// edge marks where a word, or what stands between words, begins and ends.
const edge = "\x00"

// tokenPatterns compiles the operand of CONTAINS_TOKEN: patterns parted by
// spaces, with * for any characters but spaces. A pattern begins and ends at an
// edge, so that it finds "ada", "x.org" and "*@x.org" in "ada@x.org", but not
// "x.or".
func tokenPatterns(operand string) []*regexp.Regexp {
	var patterns []*regexp.Regexp
	for _, word := range strings.Fields(strings.ToLower(operand)) {
		var b strings.Builder
		b.WriteString(edge)
		for i, c := range []rune(word) {
			if i > 0 {
				b.WriteString(edge + "?")
			}
			if c == '*' {
				b.WriteString("[^ ]*")
			} else {
				b.WriteString(regexp.QuoteMeta(string(c)))
			}
		}
		b.WriteString(edge)
		patterns = append(patterns, regexp.MustCompile(b.String()))
	}
	return patterns
}

// containsTokens tells whether the value has something for every pattern.
func containsTokens(value string, patterns []*regexp.Regexp) bool {
	marked := markEdges(strings.ToLower(value))
	for _, pattern := range patterns {
		if !pattern.MatchString(marked) {
			return false
		}
	}
	return true
}

// markEdges makes every space the same, and marks the edges.
func markEdges(text string) string {
	var b strings.Builder
	b.WriteString(edge)
	before := rune(-1)
	for _, c := range text {
		kind := '.'
		switch {
		case unicode.IsSpace(c):
			kind, c = ' ', ' '
		case isWord(c):
			kind = 'w'
		}
		if before >= 0 && kind != before {
			b.WriteString(edge)
		}
		b.WriteRune(c)
		before = kind
	}
	return b.String() + edge
}
