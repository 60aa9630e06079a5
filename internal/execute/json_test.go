package execute

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestJSONNumber(t *testing.T) {
	cases := []struct {
		text, want string // want "" for text that is no number
	}{
		{"0", "0"}, {"42", "42"}, {"-7", "-7"}, {"0.10", "0.10"}, {"12345678901234567890", "12345678901234567890"},
		{"1e5", "1e5"}, {"1E+05", "1E+05"}, {"-0", "-0"}, {".5", "0.5"}, {"-.5", "-0.5"}, {"5.", "5"}, {"5.e1", "5e1"}, {"+1", "1"}, {"007", "7"}, {"000", "0"},
		{strings.Repeat("9", 300), strings.Repeat("9", 300)}, {"1e308", "1e308"}, {"1e-999", "1e-999"},
		{"1e309", ""}, {"1e999999999999", ""}, {strings.Repeat("9", 400), ""},
		{"", ""}, {"-", ""}, {"+", ""}, {".", ""}, {"-.", ""}, {"NaN", ""}, {"Infinity", ""}, {"0x10", ""}, {"1_000", ""}, {"1,5", ""}, {"1 ", ""}, {" 1", ""},
		{"--1", ""}, {"+-1", ""}, {"1.2.3", ""}, {"1e", ""}, {"e5", ""}, {"1e+", ""}, {"1e+-5", ""}, {"1e5.5", ""}, {"1e5e5", ""}, {"١", ""},
	}
	for _, c := range cases {
		got, ok := jsonNumber(c.text)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("jsonNumber(%.40q) = %.40q, %v, want %.40q", c.text, got, ok, c.want)
		}
		if ok && !json.Valid([]byte(got)) {
			t.Errorf("jsonNumber(%.40q) = %.40q, which is not JSON", c.text, got)
		}
	}
}

func FuzzJSONNumber(f *testing.F) {
	for _, seed := range []string{"0", "-0.0", "12345678901234567890", "1e5", ".5", "5.", "+1", "007", "NaN", "1e-7", "--1", "0x1p4"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := jsonNumber(text)
		if !ok {
			return
		}
		if !json.Valid([]byte(got)) {
			t.Fatalf("jsonNumber(%q) = %q, which is not JSON", text, got)
		}
		if len(text) > 40 || strings.ContainsAny(text, "eE") && len(text) > 8 {
			return // big.Rat would write an exponent out
		}
		want, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("jsonNumber(%q) = %q, want it refused", text, got)
		}
		if number, _ := new(big.Rat).SetString(got); number.Cmp(want) != 0 {
			t.Fatalf("jsonNumber(%q) = %q, another number", text, got)
		}
	})
}

func TestAppendString(t *testing.T) {
	cases := []struct{ text, want string }{
		{"", `""`},
		{`a "quote" and \`, `"a \"quote\" and \\"`},
		{"\n\r\t\x00\x1f", `"\n\r\t\u0000\u001f"`},
		{"\x7f", "\"\x7f\""},
		{"line\u2028separator", "\"line\u2028separator\""},
		{"Zoë 🌞", `"Zoë 🌞"`},
		{"\ufffd", "\"\ufffd\""},
		{"a\xffb\xc3", "\"a\ufffdb\ufffd\""},
		{"\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""},
	}
	for _, c := range cases {
		if got := string(appendString(nil, c.text)); got != c.want {
			t.Errorf("appendString(%q) = %s, want %s", c.text, got, c.want)
		}
	}
}

func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "plain", "\"\\\x00", "a\xff", "\u2028", "🌞\xf0\x9f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := appendString([]byte("["), text)
		var back string
		if err := json.Unmarshal(got[1:], &back); err != nil {
			t.Fatalf("appendString(%q) = %s: %v", text, got, err)
		}
		want := text
		if !utf8.ValidString(text) {
			quoted, err := json.Marshal(text) // one U+FFFD for each bad byte
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(quoted, &want); err != nil {
				t.Fatal(err)
			}
		}
		if back != want {
			t.Fatalf("appendString(%q) reads back as %q", text, back)
		}
	})
}
