package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/seal"
	"github.com/hubgraph/hubgraph/internal/servertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(servertest.KeepPostgres(m)) }

// onBoth runs a test with the URL of an empty database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteURL(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, servertest.Postgres(t)) })
}

func sqliteURL(t testing.TB) string { return "sqlite://" + filepath.Join(t.TempDir(), "portals.db") }

func newKeyset(t testing.TB) []byte {
	t.Helper()
	text, err := seal.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func parse(t testing.TB, keyset []byte) *seal.Keys {
	t.Helper()
	keys, err := seal.Parse(keyset)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func open(t testing.TB, url string, keyset []byte) *Store {
	t.Helper()
	s, err := Open(t.Context(), url, parse(t, keyset))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func connection(portalID string) Connection {
	return Connection{
		Info: Info{
			PortalID: portalID, Kind: OAuth, State: Active, HubDomain: "example.com",
			Scopes: []string{"oauth", "crm.objects.contacts.read"}, ConnectedBy: "4711",
			ConnectedAt: time.Date(2026, 11, 27, 10, 0, 0, 123456000, time.UTC),
			ExpiresAt:   time.Date(2026, 11, 27, 10, 30, 0, 0, time.UTC),
			Lifetime:    30 * time.Minute,
		},
		Access: NewToken("access-of-" + portalID), Refresh: NewToken("refresh-of-" + portalID),
	}
}

func mustPut(t testing.TB, s *Store, c Connection) Connection {
	t.Helper()
	info, err := s.Put(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.Info = info
	return c
}

func mustGet(t testing.TB, s *Store, portalID string) Connection {
	t.Helper()
	c, err := s.Get(t.Context(), portalID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConnectionComesBackAsItWas(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, newKeyset(t))
		private := Connection{Info: Info{PortalID: "9223372036854775807", Kind: Private, State: Active}, Access: NewToken("pat-eu1-x")}
		lost := connection("7")
		lost.State, lost.Reason = Lost, "HubSpot says: invalid_grant, „ungültig“"
		gone := Connection{Info: Info{PortalID: "8", Kind: OAuth, State: Disconnected}}
		for _, c := range []Connection{connection("62515"), private, lost, gone} {
			before := time.Now().Truncate(time.Microsecond)
			want := mustPut(t, s, c)
			if want.UpdatedAt.Before(before) || want.Version <= 0 {
				t.Errorf("stored at %v as version %d", want.UpdatedAt, want.Version)
			}
			if diff := cmp.Diff(want, mustGet(t, s, c.PortalID), cmp.Comparer(Token.Equal), equateEmpty); diff != "" {
				t.Errorf("portal %s (-want +got):\n%s", c.PortalID, diff)
			}
		}
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

var equateEmpty = cmp.Comparer(func(a, b []string) bool { return slices.Equal(a, b) })

func TestMemory(t *testing.T) {
	keyset := newKeyset(t)
	s := open(t, "sqlite::memory:", keyset)
	mustPut(t, s, connection("1"))
	if other := open(t, "sqlite::memory:", newKeyset(t)); !errors.Is(getError(other, "1"), ErrNotFound) {
		t.Error("two stores in memory share a portal")
	}
	if got := mustGet(t, s, "1"); !got.Refresh.Equal(NewToken("refresh-of-1")) {
		t.Error("the refresh token is another one")
	}
	// The one connection that there is must not be held while another is waited for.
	rotated, _, err := seal.RotateKeyset(keyset)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.UseKeys(t.Context(), parse(t, newKeyset(t))); !errors.Is(err, ErrSealed) {
		t.Errorf("UseKeys of another database's keys = %v, want %v", err, ErrSealed)
	}
	if err := s.UseKeys(t.Context(), parse(t, rotated)); err != nil {
		t.Fatal(err)
	}
	if done, err := s.Reseal(t.Context()); err != nil || done.Connections != 1 {
		t.Errorf("Reseal = %+v, %v", done, err)
	}
}

func getError(s *Store, portalID string) error {
	_, err := s.Get(context.Background(), portalID)
	return err
}

func TestUpdateIfWantsTheVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, newKeyset(t))
		first := mustPut(t, s, connection("1"))
		second := first
		second.Access, second.Refresh, second.State, second.Reason = NewToken("a2"), NewToken("r2"), Lost, "gone"
		info, err := s.UpdateIf(t.Context(), second)
		if err != nil || info.Version != first.Version+1 {
			t.Fatalf("UpdateIf = version %d, %v; want %d", info.Version, err, first.Version+1)
		}
		second.Info = info
		if diff := cmp.Diff(second, mustGet(t, s, "1"), cmp.Comparer(Token.Equal)); diff != "" {
			t.Errorf("after UpdateIf (-want +got):\n%s", diff)
		}
		_, err = s.UpdateIf(t.Context(), first)
		if want := fmt.Sprintf("version %d, not %d", info.Version, first.Version); !errors.Is(err, ErrConflict) || !strings.Contains(err.Error(), want) {
			t.Errorf("UpdateIf with the old version: %v, want ErrConflict with %q", err, want)
		}
		if _, err := s.UpdateIf(t.Context(), connection("2")); !errors.Is(err, ErrNotFound) {
			t.Errorf("UpdateIf of nothing: %v, want ErrNotFound", err)
		}
		if again := mustPut(t, s, connection("1")); again.Version <= info.Version {
			t.Errorf("Put made version %d out of %d", again.Version, info.Version)
		}
	})
}

func TestDeletedPortalIsForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, newKeyset(t))
		old := mustPut(t, s, connection("1"))
		putSnapshot(t, s, Snapshot{"1", time.UnixMicro(1), []byte("metadata")})
		if err := s.Delete(t.Context(), "1"); err != nil {
			t.Fatal(err)
		}
		_, snapshotErr := s.Snapshot(t.Context(), "1")
		for _, err := range []error{getError(s, "1"), snapshotErr, s.Delete(t.Context(), "1")} {
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("of a deleted portal: %v, want ErrNotFound", err)
			}
		}
		mustPut(t, s, connection("1"))
		if _, err := s.UpdateIf(t.Context(), old); !errors.Is(err, ErrConflict) {
			t.Errorf("UpdateIf from before the portal was deleted: %v, want ErrConflict", err)
		}
	})
}

