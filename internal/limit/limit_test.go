package limit_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/limit"
)

func TestModes(t *testing.T) {
	for _, tt := range []struct {
		limit          limit.Limit
		found          int
		refuses, tells bool
		ceiling        int
	}{
		{limit.AtMost(5), 5, false, false, 5},
		{limit.AtMost(5), 6, true, false, 5},
		{limit.Limit{}.Or(5), 6, true, false, 5},
		{limit.AtMost(7).Or(5), 6, false, false, 7},
		{limit.Limit{Mode: limit.Measure, Most: 5}, 5, false, false, 100},
		{limit.Limit{Mode: limit.Measure, Most: 5}, 6, false, true, 100},
		{limit.Limit{Mode: limit.Measure, Most: 500}, 6, false, false, 500},
		{limit.Limit{Mode: limit.Off}.Or(5), 1 << 30, false, false, 100},
	} {
		if tt.limit.Refuses(tt.found) != tt.refuses || tt.limit.Tells(tt.found) != tt.tells || tt.limit.Ceiling(100) != tt.ceiling {
			t.Errorf("%+v with %d: refuses %v, tells %v, ceiling %d, want %v, %v, %d", tt.limit, tt.found,
				tt.limit.Refuses(tt.found), tt.limit.Tells(tt.found), tt.limit.Ceiling(100), tt.refuses, tt.tells, tt.ceiling)
		}
	}
}

func TestLogKeepsTheLargestOfALimit(t *testing.T) {
	log := new(limit.Log)
	ctx := limit.WithLog(context.Background(), log)
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() { limit.From(ctx).Add(limit.Excess{Limit: "depth", Found: 20 + i, Most: 12}) })
	}
	wg.Wait()
	limit.From(ctx).Add(limit.Excess{Limit: "depth", Found: 13, Most: 12, Refused: true}, limit.Excess{Limit: "aliases", Found: 101, Most: 100})

	want := []limit.Excess{{Limit: "depth", Found: 29, Most: 12, Refused: true}, {Limit: "aliases", Found: 101, Most: 100}}
	if diff := cmp.Diff(want, log.List()); diff != "" {
		t.Errorf("List() (-want +got):\n%s", diff)
	}
	limit.From(context.Background()).Add(limit.Excess{Limit: "depth"}) // nobody listens
	if got := limit.From(context.Background()).List(); got != nil {
		t.Errorf("List() of no log = %v, want none", got)
	}
}
