package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/hubgraph/hubgraph"

// mayImport is who may import whom: from the folder of a package to those of
// the packages of ours that its files may name. Arrows never turn back. Test
// files may also name the fake portal, real servers, their own package and
// whatever that package stands on.
var mayImport = map[string][]string{
	".": { // wires everything together; the fake portal for --demo only
		"internal/auth", "internal/cluster", "internal/compute", "internal/config", "internal/connect", "internal/documents", "internal/gateway", "internal/graphqlhttp", "internal/hubspot",
		"internal/hubspottest", "internal/metrics", "internal/oauth", "internal/portal", "internal/portals", "internal/schema", "internal/schemadiff", "internal/seal",
		"internal/server", "internal/store", "internal/tracing",
	},
	"internal/connect": {"internal/gateway", "internal/hubspot", "internal/oauth", "internal/portal", "internal/portals", "internal/seal", "internal/store"},
	"internal/portals": {},
	"internal/gateway": {
		"graph", "graph/resolvers", "internal/access", "internal/auth", "internal/compute", "internal/config", "internal/documents", "internal/execute", "internal/gate",
		"internal/graphqlhttp", "internal/hubspot", "internal/limit", "internal/loaders", "internal/loaders/recordcache", "internal/metrics", "internal/portal",
		"internal/pulse", "internal/schema", "internal/schemadiff", "internal/tracing",
	},
	"internal/server": {
		"internal/admit", "internal/auth", "internal/cluster", "internal/compute", "internal/config", "internal/documents", "internal/execute", "internal/gate", "internal/gateway", "internal/graphqlhttp",
		"internal/hubspot", "internal/limit", "internal/metrics", "internal/oauth", "internal/pages", "internal/portals", "internal/tracing", "web",
	},
	"graph":           {"graph/generated", "graph/resolvers", "internal/execute", "internal/limit", "internal/lru", "internal/schema"},
	"graph/generated": {"internal/execute"}, // the Go type of the scalar RecordTree
	"graph/resolvers": {"graph/generated", "internal/execute", "internal/hubspot", "internal/portal", "internal/schema"},

	"internal/access":              {"internal/auth", "internal/hubspot", "internal/portal"},
	"internal/execute":             {"internal/compute", "internal/hubspot", "internal/limit", "internal/loaders", "internal/loaders/recordcache", "internal/portal", "internal/schema", "internal/where"},
	"internal/graphqlhttp":         {"graph", "internal/documents", "internal/execute", "internal/export", "internal/gate", "internal/limit"},
	"internal/loaders":             {"internal/hubspot"},
	"internal/loaders/recordcache": {"internal/hubspot"},
	"internal/schema":              {"internal/hubspot", "internal/portal"},
	"internal/store":               {"internal/seal"},
	"internal/where":               {"internal/hubspot", "internal/schema"},
	"internal/oauth":               {"internal/hubspot"},
	"internal/portal":              {"internal/hubspot"},

	"internal/admit":       {},
	"internal/auth":        {"internal/lru"},
	"internal/cluster":     {"internal/hubspot"},
	"internal/compute":     {},
	"internal/config":      {"internal/limit"},
	"internal/documents":   {"internal/lru"},
	"internal/export":      {},
	"internal/gate":        {"internal/compute", "internal/limit", "internal/lru"},
	"internal/hubspot":     {"internal/compute"},
	"internal/hubspottest": {},
	"internal/limit":       {},
	"internal/lru":         {},
	"internal/metrics":     {"internal/cluster", "internal/hubspot", "internal/limit", "internal/loaders/recordcache", "internal/portal", "internal/portals"},
	"internal/pages":       {},
	"internal/pulse":       {},
	"internal/schemadiff":  {},
	"internal/seal":        {},
	"internal/servertest":  {}, // real servers, for tests alone
	"internal/tracing":     {"internal/hubspot"},

	"web":                {},                       // what is built of it is embedded there
	"web/browser/portal": {"internal/hubspottest"}, // what its tests run against

	"bench/load": {"bench/peer", "internal/hubspottest", "internal/seal", "internal/store"}, // the gateway it starts as a process
	"bench/peer": {},                                                                        // shares nothing with what it is compared with
}

// namesGqlgen is where gqlgen may be imported, test files aside.
var namesGqlgen = []string{"bench/peer", "graph", "graph/generated", "graph/resolvers", "internal/execute", "internal/export", "internal/gate", "internal/gateway", "internal/graphqlhttp"}

// A goImport is one import of one file.
type goImport struct {
	file string
	path string
	test bool
}

func TestImports(t *testing.T) {
	packages := importsOf(t)
	for folder := range mayImport {
		if packages[folder] == nil {
			t.Errorf("mayImport names %s, which has no Go files: remove it", folder)
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		allowed, ok := mayImport[folder]
		if !ok {
			t.Errorf("package %s is not in mayImport: say there what it may import", folder)
			continue
		}
		inTests := append(reachable(folder), folder, "internal/hubspottest", "internal/servertest")
		if folder == "." {
			inTests = append(inTests, "bench/peer") // benchmarks compare with it
		}
		for _, imp := range packages[folder] {
			if strings.HasPrefix(imp.path, "github.com/99designs/gqlgen") && !imp.test && !slices.Contains(namesGqlgen, folder) {
				t.Errorf("%s imports %s: only %s may", imp.file, imp.path, strings.Join(namesGqlgen, ", "))
			}
			target, ours := strings.CutPrefix(imp.path, module+"/")
			if ours && !slices.Contains(allowed, target) && (!imp.test || !slices.Contains(inTests, target)) {
				t.Errorf("%s imports %s: mayImport[%q] does not list it", imp.file, target, folder)
			}
		}
	}
}

// TestImportRulesHaveNoCycle keeps the map itself honest.
func TestImportRulesHaveNoCycle(t *testing.T) {
	for folder := range mayImport {
		if slices.Contains(reachable(folder), folder) {
			t.Errorf("mayImport leads from %s back to it", folder)
		}
	}
}

// reachable is what folder may import, directly or through others.
func reachable(folder string) []string {
	var found []string
	queue := slices.Clone(mayImport[folder])
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if !slices.Contains(found, next) {
			found = append(found, next)
			queue = append(queue, mayImport[next]...)
		}
	}
	return found
}

// importsOf reads every Go file of the module, by the folder of its package.
func importsOf(t *testing.T) map[string][]goImport {
	t.Helper()
	packages := make(map[string][]goImport)
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch entry.Name() {
			case ".git", "bin", "clients", "node_modules", "testdata":
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil && name != "." {
				return filepath.SkipDir // a module of its own
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(name))
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			packages[folder] = append(packages[folder], goImport{name, imported, strings.HasSuffix(name, "_test.go")})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// TestHubSpotKnowsNoTracing holds that what is below knows nothing of how the
// process is watched: it is told whom to tell.
func TestHubSpotKnowsNoTracing(t *testing.T) {
	for folder, imports := range importsOf(t) {
		for _, imp := range imports {
			if strings.HasPrefix(imp.path, "go.opentelemetry.io/") && folder != "internal/tracing" && !imp.test {
				t.Errorf("%s imports %s: only internal/tracing may", imp.file, imp.path)
			}
			if strings.HasPrefix(imp.path, "github.com/prometheus/") && folder != "internal/metrics" && !imp.test {
				t.Errorf("%s imports %s: only internal/metrics may", imp.file, imp.path)
			}
		}
	}
}
