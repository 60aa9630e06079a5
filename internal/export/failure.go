package export

import (
	"encoding/json"
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// AppendFailure appends the line that ends an export before its end: of JSON, an
// object with nothing but errors, as GraphQL answers have them; of CSV, a line with
// one value, which begins with "#".
func (e *Export) AppendFailure(dst []byte, err *gqlerror.Error) []byte {
	if e.format == CSV {
		text := fmt.Sprintf("# this export is not complete: %v: %s", err.Extensions["code"], err.Message)
		if at := err.Path.String(); at != "" {
			text += " (at " + at + " of the page)"
		}
		if cursor, ok := err.Extensions[endCursor].(string); ok {
			text += fmt.Sprintf(" The rest comes with after: %q", cursor)
		}
		return append(appendText(dst, text), lineEnd...)
	}
	line, wrong := json.Marshal(map[string]gqlerror.List{"errors": {err}})
	if wrong != nil {
		return dst // extensions are text and numbers, all of them ours
	}
	return append(append(dst, line...), '\n')
}
