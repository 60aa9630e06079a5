package schemadiff_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/schemadiff"
)

var update = flag.Bool("update", false, "rewrite the differences in testdata")

var suffixes = []string{"Connection", "Where", "Property"}

func parse(t testing.TB, sdl string) *ast.Schema {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "test.graphqls", Input: sdl})
	if err != nil {
		t.Fatalf("%v in\n%s", err, sdl)
	}
	return s
}

// TestGolden compares the schemas of each file in testdata: what changed, and
// what changes when it is taken back.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d golden files, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil || len(archive.Files) != 4 {
				t.Fatalf("%d parts, error %v, want from, to, diff and back", len(archive.Files), err)
			}
			from, to := parse(t, string(archive.Files[0].Data)), parse(t, string(archive.Files[1].Data))
			for i, changes := range [][]schemadiff.Change{
				schemadiff.Diff(from, to, suffixes),
				schemadiff.Diff(to, from, suffixes),
			} {
				part := &archive.Files[2+i]
				got := schemadiff.Text(changes, 1000) + "\n"
				if *update {
					part.Data = []byte(got)
				}
				if diff := cmp.Diff(string(part.Data), got); diff != "" {
					t.Errorf("%s differs (-want +got):\n%s", part.Name, diff)
				}
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestText(t *testing.T) {
	changes := schemadiff.Diff(parse(t, `type Query { a: Int b: Int c: Int }`), parse(t, `type Query { d: Int }`), nil)
	want := "- Query.a: Int (breaking)\n- Query.b: Int (breaking)\nand 2 more"
	if got := schemadiff.Text(changes, 2); got != want {
		t.Errorf("Text(…, 2) =\n%s\nwant\n%s", got, want)
	}
	if got := schemadiff.Breaking(changes); len(got) != 3 || schemadiff.Count(changes, schemadiff.Added) != 1 {
		t.Errorf("Breaking() = %v, want all three that were removed, and one that was added", got)
	}
	if got := schemadiff.Text(nil, 2); got != "" {
		t.Errorf("Text(nil) = %q, want nothing", got)
	}
}

// draw makes a schema of types, of types derived from them and of others, that
// differs little from one time to the next.
func draw(rt *rapid.T) string {
	var b strings.Builder
	some := func(label string, names ...string) []string {
		return slices.DeleteFunc(names, func(name string) bool { return rapid.IntRange(0, 3).Draw(rt, label+name) == 0 })
	}
	one := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, label) }
	b.WriteString("scalar Tick interface Named { name: String } interface Other { name: String }\n")
	b.WriteString("directive @mark" + one("directive", "", "(by: Int)", "(by: Int!)", "(by: Int! = 1)") + one("on", " on FIELD", " on FIELD | QUERY") + "\n")
	roots := "tick: Tick"
	for _, name := range some("type", "House", "Car") {
		b.WriteString(one("words", "", `"Words."`, `"Other words."`) + "type " + name + " implements " + one("interface", "Named", "Other", "Named & Other") + " { name: String " +
			one("tick", "tick: Tick", "tick: Tick!", "tick: [Tick!]", "other: Tick @deprecated", "tick(at: Int = "+one("default", "1", "2")+"): Tick") + " }\n")
		b.WriteString("input " + name + "Where" + one("one of", "", " @oneOf") + " { " + one("where", "tick: Int", "tick: Int other: Int", "other: [Int]") + " }\n")
		b.WriteString("enum " + name + "Property { " + strings.Join(append(some("value", "tick", "other"), "name"), " ") + " }\n")
		roots += " " + strings.ToLower(name) + "s" + one("argument", "", "(where: "+name+"Where)", "(first: Int = 25)", "(first: Int!)") + ": [" + name + "]"
	}
	b.WriteString(one("kind", "union Any = House2", "union Any = House2 | Query", "scalar Any", "enum Any { A B }") + " type House2 { a: Int }\n")
	b.WriteString("type Query { " + roots + " }\n")
	return b.String()
}

// TestDiffBothWays compares random schemas: nothing differs from itself, and
// what one way adds, the other way removes.
func TestDiffBothWays(t *testing.T) {
	opposite := map[schemadiff.Kind]schemadiff.Kind{
		schemadiff.Added: schemadiff.Removed, schemadiff.Removed: schemadiff.Added, schemadiff.Changed: schemadiff.Changed,
	}
	rapid.Check(t, func(rt *rapid.T) {
		from, to := draw(rt), draw(rt)
		a, b := parse(t, from), parse(t, to)
		if changes := schemadiff.Diff(a, parse(t, from), suffixes); len(changes) > 0 {
			rt.Fatalf("Diff(a, a) =\n%s", schemadiff.Text(changes, 100))
		}
		there, back := schemadiff.Diff(a, b, suffixes), schemadiff.Diff(b, a, suffixes)
		mirrored := slices.Clone(back)
		for i := range mirrored {
			c := &mirrored[i]
			c.Kind = opposite[c.Kind]
			if c.Was != "" || c.Kind != schemadiff.Changed { // the description alone has no before
				c.Was, c.Is = c.Is, c.Was
			}
			c.Breaking = false
		}
		lines := func(changes []schemadiff.Change) []string {
			var lines []string
			for _, c := range changes {
				c.Breaking = false
				lines = append(lines, c.String())
			}
			return lines
		}
		if diff := cmp.Diff(lines(there), lines(mirrored)); diff != "" {
			rt.Fatalf("from\n%s\nto\n%s\nthere (-) is not the mirror of back (+):\n%s", from, to, diff)
		}
		if (len(there) == 0) != (from == to) {
			rt.Fatalf("from\n%s\nto\n%s\nDiff() has %d changes", from, to, len(there))
		}
	})
}
