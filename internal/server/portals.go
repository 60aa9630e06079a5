package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/portals"
)

// A Set keeps the gateways of portals that are served beside the one that is
// configured.
type Set = portals.Set[*gateway.Gateway]

// maxPortalID is how many digits a Hub ID has at most.
const maxPortalID = 20

// portalOf is the portal that a request is about, as its path names it; "" for
// the one that is configured.
func portalOf(r *http.Request) string { return r.PathValue("portalID") }

// isPortalID says whether a text may be a Hub ID.
func isPortalID(id string) bool {
	return id != "" && len(id) <= maxPortalID && strings.Trim(id, "0123456789") == ""
}

// portalIDOf is the Hub ID of the portal that a request is about; "" if it is
// about the one that is configured, and none is.
func (s *Server) portalIDOf(r *http.Request) string {
	switch id := portalOf(r); {
	case id != "":
		return id
	case s.portal != nil:
		return s.portal.PortalID()
	}
	return s.opts.Default
}

// errBusy says that a portal's requests take all the room that one may.
var errBusy = errors.New("the portal's requests take all the room that those of one portal may")

// onPortal serves requests with the gateway of the portal that they are about.
func (s *Server) onPortal(serve func(*gateway.Gateway, http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := s.portalIDOf(r)
		if s.portals != nil {
			leave, ok := s.enterShare(r, id)
			if !ok {
				s.notServed(w, r, errBusy)
				return
			}
			defer leave()
		}
		g, release, err := s.Use(r.Context(), id)
		if err != nil {
			s.notServed(w, r, err)
			return
		}
		defer release()
		serve(g, w, r)
	}
}

// enterShare takes a place of those that the portal's requests may have.
func (s *Server) enterShare(r *http.Request, id string) (leave func(), ok bool) {
	if t := turnFrom(r.Context()); t != nil { // an export has one for each of its pages
		return func() {}, t.share(id)
	}
	return func() { s.shares.leave(id) }, s.shares.enter(id)
}

// Use returns the gateway of a portal until release is called; of the one at
// /graphql if id is empty. Errors are those of [portals.Set.Use].
func (s *Server) Use(ctx context.Context, id string) (g *gateway.Gateway, release func(), err error) {
	if id == "" && s.portal == nil {
		id = s.opts.Default
	}
	switch {
	case s.portal != nil && (id == "" || id == s.portal.PortalID()):
		return s.portal, func() {}, nil
	case id == "" || !isPortalID(id) || s.portals == nil:
		return nil, nil, portals.ErrUnknown
	}
	return s.portals.Use(ctx, id)
}

// each calls do with every gateway that is open.
func (s *Server) each(do func(*gateway.Gateway)) {
	if s.portal != nil {
		do(s.portal)
	}
	if s.portals != nil {
		s.portals.Each(func(_ string, g *gateway.Gateway) { do(g) })
	}
}

// ifOpen calls do with the gateway of a portal, and reports whether it is open.
func (s *Server) ifOpen(id string, do func(*gateway.Gateway)) bool {
	if s.portal != nil && id == s.portal.PortalID() {
		do(s.portal)
		return true
	}
	return s.portals != nil && s.portals.If(id, do)
}

// notServed answers a request for a portal that has no gateway.
func (s *Server) notServed(w http.ResponseWriter, r *http.Request, err error) {
	refuse := func(status int, code, message string, wait time.Duration) {
		s.rules().Refuse(w, r, status, code, message, wait)
	}
	switch id := portalOf(r); {
	case errors.Is(err, portals.ErrUnknown) && id == "":
		refuse(http.StatusNotFound, execute.CodeNotFound, "no portal is configured here; ask at /portals/{portalId}/graphql", 0)
	case errors.Is(err, portals.ErrUnknown) && !isPortalID(id):
		refuse(http.StatusNotFound, execute.CodeNotFound, "a portal ID is a number, such as 62515; it stands in HubSpot's addresses", 0)
	case errors.Is(err, portals.ErrUnknown):
		refuse(http.StatusNotFound, execute.CodeNotFound, "portal "+id+" is not connected here; its administrator can connect it", 0)
	case errors.Is(err, portals.ErrLost):
		refuse(http.StatusBadGateway, execute.CodeUnauthenticated, "the connection to portal "+id+" is lost; its administrator has to connect it again", 0)
	case errors.Is(err, portals.ErrFull), errors.Is(err, portals.ErrClosed):
		refuse(http.StatusServiceUnavailable, execute.CodeOverloaded, "the gateway has as many portals in use as it takes; try again after retryAfterMs", comeBack)
	case errors.Is(err, errBusy):
		refuse(http.StatusServiceUnavailable, execute.CodeOverloaded, "as many requests of this portal are under way as may be; try again after retryAfterMs", comeBack)
	default:
		presented, known := execute.Present(err)
		if !known {
			s.lg.Error("portal not opened", "portal_id", id, "error", err)
		}
		code, _ := presented.Extensions["code"].(string)
		refuse(statusOf(code), code, presented.Message, comeBack)
	}
}

// statusOf is that of a request that HubSpot lets nobody serve.
func statusOf(code string) int {
	switch code {
	case execute.CodeUpstreamTimeout:
		return http.StatusGatewayTimeout
	case execute.CodeUpstreamUnavailable, execute.CodeRateLimited:
		return http.StatusServiceUnavailable
	case execute.CodeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusBadGateway
}
