package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/hubgraph/hubgraph/internal/seal"
)

// TestRotationWhileEverybodyWorks changes the key of a database that others read and
// write all the time, step by step, on two replicas one after the other.
func TestRotationWhileEverybodyWorks(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		const portals = 120 // more than a page
		first := newKeyset(t)
		added, newKey, err := seal.AddKey(first)
		if err != nil {
			t.Fatal(err)
		}
		promoted, err := seal.PromoteKey(added, newKey)
		if err != nil {
			t.Fatal(err)
		}
		oldKey := parse(t, first).Primary()

		s := open(t, url, first)
		for i := range portals {
			id := strconv.Itoa(i + 1)
			c := connection(id)
			c.Refresh = NewToken("0")
			mustPut(t, s, c)
			putSnapshot(t, s, Snapshot{id, time.UnixMicro(1), []byte("metadata of " + id)})
		}

		workers := []*worker{{id: "1"}, {id: "50"}, {id: "120"}}
		for _, replicas := range [][2][]byte{{first, added}, {added, added}, {added, promoted}} {
			during(t, workers, []*Store{open(t, url, replicas[0]), open(t, url, replicas[1])}, func() {})
		}
		last := open(t, url, promoted)
		if _, err := last.DropKey(t.Context(), promoted, oldKey); err == nil || !strings.Contains(err.Error(), "still") {
			t.Errorf("DropKey before Reseal: %v", err)
		}
		var done Resealed
		during(t, workers, []*Store{last, open(t, url, promoted)}, func() { done, err = last.Reseal(t.Context()) })
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, w := range workers {
			counts[w.id] = w.count
		}

		// What the workers wrote with the new key needed no sealing again.
		if done.Snapshots < portals-len(counts) || done.Snapshots > portals || done.Connections < portals-len(counts) || done.Connections > portals || done.Failed != 0 {
			t.Errorf("Reseal = %+v, of %d portals", done, portals)
		}
		uses, err := last.KeyUse(t.Context())
		if want := []KeyUse{{KeyID: newKey, Primary: true, Known: true, Connections: portals, Snapshots: portals}}; err != nil || !cmp.Equal(uses, want) {
			t.Errorf("KeyUse = %+v, %v; want %+v", uses, err, want)
		}
		dropped, err := last.DropKey(t.Context(), promoted, oldKey)
		if err != nil {
			t.Fatal(err)
		}
		s = open(t, url, dropped)
		for i := range portals {
			id := strconv.Itoa(i + 1)
			if got, want := mustGet(t, s, id).Refresh.Reveal(), strconv.Itoa(counts[id]); got != want {
				t.Errorf("portal %s: counted to %s, want %s", id, got, want)
			}
			if snapshot, err := s.Snapshot(t.Context(), id); err != nil || string(snapshot.Body) != "metadata of "+id {
				t.Errorf("snapshot of portal %s: %q, %v", id, snapshot.Body, err)
			}
		}
	})
}

// A worker counts up the refresh token of a portal that nobody else writes to, so it
// never expects a conflict: a Reseal that changed versions would make one.
type worker struct {
	id    string
	count int
}

func (w *worker) step(ctx context.Context, s *Store) error {
	c, err := s.Get(ctx, w.id)
	if err != nil {
		return err
	}
	if got := c.Refresh.Reveal(); got != strconv.Itoa(w.count) {
		return fmt.Errorf("portal %s: counted to %s, want %d", w.id, got, w.count)
	}
	c.Refresh = NewToken(strconv.Itoa(w.count + 1))
	if _, err := s.UpdateIf(ctx, c); err != nil {
		return err
	}
	w.count++
	if _, err := s.Snapshot(ctx, w.id); err != nil {
		return err
	}
	return s.PutSnapshot(ctx, Snapshot{w.id, time.UnixMicro(1), []byte("metadata of " + w.id)})
}

// during has the workers work on the replicas in turn until do has returned, and on
// each replica twice at least.
func during(t *testing.T, workers []*worker, replicas []*Store, do func()) {
	t.Helper()
	stop := make(chan struct{})
	stopped := func() bool {
		select {
		case <-stop:
			return true
		default:
			return false
		}
	}
	var group errgroup.Group
	for _, w := range workers {
		group.Go(func() error {
			for turn := 0; turn < 2*len(replicas) || !stopped(); turn++ {
				if err := w.step(t.Context(), replicas[turn%len(replicas)]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	do()
	close(stop)
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestResealGoesAroundWhatItCannotOpen(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		first := newKeyset(t)
		rotated, newKey, err := seal.RotateKeyset(first)
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, url, first)
		for _, id := range []string{"1", "2", "3"} {
			mustPut(t, s, connection(id))
		}
		exec(t, s, "UPDATE hubgraph_connections SET access_token = refresh_token WHERE portal_id = $1", 2)
		before := mustGet(t, s, "1")

		s = open(t, url, rotated)
		done, err := s.Reseal(t.Context())
		if want := (Resealed{Connections: 2, Failed: 1}); done != want || !errors.Is(err, ErrSealed) || !strings.Contains(err.Error(), "access_token of portal 2") {
			t.Errorf("Reseal = %+v, %v; want %+v", done, err, want)
		}
		if diff := cmp.Diff(before, mustGet(t, s, "1"), cmp.Comparer(Token.Equal)); diff != "" {
			t.Errorf("sealing again changed the connection (-before +after):\n%s", diff)
		}
		mustPut(t, s, connection("2")) // connected anew
		if done, err := s.Reseal(t.Context()); err != nil || done != (Resealed{}) {
			t.Errorf("Reseal of what is sealed with key %d = %+v, %v", newKey, done, err)
		}
	})
}
