package gate

import "github.com/vektah/gqlparser/v2/ast"

// Admits returns what says whether a gate with these limits lets a document
// through to a schema: nil, or the first error that its sender would read. It is
// for documents that are known before anybody sends them.
func Admits(schema *ast.Schema, limits Limits) func(query string) error {
	limits = limits.withDefaults()
	return func(query string) error {
		doc, _, err := parse(query, limits)
		if err != nil {
			return err
		}
		m, err := measure(doc, limits)
		if err != nil {
			return err
		}
		set := rulesOf(m.longest <= limits.NameBytes, !limits.NoSuggestions)
		if errs := validate(schema, doc, 1, set); len(errs) > 0 {
			return errs[0]
		}
		return nil
	}
}
