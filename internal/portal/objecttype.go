package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// An outcome is what became of a candidate: exactly one field is set.
type outcome struct {
	available   *ObjectType
	unavailable *Unavailable
}

// objectType loads one object type. The error is a fatal one only.
func (l *loader) objectType(ctx context.Context, c candidate) (outcome, error) {
	t := c.ObjectType
	left := func(reason string, scopes []string) outcome {
		return outcome{unavailable: &Unavailable{
			TypeID: t.TypeID, Name: t.Name, PluralName: t.PluralName, Custom: t.Custom,
			SingularLabel: t.SingularLabel, PluralLabel: t.PluralLabel, Description: t.Description,
			Searchable: t.Searchable,
			Reason:     reason, Scopes: scopes,
		}}
	}
	properties, err := l.properties(ctx, t.TypeID)
	if err == nil && c.undocumented {
		err = l.probe(ctx, t.TypeID)
	}
	switch failureOf(ctx, err) {
	case none:
	case fatal:
		return outcome{}, fmt.Errorf("read the definition of %s: %w", t.PluralName, err)
	case forbidden:
		return left("the token lacks a scope, or the portal's subscription does not include it", missingScopes(err, c.scopes)), nil
	case absent:
		return left("not part of this portal", nil), nil
	default:
		if before := l.before(t.TypeID); before != nil {
			l.passes(err, fmt.Sprintf("%s: as read at the last refresh, because %s", t.PluralName, explain(err)))
			return outcome{available: before}, nil
		}
		l.passes(err, fmt.Sprintf("%s: left out, because %s", t.PluralName, explain(err)))
		return left(explain(err), nil), nil
	}
	t.Properties = properties
	t.DisplayProperties = defined(t.DisplayProperties, properties)
	t.FallbackProperties = defined(t.FallbackProperties, properties)
	if c.pipelines {
		if t.Pipelines, t.MissingScopes, err = l.pipelines(ctx, t); err != nil {
			return outcome{}, err
		}
	}
	return outcome{available: &t}, nil
}

// probe asks whether HubSpot serves records of a type.
func (l *loader) probe(ctx context.Context, typeID string) error {
	_, err := l.api.List(ctx, hubspot.ListRequest{ObjectType: typeID, Limit: 1})
	return err
}

// before is the type as the previous metadata has it, or nil.
func (l *loader) before(typeID string) *ObjectType {
	if l.opts.Previous == nil {
		return nil
	}
	t := l.opts.Previous.Type(typeID)
	if t == nil {
		return nil
	}
	before := *t
	if !l.opts.Sensitive {
		before.withoutSensitive()
	}
	return &before
}

// pipelines reads the pipelines of t, or the scopes that the token lacks for
// them; a type that has none is no error.
func (l *loader) pipelines(ctx context.Context, t ObjectType) (pipelines []hubspot.Pipeline, missing []string, err error) {
	pipelines, err = l.api.Pipelines(ctx, t.TypeID)
	switch failureOf(ctx, err) {
	case none:
	case fatal:
		return nil, nil, fmt.Errorf("read the pipelines of %s: %w", t.PluralName, err)
	case forbidden:
		l.warn(fmt.Sprintf("%s: without pipelines, because HubSpot refuses access", t.PluralName))
		return nil, missingScopes(err, nil), nil
	case absent:
		return nil, nil, nil
	default:
		l.passes(err, fmt.Sprintf("%s: pipelines not refreshed, because %s", t.PluralName, explain(err)))
		if before := l.before(t.TypeID); before != nil {
			return before.Pipelines, before.MissingScopes, nil
		}
		return nil, nil, nil
	}
	slices.SortFunc(pipelines, func(a, b hubspot.Pipeline) int {
		return cmp.Or(cmp.Compare(a.DisplayOrder, b.DisplayOrder), strings.Compare(a.Label, b.Label), strings.Compare(a.ID, b.ID))
	})
	for i := range pipelines {
		slices.SortFunc(pipelines[i].Stages, func(a, b hubspot.PipelineStage) int {
			return cmp.Or(cmp.Compare(a.DisplayOrder, b.DisplayOrder), strings.Compare(a.Label, b.Label), strings.Compare(a.ID, b.ID))
		})
	}
	return pipelines, nil, nil
}

// missingScopes are those that HubSpot says the token lacks, else the ones that
// are documented for the type.
func missingScopes(err error, documented []string) []string {
	scopes := documented
	if refusal, ok := errors.AsType[*hubspot.Error](err); ok && len(refusal.Scopes) > 0 {
		scopes = refusal.Scopes
	}
	scopes = slices.Clone(scopes)
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// defined are the names that are of a property in properties, which are sorted
// by name. Every record has hs_object_id.
func defined(names []string, properties []*hubspot.Property) []string {
	var found []string
	for _, name := range names {
		_, ok := slices.BinarySearchFunc(properties, name, func(p *hubspot.Property, name string) int {
			return strings.Compare(p.Name, name)
		})
		if ok || name == "hs_object_id" {
			found = append(found, name)
		}
	}
	return found
}
