package pulse

import "time"

// A Reading is what is remembered: of each name one number a step, the oldest
// first, the last of them of the step that is under way.
type Reading struct {
	From   time.Time // when the first step began
	Counts map[string][]int
	Peaks  map[string][]int

	took [classes]int
}

// Read returns what is remembered. Steps in which nothing happened are 0, and those
// before the pulse began are left out.
func (p *Pulse) Read() Reading {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.now().step
	first := max(last-Steps+1, 0)
	n := int(last - first + 1)
	r := Reading{From: p.begun.Add(time.Duration(first) * Step), Counts: make(map[string][]int), Peaks: make(map[string][]int)}
	for name := range p.counts {
		r.Counts[name] = make([]int, n)
	}
	for name := range p.peaks {
		r.Peaks[name] = make([]int, n)
	}
	for i := range p.steps {
		s := &p.steps[i]
		if s.step < first {
			continue
		}
		at := s.step - first
		for name, column := range p.counts {
			r.Counts[name][at] = int(s.counts[column])
		}
		for name, column := range p.peaks {
			r.Peaks[name][at] = int(s.peaks[column])
		}
		for class, n := range s.took {
			r.took[class] += int(n)
		}
	}
	return r
}

// Total is how often something was counted.
func (r Reading) Total(name string) (n int) {
	for _, count := range r.Counts[name] {
		n += count
	}
	return n
}

// Took is how many durations there were.
func (r Reading) Took() (n int) {
	for _, count := range r.took {
		n += count
	}
	return n
}

// Quantile is what a share of the durations, from 0 to 1, did not exceed: up to two
// fifths more than the true one. It is 0 if there were none.
func (r Reading) Quantile(share float64) time.Duration {
	n := r.Took()
	if n == 0 {
		return 0
	}
	rest := share * float64(n)
	for class, count := range r.took {
		if rest -= float64(count); count > 0 && rest <= 0 {
			return endOf(class)
		}
	}
	return endOf(classes - 1)
}
