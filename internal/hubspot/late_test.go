package hubspot

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLate holds that a late call asks what to read when it may leave, once, and
// neither before nor again when it is repeated.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		answer := func(status int, body string, header ...string) answerFunc {
			return func(r *http.Request) (*http.Response, error) {
				b, err := io.ReadAll(r.Body)
				bodies = append(bodies, string(b))
				if err != nil {
					return nil, err
				}
				return reply(status, body, header...)(r)
			}
		}
		s := &script{start: time.Now(), answers: []answerFunc{
			answer(200, `{"results":[]}`), answer(429, rolling, "Retry-After", "2"), answer(200, `{"results":[{"id":"7","properties":{"a":"x"}}]}`),
			answer(200, `{"results":[]}`),
		}}
		c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: s}, Limiter: NewLimiter(Limits{Burst: 1})})
		if _, err := c.BatchRead(t.Context(), BatchReadRequest{ObjectType: "0-1", IDs: []string{"1"}}); err != nil {
			t.Fatal(err)
		}
		begun, asked := time.Now(), 0
		var mu sync.Mutex
		ids := []string{"5"}
		var all sync.WaitGroup
		all.Go(func() {
			records, err := c.BatchReadLate(t.Context(), func() BatchReadRequest {
				mu.Lock()
				defer mu.Unlock()
				asked++
				if waited := time.Since(begun); waited < 9*time.Second {
					t.Errorf("the request was asked for after %v, want when the window has passed", waited)
				}
				return BatchReadRequest{ObjectType: "0-1", IDs: ids, Properties: NewPropertySet("a")}
			})
			if err != nil || len(records) != 1 || records[0].Value("a") != "x" {
				t.Errorf("BatchReadLate() = %v, %v, want record 7", records, err)
			}
		})
		synctest.Wait()
		mu.Lock()
		ids = append(ids, "7") // while it waits
		mu.Unlock()
		all.Wait()
		if _, err := c.AssociationsBatchReadLate(t.Context(), "0-1", "0-2", func() []AssociationInput { return []AssociationInput{{ID: "3"}} }); err != nil {
			t.Error(err)
		}
		late := `{"inputs":[{"id":"5"},{"id":"7"}],"properties":["a"]}`
		want := []string{`{"inputs":[{"id":"1"}],"properties":["hs_object_id"]}`, late, late, `{"inputs":[{"id":"3"}]}`}
		if diff := cmp.Diff(want, bodies); diff != "" || asked != 1 {
			t.Errorf("asked for the request %d times, want once; bodies (-want +got):\n%s", asked, diff)
		}
	})
}

// TestLateOfNothing: a call that nobody wants any more is not made, and its slot
// is another's at once.
func TestLateOfNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{start: time.Now(), answers: []answerFunc{reply(200, `{"results":[]}`)}}
		c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: s}, Limiter: NewLimiter(Limits{Burst: 2})})
		records, err := c.BatchReadLate(t.Context(), func() BatchReadRequest { return BatchReadRequest{ObjectType: "0-1"} })
		if records != nil || err != nil {
			t.Errorf("BatchReadLate() = %v, %v, want nothing", records, err)
		}
		pages, err := c.AssociationsBatchReadLate(t.Context(), "0-1", "0-2", func() []AssociationInput { return nil })
		if pages != nil || err != nil {
			t.Errorf("AssociationsBatchReadLate() = %v, %v, want nothing", pages, err)
		}
		if len(s.at) > 0 {
			t.Errorf("%d calls were made, want none", len(s.at))
		}
		if n := len(c.limiter.budgets[BudgetBurst].occupied) + len(c.limiter.budgets[BudgetAssociations].occupied); n > 0 {
			t.Errorf("%d slots are taken, want none", n)
		}
	})
}
