package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// ownersScope opens the owners endpoint.
const ownersScope = "crm.objects.owners.read"

// ownerLists are HubSpot's two lists of owners. A nil list could not be read.
type ownerLists struct{ active, archived []hubspot.Owner }

// owners reads one of the lists into list. The error is a fatal one only.
func (l *loader) owners(ctx context.Context, archived bool, list *[]hubspot.Owner) error {
	owners, err := l.api.Owners(ctx, archived)
	switch failureOf(ctx, err) {
	case none:
		for i := range owners {
			orderTeams(&owners[i])
		}
		*list = slices.Concat([]hubspot.Owner{}, owners) // never nil
	case fatal:
		return fmt.Errorf("read the owners: %w", err)
	case forbidden:
		l.warn("the token cannot read owners (scope " + ownersScope + ")")
		*list = []hubspot.Owner{}
	case absent:
		*list = []hubspot.Owner{}
	default:
		l.passes(err, "owners not refreshed, because "+explain(err))
	}
	return nil
}

// mergeOwners makes one list, by ID, in which the previous metadata stands in
// for what could not be read. An owner in both lists was archived while they
// were read, or restored: the active one is kept, which has more to say.
func (l *loader) mergeOwners(lists ownerLists) []hubspot.Owner {
	owners := slices.Concat(lists.active, lists.archived)
	if l.opts.Previous != nil {
		for _, o := range l.opts.Previous.Owners {
			if o.Archived && lists.archived == nil || !o.Archived && lists.active == nil {
				owners = append(owners, o)
			}
		}
	}
	slices.SortStableFunc(owners, func(a, b hubspot.Owner) int {
		if byID := strings.Compare(a.ID, b.ID); byID != 0 {
			return byID
		}
		switch {
		case a.Archived == b.Archived:
			return 0
		case b.Archived:
			return -1
		default:
			return 1
		}
	})
	return slices.CompactFunc(owners, func(a, b hubspot.Owner) bool { return a.ID == b.ID })
}

func orderTeams(o *hubspot.Owner) {
	if len(o.Teams) == 0 {
		o.Teams = nil // a snapshot does not tell empty from none
		return
	}
	slices.SortFunc(o.Teams, func(a, b hubspot.Team) int { return strings.Compare(a.ID, b.ID) })
}
