package hubspottest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client talks to a portal and decodes what comes back.
type client struct {
	t      *testing.T
	p      *hubspottest.Portal
	header http.Header
}

func newClient(t *testing.T, p *hubspottest.Portal) *client {
	t.Helper()
	h := http.Header{}
	h.Set("Authorization", "Bearer "+p.Token())
	h.Set("Content-Type", "application/json")
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return &client{t, p, h}
}

type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// do sends a request; an empty body makes it a GET.
func (c *client) do(path, body string) answer {
	c.t.Helper()
	method := "GET"
	if body != "" {
		method = "POST"
	}
	return c.send(method, path, body)
}

func (c *client) send(method, path, body string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.p.URL()+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header = c.header.Clone()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, text: string(text)}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	_ = d.Decode(&a.body) // bodies that are no JSON leave it empty
	return a
}

// get is the value at a path of object keys and array indices, nil if absent.
func (a answer) get(path ...any) any {
	var at any = a.body
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := at.(map[string]any)
			at = object[step]
		case int:
			array, _ := at.([]any)
			if step >= len(array) {
				return nil
			}
			at = array[step]
		}
	}
	return at
}

// each collects one value of every result.
func (a answer) each(path ...any) []any {
	results, _ := a.get("results").([]any)
	values := []any{}
	for i := range results {
		values = append(values, a.get(append([]any{"results", i}, path...)...))
	}
	return values
}

// inputs is the JSON of n batch inputs with the IDs from first on.
func inputs(first, n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"id":"%d"}`, first+i))
	}
	return strings.Join(all, ",")
}
