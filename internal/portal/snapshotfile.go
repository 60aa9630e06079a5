package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxSnapshotBytes is far above a full portal's few megabytes.
const maxSnapshotBytes = 256 << 20

// SnapshotFile keeps the snapshot in a file. Portals must not share one.
func SnapshotFile(path string) Snapshots { return file(path) }

type file string

// String is the file's path.
func (f file) String() string { return string(f) }

// Read implements [Snapshots].
func (f file) Read(context.Context) ([]byte, error) {
	in, err := os.Open(string(f))
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(in, maxSnapshotBytes+1))
	if err == nil && len(text) > maxSnapshotBytes {
		err = fmt.Errorf("larger than %d bytes", maxSnapshotBytes)
	}
	return text, err
}

// Write puts the file in place in one step, readable by its owner only,
// so that a crash leaves either the old or the new one.
func (f file) Write(_ context.Context, text []byte) (err error) {
	path := string(f)
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(text)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
