// Package export turns a query of one connection into all of its records, page
// by page: it finds the connection, writes the operation of each page, and
// flattens what that answers to the lines of a file. It runs nothing itself.
//
// What a line has is known from the query before anything is read: see [New].
package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// A Format is the media type that a file comes in.
type Format string

// The formats.
const (
	CSV    Format = "text/csv"
	NDJSON Format = "application/x-ndjson"
)

// ContentType is the format as answers say it.
func (f Format) ContentType() string {
	if f == CSV {
		return "text/csv; charset=utf-8; header=present"
	}
	return string(f) // JSON is UTF-8 and nothing else
}

// suffix is that of a file's name.
func (f Format) suffix() string {
	if f == CSV {
		return ".csv"
	}
	return ".ndjson"
}

// An Export is one connection of an operation, read to its end. It does not
// change.
type Export struct {
	// Limit is how many records the operation asks for in all, as the
	// connection's first says; -1 if it does not.
	Limit int

	format  Format
	op      *graphql.OperationContext // as the client sent it
	root    graphql.CollectedField    // the connection
	items   graphql.CollectedField    // its nodes or edges
	info    *ast.Field                // its pageInfo
	columns *columns                  // nil if the format has none
}

// A MistakeError is why an operation cannot be exported, and the way out.
type MistakeError struct{ text string }

// Error implements error.
func (e *MistakeError) Error() string { return e.text }

func mistake(format string, args ...any) *MistakeError {
	return &MistakeError{fmt.Sprintf(format, args...)}
}

// pageKey is the response name of what the gateway asks for beside the client's
// own fields; no client's can be the same, for it is no name of GraphQL's.
const pageKey = "~page"

// New finds what of a valid operation is to be exported: its one root field, a
// connection, and within that nodes or edges. The error is a [*MistakeError].
func New(format Format, op *graphql.OperationContext, schema *ast.Schema) (*Export, error) {
	if op.Operation.Operation != ast.Query {
		return nil, mistake("a %s cannot be exported: send a query", op.Operation.Operation)
	}
	if d := op.Operation.Directives.ForName("explain"); d != nil {
		return nil, mistake("the plan that @explain asks for comes as JSON: leave it out, or accept application/json")
	}
	e := &Export{format: format, op: op}
	if err := e.findRoot(schema); err != nil {
		return nil, err
	}
	connection := schema.Types[e.root.Definition.Type.Name()]
	if err := e.findItems(connection); err != nil {
		return nil, err
	}
	e.info = pageInfo(schema, connection)
	var err error
	if e.Limit, err = e.readFirst(); err != nil {
		return nil, err
	}
	if format == CSV {
		e.columns = newColumns(op, schema, e.items)
	}
	return e, nil
}

// findRoot finds the connection.
func (e *Export) findRoot(schema *ast.Schema) error {
	var fields []graphql.CollectedField
	var names []string
	for _, f := range graphql.CollectFields(e.op, e.op.Operation.SelectionSet, []string{schema.Query.Name}) {
		if f.Name != "__typename" {
			fields = append(fields, f)
			names = append(names, f.Alias)
		}
	}
	switch {
	case len(fields) == 0:
		return mistake("there is nothing to export: ask for one connection, such as { contacts { nodes { id } } }")
	case len(fields) > 1:
		return mistake("an export is of one connection, and this operation asks for %s: send one request for each", strings.Join(names, ", "))
	case !isConnection(schema.Types[fields[0].Definition.Type.Name()]) || fields[0].Definition.Arguments.ForName("after") == nil:
		return mistake("%s is no connection, and only those have pages to export: ask for one such as { contacts { nodes { id } } }, or accept application/json", names[0])
	}
	e.root = fields[0]
	return nil
}

// findItems finds what of the connection comes line by line.
func (e *Export) findItems(connection *ast.Definition) error {
	var found []graphql.CollectedField
	var names []string
	for _, f := range graphql.CollectFields(e.op, e.root.Selections, []string{connection.Name}) {
		if f.Name == nodesField || f.Name == edgesField {
			found = append(found, f)
			names = append(names, f.Alias)
		}
	}
	switch len(found) {
	case 1:
		e.items = found[0]
	case 0:
		return mistake("%s asks for no records: add nodes { … } to it", e.root.Alias)
	default:
		return mistake("%s asks for its records more than once, as %s: leave one of them", e.root.Alias, strings.Join(names, ", "))
	}
	return nil
}

