package hubspottest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

const (
	maxAssociationInputs = 1_000
	maxAssociationPage   = 500
)

// openPair finds the two types of an association path and checks that they
// can be associated and that the token may read one of them. p.mu must be
// held.
func (p *Portal) openPair(q *request) (pair, response, bool) {
	from, to := p.lookupType(q.from), p.lookupType(q.to)
	if from == nil {
		return pair{}, unknownType(q.from), false
	}
	if to == nil {
		return pair{}, unknownType(q.to), false
	}
	scopes := slices.Concat(from.scopes, to.scopes)
	if !p.can(scopes...) {
		return pair{}, missingScopes(scopes), false
	}
	if p.assocTypes[pair{from, to}] == nil {
		return pair{}, invalid("No association definitions exist between %s and %s", from.singular, to.singular), false
	}
	return pair{from, to}, response{}, true
}

// getAssociations serves GET /crm/v4/objects/{objectType}/{id}/associations/{toObjectType}.
func (p *Portal) getAssociations(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	types, refusal, ok := p.openPair(q)
	if !ok {
		return refusal
	}
	limit, refusal, ok := q.limit(maxAssociationPage, maxAssociationPage)
	if !ok {
		return refusal
	}
	r := types.from.find(q.args[0])
	if r == nil || r.archivedAt != "" {
		return objectNotFound(q.args[0])
	}
	links, next, ok := r.page(types.to, q.query.Get("after"), limit)
	if !ok {
		return invalid("Invalid after: %s", q.query.Get("after"))
	}
	b := append([]byte(nil), `{"results":[`...)
	b = append(appendLinks(b, links), ']')
	if next != "" {
		b = append(b, ',')
		b = appendPaging(b, next)
	}
	return response{200, append(b, '}')}
}

// appendLinks appends links the way version 4 writes them: the other record's
// ID is a number there.
func appendLinks(b []byte, links []link) []byte {
	for i, l := range links {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"toObjectId":`...)
		b = appendInt(b, l.to)
		b = append(b, `,"associationTypes":[`...)
		for k, a := range l.types {
			if k > 0 {
				b = append(b, ',')
			}
			b = a.append(b)
		}
		b = append(b, `]}`...)
	}
	return b
}

func (a *assocType) append(b []byte) []byte {
	b = append(b, `{"category":"`...)
	b = append(b, a.category...)
	b = append(b, `","typeId":`...)
	b = appendInt(b, int64(a.typeID))
	b = append(b, `,"label":`...)
	if a.label == "" {
		b = append(b, `null`...)
	} else {
		b = appendString(b, a.label)
	}
	return append(b, '}')
}

// batchReadAssociations serves POST /crm/v4/associations/{from}/{to}/batch/read.
func (p *Portal) batchReadAssociations(q *request) response {
	started := time.Now()
	p.mu.RLock()
	defer p.mu.RUnlock()
	types, refusal, ok := p.openPair(q)
	if !ok {
		return refusal
	}
	var in struct {
		Inputs []struct {
			ID    string `json:"id"`
			After string `json:"after"`
		} `json:"inputs"`
	}
	if refusal, ok := decode(q.body, &in); !ok {
		return refusal
	}
	ids := make([]string, len(in.Inputs))
	for i, input := range in.Inputs {
		ids[i] = input.ID
	}
	if refusal, ok := checkInputs(ids, maxAssociationInputs); !ok {
		return refusal
	}
	type parent struct {
		*record
		input string
		after string
	}
	var parents []parent
	var errors [][]byte
	for _, input := range in.Inputs {
		r := types.from.find(input.ID)
		if r == nil || len(r.links[types.to]) == 0 {
			errors = append(errors, types.noAssociations(input.ID))
			continue
		}
		parents = append(parents, parent{r, input.ID, input.After})
	}
	slices.SortFunc(parents, func(a, b parent) int { return cmp.Compare(scatter(a.id), scatter(b.id)) })

	b := append(make([]byte, 0, 256*len(parents)+128), `{"status":"COMPLETE","results":[`...)
	for i, r := range parents {
		links, next, ok := r.page(types.to, r.after, maxAssociationPage)
		if !ok {
			return invalid("Invalid after: %s", r.after)
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"from":{"id":`...)
		b = appendString(b, r.input)
		b = append(b, `},"to":[`...)
		b = append(appendLinks(b, links), ']')
		if next != "" {
			b = append(b, ',')
			b = appendPaging(b, next)
		}
		b = append(b, '}')
	}
	b = append(b, ']')
	return appendBatchEnd(b, started, errors)
}

// noAssociations is the entry for a record that has no associations, and for
// one that does not exist: HubSpot does not tell them apart.
func (types pair) noAssociations(id string) []byte {
	b, err := json.Marshal(map[string]any{
		"status":      "error",
		"category":    "OBJECT_NOT_FOUND",
		"subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
		"message":     fmt.Sprintf("No %s is associated with %s %s.", types.to.singular, types.from.singular, id),
		"context": map[string][]string{
			"fromObjectId": {id}, "fromObjectType": {types.from.singular}, "toObjectType": {types.to.singular},
		},
	})
	if err != nil {
		panic(err) // strings always encode
	}
	return b
}

// associationLabels serves GET /crm/v4/associations/{from}/{to}/labels.
func (p *Portal) associationLabels(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	types, refusal, ok := p.openPair(q)
	if !ok {
		return refusal
	}
	b := append([]byte(nil), `{"results":[`...)
	for i, a := range p.assocTypes[types] {
		if i > 0 {
			b = append(b, ',')
		}
		b = a.append(b)
	}
	return response{200, append(b, `]}`...)}
}
