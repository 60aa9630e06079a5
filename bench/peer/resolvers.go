package peer

import (
	"context"
	"sync"
)

// resolver is the root of all resolvers.
type resolver struct {
	api   *client
	keep  bool
	pages sync.Map // of contacts, if they are kept: *Contacts by [page]
}

func (r *resolver) Query() QueryResolver     { return r }
func (r *resolver) Contact() ContactResolver { return contactResolver{r.keep} }
func (r *resolver) Company() CompanyResolver { return companyResolver{r.keep} }

// A page names a page of contacts.
type page struct {
	first int
	after string
}

// Contacts reads a page of contacts.
func (r *resolver) Contacts(ctx context.Context, first *int, after *string) (*Contacts, error) {
	asked := page{first: *first}
	if after != nil {
		asked.after = *after
	}
	if kept, ok := r.pages.Load(asked); ok {
		return kept.(*Contacts), nil
	}
	records, next, err := r.api.listContacts(ctx, asked.first, asked.after)
	if err != nil {
		return nil, err
	}
	contacts := &Contacts{Nodes: make([]*Contact, len(records)), PageInfo: &PageInfo{HasNextPage: next != ""}}
	for i, record := range records {
		contacts.Nodes[i] = record.Properties
		contacts.Nodes[i].ID = record.ID
	}
	if next != "" {
		contacts.PageInfo.EndCursor = &next
	}
	if r.keep {
		r.pages.Store(asked, contacts)
	}
	return contacts, nil
}

func loadersOf(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }

type contactResolver struct{ keep bool }

// Companies reads a contact's first companies.
func (r contactResolver) Companies(ctx context.Context, contact *Contact, first *int) (*Companies, error) {
	if kept := contact.companies.Load(); kept != nil {
		return &Companies{Nodes: (*kept)[:min(len(*kept), *first)]}, nil
	}
	l := loadersOf(ctx)
	ids, err := l.contactCompanies.Load(ctx, contact.ID)()
	if err != nil {
		return nil, err
	}
	nodes, err := all(ctx, l.companies, ids[:min(len(ids), *first)])
	if err == nil && r.keep {
		contact.companies.Store(&nodes)
	}
	return &Companies{Nodes: nodes}, err
}

type companyResolver struct{ keep bool }

// Deals reads a company's first deals.
func (r companyResolver) Deals(ctx context.Context, company *Company, first *int) (*Deals, error) {
	if kept := company.deals.Load(); kept != nil {
		return &Deals{Nodes: (*kept)[:min(len(*kept), *first)]}, nil
	}
	l := loadersOf(ctx)
	ids, err := l.companyDeals.Load(ctx, company.ID)()
	if err != nil {
		return nil, err
	}
	nodes, err := all(ctx, l.deals, ids[:min(len(ids), *first)])
	if err == nil && r.keep {
		company.deals.Store(&nodes)
	}
	return &Deals{Nodes: nodes}, err
}
