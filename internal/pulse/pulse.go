// Package pulse remembers what went on in the last ten minutes, in steps of five
// seconds: how often things happened, how high something stood, how long things
// took. It is written to when something happens, and has nothing to do otherwise.
package pulse

import (
	"math/bits"
	"sync"
	"time"
)

const (
	// Step is what one sample is of.
	Step = 5 * time.Second
	// Steps is how many samples are kept.
	Steps = 120
)

// durations are counted in classes, the upper ends of which are 2^(i/2) ms.
const classes = 36

// A Pulse remembers. It is safe for concurrent use.
type Pulse struct {
	begun  time.Time
	counts map[string]int // the columns of what is counted, by name
	peaks  map[string]int

	mu    sync.Mutex
	step  int64 // the newest one, since begun
	steps []sample
}

// A sample is one step.
type sample struct {
	step   int64
	counts []uint32
	peaks  []int32
	took   [classes]uint32
}

// New returns a pulse of what is counted by one of the first names, and stands at a
// height by one of the others. What has another name is not remembered.
func New(counts, peaks []string) *Pulse {
	p := &Pulse{begun: time.Now(), counts: columns(counts), peaks: columns(peaks)}
	p.steps = make([]sample, Steps)
	for i := range p.steps {
		p.steps[i] = sample{step: -1, counts: make([]uint32, len(counts)), peaks: make([]int32, len(peaks))}
	}
	return p
}

func columns(names []string) map[string]int {
	columns := make(map[string]int, len(names))
	for i, name := range names {
		columns[name] = i
	}
	return columns
}

// now is the sample of now. p.mu must be held.
func (p *Pulse) now() *sample {
	p.step = max(p.step, int64(time.Since(p.begun)/Step))
	s := &p.steps[p.step%Steps]
	if s.step != p.step {
		s.step = p.step
		clear(s.counts)
		clear(s.peaks)
		clear(s.took[:])
	}
	return s
}

// Count counts n more.
func (p *Pulse) Count(name string, n int) {
	if column, ok := p.counts[name]; ok {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.now().counts[column] += uint32(n)
	}
}

// Stands tells how high something stands; the highest of a step is remembered.
func (p *Pulse) Stands(name string, at int) {
	if column, ok := p.peaks[name]; ok {
		p.mu.Lock()
		defer p.mu.Unlock()
		s := p.now()
		s.peaks[column] = max(s.peaks[column], int32(at))
	}
}

// Took counts something that took so long.
func (p *Pulse) Took(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now().took[classOf(d)]++
}

// classOf is the class of durations that d is in.
func classOf(d time.Duration) int {
	ms := max(uint64(d.Milliseconds()), 1)
	class := 2 * (bits.Len64(ms) - 1) // 2^(class/2) <= ms
	if ms*ms >= 2<<class {
		class++
	}
	return min(class+1, classes-1)
}

// endOf is the upper end of a class.
func endOf(class int) time.Duration {
	ms := time.Millisecond << (class / 2)
	if class%2 == 1 {
		ms = ms * 1414 / 1000
	}
	return ms
}
