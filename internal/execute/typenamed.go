package execute

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// typeNamed finds the object type that an argument names, by type ID or name.
// The error says whether the portal does not have it, or the token may not
// read it.
func (b *builder) typeNamed(field, argument, name string) (*schema.Type, *gqlerror.Error) {
	if t := b.schema.TypeNamed(name); t != nil {
		return t, nil
	}
	u := b.unavailable(name)
	switch {
	case u == nil:
		return nil, badInput("%s: %s %q is no object type of this portal; { objectTypes { typeId name pluralName } } lists them", field, argument, clip(name))
	case len(u.Scopes) == 0:
		return nil, badInput("%s: %s %q cannot be read: %s; { objectTypes { typeId name pluralName } } lists what can", field, argument, clip(name), u.Reason)
	}
	err := badInput("%s: %s %q cannot be read: %s; the scopes %v would open it", field, argument, clip(name), u.Reason, u.Scopes)
	err.Extensions = map[string]any{"code": CodeForbidden, "missingScopes": u.Scopes}
	return nil, err
}

// unavailable finds an object type that was left out of the graph, or nil.
func (b *builder) unavailable(name string) *portal.Unavailable {
	id := name
	for _, t := range portal.StandardTypes() {
		if strings.EqualFold(name, t.PluralName) {
			id = t.TypeID
		}
	}
	i := slices.IndexFunc(b.meta.Unavailable, func(u portal.Unavailable) bool {
		return strings.EqualFold(u.TypeID, id) || strings.EqualFold(u.Name, name)
	})
	if i < 0 {
		return nil
	}
	return &b.meta.Unavailable[i]
}
