package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/server"
)

// A report is what a check came to, line by line.
type report struct {
	to       io.Writer
	mistakes int
}

func (r *report) line(word, format string, args ...any) {
	_, _ = fmt.Fprintf(r.to, "%-8s %s\n", word, fmt.Sprintf(format, args...)) // who does not read learns of it by the status
}

func (r *report) ok(format string, args ...any) { r.line("ok", format, args...) }

// note tells what may well be meant.
func (r *report) note(format string, args ...any) { r.line("note", format, args...) }

// mistake tells what will not work, and what to do about it.
func (r *report) mistake(format string, args ...any) {
	r.mistakes++
	r.line("mistake", format, args...)
}

// end is the error of the whole check.
func (r *report) end() error {
	switch r.mistakes {
	case 0:
		return nil
	case 1:
		return errors.New("1 mistake found")
	}
	return fmt.Errorf("%d mistakes found", r.mistakes)
}

// check reports all mistakes in the settings that can be told from here, and
// those that only the portal shows. HubSpot is only read from.
func (p *program) check(ctx context.Context, cfg config.Config) error {
	r := &report{to: p.stdout}
	r.ok("settings: every flag and variable is known, and has a value that it can have")
	r.checkAddress(ctx, cfg)
	if !r.checkKeys(cfg.Auth) {
		cfg.Auth = config.Auth{} // told, and none of the portal's business
	}
	r.checkSnapshot(cfg)
	r.checkMemory(cfg, memlimit.FromCgroup)
	r.checkWebhooks(cfg)
	r.checkStore(ctx, cfg)
	r.checkRedis(ctx, cfg.Cluster)
	r.checkPortal(ctx, p, cfg)
	return r.end()
}

// checkMistakes reports settings that could not be read at all.
func (p *program) checkMistakes(err error) error {
	r := &report{to: p.stdout}
	for line := range strings.Lines(err.Error()) {
		r.mistake("%s", strings.TrimSuffix(line, "\n"))
	}
	r.note("nothing else was checked: correct the settings first")
	return r.end()
}

func (r *report) checkAddress(ctx context.Context, cfg config.Config) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		r.mistake("address: %v; stop what listens there, or choose another with --addr (HUBGRAPH_ADDR)", err)
		return
	}
	_ = ln.Close() // nobody came
	if err := checkExposed(cfg.Auth, ln.Addr()); err != nil {
		r.mistake("address: %v", err)
		return
	}
	r.ok("address: %s is free", cfg.Addr)
}

// checkKeys reports who may ask, and whether that can be told.
func (r *report) checkKeys(cfg config.Auth) bool {
	if !cfg.Required() {
		r.note("API keys: none, so that whoever reaches the address may ask")
		return true
	}
	d, err := readKeys(cfg)
	if err != nil {
		r.mistake("API keys: %s", strings.ReplaceAll(err.Error(), "\n", " "))
		return false
	}
	r.ok("API keys: %s", d)
	for _, name := range d.Expired(time.Now()) {
		r.note("API keys: %q has expired; take it out, or give it another time", name)
	}
	return true
}

func (r *report) checkSnapshot(cfg config.Config) {
	if cfg.Snapshot == "" {
		r.note("snapshot: none, so that a start needs HubSpot; name a file with --snapshot (HUBGRAPH_SNAPSHOT)")
		return
	}
	if info, err := os.Stat(cfg.Snapshot); err == nil && !info.Mode().IsRegular() {
		r.mistake("snapshot: %s is no file; name a file with --snapshot (HUBGRAPH_SNAPSHOT)", cfg.Snapshot)
		return
	}
	// Snapshots are written beside the old one, and renamed.
	probe, err := os.CreateTemp(filepath.Dir(cfg.Snapshot), ".hubgraph-check-*")
	if err != nil {
		r.mistake("snapshot: %v; make the folder, and let the server's user write into it, or name another file with --snapshot (HUBGRAPH_SNAPSHOT)", err)
		return
	}
	_ = probe.Close() // empty
	if err := os.Remove(probe.Name()); err != nil {
		r.mistake("snapshot: %v; let the server's user remove files in the folder, or name another file with --snapshot (HUBGRAPH_SNAPSHOT)", err)
		return
	}
	r.ok("snapshot: %s can be written", cfg.Snapshot)
}

// checkMemory compares what kept records may take with what the process may have.
// The rest of it lives in some hundred megabytes.
func (r *report) checkMemory(cfg config.Config, of memlimit.Provider) {
	const rest = 96 << 20
	allowed, err := of()
	switch {
	case err != nil:
		r.note("memory: no limit found; in a container or unit, set one")
	case cfg.RecordTTL > 0 && uint64(cfg.RecordCacheBytes)+rest > allowed:
		r.mistake("memory: %d MiB are allowed, and kept records alone may take %d; lower --record-cache-bytes (HUBGRAPH_RECORD_CACHE_BYTES) to %d, or allow more",
			allowed>>20, cfg.RecordCacheBytes>>20, max(int64(allowed)-rest, 1<<20))
	default:
		r.ok("memory: %d MiB are allowed", allowed>>20)
	}
}

