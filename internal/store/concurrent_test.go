package store

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"golang.org/x/sync/errgroup"
)

// TestFiftyReplicasLoseNoUpdate counts up in the refresh token: whoever overwrote
// what he had not seen would lose a count.
func TestFiftyReplicasLoseNoUpdate(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		const writers, rounds = 50, 4
		keyset := newKeyset(t)
		stores := []*Store{open(t, url, keyset), open(t, url, keyset)}
		c := connection("1")
		c.Refresh = NewToken("0")
		mustPut(t, stores[0], c)

		count := func(s *Store) error {
			for {
				c, err := s.Get(t.Context(), "1")
				if err != nil {
					return err
				}
				n, err := strconv.Atoi(c.Refresh.Reveal())
				if err != nil {
					return err
				}
				c.Refresh = NewToken(strconv.Itoa(n + 1))
				if _, err = s.UpdateIf(t.Context(), c); !errors.Is(err, ErrConflict) {
					return err
				}
			}
		}
		var group errgroup.Group
		for i := range writers {
			group.Go(func() error {
				for range rounds {
					if err := count(stores[i%2]); err != nil {
						return fmt.Errorf("writer %d: %w", i, err)
					}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		for i, s := range stores {
			if got := mustGet(t, s, "1"); got.Refresh.Reveal() != strconv.Itoa(writers*rounds) {
				t.Errorf("store %d: counted to %s, want %d", i, got.Refresh.Reveal(), writers*rounds)
			}
		}
	})
}

// TestReplicasStartAtOnce has five migrate one empty database.
func TestReplicasStartAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		keys := parse(t, newKeyset(t))
		var group errgroup.Group
		for range 5 {
			group.Go(func() error {
				s, err := Open(t.Context(), url, keys)
				if err != nil {
					return err
				}
				_, err = s.List(t.Context(), "", 1)
				return errors.Join(err, s.Close())
			})
		}
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
	})
}
