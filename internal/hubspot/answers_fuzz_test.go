package hubspot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

// always answers every call with the same.
type always struct {
	status int
	body   []byte
}

func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}

// everyCall is each kind of call that the client makes.
func everyCall(ctx context.Context, c *Client) map[string]func() (any, error) {
	set := NewPropertySet("name")
	return map[string]func() (any, error){
		"Account":   func() (any, error) { return c.Account(ctx) },
		"Owners":    func() (any, error) { return c.Owners(ctx, false) },
		"Pipelines": func() (any, error) { return c.Pipelines(ctx, "0-3") },
		"Schemas":   func() (any, error) { return c.Schemas(ctx) },
		"Labels":    func() (any, error) { return c.AssociationLabels(ctx, "0-1", "0-2") },
		"Properties": func() (any, error) {
			return c.Properties(ctx, "0-1", NonSensitive)
		},
		"Get":  func() (any, error) { return c.Get(ctx, GetRequest{ObjectType: "0-1", ID: "7", Properties: set}) },
		"List": func() (any, error) { return c.List(ctx, ListRequest{ObjectType: "0-1", Properties: set}) },
		"Search": func() (any, error) {
			return c.Search(ctx, SearchRequest{ObjectType: "0-1", Properties: set})
		},
		"BatchRead": func() (any, error) {
			return c.BatchRead(ctx, BatchReadRequest{ObjectType: "0-1", IDs: []string{"7", "8"}, Properties: set})
		},
		"Associations": func() (any, error) {
			return c.AssociationsBatchRead(ctx, "0-1", "0-2", []AssociationInput{{ID: "7"}, {ID: "8"}})
		},
		"SearchLists": func() (any, error) { return c.SearchLists(ctx, ListSearchRequest{}) },
		"ListsByID":   func() (any, error) { return c.ListsByID(ctx, []string{"1", "2"}) },
		"ListMembers": func() (any, error) { return c.ListMembers(ctx, ListMembersRequest{ListID: "1"}) },
		"ListsOfRecords": func() (any, error) {
			return c.ListsOfRecords(ctx, "0-1", []string{"7", "8"})
		},
	}
}

// FuzzAnswers gives every call any text for an answer, the same to each page it
// asks for: it ends, with what the text says or an error, and what it gives out
// is text.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"portalId":4711,"accountType":"STANDARD","timeZone":"Europe/Berlin","companyCurrency":"EUR","additionalCurrencies":["USD"]}`,
		`{"results":[{"id":"7","email":"a@example.com","userId":7,"teams":[{"id":"1","name":"n","primary":true}]}],"paging":{"next":{"after":"7"}}}`,
		`{"results":[{"id":"default","label":"L","displayOrder":0,"stages":[{"id":"s","metadata":{"probability":"0.5","isClosed":"false"}}]}]}`,
		`{"results":[{"objectTypeId":"2-7","fullyQualifiedName":"p1_x","name":"x","labels":{"singular":"X"},"properties":[],"associations":[{"fromObjectTypeId":"2-7","toObjectTypeId":"0-1"}]}]}`,
		`{"results":[{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"},{"typeId":279,"label":null}]}`,
		`{"lists":[{"listId":"1","name":"n","additionalProperties":{"hs_list_size":"7"}}],"offset":500,"hasMore":true,"total":2}`,
		`{"results":[{"recordId":"7","membershipTimestamp":"2026-01-01T00:00:00Z"}],"total":1,"paging":{"next":{"after":"x"}}}`,
		`{"status":"COMPLETE","results":[{"recordId":"7","recordListMemberships":[{"listId":"1"}]}],"errors":[]}`,
		`{"id":"7","properties":{"name":"n"}}`, `{"results":null}`, `[]`, `null`, ``, `{"results":[{}],"paging":{"next":{"after":7}}}`,
	} {
		for _, status := range []byte{0, 1, 2} {
			f.Add([]byte(seed), status)
		}
	}
	statuses := []int{http.StatusOK, http.StatusMultiStatus, http.StatusNotFound, http.StatusBadRequest, http.StatusForbidden}
	f.Fuzz(func(t *testing.T, body []byte, status byte) {
		// In a bubble, where waiting before another try takes no time.
		synctest.Test(t, func(t *testing.T) { checkAnswers(t, statuses[int(status)%len(statuses)], body) })
	})
}

func checkAnswers(t *testing.T, code int, body []byte) {
	const most = 1_000_000 // calls that the limiter lets through
	c := newTestClient(t, Options{
		BaseURL: "http://hubspot.invalid", HTTPClient: &http.Client{Transport: always{code, body}},
		Limiter: NewLimiter(Limits{Burst: most, Associations: most, Search: most}),
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for name, call := range everyCall(ctx, c) {
		got, err := call()
		switch {
		case ctx.Err() != nil:
			t.Fatalf("%s does not end on %d %q", name, code, body)
		case err != nil:
			if !utf8.ValidString(err.Error()) {
				t.Errorf("%s of %d %q fails with %q", name, code, body, err)
			}
			continue
		case code < 300 && !json.Valid(body):
			t.Errorf("%s of %d %q = %+v, want an error", name, code, body, got)
		}
		if text := fmt.Sprintf("%+v", got); !utf8.ValidString(text) {
			t.Errorf("%s of %d %q holds %q", name, code, body, text)
		}
	}
}
