// Command load measures hubgraph from outside, and a hand-written server on the
// same work: a fake portal, the gateway and the peer run as processes of their
// own, and this one asks. It prints its findings as tables for
// docs/performance.md.
//
//	go build -o bin/hubgraph . && go run ./bench/load -gateway bin/hubgraph
//
// With "soak" before the flags it does not measure: it has the gateway asked for
// minutes while everything around it breaks, and checks every answer.
//
// CPU time is the measured process's own, user and system together, read from
// /proc, as is its peak memory: so Linux alone will do.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// A bench is what the scenarios share.
type bench struct {
	ctx     context.Context //nolint:containedctx // ends the whole run
	out     io.Writer
	gateway string // the gateway's binary
	quick   bool   // every scenario for a moment
}

// pages is how many pages of records a scenario needs of the portal.
func (b *bench) pages(full int) int {
	if b.quick {
		return min(full, 2)
	}
	return full
}

// lasting is how long a scenario measures.
func (b *bench) lasting(full time.Duration) time.Duration {
	if b.quick {
		return min(full, 300*time.Millisecond)
	}
	return full
}

// A scenario is one table.
type scenario struct {
	name string
	run  func(*bench) error
}

var scenarios = []scenario{
	{"cold", (*bench).cold},
	{"latency", (*bench).latency},
	{"start", (*bench).start},
	{"linear", (*bench).linear},
	{"introspection", (*bench).introspection},
	{"webhooks", (*bench).webhooks},
	{"saturated", (*bench).saturated},
	{"portals", (*bench).portals},
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "portal":
			return servePortal(ctx, args[1:], os.Stdin, out)
		case "crowd":
			return serveCrowd(ctx, args[1:], os.Stdin, out)
		case "peer":
			return servePeer(ctx, args[1:], os.Stdin, out)
		case "hooks":
			return sendHooks(ctx, args[1:], out)
		case "soak":
			return soak(ctx, args[1:], out)
		case "soakportal":
			return serveSoak(ctx, args[1:], os.Stdin, out)
		}
	}
	var names []string
	for _, s := range scenarios {
		names = append(names, s.name)
	}
	b := &bench{ctx: ctx, out: out}
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&b.gateway, "gateway", "bin/hubgraph", "the gateway's binary")
	flags.BoolVar(&b.quick, "quick", false, "run everything for a moment only: the numbers mean nothing")
	only := flags.String("only", strings.Join(names, ","), "scenarios to run")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen := strings.Split(*only, ",")
	for _, name := range chosen {
		if !slices.Contains(names, name) {
			return fmt.Errorf("no scenario %q: choose among %s", name, strings.Join(names, ", "))
		}
	}
	begin := time.Now()
	for _, s := range scenarios {
		if !slices.Contains(chosen, s.name) {
			continue
		}
		if err := s.run(b); err != nil {
			return fmt.Errorf("%s: %w", s.name, cmp.Or(context.Cause(ctx), err))
		}
	}
	_, err := fmt.Fprintf(out, "\nAll of it took %v.\n", time.Since(begin).Round(time.Second))
	return err
}
