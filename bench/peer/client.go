package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// client reads HubSpot's REST API.
type client struct {
	opts    Options
	http    *http.Client
	limiter *rate.Limiter
}

func newClient(opts Options) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 100
	return &client{
		opts: opts,
		http: &http.Client{Transport: transport, Timeout: 30 * time.Second},
		// The allowance of ten seconds, evenly spent, with a tenth of it at once.
		limiter: rate.NewLimiter(rate.Limit(float64(opts.Limit)/10), max(1, opts.Limit/10)),
	}
}

// maxTries is how often a call is made that HubSpot answers with 429.
const maxTries = 5

// call makes one call and decodes the answer into out. The body may be nil.
func (c *client) call(ctx context.Context, method, path string, body, out any) error {
	for try := 1; ; try++ {
		if err := c.limiter.Wait(ctx); err != nil {
			return err
		}
		status, err := c.send(ctx, method, path, body, out)
		if err != nil || status < 300 {
			return err
		}
		if status != http.StatusTooManyRequests || try == maxTries {
			return fmt.Errorf("%s %s: HubSpot answers %d", method, path, status)
		}
		select {
		case <-time.After(time.Duration(try) * time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *client) send(ctx context.Context, method, path string, body, out any) (status int, err error) {
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.opts.URL+path, content)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+c.opts.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		_, err = io.Copy(io.Discard, res.Body)
		return res.StatusCode, err
	}
	return res.StatusCode, json.NewDecoder(res.Body).Decode(out)
}

// record is one record as HubSpot sends it.
type record[T any] struct {
	ID         string `json:"id"`
	Properties T      `json:"properties"`
}

// listContacts reads a page of contacts, and where the next one begins: "" at
// the end.
func (c *client) listContacts(ctx context.Context, limit int, after string) (page []record[*Contact], next string, err error) {
	query := url.Values{"limit": {strconv.Itoa(limit)}, "properties": {strings.Join(properties["contacts"], ",")}}
	if after != "" {
		query.Set("after", after)
	}
	var out struct {
		Results []record[*Contact] `json:"results"`
		Paging  struct {
			Next struct {
				After string `json:"after"`
			} `json:"next"`
		} `json:"paging"`
	}
	err = c.call(ctx, http.MethodGet, "/crm/v3/objects/contacts?"+query.Encode(), nil, &out)
	return out.Results, out.Paging.Next.After, err
}

type input struct {
	ID string `json:"id"`
}

func inputs(ids []string) []input {
	in := make([]input, len(ids))
	for i, id := range ids {
		in[i].ID = id
	}
	return in
}

// batchRead reads up to 100 records of a type, in any order.
func batchRead[T any](ctx context.Context, c *client, objectType string, ids []string) ([]record[T], error) {
	var out struct {
		Results []record[T] `json:"results"`
	}
	err := c.call(ctx, http.MethodPost, "/crm/v3/objects/"+objectType+"/batch/read",
		map[string]any{"inputs": inputs(ids), "properties": properties[objectType]}, &out)
	return out.Results, err
}

// associations reads which records of a type up to 1,000 records of another
// are associated with, up to HubSpot's first 500 of each.
func (c *client) associations(ctx context.Context, from, to string, ids []string) (map[string][]string, error) {
	var out struct {
		Results []struct {
			From input `json:"from"`
			To   []struct {
				ID int64 `json:"toObjectId"`
			} `json:"to"`
		} `json:"results"`
	}
	err := c.call(ctx, http.MethodPost, "/crm/v4/associations/"+from+"/"+to+"/batch/read", map[string]any{"inputs": inputs(ids)}, &out)
	found := make(map[string][]string, len(out.Results))
	for _, result := range out.Results {
		for _, row := range result.To {
			found[result.From.ID] = append(found[result.From.ID], strconv.FormatInt(row.ID, 10))
		}
	}
	return found, err
}
