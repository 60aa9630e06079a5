package hubspottest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An Owner is a user or a queue that records can be assigned to.
//
// HubSpot: https://developers.hubspot.com/docs/api-reference/crm-crm-owners-v3/guide
type Owner struct {
	ID        string // default the next free one
	Email     string
	Type      string // "PERSON" by default, or "QUEUE"
	FirstName string
	LastName  string
	UserID    int64 // default the next free one; a queue has none
	Teams     []Team
	Archived  bool
	CreatedAt string
	UpdatedAt string
}

// A Team is one that an owner belongs to.
type Team struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Primary bool   `json:"primary"`
}

// AddOwner adds an owner and returns the ID that properties such as
// hubspot_owner_id name it by.
func (p *Portal) AddOwner(o Owner) (id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if o.Type == "" {
		o.Type = "PERSON"
	}
	if o.ID == "" {
		o.ID = strconv.FormatInt(p.nextOwnerID, 10)
		p.nextOwnerID += 11
	}
	if o.UserID == 0 && o.Type == "PERSON" {
		o.UserID = p.nextUserID
		p.nextUserID += 7
	}
	o.CreatedAt = p.tick()
	o.UpdatedAt = o.CreatedAt
	p.owners = append(p.owners, o)
	slices.SortFunc(p.owners, func(a, b Owner) int { return cmp.Compare(a.number(), b.number()) })
	return o.ID
}

// number is the owner's ID, 0 if it is none.
func (o Owner) number() int64 {
	n, err := strconv.ParseInt(o.ID, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// firstUserID is the user ID of the first owner who gets one made up.
const firstUserID = 9586504

// wireOwner is an owner as HubSpot writes it.
type wireOwner struct {
	ID                      string `json:"id"`
	Email                   string `json:"email"`
	Type                    string `json:"type"`
	FirstName               string `json:"firstName"`
	LastName                string `json:"lastName"`
	UserID                  *int64 `json:"userId"`
	UserIDIncludingInactive *int64 `json:"userIdIncludingInactive"`
	CreatedAt               string `json:"createdAt"`
	UpdatedAt               string `json:"updatedAt"`
	Archived                bool   `json:"archived"`
	Teams                   []Team `json:"teams,omitempty"`
}

func (o Owner) wire() wireOwner {
	w := wireOwner{
		ID: o.ID, Email: o.Email, Type: o.Type, FirstName: o.FirstName, LastName: o.LastName,
		CreatedAt: o.CreatedAt, UpdatedAt: o.UpdatedAt, Archived: o.Archived, Teams: o.Teams,
	}
	if o.UserID != 0 {
		w.UserIDIncludingInactive = &o.UserID
		if !o.Archived {
			w.UserID = &o.UserID
		}
	}
	return w
}

func (p *Portal) openOwners(q *request) (archived bool, refusal response, ok bool) {
	if !p.can("crm.objects.owners.read") {
		return false, missingScopes([]string{"crm.objects.owners.read"}), false
	}
	return q.archived()
}

// listOwners serves GET /crm/v3/owners.
func (p *Portal) listOwners(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	archived, refusal, ok := p.openOwners(q)
	if !ok {
		return refusal
	}
	limit, refusal, ok := q.limit(100, 500)
	if !ok {
		return refusal
	}
	after, err := strconv.ParseInt(cmp.Or(q.query.Get("after"), "0"), 10, 64)
	if err != nil {
		return invalid("Invalid after: %s", q.query.Get("after"))
	}
	answer := struct {
		Results []wireOwner    `json:"results"`
		Paging  map[string]any `json:"paging,omitempty"`
	}{Results: []wireOwner{}}
	for _, o := range p.owners {
		email := q.query.Get("email")
		if o.Archived != archived || o.number() < after || email != "" && !strings.EqualFold(email, o.Email) {
			continue
		}
		if len(answer.Results) == limit {
			answer.Paging = map[string]any{"next": map[string]string{"after": o.ID, "link": "?after=0"}}
			break
		}
		answer.Results = append(answer.Results, o.wire())
	}
	return encode(answer)
}

// getOwner serves GET /crm/v3/owners/{ownerId}.
func (p *Portal) getOwner(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	archived, refusal, ok := p.openOwners(q)
	if !ok {
		return refusal
	}
	idProperty := cmp.Or(q.query.Get("idProperty"), "id")
	if idProperty != "id" && idProperty != "userId" {
		return invalid("idProperty must be one of: id, userId")
	}
	for _, o := range p.owners {
		id := o.ID
		if idProperty == "userId" {
			id = fmt.Sprint(o.UserID)
		}
		if id == q.args[0] && o.Archived == archived {
			return encode(o.wire())
		}
	}
	return objectNotFound(q.args[0])
}

// accountDetails serves GET /account-info/v3/details, which any token may read.
func (p *Portal) accountDetails(*request) response {
	return encode(map[string]any{
		"portalId":              p.opts.PortalID,
		"accountType":           "STANDARD",
		"timeZone":              "Europe/Berlin",
		"companyCurrency":       "EUR",
		"additionalCurrencies":  []string{"USD", "GBP"},
		"utcOffset":             "+01:00",
		"utcOffsetMilliseconds": 3_600_000,
		"uiDomain":              "app-eu1.hubspot.com",
		"dataHostingLocation":   "eu1",
	})
}
