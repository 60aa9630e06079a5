package main

import (
	"context"
	"flag"
	"io"

	"github.com/hubgraph/hubgraph/bench/peer"
)

// servePeer serves the hand-written gqlgen server until stdin ends.
func servePeer(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	var opts peer.Options
	flags := flag.NewFlagSet("peer", flag.ContinueOnError)
	flags.StringVar(&opts.URL, "url", "", "HubSpot's API")
	flags.StringVar(&opts.Token, "token", "", "for HubSpot")
	flags.DurationVar(&opts.Wait, "wait", 0, "of the dataloaders for more keys")
	flags.IntVar(&opts.Limit, "limit", 100, "calls in ten seconds")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return serveChild(ctx, peer.NewHandler(opts), "", stdin, stdout)
}
