package documents

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// manifestBytes is far above what clients need, and little for the process.
const manifestBytes = 32 << 20

// A trusted set is what the files hold. A name need not be the hash of its text.
type trusted struct {
	byName map[string]string
	byHash map[string]string
}

// find looks a text up by its name in the files, or by its hash.
func (t *trusted) find(name string) (text string, ok bool) {
	if text, ok = t.byName[name]; !ok {
		text, ok = t.byHash[name]
	}
	return text, ok
}

// readManifests reads files into one set.
func readManifests(files []string) (*trusted, error) {
	all := make(map[string]string)
	from := make(map[string]string) // files by names, for mistakes
	var mistakes []error
	for _, file := range files {
		manifest, err := readManifest(file)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(manifest)) {
			text := manifest[name]
			if other, ok := all[name]; ok && other != text {
				mistakes = append(mistakes, fmt.Errorf("trusted documents: %s and %s have different documents named %q: name documents by their hashes", from[name], file, name))
				continue
			}
			if err := checkDocument(text); err != nil {
				mistakes = append(mistakes, fmt.Errorf("trusted documents: document %q of %s: %w", name, file, err))
				continue
			}
			all[name], from[name] = text, file
		}
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	t := &trusted{byName: all, byHash: make(map[string]string, len(all))}
	for _, text := range all {
		t.byHash[hashOf(text)] = text
	}
	return t, nil
}

func readManifest(file string) (map[string]string, error) {
	f, err := os.Open(file) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("trusted documents: %w", err)
	}
	defer func() { _ = f.Close() }() // which was only read
	content, err := io.ReadAll(io.LimitReader(f, manifestBytes+1))
	if err != nil {
		return nil, fmt.Errorf("trusted documents: %w", err)
	}
	if len(content) > manifestBytes {
		return nil, fmt.Errorf("trusted documents: %s has more than %d bytes: split it", file, manifestBytes)
	}
	var manifest map[string]string
	if err := json.Unmarshal(content, &manifest); err != nil {
		return nil, fmt.Errorf("trusted documents: %s must be one JSON object from names to texts, "+
			"as graphql-codegen's client preset and Relay's compiler write it: %w", file, err)
	}
	if len(manifest) == 0 {
		return nil, fmt.Errorf("trusted documents: %s has none: build the client that it is of", file)
	}
	return manifest, nil
}

// checkDocument checks that a text is GraphQL; whether it is valid depends on
// the portal, and changes with it.
func checkDocument(text string) error {
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return fmt.Errorf("not GraphQL: %w", err)
	}
	if len(doc.Operations) == 0 {
		return errors.New("has no operation")
	}
	return nil
}
