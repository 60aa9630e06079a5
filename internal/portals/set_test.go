package portals

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A thing is what the set keeps here: it knows whether it was closed.
type thing struct {
	id     string
	weight int64
	closed atomic.Int32
}

func (t *thing) Weight() int64 { return t.weight }
func (t *thing) Close()        { t.closed.Add(1) }

var quiet = slog.New(slog.DiscardHandler)

// A world opens things and counts them.
type world struct {
	mu     sync.Mutex
	opened map[string]int
	things []*thing
	fail   map[string]error
	delay  time.Duration
}

func (w *world) open(ctx context.Context, id string) (*thing, error) {
	select {
	case <-time.After(w.delay):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened[id]++
	if err := w.fail[id]; err != nil {
		return nil, err
	}
	t := &thing{id: id, weight: 10}
	w.things = append(w.things, t)
	return t, nil
}

func newWorld() *world { return &world{opened: map[string]int{}, fail: map[string]error{}} }

func (w *world) count(id string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opened[id]
}

func use(t *testing.T, s *Set[*thing], id string) (*thing, func()) {
	t.Helper()
	g, release, err := s.Use(t.Context(), id)
	if err != nil {
		t.Fatalf("Use(%s) = %v", id, err)
	}
	return g, release
}

func TestOpenedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.delay = time.Second
		s := New(quiet, Options[*thing]{Open: w.open})
		defer s.Close()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				g, release := use(t, s, "1")
				if g.closed.Load() != 0 {
					t.Error("closed while it is used")
				}
				release()
				release() // does nothing
			})
		}
		// One who gives up does not end the opening for the others.
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, _, err := s.Use(ctx, "1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Use() = %v, want the end of its context", err)
		}
		wg.Wait()
		if w.count("1") != 1 {
			t.Errorf("opened %d times, want once", w.count("1"))
		}
	})
}

func TestLeastRecentlyUsedGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		s := New(quiet, Options[*thing]{Open: w.open, MaxBytes: 30})
		defer s.Close()
		for _, id := range []string{"1", "2", "3", "1", "4"} { // 2 is the one not used for longest
			_, release := use(t, s, id)
			release()
			time.Sleep(time.Second)
		}
		synctest.Wait()
		var open []string
		s.Each(func(id string, _ *thing) { open = append(open, id) })
		if fmt.Sprint(open) != "[1 3 4]" {
			t.Errorf("open are %v, want 1, 3 and 4", open)
		}
		if w.things[1].closed.Load() != 1 {
			t.Error("2 is not closed")
		}
		if st := s.State(); st.Open != 3 || st.Bytes != 30 || st.Opened != 4 || st.Closed != 1 {
			t.Errorf("State() = %+v, want 3 open of 4 that were opened, and 1 closed", st)
		}
	})
}

// TestInUseStays: what somebody uses is not closed for want of memory; what is
// asked for beside it is refused if that alone takes all there is.
func TestInUseStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		s := New(quiet, Options[*thing]{Open: w.open, MaxBytes: 20, Idle: time.Minute})
		defer s.Close()
		one, release1 := use(t, s, "1")
		_, release2 := use(t, s, "2")
		if _, _, err := s.Use(t.Context(), "3"); !errors.Is(err, ErrFull) {
			t.Errorf("Use() = %v, want %v", err, ErrFull)
		}
		time.Sleep(time.Hour)
		if one.closed.Load() != 0 {
			t.Error("closed while it is used")
		}
		release2()
		use(t, s, "3")
		release1()
		time.Sleep(time.Minute + sweepEvery)
		if one.closed.Load() != 1 {
			t.Error("not closed after a minute without use")
		}
	})
}

