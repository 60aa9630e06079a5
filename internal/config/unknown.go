package config

import (
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

// meant proposes the name that is nearest, if any is near at all.
func meant(name string, known []string) string {
	if len(known) == 0 || len(name) > 200 {
		return ""
	}
	nearest := slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(name, a) - levenshtein.ComputeDistance(name, b)
	})
	if levenshtein.ComputeDistance(name, nearest) > (len(name)+1)/2 {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", nearest)
}
