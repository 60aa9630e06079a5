package portal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A snapshot is the content of the file of the last good metadata. It holds no
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
	// maxSnapshotBytes is far above a full portal's few megabytes.
	maxSnapshotBytes = 256 << 20
)

// readSnapshot reads and checks the file. The error is [fs.ErrNotExist] if there
// is none.
func readSnapshot(path string) (*snapshot, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read snapshot: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, maxSnapshotBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read snapshot: %w", err)
	}
	if len(text) > maxSnapshotBytes {
		return nil, fmt.Errorf("snapshot is larger than %d bytes", maxSnapshotBytes)
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

// writeSnapshot puts the file in place in one step, readable by its owner only,
// so that a crash leaves either the old or the new one.
func writeSnapshot(path string, s *snapshot) (err error) {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode snapshot: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
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
// there is no file, or one that cannot be used, which is logged.
func (p *Portal) loadSnapshot() *Metadata {
	if p.opts.Snapshot == "" {
		return nil
	}
	s, err := readSnapshot(p.opts.Snapshot)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		p.lg.Warn("snapshot ignored", "path", p.opts.Snapshot, "error", err)
		return nil
	}
	m := s.serve(p.opts)
	if m == nil {
		p.lg.Warn("snapshot ignored", "path", p.opts.Snapshot, "error", "it does not have the object types asked for")
		return nil
	}
	sharer := newSharer(p.opts.Definitions)
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
	if p.opts.Snapshot == "" || len(m.Types) == 0 {
		return
	}
	s := &snapshot{
		Format: snapshotFormat, Version: snapshotVersion,
		Names:    slices.Concat(p.opts.Objects, p.opts.ExcludeObjects),
		Metadata: m,
	}
	if err := writeSnapshot(p.opts.Snapshot, s); err != nil {
		p.lg.Warn("snapshot not written", "path", p.opts.Snapshot, "error", err)
	}
}
