package portal

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// down makes every call fail in a way that the client does not repeat.
func down(fake *hubspottest.Portal) {
	fake.Fail(hubspottest.Fault{Status: http.StatusOK, Body: "<html>down for maintenance</html>"})
}

func openAndClose(t *testing.T, api API, o Options) *Metadata {
	t.Helper()
	p, err := Open(t.Context(), quiet, api, o)
	if err != nil {
		t.Fatalf("Open(%+v) = %v", o, err)
	}
	p.Close()
	return p.Metadata()
}

func TestOpenWithoutSnapshot(t *testing.T) {
	fake := newFake(t)
	p := mustOpen(t, newClient(t, fake), Options{})
	s := p.Status()
	if !s.Ready || s.FromSnapshot || s.Problem != "" || s.Kind != nil || !s.LoadedAt.Equal(p.Metadata().LoadedAt) {
		t.Errorf("Status() = %+v, want ready and no problem", s)
	}
}

func TestOpenFails(t *testing.T) {
	fake := newFake(t)
	down(fake)
	if _, err := Open(t.Context(), quiet, newClient(t, fake), Options{}); !errors.Is(err, hubspot.ErrUnavailable) {
		t.Errorf("Open() = %v, want %v", err, hubspot.ErrUnavailable)
	}
	fake.ClearFaults()
	client := newClientWith(t, hubspot.Options{BaseURL: fake.URL(), Token: hubspot.StaticToken("wrong")})
	if _, err := Open(t.Context(), quiet, client, Options{}); !errors.Is(err, hubspot.ErrUnauthenticated) {
		t.Errorf("Open() = %v, want %v", err, hubspot.ErrUnauthenticated)
	}
	if _, err := Open(t.Context(), quiet, newClient(t, fake), Options{Objects: []string{"yachts"}}); err == nil || !strings.Contains(err.Error(), "yachts") {
		t.Errorf("Open() = %v, want an error that names yachts", err)
	}
}

func TestOpenWithSnapshot(t *testing.T) {
	fake := newFake(t)
	client := newClient(t, fake)
	o := Options{Snapshots: SnapshotFile(filepath.Join(t.TempDir(), "portal.json"))}
	want := openAndClose(t, client, o)

	t.Run("HubSpot is down", func(t *testing.T) {
		down(fake)
		defer fake.ClearFaults()
		p := mustOpen(t, client, o)
		if diff := cmp.Diff(want, p.Metadata()); diff != "" {
			t.Errorf("metadata from the snapshot differs (-want +got):\n%s", diff)
		}
		if err := p.Refresh(t.Context()); !errors.Is(err, hubspot.ErrUnavailable) {
			t.Errorf("Refresh() = %v, want %v", err, hubspot.ErrUnavailable)
		}
		s := p.Status()
		if !s.Ready || !s.FromSnapshot || !errors.Is(s.Kind, hubspot.ErrUnavailable) || s.Problem == "" || s.FailedAt.IsZero() {
			t.Errorf("Status() = %+v, want ready, from the snapshot, with a problem", s)
		}
		if p.Metadata().LoadedAt != want.LoadedAt {
			t.Error("a failed refresh changed what is served")
		}
	})
	t.Run("the token is wrong", func(t *testing.T) {
		p := mustOpen(t, newClientWith(t, hubspot.Options{BaseURL: fake.URL(), Token: hubspot.StaticToken("wrong")}), o)
		if s := p.Status(); !s.Ready || !s.FromSnapshot || !errors.Is(s.Kind, hubspot.ErrUnauthenticated) {
			t.Errorf("Status() = %+v, want ready, from the snapshot, %v", s, hubspot.ErrUnauthenticated)
		}
	})
	t.Run("HubSpot is there", func(t *testing.T) {
		fake.DefineProperty("contacts", hubspottest.Property{Name: "shoe_size"})
		p := mustOpen(t, client, o)
		seen := make(chan *Metadata, 2)
		p.OnChange(func(m *Metadata) {
			if hasProperty(m, "0-1", "shoe_size") {
				seen <- m
			}
		})
		<-seen // from the refresh in the background, which nobody asked for
		if err := p.Refresh(t.Context()); err != nil {
			t.Fatalf("Refresh() = %v", err)
		}
		if s := p.Status(); s.FromSnapshot || s.Problem != "" {
			t.Errorf("Status() = %+v, want confirmed and no problem", s)
		}
	})
	t.Run("fewer objects", func(t *testing.T) {
		down(fake)
		defer fake.ClearFaults()
		o := o
		o.Objects, o.ExcludeObjects = []string{"contacts", "deals"}, []string{"deal"}
		if diff := cmp.Diff([]string{"0-1"}, typeIDs(mustOpen(t, client, o).Metadata())); diff != "" {
			t.Errorf("types from the snapshot differ (-want +got):\n%s", diff)
		}
	})
	t.Run("an unknown object", func(t *testing.T) {
		o := o
		o.ExcludeObjects = []string{"yachts"}
		if _, err := Open(t.Context(), quiet, client, o); err == nil || !strings.Contains(err.Error(), "yachts") {
			t.Errorf("Open() = %v, want an error that names yachts", err)
		}
	})
	t.Run("of another portal", func(t *testing.T) {
		other := hubspottest.New(t, hubspottest.Options{PortalID: 99, Unlimited: true})
		if got := mustOpen(t, newClient(t, other), o).Metadata().Account.PortalID; got != "99" {
			t.Errorf("portal ID = %s, want 99", got)
		}
	})
}

