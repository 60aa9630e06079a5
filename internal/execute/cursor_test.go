package execute

import (
	"strings"
	"testing"
)

func TestCursor(t *testing.T) {
	for _, c := range []cursor{
		{kind: cursorList},
		{kind: cursorList, print: 1<<32 - 1, page: "NTI1Cg%3D%3D", id: "51"},
		{kind: cursorSearch, print: 7, id: "9007199254740993"},
		{kind: cursorEdges, page: strings.Repeat("x", 300)},
		{kind: cursorOffset, print: 7, page: "9800", id: "51", row: 200},
		{kind: cursorFiltered, print: 7, id: "51", row: 50_000},
	} {
		text := string(c.appendTo(nil))
		got, err := parseCursor(text)
		if err != nil || *got != c {
			t.Errorf("parseCursor(%q) = %+v, %v, want %+v", text, got, err, c)
		}
	}
	rowless := cursor{kind: cursorFiltered, id: "51"}
	for _, text := range []string{string(rowless.appendTo(nil)), "", "x", "????", "AAAAAAA", "bAAAAAAAAAAA", "bAAAAAH_____________AQ", strings.Repeat("A", maxCursor+1)} {
		if got, err := parseCursor(text); err == nil {
			t.Errorf("parseCursor(%.40q) = %+v, want an error", text, got)
		}
	}
}

func FuzzParseCursor(f *testing.F) {
	f.Add("")
	f.Add(string((&cursor{kind: cursorEdges, print: 5, page: "abc", id: "12"}).appendTo(nil)))
	f.Add(string((&cursor{kind: cursorSearch, id: "12"}).appendTo(nil)))
	f.Add(string((&cursor{kind: cursorOffset, page: "200", id: "12", row: 7}).appendTo(nil)))
	f.Add(string((&cursor{kind: cursorFiltered, id: "12", row: 7}).appendTo(nil)))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text)
		if err != nil {
			return
		}
		again, err := parseCursor(string(c.appendTo(nil)))
		if err != nil || *again != *c {
			t.Fatalf("parseCursor(%q) = %+v, which reads back as %+v, %v", text, c, again, err)
		}
	})
}

func TestCompareIDs(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"9", "10", -1}, {"10", "9", 1}, {"10", "10", 0}, {"18446744073709551616", "18446744073709551617", -1}} {
		if got := compareIDs(c.a, c.b); got != c.want {
			t.Errorf("compareIDs(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestParseRecordID(t *testing.T) {
	for _, c := range []struct {
		text, want string // want "" for no ID
	}{{"51", "51"}, {"0051", "51"}, {"0", "0"}, {"000", "0"}, {"12345678901234567890123", "12345678901234567890123"},
		{"", ""}, {"-1", ""}, {"1.0", ""}, {" 1", ""}, {"٣", ""}, {strings.Repeat("1", 33), ""}} {
		if got, ok := parseRecordID(c.text); got != c.want || ok != (c.want != "") {
			t.Errorf("parseRecordID(%q) = %q, %v, want %q", c.text, got, ok, c.want)
		}
	}
}
