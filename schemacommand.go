package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/schema"
	"github.com/hubgraph/hubgraph/internal/schemadiff"
)

// printSchema prints the portal's schema as /schema.graphql serves it.
func (p *program) printSchema(ctx context.Context, cfg config.Config) error {
	g, closeIt, err := p.openPortal(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeIt()
	_, err = io.WriteString(p.stdout, g.Schema().SDL())
	return err
}

// diffSchemas prints what changed from one schema to another. The error says
// that clients break.
func (p *program) diffSchemas(ctx context.Context, c config.Command) error {
	from, err := readSchema(c.From)
	if err != nil {
		return err
	}
	to, err := p.laterSchema(ctx, c)
	if err != nil {
		return err
	}
	changes := schemadiff.Diff(from, to, schema.DerivedSuffixes())
	if len(changes) > 0 {
		if _, err := fmt.Fprintln(p.stdout, schemadiff.Text(changes, math.MaxInt)); err != nil {
			return err
		}
	}
	switch n := len(schemadiff.Breaking(changes)); n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("1 change breaks clients")
	default:
		return fmt.Errorf("%d changes break clients", n)
	}
}

func (p *program) laterSchema(ctx context.Context, c config.Command) (*ast.Schema, error) {
	if c.To != "" {
		return readSchema(c.To)
	}
	g, closeIt, err := p.openPortal(ctx, c.Config)
	if err != nil {
		return nil, err
	}
	defer closeIt()
	return parseSchema("the portal's schema", g.Schema().SDL()) // as a file of it would be read
}

// readSchema reads a schema that schema print made.
func readSchema(file string) (*ast.Schema, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the file that the user names
	if err != nil {
		return nil, fmt.Errorf("%w; make it with: hubgraph schema print >%s", err, file)
	}
	return parseSchema(file, string(text))
}

func parseSchema(name, text string) (*ast.Schema, error) {
	s, err := schemadiff.Load(name, text)
	if err != nil {
		return nil, fmt.Errorf("%s is not a schema: %w; make it with: hubgraph schema print", name, err)
	}
	return s, nil
}
