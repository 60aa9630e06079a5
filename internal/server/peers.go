package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Peers are the other replicas of this server.
type Peers interface {
	// Publish tells all of them, this one included, of something about a portal. If
	// it fails they are told later that they missed something.
	Publish(ctx context.Context, portalID string, message []byte) error
}

// A tale is what replicas tell each other about a portal.
type tale struct {
	From    string                 `json:"from"`              // who tells
	Events  []hubspot.WebhookEvent `json:"events,omitempty"`  // of records that changed
	Changed bool                   `json:"changed,omitempty"` // whether its connection did
}

// eventsPerTale keeps a message far below what is taken.
const eventsPerTale = 50

// newName is what a replica calls itself.
func newName() string { return rand.Text() }

// tellEvents tells the other replicas of changed records.
func (s *Server) tellEvents(ctx context.Context, portalID string, events []hubspot.WebhookEvent) {
	for some := range slices.Chunk(events, eventsPerTale) {
		s.tell(ctx, portalID, tale{From: s.name, Events: some})
	}
}

func (s *Server) tell(ctx context.Context, portalID string, t tale) {
	if s.opts.Peers == nil {
		return
	}
	text, err := json.Marshal(t)
	if err == nil {
		err = s.opts.Peers.Publish(ctx, portalID, text)
	}
	if err != nil {
		s.lg.Warn("other replicas not told of a change, they will be told to forget", "portal_id", portalID, "error", err)
	}
}

// ConnectionChanged drops what is known of a portal's connection, here and in the
// other replicas.
func (s *Server) ConnectionChanged(ctx context.Context, portalID string) {
	s.opts.Changed(portalID)
	s.tell(ctx, portalID, tale{From: s.name, Changed: true})
}

// Invalidate takes what another replica tells about a portal.
func (s *Server) Invalidate(portalID string, message []byte) {
	var t tale
	if err := json.NewDecoder(bytes.NewReader(message)).Decode(&t); err != nil {
		s.lg.Warn("a replica tells what cannot be read: it may run another version", "portal_id", portalID, "error", fmt.Sprintf("%T", err))
		s.ifOpen(portalID, (*gateway.Gateway).Forget)
		return
	}
	if t.From == s.name {
		return
	}
	if t.Changed && s.opts.Changed != nil {
		s.opts.Changed(portalID)
	}
	if len(t.Events) > 0 {
		s.ifOpen(portalID, func(g *gateway.Gateway) { g.Apply(t.Events) })
	}
}

// Missed forgets all kept records: other replicas may have told of changes that
// were not heard.
func (s *Server) Missed() { s.each((*gateway.Gateway).Forget) }
