package gate_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/gate"
)

func TestBody(t *testing.T) {
	tests := []struct {
		name string
		body io.Reader
		want int
	}{
		{"none", nil, http.StatusOK},
		{"as long as allowed", strings.NewReader(strings.Repeat("x", 1000)), http.StatusOK},
		{"one byte more", strings.NewReader(strings.Repeat("x", 1001)), http.StatusRequestEntityTooLarge},
		{"5 MB", strings.NewReader(strings.Repeat("x", 5_000_000)), http.StatusRequestEntityTooLarge},
		{"of unknown length, as long as allowed", unsized{strings.NewReader(strings.Repeat("x", 1000))}, http.StatusOK},
		{"of unknown length, one byte more", unsized{strings.NewReader(strings.Repeat("x", 1001))}, http.StatusRequestEntityTooLarge},
		{"broken off", unsized{io.MultiReader(strings.NewReader("x"), broken{})}, http.StatusBadRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var read int
			h := gate.Body(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				b, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				read = len(b)
			}), gate.Limits{BodyBytes: 1000})
			req := httptest.NewRequest(http.MethodPost, "/graphql", tt.body)
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, req)

			if rec.Code != tt.want {
				t.Errorf("status = %d, want %d", rec.Code, tt.want)
			}
			if rec.Code != http.StatusOK && read > 0 {
				t.Errorf("the handler behind read %d bytes of a refused body", read)
			}
			if rec.Code == http.StatusRequestEntityTooLarge {
				var a answer
				if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != gate.CodeTooExpensive {
					t.Errorf("answer = %s (%v), want one error with code TOO_EXPENSIVE", rec.Body, err)
				}
			}
		})
	}
}

// TestBodyAnswersClientsThatWriteFirst sends 5 MB over a real connection.
func TestBodyAnswersClientsThatWriteFirst(t *testing.T) {
	srv := httptest.NewServer(gate.Body(http.NotFoundHandler(), gate.Limits{}))
	t.Cleanup(srv.Close)
	for name, body := range map[string]io.Reader{
		"of known length":   strings.NewReader(strings.Repeat("x", 5_000_000)),
		"of unknown length": unsized{strings.NewReader(strings.Repeat("x", 5_000_000))},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := srv.Client().Post(srv.URL, "application/json", body)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("status = %d, want 413", resp.StatusCode)
			}
		})
	}
}

// unsized hides the length that httptest would tell.
type unsized struct{ io.Reader }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