func TestOpenWithDamagedSnapshot(t *testing.T) {
	fake := newFake(t)
	client := newClient(t, fake)
	path := filepath.Join(t.TempDir(), "portal.json")
	o := Options{Snapshots: SnapshotFile(path), Objects: []string{"contacts"}}
	openAndClose(t, client, o)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(good), fake.Token()) {
		t.Error("the snapshot holds the token")
	}
	for name, text := range map[string]string{
		"empty": "", "cut off": string(good[:len(good)/2]), "other": `{"a":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			openAndClose(t, client, o)
			if _, err := readSnapshot(context.Background(), SnapshotFile(path)); err != nil {
				t.Errorf("the damaged snapshot was not replaced: %v", err)
			}
		})
	}
}

func TestRefreshSeesChanges(t *testing.T) {
	fake := newFake(t)
	fake.DefineProperty("contacts", hubspottest.Property{Name: "old"})
	p := mustOpen(t, newClient(t, fake), Options{})
	var heard []*Metadata
	stop := p.OnChange(func(m *Metadata) { heard = append(heard, m) })
	if len(heard) != 1 || heard[0] != p.Metadata() {
		t.Fatalf("OnChange() made %d calls, want one with the present metadata", len(heard))
	}
	refresh := func() *Metadata {
		t.Helper()
		if err := p.Refresh(t.Context()); err != nil {
			t.Fatalf("Refresh() = %v", err)
		}
		return p.Metadata()
	}

	before := p.Metadata()
	m := refresh()
	if len(heard) != 1 {
		t.Errorf("a refresh that found nothing new called OnChange's function")
	}
	if !m.LoadedAt.After(before.LoadedAt) {
		t.Errorf("LoadedAt = %v after a refresh, want later than %v", m.LoadedAt, before.LoadedAt)
	}

	fake.DefineProperty("contacts", hubspottest.Property{Name: "new"})
	fake.ArchiveProperty("contacts", "old")
	house := fake.DefineObject(hubspottest.Object{Name: "house", Associations: []string{"contacts"}})
	m = refresh()
	if !hasProperty(m, "0-1", "new") || hasProperty(m, "0-1", "old") {
		t.Error("the refresh missed an added or an archived property")
	}
	if m.Type(house) == nil {
		t.Error("the refresh missed a new custom object")
	}
	if len(heard) != 2 || heard[1] != m {
		t.Errorf("OnChange's function was called %d times, want 2, last with the new metadata", len(heard))
	}

	fake.RemoveScope("crm.objects.deals.read", "crm.schemas.deals.read")
	if m = refresh(); m.Type("0-3") != nil {
		t.Error("deals are still there without their scope")
	}
	stop()
	fake.DefineProperty("contacts", hubspottest.Property{Name: "newer"})
	refresh()
	if len(heard) != 3 {
		t.Errorf("OnChange's function was called %d times, want 3 and none after stop", len(heard))
	}
}

func TestRefreshWithRevokedToken(t *testing.T) {
	fake := newFake(t)
	p := mustOpen(t, newClient(t, fake), Options{Objects: []string{"contacts"}})
	want := p.Metadata()
	fake.SetToken("another")
	if err := p.Refresh(t.Context()); !errors.Is(err, hubspot.ErrUnauthenticated) {
		t.Errorf("Refresh() = %v, want %v", err, hubspot.ErrUnauthenticated)
	}
	if p.Metadata() != want {
		t.Error("a refused refresh changed what is served")
	}
	if s := p.Status(); !s.Ready || !errors.Is(s.Kind, hubspot.ErrUnauthenticated) || s.Problem != "HubSpot refuses the token" {
		t.Errorf("Status() = %+v, want ready and %v", s, hubspot.ErrUnauthenticated)
	}
}

func TestRefreshIsShared(t *testing.T) {
	fake := hubspottest.New(t, hubspottest.Options{Unlimited: true, Latency: 50 * time.Millisecond})
	p := mustOpen(t, newClient(t, fake), Options{Objects: []string{"contacts"}})
	fake.ResetCalls()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := p.Refresh(t.Context()); err != nil {
				t.Errorf("Refresh() = %v", err)
			}
		})
	}
	wg.Wait()
	if n := fake.Count(hubspottest.AccountInfo); n > 2 { // 2 if one of them came late
		t.Errorf("%d loads for 20 refreshes at once, want 1", n)
	}
}

// TestRefreshSeesWhatItsCallerSaw: a refresh that is under way may have read the
// properties already when another is asked for.
func TestRefreshSeesWhatItsCallerSaw(t *testing.T) {
	fake := newFake(t)
	p := mustOpen(t, newClient(t, fake), Options{Objects: []string{"contacts"}})
	fake.ResetCalls()
	reached := make(chan struct{}, 2)
	fake.Fail(hubspottest.Fault{Endpoint: hubspottest.Owners, Delay: 300 * time.Millisecond, Times: 1, Match: func(*http.Request) bool {
		reached <- struct{}{}
		return true
	}})
	first := make(chan error, 1)
	go func() { first <- p.Refresh(t.Context()) }()
	<-reached
	for fake.Count(hubspottest.Properties) == 0 {
		time.Sleep(time.Millisecond)
	}
	fake.DefineProperty("contacts", hubspottest.Property{Name: "new"})
	if err := p.Refresh(t.Context()); err != nil {
		t.Fatalf("Refresh() = %v", err)
	}
	if err := <-first; err != nil || !hasProperty(p.Metadata(), "0-1", "new") {
		t.Errorf("the first Refresh() = %v; the second missed what came before it", err)
	}
	if n := fake.Count(hubspottest.AccountInfo); n != 2 {
		t.Errorf("%d loads for two refreshes, want 2", n)
	}
}

func TestRefreshOutlivesItsCaller(t *testing.T) {
	fake := newFake(t)
	p := mustOpen(t, newClient(t, fake), Options{Objects: []string{"contacts"}})
	fake.DefineProperty("contacts", hubspottest.Property{Name: "new"})
	ctx, cancel := context.WithCancel(t.Context())
	arrived := make(chan struct{})
	fake.Fail(hubspottest.Fault{Times: 1, Delay: 50 * time.Millisecond, Match: func(*http.Request) bool {
		select {
		case arrived <- struct{}{}:
		case <-t.Context().Done():
		}
		return true
	}})
	changed := make(chan *Metadata, 2)
	p.OnChange(func(m *Metadata) { changed <- m })
	<-changed
	go func() { <-arrived; cancel() }()
	if err := p.Refresh(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Refresh() = %v, want %v", err, context.Canceled)
	}
	if m := <-changed; !hasProperty(m, "0-1", "new") {
		t.Error("the refresh did not go on without its caller")
	}
}

func TestClose(t *testing.T) {
	fake := newFake(t)
	p := mustOpen(t, newClient(t, fake), Options{Objects: []string{"contacts"}})
	arrived := make(chan struct{})
	fake.Fail(hubspottest.Fault{Hang: true, Times: 1, Match: func(*http.Request) bool { close(arrived); return true }})
	refreshed := make(chan error)
	go func() { refreshed <- p.Refresh(t.Context()) }()
	<-arrived
	p.Close() // cuts the refresh short; TestMain finds what it leaves behind
	if err := <-refreshed; !errors.Is(err, ErrClosed) {
		t.Errorf("Refresh() cut short = %v, want %v", err, ErrClosed)
	}
	if err := p.Refresh(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Refresh() after Close = %v, want %v", err, ErrClosed)
	}
	if p.Metadata() == nil {
		t.Error("Metadata() = nil after Close")
	}
	p.Close()
}