func (r *report) checkWebhooks(cfg config.Config) {
	secret, to := cfg.ClientSecret.Reveal() != "", cfg.PublicURL != ""
	switch {
	case secret && !to:
		r.mistake("webhooks: HUBSPOT_CLIENT_SECRET is set and the URL that HubSpot calls is not, so that none are taken; set --public-url (HUBGRAPH_PUBLIC_URL), or leave both out")
	case to && !secret:
		r.mistake("webhooks: --public-url (HUBGRAPH_PUBLIC_URL) is set and HUBSPOT_CLIENT_SECRET is not, so that none are taken; copy the client secret from the app's settings in HubSpot, or leave both out")
	case to && localURL(cfg.PublicURL):
		r.mistake("webhooks: HubSpot cannot reach --public-url (HUBGRAPH_PUBLIC_URL) %s, which is this machine; name the URL that the internet sees", cfg.PublicURL)
	case to:
		r.ok("webhooks: taken at %s%s", cfg.PublicURL, server.WebhookPath)
	case cfg.RecordTTL > 0:
		r.note("webhooks: off, so that kept records may be %v behind HubSpot", cfg.RecordTTL)
	}
}

func localURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && server.IsLoopback(u.Host)
}

// mostSearches is how many searches a second HubSpot lets an account make.
//
// Source: https://developers.hubspot.com/docs/api/crm/search, read 2026-11-27.
const mostSearches = 5

func (r *report) checkPortal(ctx context.Context, p *program, cfg config.Config) {
	if cfg.SearchLimit > mostSearches {
		r.mistake("limits: --search-limit (HUBSPOT_SEARCH_LIMIT) is %d, and HubSpot lets an account search %d times a second; set it to %[2]d at most, less if other apps search too", cfg.SearchLimit, mostSearches)
	}
	if cfg.Portals.Many() && !cfg.Demo && cfg.Token.Reveal() == "" && cfg.Portals.Default == "" {
		r.note("portal: none is served at /graphql, and none was asked; name one of the store with --portal (HUBGRAPH_PORTAL)")
		return
	}
	g, closeIt, err := p.openPortal(ctx, cfg)
	if err != nil {
		r.mistake("portal: %v", portalFix(err, cfg))
		return
	}
	defer closeIt()
	meta := g.Metadata()
	r.ok("portal: %s, with %d object types; the schema's version is %s", meta.Account.PortalID, len(meta.Types), g.Schema().Version())
	r.checkTypes(meta, cfg)
	r.checkAllowance(g.RateLimit(), cfg)
}

// portalFix adds what to do about a portal that cannot be opened, where the error
// does not say.
func portalFix(err error, cfg config.Config) error {
	switch {
	case errors.Is(err, hubspot.ErrNoAccess):
		return fmt.Errorf("%w; give the private app or service key read scopes in HubSpot's settings", err)
	case errors.Is(err, hubspot.ErrNotFound), errors.Is(err, hubspot.ErrInvalid):
		return fmt.Errorf("%w; --hubspot-url (HUBSPOT_BASE_URL) is %s, which may not be HubSpot, or not know --hubspot-api-version (HUBSPOT_API_VERSION) %s", err, cfg.HubSpotURL, cfg.HubSpotAPIVersion)
	case strings.Contains(err.Error(), "no object type called"):
		return fmt.Errorf("%w; --objects (HUBGRAPH_OBJECTS) and --exclude-objects (HUBGRAPH_EXCLUDE_OBJECTS) take names as HubSpot's API has them, such as contacts, or type IDs, such as 2-123", err)
	}
	return err
}

// checkTypes tells what the token does not open. What was asked for by name is a
// mistake; the rest may be meant.
func (r *report) checkTypes(meta *portal.Metadata, cfg config.Config) {
	for _, u := range meta.Unavailable {
		fix := ""
		if len(u.Scopes) > 0 {
			fix = "; give the token the scopes " + strings.Join(u.Scopes, ", ") + " in HubSpot's settings"
		}
		if named(cfg.Objects, u.Name, u.PluralName, u.TypeID) {
			r.mistake("object type %s: %s, and --objects (HUBGRAPH_OBJECTS) names it%s, or take it out", u.PluralName, u.Reason, fix)
			continue
		}
		r.note("object type %s is left out: %s%s", u.PluralName, u.Reason, fix)
	}
	for _, t := range meta.Types {
		if len(t.MissingScopes) == 0 {
			continue
		}
		tell := r.note
		if named(cfg.Objects, t.Name, t.PluralName, t.TypeID) {
			tell = r.mistake
		}
		tell("object type %s is served in part; give the token the scopes %s in HubSpot's settings", t.PluralName, strings.Join(t.MissingScopes, ", "))
	}
	for _, warning := range meta.Warnings {
		r.note("portal: %s", warning)
	}
}

// named says whether objects has one of a type's names.
func named(objects []string, names ...string) bool {
	return slices.ContainsFunc(objects, func(object string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(object, name) })
	})
}

// checkAllowance compares the limits that were set with what HubSpot's answers
// say of them.
func (r *report) checkAllowance(limits hubspot.RateLimit, cfg config.Config) {
	if cfg.BurstLimit > limits.Burst.Limit {
		r.mistake("limits: --burst-limit (HUBSPOT_BURST_LIMIT) is %d, and HubSpot lets this app make %d calls in %v; leave it at auto", cfg.BurstLimit, limits.Burst.Limit, limits.Burst.Window)
	}
	if limits.Daily != nil && limits.Daily.Remaining == 0 {
		r.mistake("limits: all %d calls of today are used up, by this app and others of the account; wait for midnight in the portal's time zone, or make others call less", limits.Daily.Limit)
	}
}