func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		broken := errors.New("broken")
		w.fail["1"] = broken
		s := New(quiet, Options[*thing]{Open: w.open})
		defer s.Close()
		ask := func(want error) {
			t.Helper()
			_, release, err := s.Use(t.Context(), "1")
			if !errors.Is(err, want) {
				t.Errorf("Use() = %v, want %v", err, want)
			}
			if err == nil {
				release()
			}
		}
		for range 100 {
			ask(broken)
		}
		if w.count("1") != 1 {
			t.Errorf("opened %d times at once, want once", w.count("1"))
		}
		for range 600 { // ten minutes
			time.Sleep(time.Second)
			ask(broken)
		}
		if n := w.count("1"); n < 10 || n > 20 {
			t.Errorf("opened %d times in ten minutes, want 1 s, 2 s, 4 s … and then 60 s apart", n)
		}
		w.mu.Lock()
		delete(w.fail, "1")
		w.mu.Unlock()
		s.Drop("1") // somebody says that it has changed
		ask(nil)
	})
}

func TestPanicCostsOnePortal(t *testing.T) {
	s := New(quiet, Options[*thing]{Open: func(_ context.Context, id string) (*thing, error) {
		if id == "1" {
			panic("a bug")
		}
		return &thing{}, nil
	}})
	defer s.Close()
	if _, _, err := s.Use(t.Context(), "1"); err == nil {
		t.Error("Use() = nil, want an error")
	}
	_, release := use(t, s, "2")
	release()
}

func TestDropWaitsForUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		s := New(quiet, Options[*thing]{Open: w.open})
		defer s.Close()
		old, release := use(t, s, "1")
		s.Drop("1")
		if old.closed.Load() != 0 {
			t.Error("closed while it is used")
		}
		young, release2 := use(t, s, "1")
		if young == old {
			t.Error("the dropped one is used again")
		}
		release()
		synctest.Wait() // who opened it may be the last to leave
		if old.closed.Load() != 1 || young.closed.Load() != 0 {
			t.Errorf("closed %d and %d times, want the dropped one closed once", old.closed.Load(), young.closed.Load())
		}
		release2()
		synctest.Wait()
		if !s.If("1", func(g *thing) { s.Drop("1") }) || young.closed.Load() != 1 {
			t.Error("dropped while it is looked at: not closed afterwards")
		}
		if s.If("1", func(*thing) { t.Error("there is none") }) {
			t.Error("If() = true for a portal that is not open")
		}
	})
}

// TestSetModel has many use, drop and visit portals at once, and holds that
// nothing is closed while it is used, and everything once in the end.
func TestSetModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		s := New(quiet, Options[*thing]{Open: w.open, MaxBytes: 40, Retry: time.Nanosecond})
		w.fail["5"] = errors.New("broken")
		var wg sync.WaitGroup
		for range 4 {
			steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]int {
				return [2]int{rapid.IntRange(0, 5).Draw(t, "portal"), rapid.IntRange(0, 9).Draw(t, "what")}
			}), 1, 40).Draw(rt, "steps")
			wg.Go(func() {
				for _, step := range steps {
					id := fmt.Sprint(step[0])
					switch step[1] {
					case 0:
						s.Drop(id)
					case 1:
						s.Each(func(_ string, g *thing) {
							if g.closed.Load() != 0 {
								t.Error("visited when it is closed")
							}
						})
					case 2:
						s.sweep()
					default:
						g, release, err := s.Use(context.Background(), id)
						if err != nil {
							continue
						}
						if g.closed.Load() != 0 || g.id != id {
							t.Errorf("used thing %s for %s, closed %d times", g.id, id, g.closed.Load())
						}
						release()
					}
				}
			})
		}
		wg.Wait()
		s.Close()
		for _, g := range w.things {
			if n := g.closed.Load(); n != 1 {
				t.Errorf("a thing was closed %d times, want once", n)
			}
		}
		if _, _, err := s.Use(context.Background(), "1"); !errors.Is(err, ErrClosed) {
			t.Errorf("Use() after Close = %v, want %v", err, ErrClosed)
		}
	})
}
