package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/seal"
)

// createKeyset makes a file of keys. It overwrites none: what was encrypted with
// those would be lost.
func (p *program) createKeyset(file string) error {
	text, err := seal.NewKeyset()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the file that the user names
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and what was encrypted with it would be lost: name another, or add a key with hubgraph keyset add %[1]s", file)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return p.say("%s holds the keys. Whoever has it can read what is stored; without it nobody can. Keep a copy in a safe place.\n", file)
}

// addKey adds a key to a file.
func (p *program) addKey(file string) error {
	var id uint32
	err := changeKeyset(file, func(text []byte) (changed []byte, err error) {
		changed, id, err = seal.AddKey(text)
		return changed, err
	})
	if err != nil {
		return err
	}
	return p.say(`Key %d is in %s, for reading alone. Next:

  1. Give the file to every replica, and send each SIGHUP or restart it.
  2. hubgraph keyset promote %[2]s %[1]d
  3. Give the file to every replica again, as above.
  4. hubgraph keyset reseal, which encrypts what is stored with the new key.
  5. hubgraph keyset drop %[2]s KEY, with the number of the old key.
`, id, file)
}

// promoteKey has a key of a file encrypt from now on.
func (p *program) promoteKey(file string, key uint32) error {
	if err := changeKeyset(file, func(text []byte) ([]byte, error) { return seal.PromoteKey(text, key) }); err != nil {
		return err
	}
	return p.say("Key %d of %s encrypts from now on. Give the file to every replica, and then run hubgraph keyset reseal.\n", key, file)
}

// dropKey takes a key out of a file that nothing is encrypted with.
func (p *program) dropKey(ctx context.Context, c config.Command) error {
	db, _, err := openStore(ctx, c.Config.Portals)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it was only read
	err = changeKeyset(c.KeysetFile, func(text []byte) ([]byte, error) { return db.DropKey(ctx, text, c.Key) })
	if err != nil {
		return err
	}
	return p.say("Key %d is no longer in %s. Give the file to every replica.\n", c.Key, c.KeysetFile)
}

// useOfKeys counts what is encrypted with each key.
func (p *program) useOfKeys(ctx context.Context, cfg config.Portals) error {
	db, _, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it was only read
	uses, err := db.KeyUse(ctx)
	if err != nil {
		return err
	}
	for _, use := range uses {
		note := ""
		switch {
		case use.Primary:
			note = ", encrypts from now on"
		case !use.Known:
			note = ", IS NOT IN THE KEYSET: what is encrypted with it cannot be read"
		}
		if err := p.say("key %d: %d connections, %d snapshots%s\n", use.KeyID, use.Connections, use.Snapshots, note); err != nil {
			return err
		}
	}
	return nil
}

// reseal encrypts everything with the key that encrypts from now on.
func (p *program) reseal(ctx context.Context, cfg config.Portals) error {
	db, keys, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	done, err := db.Reseal(ctx)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return p.say("%d connections and %d snapshots are encrypted with key %d now.\n", done.Connections, done.Snapshots, keys.Primary())
}

// changeKeyset puts a changed keyset in the place of a file in one step, readable
// by its owner alone.
func changeKeyset(file string, change func([]byte) ([]byte, error)) error {
	text, err := os.ReadFile(file) //nolint:gosec // the file that the user names
	if err != nil {
		return err
	}
	changed, err := change(text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(changed)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// say prints what came of a command.
func (p *program) say(format string, args ...any) error {
	_, err := fmt.Fprintf(p.stdout, format, args...)
	return err
}
