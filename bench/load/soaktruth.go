package main

import (
	"fmt"
	"sync"
)

// truth is what the portal holds of what changes: how often each contact was
// changed. An answer may be older than the portal only as long as the gateway has
// not been told.
type truth struct {
	mu      sync.Mutex
	written []int // changes that the portal may have made by now
	told    []int // those that the gateway has taken a webhook about
}

func newTruth() *truth {
	return &truth{written: make([]int, soakContacts), told: make([]int, soakContacts)}
}

// begin draws the next change of some contacts, before the portal makes it.
func (t *truth) begin(contacts []int) map[int]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	change := make(map[int]int, len(contacts))
	for _, c := range contacts {
		t.written[c]++
		change[c] = t.written[c]
	}
	return change
}

// tell notes that the gateway knows of a change.
func (t *truth) tell(change map[int]int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c, n := range change {
		t.told[c] = max(t.told[c], n)
	}
}

// A moment is what the gateway had been told when a request began.
type moment []int

func (t *truth) now() moment {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append(moment(nil), t.told...)
}

// allows says whether an answer to a request that began at some moment may hold
// a job title, and if not, why.
func (t *truth) allows(began moment, contact int, title string) error {
	t.mu.Lock()
	newest := t.written[contact]
	t.mu.Unlock()
	var of, n int
	if _, err := fmt.Sscanf(title, "contact %d, change %d", &of, &n); err != nil || soakValue(of, n) != title {
		return fmt.Errorf("contact %d has the job title %q, which nobody gave it", contact, title)
	}
	switch {
	case of != contact:
		return fmt.Errorf("contact %d has the job title of contact %d", contact, of)
	case n < began[contact]:
		return fmt.Errorf("contact %d is as of change %d, and the gateway was told of %d before", contact, n, began[contact])
	case n > newest:
		return fmt.Errorf("contact %d is as of change %d, of %d there were", contact, n, newest)
	}
	return nil
}
