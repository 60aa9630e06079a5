package gateway

import (
	"fmt"
	"strings"

	"github.com/hubgraph/hubgraph/internal/portal"
)

// A Warning is what an operator should know of a portal, and can do about it.
type Warning struct {
	Text   string   `json:"text"`
	Fix    string   `json:"fix,omitempty"`
	Scopes []string `json:"scopes,omitempty"` // that are missing
}

// warnings are those of the graph of now. What is not right with HubSpot or the
// metadata as a whole is in the reasons of the [Status].
func (g *Gateway) warnings() []Warning {
	meta := g.Metadata()
	warnings := []Warning{}
	for _, u := range meta.Unavailable {
		if len(u.Scopes) > 0 {
			warnings = append(warnings, Warning{
				Text: fmt.Sprintf("%s are not in the graph: %s", labelOf(u.PluralLabel, u.PluralName), u.Reason), Fix: addScopes(u.Scopes), Scopes: u.Scopes,
			})
		}
	}
	named := make(map[string]bool)
	for _, t := range meta.Types {
		if len(t.MissingScopes) > 0 {
			warnings = append(warnings, Warning{
				Text: labelOf(t.PluralLabel, t.PluralName) + " are in the graph without all that belongs to them, such as their pipelines: HubSpot refuses access",
				Fix:  addScopes(t.MissingScopes), Scopes: t.MissingScopes,
			})
			named[t.PluralName] = true
		}
	}
	for _, text := range meta.Warnings {
		if about, _, _ := strings.Cut(text, ":"); !named[about] {
			warnings = append(warnings, Warning{Text: text, Fix: fixOf(meta)})
		}
	}
	return warnings
}

// addScopes says how the token gets scopes.
func addScopes(scopes []string) string {
	return fmt.Sprintf("give the app, or the service key, in HubSpot the scopes %s, and have the metadata refreshed", strings.Join(scopes, ", "))
}

func fixOf(meta *portal.Metadata) string {
	if meta.Partial {
		return "nothing: it is read again soon"
	}
	return ""
}

func labelOf(label, name string) string {
	if label != "" {
		return label
	}
	return name
}
