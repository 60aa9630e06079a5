package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// change has the portal do something, and says whether the gateway took the
// webhooks about it.
func (s *soaking) change(ctx context.Context, c soakChange) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	status, answer, err := s.post(ctx, s.portal.URL+"/bench/change", body)
	if err == nil && status != http.StatusNoContent {
		err = fmt.Errorf("status %d: %.200s", status, answer)
	}
	return err
}

// write changes contacts all the time, and has the gateway told.
func (s *soaking) write(ctx context.Context, r *rand.Rand) {
	for s.on(ctx) {
		var contacts []int
		for range 1 + r.IntN(20) {
			contacts = append(contacts, r.IntN(soakContacts))
		}
		slices.Sort(contacts)
		change := s.truth.begin(slices.Compact(contacts))
		if err := s.change(ctx, soakChange{Contacts: change}); err != nil {
			s.report.broken(fmt.Errorf("webhook: %w", err))
		} else {
			s.truth.tell(change)
			s.report.told(len(change))
		}
		s.rest(ctx, 100*time.Millisecond)
	}
}

// breakThings has one fault after the other, with quiet in between.
func (s *soaking) breakThings(ctx context.Context, r *rand.Rand) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(soakFaults)), func(name string) bool { return name == "none" })
	for {
		r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			for _, next := range []string{"none", name} {
				s.setFault(ctx, next)
				s.rest(ctx, soakFaultEvery/2)
				if !s.on(ctx) {
					s.setFault(ctx, "none")
					return
				}
			}
		}
	}
}

func (s *soaking) setFault(ctx context.Context, name string) {
	s.mu.Lock()
	s.fault, s.calm = name, time.Time{}
	s.mu.Unlock()
	if err := s.change(ctx, soakChange{Faults: true, Fault: name}); err != nil {
		s.report.broken(fmt.Errorf("set the fault %s: %w", name, err))
	}
	if name == "none" {
		s.mu.Lock()
		s.calm = time.Now()
		s.mu.Unlock()
		return
	}
	s.report.faulted(name)
}

// swap adds a property and takes it away again, and checks that the schema has
// it, or has not, as soon as a refresh has ended.
func (s *soaking) swap(ctx context.Context) {
	for n := 0; ; n++ {
		s.rest(ctx, soakSwapEvery)
		if !s.on(ctx) {
			return
		}
		property, archive := fmt.Sprintf("soak_%d", n/2), n%2 == 1
		if err := s.change(ctx, soakChange{Property: property, Archive: archive}); err != nil {
			s.report.broken(fmt.Errorf("change a property: %w", err))
		}
		for s.on(ctx) {
			status, _, err := s.post(ctx, s.base+"/admin/refresh", nil)
			if err == nil && status == http.StatusOK {
				s.swapped(ctx, property, !archive)
				break
			}
			s.report.failed("REFRESH_FAILED", false) // as it may, under faults
			s.rest(ctx, time.Second)
		}
	}
}

func (s *soaking) swapped(ctx context.Context, property string, has bool) {
	a, _, err := s.query(ctx, `{ contacts(first: 1) { nodes { `+property+` } } }`, nil)
	if err != nil {
		s.report.failed(kindOf(err), false)
		return
	}
	unknown := len(a.Errors) > 0 && a.Errors[0].Extensions.Code == "GRAPHQL_VALIDATION_FAILED"
	if unknown == has {
		s.report.wrong(fmt.Errorf("after the refresh the schema's having %s is %v, want %v", property, !unknown, has))
	}
	s.report.swapped()
}

// watch measures the gateway every second.
func (s *soaking) watch(ctx context.Context) {
	for s.on(ctx) {
		m, err := s.measure(ctx)
		if err != nil {
			s.report.broken(err)
		} else {
			s.report.measured(m)
		}
		s.rest(ctx, time.Second)
	}
}

// A measure is what the gateway holds at one time.
type measure struct {
	rss         int64
	descriptors int
	goroutines  int
}

func (s *soaking) measure(ctx context.Context) (m measure, err error) {
	if m.rss, _, err = s.gateway.memory(); err != nil {
		return m, err
	}
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.gateway.cmd.Process.Pid))
	if err != nil {
		return m, err
	}
	m.descriptors = len(open)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/metrics", nil)
	if err != nil {
		return m, err
	}
	res, err := client.Do(req)
	if err != nil {
		return m, err
	}
	defer func() { _ = res.Body.Close() }()
	m.goroutines, err = goroutinesOf(res)
	return m, err
}

func goroutinesOf(res *http.Response) (int, error) {
	text := new(strings.Builder)
	if err := res.Write(text); err != nil {
		return 0, err
	}
	for line := range strings.Lines(text.String()) {
		if value, ok := strings.CutPrefix(line, "go_goroutines "); ok {
			return strconv.Atoi(strings.TrimSpace(value))
		}
	}
	return 0, fmt.Errorf("/metrics tells no goroutines")
}
