// Package resolvers answers the core's root fields: a portal's metadata, and
// the records that another part has read.
package resolvers

import (
	"context"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// API is the part of HubSpot that resolvers call themselves.
type API interface {
	AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error)
	RateLimit() hubspot.RateLimit
}

// A Resolver answers for one version of a portal's graph.
type Resolver struct {
	Schema   *schema.Schema
	Metadata *portal.Metadata
	API      API
	// LoadedAt is when HubSpot last said what Metadata says: a refresh that
	// finds nothing new makes no new version.
	LoadedAt func() time.Time
}
