package execute

import (
	"strconv"
	"time"
)

// appendDate appends a date property. HubSpot writes YYYY-MM-DD, and in old
// values epoch milliseconds at midnight UTC. A date belongs to no zone and is
// never shifted.
func appendDate(dst []byte, text string) ([]byte, bool) {
	if _, err := time.Parse(time.DateOnly, text); err == nil {
		return appendString(dst, text), true
	}
	if _, err := time.Parse(time.RFC3339, text); err == nil {
		return appendString(dst, text[:len(time.DateOnly)]), true
	}
	t, ok := parseInstant(text)
	if !ok {
		return dst, false
	}
	dst = append(dst, '"')
	dst = t.AppendFormat(dst, time.DateOnly)
	return append(dst, '"'), true
}

// appendInstant appends a datetime as RFC 3339 in UTC, with the digits HubSpot
// gave it.
func appendInstant(dst []byte, text string) ([]byte, bool) {
	if isUTC(text) {
		return appendString(dst, text), true
	}
	t, ok := parseInstant(text)
	if !ok {
		return dst, false
	}
	dst = append(dst, '"')
	dst = t.AppendFormat(dst, "2006-01-02T15:04:05.000Z07:00")
	return append(dst, '"'), true
}

// isUTC says whether text is RFC 3339 in UTC to the letter: time.Parse lets
// through an hour of one digit and a comma before the fraction.
func isUTC(text string) bool {
	const layout = "2006-01-02T15:04:05"
	if len(text) <= len(layout) || text[len(text)-1] != 'Z' {
		return false
	}
	for i := range len(layout) {
		if digit := '0' <= layout[i] && layout[i] <= '9'; digit != ('0' <= text[i] && text[i] <= '9') || !digit && layout[i] != text[i] {
			return false
		}
	}
	month, day := twoDigits(text[5:]), twoDigits(text[8:])
	if month < 1 || month > 12 || day < 1 || day > 31 || twoDigits(text[11:]) > 23 || twoDigits(text[14:]) > 59 || twoDigits(text[17:]) > 59 {
		return false
	}
	if day > 28 { // how long the month is takes a calendar
		if _, err := time.Parse(layout, text[:len(layout)]); err != nil {
			return false
		}
	}
	fraction := text[len(layout) : len(text)-1]
	return fraction == "" || fraction[0] == '.' && isDigits(fraction[1:])
}

func twoDigits(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

// parseInstant reads RFC 3339, a date, or epoch milliseconds.
func parseInstant(text string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), true
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, true
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	t := time.UnixMilli(ms).UTC()
	// RFC 3339 has four digits for the year.
	if y := t.Year(); y < 0 || y > 9999 {
		return time.Time{}, false
	}
	return t, true
}
