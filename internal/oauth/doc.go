// Package oauth connects HubSpot portals by OAuth: it sends a browser to
// HubSpot's consent page, keeps the tokens that come back, and renews them.
//
// A [Client] speaks to HubSpot's OAuth endpoints. [Tokens] has a [Source] for
// each portal, which the portal's hubspot.Client asks for its bearer token, and a
// [Handler] has the pages where people connect and disconnect portals. What is
// known about a portal is its [Connection], in a [Store] of the caller's.
//
// # Renewing
//
// An access token lives for half an hour. When a fifth of that is left, the next
// request has it renewed and goes on with the old one, so that nobody waits. In a
// process one call renews a portal's token, however many requests want it, and
// across processes a [Locker] sees to that. A renewed token is stored before it is
// used: HubSpot may have replaced the refresh token with it, and whoever loses that
// loses the portal. HubSpot documents no such rotation; without it nothing is lost
// if the process ends between HubSpot's answer and the store's.
//
// When HubSpot refuses the refresh token for good, the connection is lost: stored as
// such, with the reason, and no call is made for it until somebody connects the
// portal again. What may pass (no answer, 5xx, 429, refused app credentials) loses
// nothing: the old token is used while it lives, and renewing is tried again, ever
// more seldom.
package oauth
