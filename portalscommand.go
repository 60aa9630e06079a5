package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/store"
)

// listPortals prints the portals of the store, without their tokens.
func (p *program) listPortals(ctx context.Context, cfg config.Portals) error {
	db, _, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it was only read
	out := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(out, "PORTAL\tSTATE\tBY\tCONNECTED\tDOMAIN\tWHY") // Flush tells
	for after := ""; ; {
		page, err := db.List(ctx, after, store.MaxPage)
		if err != nil {
			return err
		}
		for _, c := range page {
			_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\n", c.PortalID, c.State, c.Kind, c.ConnectedAt.UTC().Format(time.DateOnly), c.HubDomain, c.Reason)
		}
		if len(page) < store.MaxPage {
			return out.Flush()
		}
		after = page[len(page)-1].PortalID
	}
}

// addPortal stores the token on standard input, for the portal that HubSpot says
// it is of.
func (p *program) addPortal(ctx context.Context, cfg config.Config) error {
	const most = 16 << 10 // far above a token
	text, err := io.ReadAll(io.LimitReader(p.stdin, most+1))
	if err != nil {
		return fmt.Errorf("read the token: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" || len(text) > most {
		return errors.New("no token: give the private-app token or service key on standard input, as in: hubgraph portals add <token.txt")
	}
	client, err := hubspot.NewClient(newLogger(cfg, p.stderr), hubspot.Options{
		BaseURL: cfg.HubSpotURL, APIVersion: hubspot.APIVersion(cfg.HubSpotAPIVersion),
		Token: hubspot.StaticToken(token), Limiter: hubspot.NewLimiter(hubspot.Limits{}),
	})
	if err != nil {
		return err
	}
	defer client.Close()
	account, err := client.Account(ctx)
	if errors.Is(err, hubspot.ErrUnauthenticated) {
		return errors.New("HubSpot does not accept the token; copy it again from the private app or service key in HubSpot's settings")
	}
	if err != nil {
		return fmt.Errorf("ask HubSpot which portal the token is of: %w", err)
	}
	db, _, err := openStore(ctx, cfg.Portals)
	if err != nil {
		return err
	}
	_, err = db.Put(ctx, store.Connection{
		Info:   store.Info{PortalID: account.PortalID, Kind: store.Private, State: store.Active, ConnectedAt: time.Now()},
		Access: store.NewToken(token),
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return p.say("Portal %s is connected: it is served at /portals/%[1]s/graphql.\n", account.PortalID)
}

// removePortal forgets a portal.
func (p *program) removePortal(ctx context.Context, cfg config.Portals, id string) error {
	db, _, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	err = db.Delete(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("portal %s is not in the store: hubgraph portals list tells those that are", id)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return p.say("Portal %s, its tokens and its metadata are forgotten. An app that is installed there stays installed until the portal's administrators remove it.\n", id)
}