// pageInfo selects where a page of a connection stands.
func pageInfo(schema *ast.Schema, connection *ast.Definition) *ast.Field {
	def := connection.Fields.ForName("pageInfo")
	info := schema.Types[def.Type.Name()]
	field := &ast.Field{Alias: pageKey, Name: "pageInfo", Definition: def, ObjectDefinition: connection, Position: &ast.Position{}}
	for _, name := range []string{hasNextPage, endCursor} {
		field.SelectionSet = append(field.SelectionSet, &ast.Field{
			Alias: name, Name: name, Definition: info.Fields.ForName(name), ObjectDefinition: info, Position: field.Position,
		})
	}
	return field
}

// readFirst reads how many records the client wants.
func (e *Export) readFirst() (int, error) {
	value, given := e.argument("first")
	if !given || value == nil {
		return -1, nil
	}
	n, err := graphql.UnmarshalInt(value)
	if err != nil || n < 0 {
		return 0, mistake("%s: first is %v, and must be how many records to export; leave it out for all", e.root.Alias, value)
	}
	return n, nil
}

// argument is what the client gave the connection.
func (e *Export) argument(name string) (value any, given bool) {
	a := e.root.Arguments.ForName(name)
	if a == nil {
		return nil, false
	}
	value, err := a.Value.Value(e.op.Variables)
	return value, err == nil
}

// Start is the cursor that the client has the export begin behind; "" for the
// first record.
func (e *Export) Start() string {
	value, _ := e.argument("after")
	text, _ := value.(string)
	return text
}

// Name is what a file of the export is called: like the operation, or else like
// the connection.
func (e *Export) Name() string {
	name := e.op.Operation.Name
	if name == "" {
		name = e.root.Alias
	}
	const most = 80
	return name[:min(len(name), most)] + e.format.suffix() // names of GraphQL are ASCII
}

// Format is what the export comes in.
func (e *Export) Format() Format { return e.format }

// Page is the operation that reads up to so many records behind a cursor, "" for
// the first ones. It has what the client asks of each record, and nothing else:
// totals would be counted for every page.
func (e *Export) Page(first int, after string) *graphql.OperationContext {
	items := *e.items.Field
	items.SelectionSet, items.Directives = e.items.Selections, nil
	root := *e.root.Field
	root.Directives = nil
	root.SelectionSet = ast.SelectionSet{&items, e.info}
	root.Arguments = slices.DeleteFunc(slices.Clone(root.Arguments), func(a *ast.Argument) bool { return a.Name == "first" || a.Name == "after" })
	root.Arguments = append(root.Arguments, e.literal("first", ast.IntValue, strconv.Itoa(first)))
	if after != "" {
		root.Arguments = append(root.Arguments, e.literal("after", ast.StringValue, after))
	}
	operation := *e.op.Operation
	operation.SelectionSet = ast.SelectionSet{&root}

	op := e.op
	page := &graphql.OperationContext{
		RawQuery: op.RawQuery, Variables: op.Variables, OperationName: op.OperationName, Doc: op.Doc, Extensions: op.Extensions, Headers: op.Headers,
		Operation: &operation, DisableIntrospection: op.DisableIntrospection, RecoverFunc: op.RecoverFunc,
		ResolverMiddleware: op.ResolverMiddleware, RootResolverMiddleware: op.RootResolverMiddleware,
	}
	page.Stats.OperationStart = graphql.Now()
	return page
}

func (e *Export) literal(name string, kind ast.ValueKind, raw string) *ast.Argument {
	return &ast.Argument{Name: name, Position: e.root.Position, Value: &ast.Value{Kind: kind, Raw: raw, Position: e.root.Position}}
}

const (
	nodesField = "nodes"
	edgesField = "edges"
	nodeField  = "node"

	hasNextPage = "hasNextPage"
	endCursor   = "endCursor"
)

// isConnection tells a connection of Relay's from other types.
//
// Source: https://relay.dev/graphql/connections.htm
func isConnection(def *ast.Definition) bool {
	return def != nil && def.Kind == ast.Object && def.Fields.ForName("pageInfo") != nil && (def.Fields.ForName(nodesField) != nil || def.Fields.ForName(edgesField) != nil)
}
