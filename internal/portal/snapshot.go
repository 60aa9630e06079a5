package portal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// A snapshot is the last good metadata as it is kept. It holds no
// secret and nothing made from one, but the names and e-mail addresses of
// owners.
type snapshot struct {
	Format   string
	Version  int
	Names    []string // the object names of the options it was loaded with, which were found good
	Metadata *Metadata
}

const (
	snapshotFormat = "hubgraph portal metadata"
	// snapshotVersion changes with the meaning of Metadata's fields. A file of
	// another version is ignored and written anew.
	snapshotVersion = 2
)

// Snapshots are where a portal's last good metadata is kept, so that a start
// needs no HubSpot.
type Snapshots interface {
	// Read returns what was last written; [fs.ErrNotExist] if nothing was.
	Read(ctx context.Context) ([]byte, error)
	// Write keeps text in place of what was written before.
	Write(ctx context.Context, text []byte) error
	// String names the place, for the log.
	String() string
}

// snapshotTimeout bounds one reading or writing of a snapshot.
const snapshotTimeout = 30 * time.Second

// readSnapshot reads and checks what is kept. The error is [fs.ErrNotExist] if
// nothing is.
func readSnapshot(ctx context.Context, from Snapshots) (*snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, snapshotTimeout)
	defer cancel()
	text, err := from.Read(ctx)
	if err != nil {
		return nil, fmt.Errorf("read snapshot: %w", err)
	}
	return parseSnapshot(text)
}

func parseSnapshot(text []byte) (*snapshot, error) {
	var s snapshot
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("decode snapshot: %w", err)
	}
	switch {
	case s.Format != snapshotFormat:
		return nil, errors.New("not a snapshot of portal metadata")
	case s.Version != snapshotVersion:
		return nil, fmt.Errorf("snapshot of version %d, this program reads version %d", s.Version, snapshotVersion)
	case s.Metadata == nil:
		return nil, errors.New("snapshot without metadata")
	}
	if err := s.Metadata.check(); err != nil {
		return nil, fmt.Errorf("snapshot is damaged: %w", err)
	}
	return &s, nil
}

// check reports metadata that Load cannot have made.
func (m *Metadata) check() error {
	if m.Account.PortalID == "" {
		return errors.New("no portal ID")
	}
	if m.LoadedAt.IsZero() {
		return errors.New("no time of loading")
	}
	if len(m.Types) == 0 {
		return errors.New("no object types")
	}
	for i, t := range m.Types {
		if t.TypeID == "" || t.Name == "" || t.PluralName == "" {
			return fmt.Errorf("object type %d has no name", i)
		}
		if i > 0 && m.Types[i-1].TypeID >= t.TypeID {
			return fmt.Errorf("object type %q is out of order", t.TypeID)
		}
		for j, p := range t.Properties {
			if p == nil || p.Name == "" || j > 0 && t.Properties[j-1].Name >= p.Name {
				return fmt.Errorf("property %d of object type %q is out of order", j, t.TypeID)
			}
		}
		for _, to := range t.Associates {
			if m.Type(to) == nil {
				return fmt.Errorf("object type %q is associated with the unknown %q", t.TypeID, to)
			}
		}
	}
	return nil
}

// serve returns the part of the snapshot that the options leave, or nil if they
// name an object type that neither the snapshot nor the Load that made it knows.
func (s *snapshot) serve(o Options) *Metadata {
	m := *s.Metadata
	types := []*ObjectType{}
	for _, c := range standardCandidates() {
		types = append(types, &c.ObjectType)
	}
	for i := range m.Types {
		types = append(types, &m.Types[i])
	}
	for _, u := range m.Unavailable {
		types = append(types, &ObjectType{TypeID: u.TypeID, Name: u.Name, PluralName: u.PluralName, Custom: true})
	}
	chosen := selectTypes(o.Objects, o.ExcludeObjects, types)
	for _, name := range chosen.unknown {
		if !slices.ContainsFunc(s.Names, func(n string) bool { return strings.EqualFold(n, name) }) {
			return nil
		}
	}
	m.Types = slices.DeleteFunc(slices.Clone(m.Types), func(t ObjectType) bool { return !chosen.has(t.TypeID) })
	m.Unavailable = slices.DeleteFunc(slices.Clone(m.Unavailable), func(u Unavailable) bool { return !chosen.has(u.TypeID) })
	for i := range m.Types {
		t := &m.Types[i]
		t.Associates = slices.DeleteFunc(slices.Clone(t.Associates), func(id string) bool { return !chosen.has(id) })
		if !o.Sensitive {
			t.withoutSensitive()
		}
	}
	if len(m.Types) == 0 {
		return nil
	}
	return &m
}

// loadSnapshot is what Open serves from before HubSpot has answered: nil if
// there is none, or one that cannot be used, which is logged.
func (p *Portal) loadSnapshot(ctx context.Context) *Metadata {
	if p.opts.Snapshots == nil {
		return nil
	}
	s, err := readSnapshot(ctx, p.opts.Snapshots)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		p.lg.Warn("snapshot ignored", "in", p.opts.Snapshots.String(), "error", err)
		return nil
	}
	m := s.serve(p.opts)
	if m == nil {
		p.lg.Warn("snapshot ignored", "in", p.opts.Snapshots.String(), "error", "it does not have the object types asked for")
		return nil
	}
	sharer := newSharer(&p.caches.definitions)
	for _, t := range m.Types {
		for i, property := range t.Properties {
			t.Properties[i] = sharer.share(*property)
		}
	}
	return m
}

// saveSnapshot keeps m for the next start. A failure is logged, no more: what
// is served does not depend on it.
func (p *Portal) saveSnapshot(m *Metadata) {
	if p.opts.Snapshots == nil || len(m.Types) == 0 {
		return
	}
	s := &snapshot{
		Format: snapshotFormat, Version: snapshotVersion,
		Names:    slices.Concat(p.opts.Objects, p.opts.ExcludeObjects),
		Metadata: m,
	}
	// What was read is kept even if the portal is closed meanwhile.
	if err := writeSnapshot(context.WithoutCancel(p.ctx), p.opts.Snapshots, s); err != nil {
		p.lg.Warn("snapshot not written", "in", p.opts.Snapshots.String(), "error", err)
	}
}

func writeSnapshot(ctx context.Context, to Snapshots, s *snapshot) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode snapshot: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, snapshotTimeout)
	defer cancel()
	if err := to.Write(ctx, text); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}
