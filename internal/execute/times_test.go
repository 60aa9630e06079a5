package execute

import "testing"

func TestAppendDate(t *testing.T) {
	for _, c := range []struct {
		text, want string // want "" for no date
	}{
		{"2026-01-05", `"2026-01-05"`},
		{"2024-02-29", `"2024-02-29"`},
		{"1767225600000", `"2026-01-01"`},
		{"-86400000", `"1969-12-31"`},
		{"2026-01-05T23:59:59.999Z", `"2026-01-05"`},
		{"2026-01-05T00:00:00+14:00", `"2026-01-05"`},
		{"2026-02-30", ""}, {"05.01.2026", ""}, {"soon", ""}, {"99999999999999999", ""}, {"2026-1-5", ""}, {" 2026-01-05", ""},
	} {
		got, ok := appendDate(nil, c.text)
		if string(got) != c.want || ok != (c.want != "") {
			t.Errorf("appendDate(%q) = %s, %v, want %s", c.text, got, ok, c.want)
		}
	}
}

func TestAppendInstant(t *testing.T) {
	for _, c := range []struct {
		text, want string // want "" for no instant
	}{
		{"2026-01-05T10:00:00Z", `"2026-01-05T10:00:00Z"`},
		{"2026-01-05T10:00:00.000Z", `"2026-01-05T10:00:00.000Z"`},
		{"2026-01-05T10:00:00.1234567Z", `"2026-01-05T10:00:00.1234567Z"`},
		{"2026-01-05T10:00:00+02:00", `"2026-01-05T08:00:00.000Z"`},
		{"2026-01-05", `"2026-01-05T00:00:00.000Z"`},
		{"1767225600123", `"2026-01-01T00:00:00.123Z"`},
		{"2026-01-05T1:00:00Z", `"2026-01-05T01:00:00.000Z"`},    // time.Parse is lenient,
		{"2026-01-05T10:00:00,5Z", `"2026-01-05T10:00:00.500Z"`}, // RFC 3339 is not
		{"2026-01-05T25:00:00Z", ""}, {"yesterday", ""}, {"1e12", ""}, {"9223372036854775807", ""}, {"Z", ""},
	} {
		got, ok := appendInstant(nil, c.text)
		if string(got) != c.want || ok != (c.want != "") {
			t.Errorf("appendInstant(%q) = %s, %v, want %s", c.text, got, ok, c.want)
		}
	}
}
