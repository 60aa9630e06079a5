package execute

import (
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/limit"
	"github.com/hubgraph/hubgraph/internal/where"
)

// maxFirst is the longest page that a connection gives, whatever the limit: a
// number beyond it is a mistake.
const maxFirst = 1_000_000

// page reads how long a page may be. hint says what to do about too long a one.
func (b *builder) page(field string, raw any, hint string) (int, *gqlerror.Error) {
	most := b.first.Ceiling(maxFirst)
	n, err := graphql.UnmarshalInt(raw)
	if err != nil || n < 0 || n > most {
		if err == nil && n > most {
			b.plan.over = limit.Merge(b.plan.over, limit.Excess{Limit: "first", Found: n, Most: most, Refused: true})
		}
		return 0, badInput("%s: first is %v, and must be from 0 to %d%s", field, raw, most, hint)
	}
	if b.first.Tells(n) {
		b.plan.over = limit.Merge(b.plan.over, limit.Excess{Limit: "first", Found: n, Most: b.first.Most})
	}
	return n, nil
}

// badInput is a mistake in an argument: it names the value and the way out.
func badInput(format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    fmt.Sprintf(format, args...),
		Extensions: map[string]any{"code": CodeBadUserInput},
	}
}

// says reports whether the client gave an argument a value of its own.
func (b *builder) says(f graphql.CollectedField, name string) bool {
	given := f.Arguments.ForName(name)
	if given == nil || given.Value.Kind == ast.NullValue {
		return false
	}
	return given.Value.Kind != ast.Variable || b.op.Variables[given.Value.Raw] != nil
}

// arguments are a field's arguments by name, with variables and defaults
// filled in. One that is not given and has no default is absent. gqlparser's
// own ArgumentMap panics on integers beyond 64 bits, which are fine in a number
// or an ID.
func (b *builder) arguments(f graphql.CollectedField) map[string]any {
	args := make(map[string]any, len(f.Definition.Arguments))
	for _, def := range f.Definition.Arguments {
		if given := f.Arguments.ForName(def.Name); given != nil {
			if value := given.Value; value.Kind != ast.Variable {
				args[def.Name] = where.Literal(value, b.op.Variables)
				continue
			} else if held, ok := b.op.Variables[value.Raw]; ok {
				args[def.Name] = held
				continue
			}
		}
		if def.DefaultValue != nil {
			args[def.Name] = where.Literal(def.DefaultValue, nil)
		}
	}
	return args
}

func (b *builder) firstArg(field string, args map[string]any) (int, *gqlerror.Error) {
	raw, ok := args["first"]
	if !ok || raw == nil {
		return 25, nil // an explicit null: the default that the schema documents
	}
	return b.page(field, raw, "; page on with after for more")
}

func afterArg(field string, args map[string]any, kind byte) (*cursor, *gqlerror.Error) {
	text, ok := args["after"].(string)
	if !ok {
		return nil, nil
	}
	c, err := parseCursor(text)
	if err != nil {
		return nil, badInput("%s: after %q is not a cursor of this API; pass on the endCursor of the page before, as it is", field, clip(text))
	}
	if c.kind != kind {
		return nil, foreignCursor(field)
	}
	return c, nil
}

func foreignCursor(field string) *gqlerror.Error {
	return badInput("%s: after is the cursor of another query; keep all other arguments as they were on the page before, or start again without after", field)
}

func propertyNames(args map[string]any) []string {
	if name, ok := args["name"].(string); ok {
		return []string{name}
	}
	return texts(args["names"])
}

// texts reads a list argument. GraphQL lets a lone value stand for a list of
// one.
func texts(raw any) []string {
	list := graphql.CoerceList(raw)
	texts := make([]string, 0, len(list))
	for _, element := range list {
		if s, ok := element.(string); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

// clip keeps an echoed value short.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
