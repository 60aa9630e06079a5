package schema

import (
	"unicode"
	"unicode/utf8"
)

// A text is a description being written. What HubSpot's users wrote comes out
// as valid UTF-8, without control characters, indentation and blank lines, so
// that GraphQL reads it back from SDL as it was written.
type text struct {
	buf   []byte
	start int // of the current paragraph
}

func (t *text) reset() *text {
	t.buf, t.start = t.buf[:0], 0
	return t
}

// String returns the text without an empty last paragraph.
func (t *text) String() string {
	t.dropEmpty()
	return string(t.buf)
}

// paragraph starts a new paragraph, unless the current one is empty.
func (t *text) paragraph() *text {
	t.dropEmpty()
	if len(t.buf) > 0 {
		t.buf = append(t.buf, "\n\n"...)
	}
	t.start = len(t.buf)
	return t
}

// empty reports whether the current paragraph is empty.
func (t *text) empty() bool { return len(t.buf) == t.start }

func (t *text) dropEmpty() {
	if t.empty() && t.start > 0 {
		t.buf = t.buf[:t.start-len("\n\n")]
	}
}

// sentence continues the paragraph with a text of ours, after a space.
func (t *text) sentence(s string) *text {
	if !t.empty() {
		t.buf = append(t.buf, ' ')
	}
	return t.raw(s)
}

// raw writes a text of ours.
func (t *text) raw(s string) *text {
	t.buf = append(t.buf, s...)
	return t
}

// line writes a text of HubSpot's users as one line.
func (t *text) line(s string) *text {
	t.buf = appendClean(t.buf, s, ' ')
	return t
}

// firstOf writes the first of several texts of HubSpot's users that is not
// blank as one line.
func (t *text) firstOf(texts ...string) *text {
	from := len(t.buf)
	for _, s := range texts {
		if t.line(s); len(t.buf) > from {
			break
		}
	}
	return t
}

// lines writes a text of HubSpot's users and keeps its line breaks.
func (t *text) lines(s string) {
	t.buf = appendClean(t.buf, s, '\n')
}

// appendClean appends s with each run of spaces and control characters made
// one space, or one lineBreak if it holds one, and none at either end.
func appendClean(b []byte, s string, lineBreak byte) []byte {
	start := len(b)
	var gap byte // to write before the next word
	for len(s) > 0 {
		n := wordLen(s)
		if n > 0 {
			if gap != 0 && len(b) > start {
				b = append(b, gap)
			}
			gap = 0
			b = append(b, s[:n]...)
			s = s[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\n' || r == '\r':
			gap = lineBreak
		case gap == 0:
			gap = ' '
		}
		s = s[size:]
	}
	return b
}

// isBlank reports whether nothing of s would be written.
func isBlank(s string) bool { return len(appendClean(nil, s, ' ')) == 0 }

// wordLen returns how many bytes at the start of s can stay as they are: no
// control characters, nothing invalid, no spaces but single ones inside.
func wordLen(s string) int {
	n := 0
	for n < len(s) {
		if c := s[n]; c < utf8.RuneSelf {
			single := c == ' ' && n > 0 && n+1 < len(s) && isVisible(s[n+1])
			if !single && !isVisible(c) {
				break
			}
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

// isVisible reports whether c is a character of ASCII that shows.
func isVisible(c byte) bool { return ' ' < c && c < 0x7f }
