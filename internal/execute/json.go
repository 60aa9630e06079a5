package execute

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	hexDigits      = "0123456789abcdef"
	maxPlainDigits = 300 // a Float holds any whole number of so many digits
)

// appendString appends s as a JSON string. Invalid UTF-8 comes out as U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			if r, size := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// plain are the bytes that stand for themselves in a JSON string.
var plain = func() (table [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

func appendEscape(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c == '\n':
		return append(dst, '\\', 'n')
	case c == '\r':
		return append(dst, '\\', 'r')
	case c == '\t':
		return append(dst, '\\', 't')
	case c >= utf8.RuneSelf:
		return append(dst, "\ufffd"...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// appendNullable appends s as a JSON string, or null if it is empty: HubSpot
// makes no difference between the two.
func appendNullable(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return appendString(dst, s)
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, "true"...)
	}
	return append(dst, "false"...)
}

// jsonNumber writes HubSpot's digits as a JSON number, digit for digit where
// JSON allows it: "0.10" and "12345678901234567890" stay what they are, while
// "+1", "007", ".5" and "5." need another spelling. ok is false for text that
// is no number, and for numbers beyond the range of GraphQL's Float.
func jsonNumber(text string) (number string, ok bool) {
	if isPlainNumber(text) {
		return text, true
	}
	sign := ""
	switch {
	case strings.HasPrefix(text, "-"):
		sign, text = "-", text[1:]
	case strings.HasPrefix(text, "+"):
		text = text[1:]
	}
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], text[i:]
		digits := strings.TrimLeft(exponent[1:], "+-")
		if len(exponent[1:])-len(digits) > 1 || !isDigits(digits) {
			return "", false
		}
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	if whole == "" && fraction == "" || whole != "" && !isDigits(whole) || fraction != "" && !isDigits(fraction) {
		return "", false
	}
	if exponent != "" || len(whole) > maxPlainDigits {
		// A client's parser would make infinity of it, or fail.
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return "", false
		}
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if point && fraction != "" {
		whole += "." + fraction
	}
	return sign + whole + exponent, true
}

// isPlainNumber says whether text is a JSON number as it stands, as nearly all
// are: without exponent, and not too long to be sure of its range.
func isPlainNumber(text string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return isDigits(whole) && len(whole) <= maxPlainDigits && (whole[0] != '0' || len(whole) == 1) &&
		(!point || isDigits(fraction))
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
