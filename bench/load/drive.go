package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// A load is how a server is asked.
type load struct {
	clients int
	lasting time.Duration
	think   time.Duration // on average, between an answer and the next question
	finish  bool          // wait for the answers that are under way at the end

	// body is the n-th question of a client.
	body func(client, n int) []byte
}

// A finding is what a load showed.
type finding struct {
	answers int
	wall    time.Duration
	took    []time.Duration // by each answer, ascending
	cpu     time.Duration   // of the server, in all
	seen    observation     // by the portal
}

func (f finding) perSecond() float64 { return float64(f.answers) / f.wall.Seconds() }

func (f finding) cpuEach() time.Duration { return f.cpu / time.Duration(max(1, f.answers)) }

func (f finding) callsEach() float64 { return float64(f.seen.Calls) / float64(max(1, f.answers)) }

// prime asks each question once, so that the portal knows all answers: see
// [watched].
func (b *bench) prime(server *process, bodies ...[]byte) error {
	for _, body := range bodies {
		if _, err := post(b.ctx, server.URL, body); err != nil {
			return err
		}
	}
	return nil
}

// drive puts a load on a server and watches it and the portal behind it.
func (b *bench) drive(server, portal *process, l load) (finding, error) {
	var f finding
	if _, err := portal.observed(b.ctx); err != nil {
		return f, err
	}
	before, err := server.cpu()
	if err != nil {
		return f, err
	}
	begin := time.Now()
	end := begin.Add(l.lasting)
	ctx, cancel := context.WithCancel(b.ctx)
	if !l.finish {
		ctx, cancel = context.WithDeadline(b.ctx, end)
	}
	defer cancel()
	var mu sync.Mutex
	var failed error
	var wg sync.WaitGroup
	for client := range l.clients {
		wg.Go(func() {
			took, err := l.ask(ctx, client, end, server.URL)
			mu.Lock()
			defer mu.Unlock()
			f.took = append(f.took, took...)
			if err != nil && failed == nil {
				failed = fmt.Errorf("client %d: %w", client, err)
			}
		})
	}
	wg.Wait()
	f.wall = time.Since(begin)
	if failed != nil {
		return f, failed
	}
	after, err := server.cpu()
	if err != nil {
		return f, err
	}
	slices.Sort(f.took)
	f.answers, f.cpu = len(f.took), after-before
	f.seen, err = portal.observed(b.ctx)
	return f, err
}

// ask is one client, until the end.
func (l load) ask(ctx context.Context, client int, end time.Time, url string) (took []time.Duration, err error) {
	random := rand.New(rand.NewPCG(uint64(client), 1)) //nolint:gosec // the same in every run
	for n := 0; ; n++ {
		if l.think > 0 {
			// Between none and twice the average, so that clients do not march in step.
			sleep(ctx, time.Duration(2*random.Float64()*float64(l.think)))
		}
		begin := time.Now()
		if !begin.Before(end) {
			return took, nil
		}
		_, err := post(ctx, url, l.body(client, n))
		if ctx.Err() != nil {
			return took, nil //nolint:nilerr // the time is up, and no answer is counted
		}
		if err != nil {
			return took, err
		}
		took = append(took, time.Since(begin))
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// percentile is the p-th percentile of the durations, 0 if there are none.
func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}
