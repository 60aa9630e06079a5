package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
)

// Kubernetes sets variables for each service of a namespace. For one that is
// called hubgraph, they look like ours.
//
// Source: https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
var serviceVariable = regexp.MustCompile(`^(HUBGRAPH|HUBSPOT)_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`)

// checkVariables makes a mistake of each variable that is meant for hubgraph and
// that it does not know: a setting with a typing error would have no effect.
func (s *settings) checkVariables(names []string) {
	known := slices.Clone(s.secrets)
	for _, set := range s.settings {
		known = append(known, set.variable)
	}
	slices.Sort(known)
	names = slices.Clone(names)
	slices.Sort(names)
	for _, name := range names {
		ours := strings.HasPrefix(name, "HUBGRAPH_") || strings.HasPrefix(name, "HUBSPOT_")
		if !ours || slices.Contains(known, name) || s.getenv(name) == "" || serviceVariable.MatchString(name) {
			continue
		}
		s.mistake("unknown variable %s%s (hubgraph --help lists the variables)", name, meant(name, known))
	}
}

// commandLineError adds the nearest flag or command to an unknown one.
func commandLineError(err error, app *kong.Application) error {
	hint := ""
	if short, _, ok := strings.Cut(err.Error(), ", did you mean \"-"); ok && !strings.Contains(short, "--") {
		err = errors.New(short) // one letter is as near to another as to a third
	}
	if word, ok := strings.CutPrefix(err.Error(), "unexpected argument "); ok && !strings.Contains(word, " ") {
		var known []string
		for _, command := range app.Children {
			known = append(known, command.Name)
		}
		hint = meant(word, known)
	}
	if name, ok := strings.CutPrefix(err.Error(), "unknown flag --"); ok && !strings.Contains(name, " ") {
		var known []string
		for _, f := range app.Flags {
			if !f.Hidden {
				known = append(known, "--"+f.Name)
			}
		}
		hint = meant("--"+name, known)
	}
	return fmt.Errorf("%w%s (hubgraph --help lists the flags)", err, hint)
}

// meant proposes the name that is nearest, if any is near at all, or else the only
// one that says more than this one in front, as HUBSPOT_ACCESS_TOKEN does of
// HUBSPOT_TOKEN.
func meant(name string, known []string) string {
	own := stem(name)
	if len(own) > 200 {
		return ""
	}
	nearest, least := "", len(own)+1
	var longer []string
	for _, other := range known {
		full := stem(other)
		const most = 3 // further away is another word
		if d := levenshtein.ComputeDistance(own, full); d <= min(most, (max(len(own), len(full))+1)/3) && d < least {
			nearest, least = other, d
		}
		if strings.HasSuffix(full, "_"+own) || strings.HasSuffix(full, "-"+own) {
			longer = append(longer, other)
		}
	}
	if nearest == "" && len(longer) == 1 {
		nearest = longer[0]
	}
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", nearest)
}

// stem is a name without what many names begin with, which makes none of them
// near to another.
func stem(name string) string {
	for _, prefix := range []string{"--", "HUBGRAPH_", "HUBSPOT_"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest
		}
	}
	return name
}