func TestListIsInOrderAndPaged(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, newKeyset(t))
		for _, id := range []string{"100", "9", "20", "1000", "3"} {
			mustPut(t, s, connection(id))
		}
		var got []string
		for after := ""; ; {
			page, err := s.List(t.Context(), after, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, info := range page {
				got = append(got, info.PortalID)
			}
			after = got[len(got)-1]
		}
		if want := []string{"3", "9", "20", "100", "1000"}; !slices.Equal(got, want) {
			t.Errorf("pages of two = %v, want %v", got, want)
		}
		all, err := s.List(t.Context(), "", MaxPage)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(mustGet(t, s, "3").Info, all[0]); diff != "" {
			t.Errorf("List differs from Get (-get +list):\n%s", diff)
		}
		for _, limit := range []int{0, -1, MaxPage + 1} {
			if _, err := s.List(t.Context(), "", limit); err == nil {
				t.Errorf("List took a limit of %d", limit)
			}
		}
		if _, err := s.List(t.Context(), "x", 1); !errors.Is(err, ErrInvalid) {
			t.Errorf("List after %q: %v", "x", err)
		}
	})
}

func putSnapshot(t testing.TB, s *Store, snapshot Snapshot) {
	t.Helper()
	if err := s.PutSnapshot(t.Context(), snapshot); err != nil {
		t.Fatal(err)
	}
}

func TestSnapshot(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, newKeyset(t))
		mustPut(t, s, connection("1"))
		large := make([]byte, 24<<20)
		_, _ = rand.Read(large) // never fails
		newer := Snapshot{"1", time.Date(2026, 11, 27, 12, 0, 0, 1000, time.UTC), large}
		putSnapshot(t, s, Snapshot{"1", newer.TakenAt.Add(-time.Microsecond), []byte("old")})
		putSnapshot(t, s, newer)
		if err := s.PutSnapshot(t.Context(), Snapshot{"1", newer.TakenAt.Add(-time.Hour), []byte("older")}); !errors.Is(err, ErrConflict) {
			t.Errorf("an older snapshot: %v, want ErrConflict", err)
		}
		got, err := s.Snapshot(t.Context(), "1")
		if err != nil || !got.TakenAt.Equal(newer.TakenAt) || !bytes.Equal(got.Body, large) {
			t.Errorf("Snapshot = %d bytes of %v, %v", len(got.Body), got.TakenAt, err)
		}
		// An update of the connection leaves it.
		if _, err := s.UpdateIf(t.Context(), mustGet(t, s, "1")); err != nil {
			t.Error(err)
		}
		mustPut(t, s, connection("1"))
		if _, err := s.Snapshot(t.Context(), "1"); err != nil {
			t.Errorf("after an update of the connection: %v", err)
		}
		if err := s.PutSnapshot(t.Context(), Snapshot{"2", newer.TakenAt, []byte("x")}); !errors.Is(err, ErrNotFound) {
			t.Errorf("of a portal that is not connected: %v, want ErrNotFound", err)
		}
		for _, bad := range []Snapshot{{"1", newer.TakenAt, nil}, {"1", time.Time{}, []byte("x")}, {"", newer.TakenAt, []byte("x")}} {
			if err := s.PutSnapshot(t.Context(), bad); !errors.Is(err, ErrInvalid) {
				t.Errorf("PutSnapshot(%v) = %v, want ErrInvalid", bad, err)
			}
		}
	})
}

