package hubspottest

import (
	"bytes"
	"encoding/json"
)

// RewriteJSON makes a [Fault.Rewrite] of what edit does to the answer's JSON
// object, whose numbers are json.Number. It panics on other answers: the fault
// hits calls that it is not meant for.
func RewriteJSON(edit func(answer map[string]any)) func([]byte) []byte {
	return func(body []byte) []byte {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		var answer map[string]any
		if err := d.Decode(&answer); err != nil {
			panic(err)
		}
		edit(answer)
		changed, err := json.Marshal(answer)
		if err != nil {
			panic(err)
		}
		return changed
	}
}

// RewriteResults makes a [Fault.Rewrite] of what edit does to the answer's
// results.
func RewriteResults(edit func(results []any) []any) func([]byte) []byte {
	return RewriteJSON(func(answer map[string]any) {
		results, _ := answer["results"].([]any)
		answer["results"] = edit(results)
	})
}
