package hubspot

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// serve answers every call with one status and body, over real HTTP.
func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return newTestClient(t, Options{BaseURL: srv.URL})
}

func newTestClient(t *testing.T, o Options) *Client {
	t.Helper()
	if o.Token == nil {
		o.Token = StaticToken("pat-test-secret")
	}
	c, err := NewClient(slog.New(slog.DiscardHandler), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func answerWith(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestBatchRead(t *testing.T) {
	var path, auth string
	var sent any
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		path, auth = r.Method+" "+r.URL.RequestURI(), r.Header.Get("Authorization")
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		answerWith(http.StatusMultiStatus, `{"status":"COMPLETE","results":[
			{"id":"512","properties":{"email":"a@x.org","firstname":null,"hs_object_id":"512","lastname":"N\u00e9\n"},
			 "createdAt":"2026-01-05T10:00:00Z","updatedAt":"2026-01-06T10:00:00Z","archived":false,"url":"https://app.hubspot.com/x"}],
			"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","message":"gone","context":{"ids":["7"]}}]}`)(w, r)
	})
	set := NewPropertySet("lastname", "email", "firstname", "unknown")
	got, err := c.BatchRead(t.Context(), BatchReadRequest{ObjectType: "0-1", IDs: []string{"512", "7"}, Properties: set})
	if err != nil {
		t.Fatal(err)
	}
	want := []*Record{{
		ID: "512", Set: set, Values: []string{"a@x.org", "", "Né\n", ""},
		CreatedAt: "2026-01-05T10:00:00Z", UpdatedAt: "2026-01-06T10:00:00Z", URL: "https://app.hubspot.com/x",
	}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(PropertySet{})); diff != "" {
		t.Errorf("BatchRead (-want +got):\n%s", diff)
	}
	if want := "POST /crm/v3/objects/0-1/batch/read"; path != want {
		t.Errorf("request = %q, want %q", path, want)
	}
	if want := "Bearer pat-test-secret"; auth != want {
		t.Errorf("Authorization = %q, want %q", auth, want)
	}
	wantSent := map[string]any{
		"inputs":     []any{map[string]any{"id": "512"}, map[string]any{"id": "7"}},
		"properties": []any{"email", "firstname", "lastname", "unknown"},
	}
	if diff := cmp.Diff(wantSent, sent); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}
