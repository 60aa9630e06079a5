package hubspot

import (
	"context"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Account reads which portal the token belongs to. It works with any token, so
// it is the way to check one. The limiter learns the portal's time zone from it.
//
// HubSpot: GET /account-info/v3/details, one call of the burst limit.
func (c *Client) Account(ctx context.Context) (*Account, error) {
	cl := call{op: "Account", endpoint: EndpointAccount, path: c.paths.account}
	account, err := fetch(ctx, c, cl, func(d *jsontext.Decoder) (*Account, error) {
		a := new(Account)
		if err := json.UnmarshalDecode(d, a, lenient()); err != nil {
			return nil, err
		}
		if a.PortalID == "" {
			return nil, errMalformed
		}
		return a, nil
	})
	if err != nil {
		return nil, err
	}
	if zone := account.zone(); zone != nil {
		c.limiter.SetTimeZone(zone)
	}
	return account, nil
}

// zone is the portal's time zone, by name or else by its present offset
// (such as "-05:00"), for systems without a time zone database; nil if neither
// makes sense.
func (a *Account) zone() *time.Location {
	if zone, err := time.LoadLocation(a.TimeZone); err == nil && a.TimeZone != "" {
		return zone
	}
	if t, err := time.Parse("-07:00", strings.TrimSpace(a.UTCOffset)); err == nil {
		return t.Location()
	}
	return nil
}
