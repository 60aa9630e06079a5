package portal

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// properties are all of a type's, by name, without archived ones. The caller
// must not change them: the cache may hold them.
func (l *loader) properties(ctx context.Context, typeID string) ([]*hubspot.Property, error) {
	properties, err := l.definitions(ctx, typeID, hubspot.NonSensitive)
	if err != nil || !l.opts.Sensitive {
		return properties, err
	}
	for _, s := range []hubspot.Sensitivity{hubspot.Sensitive, hubspot.HighlySensitive} {
		more, err := l.definitions(ctx, typeID, s)
		switch failureOf(ctx, err) {
		case none:
			properties = slices.Concat(properties, more)
		case forbidden, absent: // the portal or the type has no sensitive data
		default:
			return nil, err
		}
	}
	slices.SortStableFunc(properties, byName)
	return slices.CompactFunc(properties, func(a, b *hubspot.Property) bool { return a.Name == b.Name }), nil
}

// definitions are a type's properties of one sensitivity, from the cache if it
// has them and the options allow it.
func (l *loader) definitions(ctx context.Context, typeID string, s hubspot.Sensitivity) ([]*hubspot.Property, error) {
	key := propertyKey{portalID: l.account.PortalID, typeID: typeID, sensitivity: s}
	if cached, ok := l.opts.Cache.get(key, l.opts.since); ok {
		return cached, nil
	}
	asked := time.Now()
	read, err := l.api.Properties(ctx, typeID, s)
	if err != nil {
		return nil, err
	}
	read = slices.DeleteFunc(read, func(p hubspot.Property) bool { return p.Archived || p.Name == "" })
	properties := make([]*hubspot.Property, len(read))
	for i, p := range read {
		orderOptions(&p)
		properties[i] = l.sharer.share(p)
	}
	slices.SortFunc(properties, byName)
	l.opts.Cache.put(key, properties, asked)
	return properties, nil
}

func byName(a, b *hubspot.Property) int { return strings.Compare(a.Name, b.Name) }

// orderOptions puts a property's options into the order in which HubSpot shows
// them: by display order, where a negative one stands for the end.
func orderOptions(p *hubspot.Property) {
	slices.SortFunc(p.Options, func(a, b hubspot.PropertyOption) int {
		if atEnd := b.DisplayOrder < 0; (a.DisplayOrder < 0) != atEnd {
			if atEnd {
				return -1
			}
			return 1
		}
		return cmp.Or(
			cmp.Compare(a.DisplayOrder, b.DisplayOrder),
			strings.Compare(a.Label, b.Label),
			strings.Compare(a.Value, b.Value))
	})
}

// withoutSensitive drops the properties that HubSpot classes as sensitive.
func (t *ObjectType) withoutSensitive() {
	t.Properties = slices.DeleteFunc(slices.Clone(t.Properties), func(p *hubspot.Property) bool {
		return p.DataSensitivity != "" && p.DataSensitivity != "non_sensitive"
	})
	t.DisplayProperties = defined(t.DisplayProperties, t.Properties)
	t.FallbackProperties = defined(t.FallbackProperties, t.Properties)
}
