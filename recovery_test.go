package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

const companiesQuery = `{ companies(first: %d) { nodes { name } } }`

// crowdAsks asks for different lists at once, so that none shares another's call.
func (g *testGateway) crowdAsks(n int) (codes map[any]int) {
	codes = make(map[any]int)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			a, err := g.tryQuery(context.Background(), fmt.Sprintf(companiesQuery, i+1), nil)
			if err != nil || a.Status != http.StatusOK {
				g.t.Errorf("status %d, %v", a.Status, err)
			}
			mu.Lock()
			defer mu.Unlock()
			codes[a.code()]++
		})
	}
	wg.Wait()
	return codes
}

// hubSpotTrouble is what /readyz says.
func (g *testGateway) hubSpotTrouble() gateway.Trouble {
	g.t.Helper()
	var got struct {
		Ready   bool
		HubSpot gateway.Trouble
	}
	if err := json.Unmarshal([]byte(g.get("/readyz")), &got); err != nil || !got.Ready {
		g.t.Fatalf("/readyz: %v, ready %v, want ready", err, got.Ready)
	}
	return got.HubSpot
}

// recovers waits until a query works, which may take five seconds.
func (g *testGateway) recovers() {
	g.t.Helper()
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		a := g.query(`{ companies(first: 99) { nodes { name } } }`, nil)
		if len(a.Errors) == 0 {
			g.t.Logf("works again %v after the end of the fault", time.Since(begin).Round(time.Millisecond))
			return
		}
		if time.Since(begin) > 5*time.Second {
			g.t.Fatalf("%v after the end of the fault: %+v", time.Since(begin), a.Errors)
		}
	}
}

// TestOutage: while HubSpot fails, requests are answered at once and without
// calls, but for one now and then; when it is well, they work again.
func TestOutage(t *testing.T) {
	for name, fault := range map[string]hubspottest.Fault{
		"500": {Status: 500}, "503": {Status: 503}, "reset": {CloseBefore: true}, "cut off": {CloseDuring: true},
		"hang": {Hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := crm(t, hubspottest.Options{Unlimited: true}, 0)
			g := startGateway(t, p, twoTypesAndDeals, func(cfg *config.Config) { cfg.Timeout = 6 * time.Second })
			fault.Endpoint = hubspottest.List
			p.Fail(fault)
			g.crowdAsks(40)
			if got := g.hubSpotTrouble().Failing; len(got) != 1 || got[0] != "objects" {
				t.Errorf("/readyz names as failing %v, want objects", got)
			}
			if got := g.metric(`hubgraph_hubspot_breaker_open{family="objects"}`); got != "1" {
				t.Errorf("hubgraph_hubspot_breaker_open = %s, want 1", got)
			}
			p.ResetCalls()
			begin := time.Now()
			for i := range 50 {
				began := time.Now()
				a := g.query(fmt.Sprintf(companiesQuery, i+1), nil)
				if took := time.Since(began); took > atOnce+busy && name != "hang" || a.code() != "UPSTREAM_UNAVAILABLE" && a.code() != "UPSTREAM_TIMEOUT" {
					t.Errorf("%v after %v while HubSpot fails", a.Errors, took)
				}
				if a.code() == "UPSTREAM_UNAVAILABLE" && (a.retryAfter() <= 0 || a.retryAfter() > 3*time.Second) {
					t.Errorf("retryAfterMs = %v, want up to 3 s", a.retryAfter())
				}
			}
			// One probe when the delay is over; net/http may repeat it on each
			// connection that it had kept.
			if n, most := len(p.Calls().Of(hubspottest.List)), 1+int(time.Since(begin)/(2*time.Second)); n > most && name != "reset" {
				t.Errorf("%d calls while HubSpot fails, want at most %d", n, most)
			}
			p.ClearFaults()
			g.recovers()
			if got := g.hubSpotTrouble(); len(got.Failing) > 0 {
				t.Errorf("/readyz tells of %+v when all is well", got)
			}
		})
	}
}

