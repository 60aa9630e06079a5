package hubspot

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// pack compresses text as HubSpot does.
func pack(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.Bytes()
}

// TestPackedAnswers checks that answers are asked for packed and read either way,
// and that damage on the way is told from an answer that is wrong.
func TestPackedAnswers(t *testing.T) {
	t.Parallel()
	const record = `{"id":"7","properties":{"email":"a@example.com"}}`
	whole := pack(record)
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-6] ^= 0xff // in the checksum
	refused := pack(`{"status":"error","category":"MISSING_SCOPES","message":"no scope"}`)
	cases := []struct {
		name    string
		status  int
		coding  string
		body    []byte
		kind    error  // nil for a record
		message string // that the error has
		calls   int64
	}{
		{"packed", 200, "gzip", whole, nil, "", 1},
		{"packed, in capitals", 200, "GZIP", whole, nil, "", 1},
		{"plain", 200, "", []byte(record), nil, "", 1},
		{"cut off", 200, "gzip", whole[:len(whole)-12], ErrUnavailable, "cut off", 3},
		{"empty", 200, "gzip", nil, ErrUnavailable, "cut off", 3},
		{"checksum", 200, "gzip", damaged, ErrUnavailable, "damaged", 3},
		{"not packed at all", 200, "gzip", []byte(record), ErrUnavailable, "damaged", 3},
		{"packed HTML", 200, "gzip", pack("<html>"), ErrUnavailable, "not the JSON", 1},
		{"unpacks to too much", 200, "gzip", pack(`{"id":"7","x":"` + strings.Repeat("x", 1<<16) + `"}`), ErrTooLarge, "", 1},
		{"packed refusal", 403, "gzip", refused, ErrNoAccess, "no scope", 1},
		{"damaged refusal", 403, "gzip", refused[:5], ErrNoAccess, "forbidden", 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				if got := r.Header.Get("Accept-Encoding"); got != "gzip" {
					t.Errorf("Accept-Encoding = %q, want gzip", got)
				}
				if c.coding != "" {
					w.Header().Set("Content-Encoding", c.coding)
				}
				w.WriteHeader(c.status)
				_, _ = w.Write(c.body)
			}))
			defer srv.Close()
			client := newTestClient(t, Options{BaseURL: srv.URL})
			defer client.Close()
			client.longest = 1 << 15
			got, err := client.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7", Properties: NewPropertySet("email")})
			switch {
			case c.kind == nil && (err != nil || got == nil || got.Values[0] != "a@example.com"):
				t.Errorf("Get = %+v, %v, want the record", got, err)
			case c.kind != nil && (!errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.message)):
				t.Errorf("Get = %v, want %v with %q", err, c.kind, c.message)
			}
			if n := calls.Load(); n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
		})
	}
}
