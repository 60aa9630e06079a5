package hubspottest

import (
	"cmp"
	"maps"
	"slices"
)

// openDefinitions finds a type whose definitions the token may read: with the
// scope of its records or of its schema. p.mu must be held.
func (p *Portal) openDefinitions(name string) (*objectType, response, bool) {
	t := p.lookupType(name)
	if t == nil {
		return nil, unknownType(name), false
	}
	scopes := append(slices.Clone(t.scopes), t.schemaScope())
	if !p.can(scopes...) {
		return nil, missingScopes(scopes), false
	}
	return t, response{}, true
}

// sensitivity reads the dataSensitivity parameter.
func sensitivity(value string) (string, response, bool) {
	switch value {
	case "":
		return "non_sensitive", response{}, true
	case "non_sensitive", "sensitive", "highly_sensitive":
		return value, response{}, true
	}
	return "", invalid("dataSensitivity must be one of: non_sensitive, sensitive, highly_sensitive"), false
}

// definitions are the type's properties of one kind, by name.
func (t *objectType) definitions(archived bool, sensitivity string) []*Property {
	props := []*Property{}
	for prop := range maps.Values(t.properties) {
		if prop.Archived == archived && prop.DataSensitivity == sensitivity {
			props = append(props, prop)
		}
	}
	slices.SortFunc(props, func(a, b *Property) int { return cmp.Compare(a.Name, b.Name) })
	return props
}

// chooseDefinitions reads which of a type's definitions a call asks for.
func (p *Portal) chooseDefinitions(q *request) (t *objectType, archived bool, kind string, refusal response, ok bool) {
	if t, refusal, ok = p.openDefinitions(q.from); !ok {
		return t, archived, kind, refusal, ok
	}
	if archived, refusal, ok = q.archived(); !ok {
		return t, archived, kind, refusal, ok
	}
	kind, refusal, ok = sensitivity(q.query.Get("dataSensitivity"))
	return t, archived, kind, refusal, ok
}

// listProperties serves GET /crm/v3/properties/{objectType}.
func (p *Portal) listProperties(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, archived, kind, refusal, ok := p.chooseDefinitions(q)
	if !ok {
		return refusal
	}
	return encode(map[string]any{"results": t.definitions(archived, kind)})
}

// getProperty serves GET /crm/v3/properties/{objectType}/{propertyName}.
func (p *Portal) getProperty(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, archived, kind, refusal, ok := p.chooseDefinitions(q)
	if !ok {
		return refusal
	}
	prop := t.properties[q.args[0]]
	if prop == nil || prop.Archived != archived || prop.DataSensitivity != kind {
		return objectNotFound(q.args[0])
	}
	return encode(prop)
}

// batchReadProperties serves POST /crm/v3/properties/{objectType}/batch/read.
func (p *Portal) batchReadProperties(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, refusal, ok := p.openDefinitions(q.from)
	if !ok {
		return refusal
	}
	var in struct {
		Archived        *bool   `json:"archived"`
		DataSensitivity *string `json:"dataSensitivity"`
		Inputs          []struct {
			Name string `json:"name"`
		} `json:"inputs"`
	}
	if refusal, ok := decode(q.body, &in); !ok {
		return refusal
	}
	if in.Archived == nil || in.DataSensitivity == nil || in.Inputs == nil {
		return invalid("Some required fields were not set: [archived, dataSensitivity, inputs]")
	}
	props := []*Property{}
	for _, input := range in.Inputs {
		if prop := t.properties[input.Name]; prop != nil && prop.Archived == *in.Archived && prop.DataSensitivity == *in.DataSensitivity {
			props = append(props, prop)
		}
	}
	return encode(map[string]any{"status": "COMPLETE", "results": props})
}

// listGroups serves GET /crm/v3/properties/{objectType}/groups.
func (p *Portal) listGroups(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, refusal, ok := p.openDefinitions(q.from)
	if !ok {
		return refusal
	}
	return encode(map[string]any{"results": t.groups})
}

// getGroup serves GET /crm/v3/properties/{objectType}/groups/{name}.
func (p *Portal) getGroup(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, refusal, ok := p.openDefinitions(q.from)
	if !ok {
		return refusal
	}
	i := slices.IndexFunc(t.groups, func(g Group) bool { return g.Name == q.args[0] })
	if i < 0 {
		return objectNotFound(q.args[0])
	}
	return encode(t.groups[i])
}
