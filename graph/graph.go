// Package graph is what a GraphQL client sees: the core that every portal
// shares, and the executable schema that joins it with a portal's own types.
package graph

import (
	_ "embed" // for the core
)

//go:generate go tool gqlgen generate

// Core is the SDL that every portal shares.
//
//go:embed schema.graphqls
var Core string
