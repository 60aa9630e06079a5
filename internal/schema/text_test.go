package schema

import "testing"

func TestAppendClean(t *testing.T) {
	tests := []struct {
		name, in, line, lines string
	}{
		{"nothing", "", "", ""},
		{"plain", "a bc d", "a bc d", "a bc d"},
		{"spaces", "  a \t b  ", "a b", "a b"},
		{"space before what is not ASCII", "a é  日", "a é 日", "a é 日"},
		{"no-break space", "a\u00a0b", "a b", "a b"},
		{"line breaks", "\na\r\n\r\n b\rc\n", "a b c", "a\nb\nc"},
		{"line break among spaces", "a \n\t b", "a b", "a\nb"},
		{"control characters", "a\x00b\u0085\x7fc", "a b c", "a b c"},
		{"not UTF-8", "a\xff\xfeb", "a b", "a b"},
		{"quotes stay", `"""a\`, `"""a\`, `"""a\`},
		{"blank", " \n\t\x00", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(appendClean(nil, tt.in, ' ')); got != tt.line {
				t.Errorf("appendClean(%q, space) = %q, want %q", tt.in, got, tt.line)
			}
			if got := string(appendClean(nil, tt.in, '\n')); got != tt.lines {
				t.Errorf("appendClean(%q, line break) = %q, want %q", tt.in, got, tt.lines)
			}
			if got := isBlank(tt.in); got != (tt.line == "") {
				t.Errorf("isBlank(%q) = %t", tt.in, got)
			}
		})
	}
}
