package documents

import (
	"context"
	"maps"
	"slices"
)

// Reload reads the files of trusted documents again, and goes by what they hold
// from now on: what is in none of them any more is not trusted. If anything is
// wrong with any of them, all of it is in the error, as [Open] has it, and what was
// trusted before stays.
func (s *Store) Reload() error {
	s.reading.Lock()
	defer s.reading.Unlock()
	next, err := readManifests(s.files)
	if err != nil {
		return err
	}
	s.trusted.Store(next)
	return nil
}

// Trusted is how many trusted documents there are, by their names.
func (s *Store) Trusted() int { return len(s.trusted.Load().byName) }

// A Misfit is a trusted document that would be refused.
type Misfit struct {
	Name string
	Err  error
}

// Misfits are the trusted documents that admit returns errors for, by name. A
// portal's schema changes, and a document that was valid when its client was built
// may be so no more. admit is asked once for each text. If ctx ends, the rest is
// not looked at.
func (s *Store) Misfits(ctx context.Context, admit func(text string) error) []Misfit {
	known := s.trusted.Load()
	found := make(map[string]error, len(known.byName)) // by texts, which may have several names
	var misfits []Misfit
	for _, name := range slices.Sorted(maps.Keys(known.byName)) {
		text := known.byName[name]
		err, asked := found[text]
		if !asked {
			if ctx.Err() != nil {
				break
			}
			err = admit(text)
			found[text] = err
		}
		if err != nil {
			misfits = append(misfits, Misfit{name, err})
		}
	}
	return misfits
}
