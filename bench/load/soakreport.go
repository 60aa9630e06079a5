package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"sync"
	"time"
)

const (
	soakTenths = 10
	// soakWarmUp is how long the gateway has to fill its caches, and to go through
	// two schema swaps: but half of a short run, at most, and a tenth of a long one,
	// at least.
	soakWarmUp = 75 * time.Second
	// soakGrowth is how much more than in the first tenth it may hold later: in the
	// mean of a tenth, held against the most of the first, for of a short run a tenth
	// may see no schema swap.
	soakGrowth = 1.2
	// soakLeast is how long it must last to tell whether something grows.
	soakLeast = 3 * time.Minute
	// soakSlack is how many goroutines and descriptors come and go by themselves.
	soakSlack = 40
)

// A soakReport gathers what happens.
type soakReport struct {
	mu      sync.Mutex
	begin   time.Time
	lasting time.Duration

	requests int
	longest  time.Duration
	changes  int
	swaps    int
	faults   map[string]int
	errors   map[string]int
	unasked  map[string]int // errors while nothing was wrong
	wrongs   []error        // the first ones
	wrongN   int
	breaks   []error // of the harness, the first ones
	measures [soakTenths][]measure
}

func newSoakReport(lasting time.Duration) *soakReport {
	return &soakReport{begin: time.Now(), lasting: lasting, faults: map[string]int{}, errors: map[string]int{}, unasked: map[string]int{}}
}

const soakTold = 10 // that many wrong answers are told in full

func (r *soakReport) locked(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

func (r *soakReport) asked(took time.Duration) {
	r.locked(func() { r.requests++; r.longest = max(r.longest, took) })
}
func (r *soakReport) told(n int)          { r.locked(func() { r.changes += n }) }
func (r *soakReport) swapped()            { r.locked(func() { r.swaps++ }) }
func (r *soakReport) faulted(name string) { r.locked(func() { r.faults[name]++ }) }

func (r *soakReport) failed(kind string, calm bool) {
	r.locked(func() {
		r.errors[kind]++
		if calm {
			r.unasked[kind]++
		}
	})
}

func (r *soakReport) wrong(err error) {
	r.locked(func() {
		if r.wrongN++; len(r.wrongs) < soakTold {
			r.wrongs = append(r.wrongs, err)
		}
	})
}

func (r *soakReport) broken(err error) {
	r.locked(func() {
		if len(r.breaks) < soakTold {
			r.breaks = append(r.breaks, err)
		}
	})
}

// measured keeps a measure for its tenth of the time behind the warm-up.
func (r *soakReport) measured(m measure) {
	r.locked(func() {
		warmUp := max(min(soakWarmUp, r.lasting/2), r.lasting/10)
		if past := time.Since(r.begin) - warmUp; past >= 0 {
			tenth := min(int(past*soakTenths/(r.lasting-warmUp)), soakTenths-1)
			r.measures[tenth] = append(r.measures[tenth], m)
		}
	})
}

// kindOf names what kept an answer from coming.
func kindOf(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "NO ANSWER IN TIME"
	case errors.As(err, new(*net.OpError)):
		return "CONNECTION"
	}
	return "NO GRAPHQL"
}

// print tells all of it, and returns what does not hold.
func (r *soakReport) print(out io.Writer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) } // who listens sees the status too

	p("%d requests in %v, the longest took %v; %d changes told by webhooks, %d schema swaps", r.requests, r.lasting, r.longest.Round(time.Millisecond), r.changes, r.swaps)
	p("faults: %v", counts(r.faults))
	p("errors: %v", counts(r.errors))
	p("errors with no fault for %v: %v", soakRecovery, counts(r.unasked))
	p("wrong answers: %d", r.wrongN)
	for _, err := range slices.Concat(r.wrongs, r.breaks) {
		p("  %v", err)
	}
	r.printMeasures(p)
	return errors.Join(r.failures()...)
}

// printMeasures tells what the gateway held, on average, and how much memory at most.
func (r *soakReport) printMeasures(p func(format string, args ...any)) {
	p("\n%8s %10s %10s %12s %12s", "tenth", "RSS MiB", "at most", "descriptors", "goroutines")
	for i, measures := range r.measures {
		mean, most := meanOf(measures), mostOf(measures)
		p("%8d %10.1f %10.1f %12d %12d", i+1, float64(mean.rss)/(1<<20), float64(most.rss)/(1<<20), mean.descriptors, mean.goroutines)
	}
}

// failures are what does not hold. r.mu must be held.
func (r *soakReport) failures() (failures []error) {
	fail := func(format string, args ...any) { failures = append(failures, fmt.Errorf(format, args...)) }
	if r.requests == 0 || r.changes == 0 {
		fail("nothing was asked or changed")
	}
	if r.wrongN > 0 {
		fail("%d answers were wrong", r.wrongN)
	}
	for _, kind := range []string{"NO ANSWER IN TIME", "CONNECTION", "NO GRAPHQL", "INTERNAL"} {
		if r.errors[kind] > 0 {
			fail("%d answers: %s", r.errors[kind], kind)
		}
	}
	if len(r.unasked) > 0 {
		fail("errors while nothing was wrong: %s", counts(r.unasked))
	}
	if len(r.breaks) > 0 {
		fail("the harness did not work: %w", r.breaks[0])
	}
	if r.lasting < soakLeast {
		return failures // what has just begun grows
	}
	return append(failures, r.growth()...)
}

// growth is what grew. r.mu must be held.
func (r *soakReport) growth() (grown []error) {
	first, last := mostOf(r.measures[0]), meanOf(r.measures[soakTenths-1])
	if first.rss == 0 || last.rss == 0 {
		return []error{errors.New("too short a time to see whether something grows")}
	}
	for i, measures := range r.measures[1:] {
		if times := float64(meanOf(measures).rss) / float64(first.rss); times > soakGrowth {
			grown = append(grown, fmt.Errorf("in tenth %d it holds %.2f times the memory of the first", i+2, times))
		}
	}
	for _, c := range []struct {
		name        string
		first, last int
	}{{"descriptors", first.descriptors, last.descriptors}, {"goroutines", first.goroutines, last.goroutines}} {
		if float64(c.last) > soakGrowth*float64(c.first)+soakSlack {
			grown = append(grown, fmt.Errorf("%s grew from %d to %d", c.name, c.first, c.last))
		}
	}
	return grown
}

func counts(of map[string]int) string {
	if len(of) == 0 {
		return "none"
	}
	text := ""
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%s %d", name, of[name])
	}
	return text
}

func meanOf(measures []measure) measure {
	var sum measure
	if len(measures) == 0 {
		return sum
	}
	for _, m := range measures {
		sum.rss += m.rss
		sum.descriptors += m.descriptors
		sum.goroutines += m.goroutines
	}
	n := len(measures)
	return measure{sum.rss / int64(n), sum.descriptors / n, sum.goroutines / n}
}

func mostOf(measures []measure) measure {
	var most measure
	for _, m := range measures {
		most.rss, most.descriptors, most.goroutines = max(most.rss, m.rss), max(most.descriptors, m.descriptors), max(most.goroutines, m.goroutines)
	}
	return most
}
