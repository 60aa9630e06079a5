package server

import (
	"net/http"
	"time"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/documents"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/gateway"
)

// asked lets requests through whose makers may ask, and says who they are.
func (s *Server) asked(next http.HandlerFunc) http.HandlerFunc {
	if s.auth == nil {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions { // asks about the server, and browsers ask without credentials
			next(w, r)
			return
		}
		w.Header().Add("Vary", "Authorization, X-Api-Key")
		principal, refusal := s.auth.Authenticate(r)
		if refusal == nil && !s.mayAsk(principal, r) {
			refusal = &auth.Refusal{Status: http.StatusForbidden, Code: execute.CodeForbidden, Message: "these credentials are not for this portal"}
		}
		if refusal != nil {
			s.lg.Debug("request refused", "code", refusal.Code)
			s.refuse(w, r, refusal, 0)
			return
		}
		if wait, ok := principal.Take(time.Now()); !ok {
			s.refuse(w, r, &auth.Refusal{Status: http.StatusTooManyRequests, Code: execute.CodeRateLimited, Message: "these credentials have no requests left in this minute; try again after retryAfterMs"}, wait)
			return
		}
		ctx := auth.With(r.Context(), principal)
		if mode := principal.TrustedDocuments; mode != "" {
			ctx = documents.WithMode(ctx, documents.Mode(mode))
		}
		next(w, r.WithContext(ctx))
	}
}

// mayAsk reports whether somebody may ask about the portal of a request. Where
// there is none everybody who may ask at all is told so.
func (s *Server) mayAsk(principal *auth.Principal, r *http.Request) bool {
	id := s.portalIDOf(r)
	return id == "" || principal.MayAsk(id)
}

// refuse answers a request whose maker may not ask. wait is when to try again; 0
// if that is of no use.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, refusal *auth.Refusal, wait time.Duration) {
	if refusal.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", challenge(r.Header))
	}
	s.rules().Refuse(w, r, refusal.Status, refusal.Code, refusal.Message, wait)
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

// reloadKeys reads anew who may ask. A file with mistakes changes nothing.
func (s *Server) reloadKeys() {
	if s.auth == nil || s.opts.Keys == nil {
		return
	}
	d, err := s.opts.Keys()
	if err == nil {
		err = s.UseKeys(d)
	}
	if err != nil {
		s.lg.Error("API keys not reloaded, those of before stay", "error", err)
		return
	}
	s.lg.Info("API keys reloaded")
}

// UseKeys has the document say who may ask from now on.
func (s *Server) UseKeys(d *auth.Document) error {
	if err := s.auth.Use(d); err != nil {
		return err
	}
	s.each((*gateway.Gateway).RolesChanged)
	return nil
}
