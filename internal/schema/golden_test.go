package schema

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"

	"github.com/hubgraph/hubgraph/internal/portal"
)

var update = flag.Bool("update", false, "rewrite the schemas in testdata")

// TestGolden builds the portals in testdata. Each file holds a portal's
// metadata and what it adds to the core: read the difference when it changes.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d golden files, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := build(t, parsePortal(t, txtarFile(archive, "portal.json")))
			got := printSDL(portalPart(t, s))
			if *update {
				setTxtarFile(archive, "schema.graphqls", got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(txtarFile(archive, "schema.graphqls")), got); diff != "" {
				t.Errorf("schema differs (-want +got):\n%s", diff)
			}
			checkRoundTrip(t, s)
		})
	}
}

// portalPart leaves out the types that every portal has.
func portalPart(t *testing.T, s *Schema) *ast.Schema {
	t.Helper()
	core, err := loadCore(coreSDL(t))
	if err != nil {
		t.Fatal(err)
	}
	part := *s.AST
	part.Types = maps.Clone(part.Types)
	for name := range core.Types {
		if name != "Query" {
			delete(part.Types, name)
		}
	}
	return &part
}

func coreSDL(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("../../graph/schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func build(t testing.TB, meta *portal.Metadata) *Schema {
	t.Helper()
	s, err := Build(coreSDL(t), meta)
	if err != nil {
		t.Fatalf("Build: %v", err)
	}
	return s
}

func parsePortal(t testing.TB, data []byte) *portal.Metadata {
	t.Helper()
	meta := new(portal.Metadata)
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(meta); err != nil {
		t.Fatalf("portal.json: %v", err)
	}
	return meta
}

// goldenPortal is the small portal that other tests use.
func goldenPortal(t testing.TB) *portal.Metadata {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/portal.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return parsePortal(t, txtarFile(archive, "portal.json"))
}

func txtarFile(archive *txtar.Archive, name string) []byte {
	for _, f := range archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func setTxtarFile(archive *txtar.Archive, name, data string) {
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			archive.Files[i].Data = []byte(data)
			return
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(data)})
}
