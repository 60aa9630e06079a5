package schemadiff

import (
	"errors"
	"slices"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Load reads a schema out of its text. name is its file's, for the error, which
// says what is wrong with it in which line and column, as name:line:column.
func Load(name, text string) (*ast.Schema, error) {
	s, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: text})
	if err == nil {
		return s, nil
	}
	told, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		return nil, err
	}
	own := *told
	own.Locations = slices.Clone(told.Locations)
	for i, at := range own.Locations {
		own.Locations[i] = within(text, at)
	}
	return nil, &own
}

// within is a location within a text. gqlparser counts the column of what goes
// over several lines from the beginning of the last one, and so below zero.
func within(text string, at gqlerror.Location) gqlerror.Location {
	runes := []rune(text)
	start := 0 // of the line
	for line := 1; line < at.Line && start < len(runes); start++ {
		if runes[start] == '\n' {
			line++
		}
	}
	offset := max(start+at.Column-1, 0)
	if offset >= start {
		return at
	}
	found := gqlerror.Location{Line: 1, Column: 1}
	for _, r := range runes[:offset] {
		found.Column++
		if r == '\n' {
			found.Line, found.Column = found.Line+1, 1
		}
	}
	return found
}
