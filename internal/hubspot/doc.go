// Package hubspot reads a HubSpot account (a portal) through HubSpot's REST
// API: records with their history, searches, associations, lists (segments) and
// the metadata that describes them.
// It knows nothing of GraphQL and caches nothing.
//
// # Calls
//
// A [Client] has one method per HubSpot endpoint, named after it. Object types
// are type IDs ("0-1", "2-123") or path names ("contacts"). Every call names the
// properties it wants, as a [PropertySet], and the records that come back share
// it. Values are HubSpot's own text; absent, null and empty values are all "".
// Answers are decoded as they stream in, IDs never pass through a float, and an
// answer that repeats a name or is not valid UTF-8 is refused.
//
// # Auth
//
// A [TokenSource] supplies the bearer token: [StaticToken] for a private app or
// a service key. On a 401 it is asked for a newer one only if HubSpot says that
// the token expired, and the call is repeated once. Tokens are sent to the
// base URL only: redirects are not followed.
//
// # Limits
//
// One [Limiter] per portal guards HubSpot's three allowances ([Budget]): burst,
// associations, search. Every HTTP attempt takes a slot of its own. Calls wait in
// the order in which their requests arrived, which a [Trace] in the context
// tells; a wait that would outlast the context's deadline fails at once. The
// limiter starts at the smallest plan's allowance and follows the response
// headers, other apps' use included.
//
// # Retries
//
// All calls are reads, so all may be repeated. A 429 closes its budget for all
// callers until it makes sense to go on, and a used-up day stops all calls until
// midnight in the portal's time zone. Answers of 5xx and 423, lost connections
// and cut-off answers are tried up to three times, with growing random delays,
// never beyond the context's deadline. Other refusals are final.
//
// # Paging
//
// Lists page by an opaque After, which is "" at the end; loop on it, since a
// page may be empty and still have a successor. Searches of lists page by a
// number, and say whether there is more. Only [Client.Owners] follows the pages
// itself. Association pages are per parent record.
//
// # Errors
//
// Failures are [*Error] of one of the kinds [ErrInvalid], [ErrUnauthenticated],
// [ErrNoAccess], [ErrNotFound], [ErrRateLimited], [ErrUnavailable] and
// [ErrTimeout]; a cancelled context stays context.Canceled. In batches absence is
// no error: the record is missing from the result. Any other partial failure
// fails the whole call, so that nothing is lost unnoticed.
package hubspot