// TestRefusedToken: that HubSpot refuses the token shows in /readyz, requests
// learn it without a call, and one now and then finds out whether it still does.
func TestRefusedToken(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, twoTypesAndDeals)
	p.Fail(hubspottest.Fault{Status: 401, Body: hubspottest.Unauthenticated("INVALID_AUTHENTICATION")})
	if a := g.query(fmt.Sprintf(companiesQuery, 1), nil); a.code() != "UNAUTHENTICATED" {
		t.Fatalf("%+v", a.Errors)
	}
	if !g.hubSpotTrouble().NeedsAuthentication || g.metric("hubgraph_hubspot_needs_authentication") != "1" {
		t.Error("neither /readyz nor the metrics tell that the token is refused")
	}
	p.ResetCalls()
	begin := time.Now()
	if codes := g.crowdAsks(50); codes["UNAUTHENTICATED"] != 50 {
		t.Errorf("codes %v, want UNAUTHENTICATED alone", codes)
	}
	if n := len(p.Calls()); n > 0 || time.Since(begin) > time.Second {
		t.Errorf("%d calls in %v, want none, at once", n, time.Since(begin))
	}
	p.ClearFaults()
	g.recovers()
	if g.hubSpotTrouble().NeedsAuthentication {
		t.Error("/readyz tells of the token when it works")
	}
}

// TestRetriesOfATenth holds what a HubSpot that fails now and then is asked more
// than one that does not, as it sees it.
func TestRetriesOfATenth(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, twoTypesAndDeals, func(cfg *config.Config) { cfg.NoSharing = true })
	// Failures come back before successes, which are decoded: without these, the
	// first of them alone would look like an outage.
	const first = 40
	g.crowdAsks(first)
	var n atomic.Int64
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Status: 503, Match: func(*http.Request) bool { return n.Add(1)%3 == 0 }})
	const asked = first + 400
	for range (asked - first) / 40 {
		g.crowdAsks(40)
	}
	extra := len(p.Calls().Of(hubspottest.List)) - asked
	t.Logf("%d calls for %d questions, nearly a third of which fail at first: %.1f %% retries", asked+extra, asked, 100*float64(extra)/asked)
	if extra > asked/10+4 || extra < asked/20 {
		t.Errorf("%d retries of %d calls, want about a tenth and no more", extra, asked)
	}
	if g.metric(`hubgraph_hubspot_retries_total{endpoint="list"}`) != fmt.Sprint(extra) || g.metric("hubgraph_hubspot_retries_refused_total") == "0" {
		t.Errorf("retries %s, refused %s in the metrics, want %d and some", g.metric(`hubgraph_hubspot_retries_total{endpoint="list"}`), g.metric("hubgraph_hubspot_retries_refused_total"), extra)
	}
}

// TestClientLeaves: the HubSpot calls of a client that is gone end with it.
func TestClientLeaves(t *testing.T) {
	for name, endpoint := range map[string]hubspottest.Endpoint{"first call": hubspottest.List, "second call": hubspottest.Associations} {
		t.Run(name, func(t *testing.T) {
			p := crm(t, hubspottest.Options{Unlimited: true}, 0)
			g := startGateway(t, p, twoTypesAndDeals)
			arrived, left := make(chan struct{}, 1), make(chan time.Time, 1)
			p.Fail(hubspottest.Fault{Endpoint: endpoint, Hang: true, Match: func(r *http.Request) bool {
				context.AfterFunc(r.Context(), func() { left <- time.Now() })
				arrived <- struct{}{}
				return true
			}})
			ctx, leave := context.WithCancel(context.Background())
			done := make(chan struct{})
			go func() {
				defer close(done)
				if _, err := g.tryQuery(ctx, `{ contacts(first: 3) { nodes { primaryCompany { name } } } }`, nil); err == nil {
					t.Error("an answer for a client that is gone")
				}
			}()
			<-arrived
			gone := time.Now()
			leave()
			took := (<-left).Sub(gone)
			t.Logf("cancelled after %v", took)
			if took > 100*time.Millisecond {
				t.Errorf("the call went on for %v, want at most 100ms", took)
			}
			<-done
			if log := g.logs.String(); strings.Contains(log, "INTERNAL") || strings.Contains(log, "internal error") {
				t.Errorf("log:\n%s", log)
			}
		})
	}
}