func TestBadConnectionsAreRefused(t *testing.T) {
	s := open(t, "sqlite::memory:", newKeyset(t))
	for name, test := range map[string]struct {
		spoil func(*Connection)
		want  string
	}{
		"no portal":            {func(c *Connection) { c.PortalID = "" }, "portal ID"},
		"a name":               {func(c *Connection) { c.PortalID = "demo" }, `"demo"`},
		"leading zero":         {func(c *Connection) { c.PortalID = "01" }, "portal ID"},
		"negative":             {func(c *Connection) { c.PortalID = "-1" }, "portal ID"},
		"too large":            {func(c *Connection) { c.PortalID = "9223372036854775808" }, "portal ID"},
		"kind":                 {func(c *Connection) { c.Kind = "" }, "Kind"},
		"state":                {func(c *Connection) { c.State = "good" }, `"good"`},
		"e-mail":               {func(c *Connection) { c.ConnectedBy = "a@example.com" }, "e-mail"},
		"active without token": {func(c *Connection) { c.Access = Token{} }, "Access"},
		"cannot refresh":       {func(c *Connection) { c.Refresh = Token{} }, "Refresh"},
		"private with refresh": {func(c *Connection) { c.Kind = Private }, "Refresh"},
		"lost without reason":  {func(c *Connection) { c.State = Lost }, "Reason"},
		"disconnected":         {func(c *Connection) { c.State = Disconnected }, "keeps none"},
		"scope with space":     {func(c *Connection) { c.Scopes = []string{"a b"} }, `"a b"`},
		"domain":               {func(c *Connection) { c.HubDomain = "\x00" }, "HubDomain"},
		"long token":           {func(c *Connection) { c.Access = NewToken(strings.Repeat("x", maxTokenBytes+1)) }, "longer"},
		"lifetime":             {func(c *Connection) { c.Lifetime = -1 }, "Lifetime"},
	} {
		t.Run(name, func(t *testing.T) {
			c := connection("1")
			test.spoil(&c)
			for method, write := range map[string]func(context.Context, Connection) (Info, error){"Put": s.Put, "UpdateIf": s.UpdateIf} {
				_, err := write(t.Context(), c)
				if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s = %v, want ErrInvalid with %q", method, err, test.want)
				}
				if err != nil && (strings.Contains(err.Error(), "-of-1") || strings.Contains(err.Error(), "@")) {
					t.Errorf("%s tells what it must not: %v", method, err)
				}
			}
		})
	}
}

func TestReasonIsMadeOneLine(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, newKeyset(t))
		c := connection("1")
		c.State = Lost
		c.Reason = "bad\ngrant\x00 \xff" + strings.Repeat("ü", maxReasonBytes)
		want := mustPut(t, s, c).Reason
		if got := mustGet(t, s, "1").Reason; got != want || len(got) > maxReasonBytes || !strings.HasPrefix(got, "bad grant �üüü") || !strings.HasSuffix(got, "ü…") {
			t.Errorf("Reason = %q", got)
		}
	})
}

func TestNoKeys(t *testing.T) {
	if s, err := Open(t.Context(), "sqlite::memory:", nil); err == nil {
		t.Error("it was opened", s.Close())
	}
}

func TestTokensPrintRedacted(t *testing.T) {
	c := connection("1")
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("connection", "connection", c, "token", c.Access)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", c, c, c, c.Access), string(asJSON), logged.String()} {
		if strings.Contains(text, "-of-1") || !strings.Contains(text, "REDACTED") {
			t.Errorf("printed %s", text)
		}
	}
}

func TestCancelledContextEndsWork(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, newKeyset(t))
		mustPut(t, s, connection("1"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Get(ctx, "1"); !errors.Is(err, context.Canceled) {
			t.Errorf("Get = %v", err)
		}
		if _, err := s.Put(ctx, connection("1")); !errors.Is(err, context.Canceled) {
			t.Errorf("Put = %v", err)
		}
		if _, err := Open(ctx, url, parse(t, newKeyset(t))); !errors.Is(err, context.Canceled) {
			t.Errorf("Open = %v", err)
		}
	})
}
