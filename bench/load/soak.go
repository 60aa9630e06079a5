package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	soakSwapEvery  = 30 * time.Second // a schema swap
	soakFaultEvery = 20 * time.Second // a fault, for half of that
	// soakRecovery is how long after a fault answers may still have errors.
	soakRecovery = 5 * time.Second
	soakTimeout  = 10 * time.Second
)

// A soaking is one run of the soak.
type soaking struct {
	*bench
	portal, gateway *process
	base            string // of the gateway's URLs
	truth           *truth
	report          *soakReport
	pause           time.Duration // of a client, on average
	until           time.Time     // the last question

	mu    sync.Mutex
	calm  time.Time // since when nothing goes wrong; zero while something does
	fault string
}

// soak asks a gateway for minutes, under faults, schema swaps and webhooks, and
// fails if an answer is wrong or something grows.
func soak(ctx context.Context, args []string, out io.Writer) error {
	s := &soaking{bench: &bench{out: out}, truth: newTruth(), fault: "none", calm: time.Now()}
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	flags.StringVar(&s.bench.gateway, "gateway", "bin/hubgraph", "the gateway's binary")
	minutes := flags.Float64("minutes", 5, "how long")
	clients := flags.Int("clients", 4, "how many ask at once")
	flags.DurationVar(&s.pause, "pause", 50*time.Millisecond, "of a client between an answer and the next question, on average")
	if err := flags.Parse(args); err != nil {
		return err
	}
	lasting := time.Duration(*minutes * float64(time.Minute))
	ctx, cancel := context.WithTimeout(ctx, lasting+time.Minute) // whatever happens
	defer cancel()
	s.ctx = ctx
	s.report = newSoakReport(lasting)
	if err := s.start(); err != nil {
		return err
	}
	defer s.portal.stop()
	defer s.gateway.stop()
	s.run(ctx, lasting, *clients)
	return s.report.print(out)
}

// start has the portal and the gateway serve.
func (s *soaking) start() error {
	ln, err := (&net.ListenConfig{}).Listen(s.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.base = "http://" + ln.Addr().String()
	if err := ln.Close(); err != nil {
		return err
	}
	if s.portal, err = s.self("soakportal", "-gateway", s.base); err != nil {
		return err
	}
	s.gateway, err = s.startGateway(s.portal, "--addr", strings.TrimPrefix(s.base, "http://"), "--public-url", webhookPublic,
		"--record-ttl", "1m", "--record-cache-bytes", strconv.Itoa(16<<20), "--timeout", soakTimeout.String(), "--log-level", "error")
	if err == nil {
		s.gateway.URL = s.base + "/graphql"
		err = s.gateway.ready(s.ctx)
	}
	if err != nil {
		s.portal.stop()
	}
	return err
}

// run has everybody at work until the time is over.
func (s *soaking) run(ctx context.Context, lasting time.Duration, clients int) {
	s.until = time.Now().Add(lasting)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() { s.ask(ctx, rand.New(rand.NewPCG(uint64(i), 1))) }) //nolint:gosec // no secret
	}
	wg.Go(func() { s.write(ctx, rand.New(rand.NewPCG(1, 2))) })       //nolint:gosec // no secret
	wg.Go(func() { s.breakThings(ctx, rand.New(rand.NewPCG(2, 3))) }) //nolint:gosec // no secret
	wg.Go(func() { s.swap(ctx) })
	wg.Go(func() { s.watch(ctx) })
	wg.Wait()
}

// on says whether the time is not over yet.
func (s *soaking) on(ctx context.Context) bool { return ctx.Err() == nil && time.Now().Before(s.until) }

// rest waits, but not beyond the end.
func (s *soaking) rest(ctx context.Context, d time.Duration) { sleep(ctx, min(d, time.Until(s.until))) }

// ask is one client.
func (s *soaking) ask(ctx context.Context, r *rand.Rand) {
	for s.on(ctx) {
		ask := drawSoakAsk(r)
		began, calm := s.truth.now(), s.calmFor() > soakRecovery
		answer, took, err := s.query(ctx, ask.text, ask.variables)
		switch {
		case ctx.Err() != nil:
			return // the run was cut off
		case err != nil:
			s.report.failed(kindOf(err), calm && s.calmFor() > soakRecovery)
		case len(answer.Errors) > 0:
			for _, e := range answer.Errors {
				s.report.failed(e.Extensions.Code, calm && s.calmFor() > soakRecovery)
			}
			err = answer.partial()
		default:
			err = ask.check(answer.Data, func(contact int, title string) error { return s.truth.allows(began, contact, title) })
		}
		if err != nil && answer != nil {
			s.report.wrong(fmt.Errorf("%w: %s %v", err, ask.text, ask.variables))
		}
		s.report.asked(took)
		s.rest(ctx, time.Duration(r.ExpFloat64()*float64(s.pause)))
	}
}

// A soakAnswer is a GraphQL response.
type soakAnswer struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code string }
	}
}

// partial checks an answer with errors: each leads to a null.
func (a *soakAnswer) partial() error {
	var data any
	if err := json.Unmarshal(a.Data, &data); err != nil {
		return nil //nolint:nilerr // a request error has no data
	}
	for _, e := range a.Errors {
		at := data
		for _, step := range e.Path {
			switch step := step.(type) {
			case string:
				object, _ := at.(map[string]any)
				at = object[step]
			case float64:
				list, ok := at.([]any)
				if at = nil; ok && int(step) < len(list) {
					at = list[int(step)]
				}
			}
		}
		if at != nil {
			return fmt.Errorf("an error (%s) leads to %v, which is no null", e.Message, e.Path)
		}
	}
	return nil
}

// query asks the gateway. An answer that is no well-formed GraphQL response, or
// none in time, is an error.
func (s *soaking) query(ctx context.Context, text string, variables map[string]any) (*soakAnswer, time.Duration, error) {
	body, err := json.Marshal(map[string]any{"query": text, "variables": variables})
	if err != nil {
		return nil, 0, err
	}
	begin := time.Now()
	// Half a second more than the gateway takes, and as much for the way.
	ctx, cancel := context.WithTimeout(ctx, soakTimeout+time.Second)
	defer cancel()
	_, answer, err := s.post(ctx, s.gateway.URL, body)
	took := time.Since(begin)
	if err != nil {
		return nil, took, err
	}
	a := &soakAnswer{}
	if err := json.Unmarshal(answer, a); err != nil || a.Data == nil && len(a.Errors) == 0 {
		return nil, took, fmt.Errorf("no GraphQL answer: %.200s", answer)
	}
	return a, took, nil
}

// post sends JSON and reads the answer to its end.
func (s *soaking) post(ctx context.Context, url string, body []byte) (status int, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err = io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

// calmFor is for how long nothing has gone wrong.
func (s *soaking) calmFor() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calm.IsZero() {
		return 0
	}
	return time.Since(s.calm)
}
