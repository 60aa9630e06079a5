package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A crowd asks all the while, each client one request after the other on a
// connection that it keeps.
type crowd struct {
	t       *testing.T
	client  *http.Client
	where   func() string // the server to ask next; "" for none
	quit    chan struct{}
	wg      sync.WaitGroup
	answers atomic.Int64
	failed  atomic.Int64
}

// gather starts a crowd of some clients.
func gather(t *testing.T, clients int, where func() string) *crowd {
	c := &crowd{t: t, where: where, quit: make(chan struct{})}
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	c.client = &http.Client{Transport: transport}
	for range clients {
		c.wg.Go(func() {
			for {
				select {
				case <-c.quit:
					return
				default:
					c.ask()
				}
			}
		})
	}
	t.Cleanup(transport.CloseIdleConnections)
	return c
}

func (c *crowd) ask() {
	url := c.where()
	if url == "" {
		time.Sleep(time.Millisecond)
		return
	}
	const body = `{"query": "{ contacts(first: 3) { nodes { id email companies(first: 1) { nodes { name } } } } }"}`
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url+"/graphql", strings.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return
	}
	req.GetBody = nil // or else the transport might repeat what failed
	req.Header.Set("Content-Type", "application/json")
	res, err := c.client.Do(req)
	if err != nil {
		c.fail("%v", err)
		return
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	var a struct {
		Data   json.RawMessage
		Errors []json.RawMessage
	}
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(text, &a) != nil || len(a.Errors) > 0 || len(a.Data) < 100 {
		c.fail("%s, %v: %.300s", res.Status, err, text)
		return
	}
	c.answers.Add(1)
}

func (c *crowd) fail(format string, args ...any) {
	if c.failed.Add(1) <= 5 {
		c.t.Errorf("a request failed: "+format, args...)
	}
}

// leave ends the crowd and returns how many answers it had.
func (c *crowd) leave() int64 {
	close(c.quit)
	c.wg.Wait()
	return c.answers.Load()
}

// TestStopUnderLoad stops one of two servers while clients ask. They come by
// something that looks at /readyz now and then, as a load balancer does, and
// sends new requests to whoever is ready.
func TestStopUnderLoad(t *testing.T) {
	portal := crm(t, hubspottest.Options{Unlimited: true, Latency: 5 * time.Millisecond}, 1)
	settings := []string{"HUBSPOT_ACCESS_TOKEN=" + portal.Token(), "HUBSPOT_BASE_URL=" + portal.URL(), "HUBSPOT_BURST_LIMIT=100000", "HUBSPOT_ASSOCIATION_LIMIT=100000"}
	arguments := []string{"--addr=127.0.0.1:0", "--drain-delay=400ms"}
	first, second := start(t, arguments, settings...), start(t, arguments, settings...)
	urls := []string{first.url(), second.url()}

	var ready [2]atomic.Bool
	look := func() {
		for i, url := range urls {
			res, err := http.Get(url + "/readyz")
			ready[i].Store(err == nil && res.StatusCode == http.StatusOK)
			if err == nil {
				_ = res.Body.Close()
			}
		}
	}
	look()
	quit, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		for {
			select {
			case <-quit:
				return
			case <-time.After(50 * time.Millisecond):
				look()
			}
		}
	}()
	var turn atomic.Int64
	crowd := gather(t, 16, func() string {
		for range urls {
			if i := turn.Add(1) % 2; ready[i].Load() {
				return urls[i]
			}
		}
		return ""
	})
	until(t, "200 answers", func() bool { return crowd.answers.Load() > 200 })

	first.stop()
	if err := first.end(); err != nil {
		t.Errorf("run = %v, want nil", err)
	}
	if ready[0].Load() {
		t.Error("the server ended before anybody learnt at /readyz that it would")
	}
	after := crowd.answers.Load()
	until(t, "answers of the other server", func() bool { return crowd.answers.Load() > after+100 })
	answers := crowd.leave()
	close(quit)
	<-looked
	http.DefaultClient.CloseIdleConnections()
	t.Logf("%d answers, %d of them after the stop, %d failed", answers, answers-after, crowd.failed.Load())
	second.stop()
	if err := second.end(); err != nil {
		t.Error(err)
	}
}

// TestLeavingShows looks at a server that was asked to stop: it says so, answers
// all the same, and keeps no connection.
func TestLeavingShows(t *testing.T) {
	p := start(t, []string{"--demo", "--addr=127.0.0.1:0", "--drain-delay=2s"})
	url := p.url()
	if status, got := ready(t, url); status != http.StatusOK || !got.Ready {
		t.Errorf("/readyz before: %d %+v, want ready", status, got)
	}
	p.stop()
	until(t, "not ready", func() bool {
		status, got := ready(t, url)
		return status == http.StatusServiceUnavailable && !got.Ready
	})
	if a, err := ask(url, `{ contacts(first: 1) { nodes { id } } }`); err != nil || len(a.Errors) > 0 {
		t.Errorf("a request in between: %+v, %v, want its answer", a.Errors, err)
	}
	res, err := http.Get(url + "/healthz")
	if err != nil || res.StatusCode != http.StatusOK || !res.Close {
		t.Errorf("/healthz in between: %+v, %v, want 200 and the connection closed", res, err)
	} else {
		_ = res.Body.Close()
	}
	if err := p.end(); err != nil {
		t.Error(err)
	}
}

// TestRefreshUnderLoad sends the process SIGHUP while clients ask, each time with
// another property in HubSpot.
func TestRefreshUnderLoad(t *testing.T) {
	portal := crm(t, hubspottest.Options{Unlimited: true}, 1)
	p := start(t, []string{"--addr=127.0.0.1:0"}, "HUBSPOT_ACCESS_TOKEN="+portal.Token(), "HUBSPOT_BASE_URL="+portal.URL(), "HUBSPOT_BURST_LIMIT=100000", "HUBSPOT_ASSOCIATION_LIMIT=100000")
	url := p.url()
	crowd := gather(t, 16, func() string { return url })
	until(t, "200 answers", func() bool { return crowd.answers.Load() > 200 })
	versions := make(map[string]bool)
	for _, name := range []string{"shoe_size", "hat_size", "glove_size"} {
		_, before := ready(t, url)
		versions[before.SchemaVersion] = true
		portal.DefineProperty("contacts", hubspottest.Property{Name: name, Type: "string", FieldType: "text", Label: name})
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		until(t, "another schema", func() bool { _, got := ready(t, url); return got.SchemaVersion != before.SchemaVersion })
		more := crowd.answers.Load()
		until(t, "answers from it", func() bool { return crowd.answers.Load() > more+50 })
	}
	answers := crowd.leave()
	t.Logf("%d answers from %d schemas, %d failed", answers, len(versions)+1, crowd.failed.Load())
	p.stop()
	if err := p.end(); err != nil {
		t.Error(err)
	}
}
