package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/access"
	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/documents"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// openAuth returns what finds out who asks; nil if nobody is asked.
func openAuth(ctx context.Context, lg *slog.Logger, cfg config.Auth) (*auth.Authenticator, error) {
	if !cfg.Required() {
		return nil, nil
	}
	d, err := readKeys(cfg)
	if err != nil {
		return nil, err
	}
	return auth.New(ctx, lg, d)
}

// readKeys reads the document that says who may ask.
func readKeys(cfg config.Auth) (*auth.Document, error) {
	text, from := []byte(cfg.Keys.Reveal()), "HUBGRAPH_API_KEYS"
	if cfg.KeysFile != "" {
		from = cfg.KeysFile
		var err error
		if text, err = os.ReadFile(cfg.KeysFile); err != nil {
			return nil, fmt.Errorf("read the API keys of --api-keys (HUBGRAPH_API_KEYS_FILE): %w", err)
		}
	}
	d, err := auth.Parse(text, auth.Options{TrustedDocuments: []string{string(documents.Off), string(documents.Log), string(documents.Enforce)}})
	if err != nil {
		return nil, fmt.Errorf("the API keys in %s cannot be used:\n%w", from, err)
	}
	return d, nil
}

// checkExposed refuses to serve other machines without asking who they are,
// unless that is what the operator says.
func checkExposed(cfg config.Auth, addr net.Addr) error {
	if isLoopback(addr.String()) || cfg.Required() || cfg.AllowAnonymous {
		return nil
	}
	return fmt.Errorf("serving other machines on %s without asking who they are would let them all read the portal: "+
		"say who may with --api-keys (hubgraph keys create makes a key), or that everybody may with --allow-anonymous, or listen on 127.0.0.1", addr)
}

// asked lets requests through whose makers may ask, and says who they are.
func (g *gateway) asked(next http.HandlerFunc) http.HandlerFunc {
	if g.opts.auth == nil {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions { // asks about the server, and browsers ask without credentials
			next(w, r)
			return
		}
		w.Header().Add("Vary", "Authorization, X-Api-Key")
		principal, refusal := g.opts.auth.Authenticate(r)
		if refusal == nil && !principal.MayAsk(g.portalID()) {
			refusal = &auth.Refusal{Status: http.StatusForbidden, Code: execute.CodeForbidden, Message: "these credentials are not for this portal"}
		}
		if refusal != nil {
			g.lg.Debug("request refused", "code", refusal.Code)
			g.refuse(w, r, refusal, 0)
			return
		}
		if wait, ok := principal.Take(time.Now()); !ok {
			g.refuse(w, r, &auth.Refusal{Status: http.StatusTooManyRequests, Code: execute.CodeRateLimited, Message: "these credentials have no requests left in this minute; try again after retryAfterMs"}, wait)
			return
		}
		ctx := auth.With(r.Context(), principal)
		if mode := principal.TrustedDocuments; mode != "" {
			ctx = documents.WithMode(ctx, documents.Mode(mode))
		}
		next(w, r.WithContext(ctx))
	}
}

// refuse answers a request whose maker may not ask. wait is when to try again; 0
// if that is of no use.
func (g *gateway) refuse(w http.ResponseWriter, r *http.Request, refusal *auth.Refusal, wait time.Duration) {
	extensions := map[string]any{"code": refusal.Code}
	if wait > 0 {
		ms := (wait + time.Millisecond - 1).Milliseconds()
		extensions["retryAfterMs"] = ms
		w.Header().Set("Retry-After", strconv.FormatInt((ms+999)/1000, 10))
	}
	if refusal.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", challenge(r.Header))
	}
	graphqlhttp.Rules(g.opts.http.Status).Refuse(w, r, refusal.Status, &gqlerror.Error{Message: refusal.Message, Extensions: extensions})
}

// challenge asks for a bearer token, and says that one was sent in vain.
//
// Source: RFC 6750, section 3.
func challenge(h http.Header) string {
	if h.Get("Authorization") == "" && h.Get("X-Api-Key") == "" {
		return `Bearer realm="hubgraph"`
	}
	return `Bearer realm="hubgraph", error="invalid_token"`
}

// reloadAuth reads the file of API keys again at each hangup, until ctx ends or
// stop is called. A file with mistakes changes nothing.
func (g *gateway) reloadAuth(ctx context.Context, cfg config.Auth) (stop func()) {
	if g.opts.auth == nil || cfg.KeysFile == "" {
		return func() {}
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	end := onSignal(ctx, signals, func(context.Context, os.Signal) {
		g.useKeys(cfg) //nolint:contextcheck // what it starts outlives ctx
	})
	return func() {
		signal.Stop(signals)
		end()
	}
}

func (g *gateway) useKeys(cfg config.Auth) {
	d, err := readKeys(cfg)
	if err == nil {
		err = g.opts.auth.Use(d)
	}
	if err != nil {
		g.lg.Error("API keys not reloaded, those of before stay", "error", err)
		return
	}
	v := g.current.Load()
	v.views.forget()
	g.lg.Info("API keys reloaded")
	g.warnUnknown(v.metadata)
}

// warnUnknown logs the names in rights that the portal does not have: what
// should be hidden by a name that is misspelt is not.
func (g *gateway) warnUnknown(meta *portal.Metadata) {
	if g.opts.auth == nil {
		return
	}
	all := g.opts.auth.Rights()
	for _, who := range slices.Sorted(maps.Keys(all)) {
		if unknown := access.Unknown(meta, all[who]); len(unknown) > 0 {
			g.lg.Warn("rights name what the portal does not have", "of", who, "names", unknown)
		}
	}
}
