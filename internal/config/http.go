package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// HTTPFlags are the flags of [HTTP].
type HTTPFlags struct {
	HTTPStatus      *string `name:"http-status" variable:"HUBGRAPH_HTTP_STATUS" standard:"audit" placeholder:"RULES" help:"Which rules the statuses of GraphQL answers follow: audit, which all clients know, or 2026, the release of September 2026."`
	CORSOrigins     *string `name:"cors-origins" variable:"HUBGRAPH_CORS_ORIGINS" placeholder:"ORIGINS" help:"Origins whose pages may ask in a browser, separated by commas, such as https://app.example.com; * is all of them."`
	CORSCredentials *bool   `name:"cors-credentials" variable:"HUBGRAPH_CORS_CREDENTIALS" standard:"false" help:"Let pages of --cors-origins send cookies and other credentials of the browser's."`
	ExportRows      *string `name:"export-rows" variable:"HUBGRAPH_EXPORT_ROWS" standard:"1000000" placeholder:"ROWS" help:"Most rows of one export as CSV or NDJSON; 0 for no exports."`
}

// HTTP is how GraphQL is served over HTTP.
type HTTP struct {
	// Status names the rules that say which status an answer has: "audit" or
	// "2026". --http-status, HUBGRAPH_HTTP_STATUS, audit.
	Status string
	// CORSOrigins are the origins whose pages may read answers, as browsers
	// write them, or "*" alone; nil is none. --cors-origins,
	// HUBGRAPH_CORS_ORIGINS, none.
	CORSOrigins []string
	// CORSCredentials lets those pages send credentials of the browser's; never
	// set with "*". --cors-credentials, HUBGRAPH_CORS_CREDENTIALS, off.
	CORSCredentials bool
	// ExportRows is how many rows one export has at most; less than 0 ("0") means
	// that there are none, 0 is for the default. --export-rows,
	// HUBGRAPH_EXPORT_ROWS, 1,000,000.
	ExportRows int
}

// anyOrigin lets the pages of every origin in.
const anyOrigin = "*"

func (s *settings) http() HTTP {
	h := HTTP{
		Status:          convert(s, "http-status", oneOf("audit", "2026")),
		CORSOrigins:     convert(s, "cors-origins", origins),
		CORSCredentials: convert(s, "cors-credentials", yesOrNo),
		ExportRows:      convert(s, "export-rows", exportRows),
	}
	credentials, from := s.settings["cors-credentials"].names(), s.settings["cors-origins"].names()
	switch {
	case h.CORSCredentials && slices.Contains(h.CORSOrigins, anyOrigin):
		s.mistake("%s goes with origins that %s names, not with *: every page that somebody opens could read the portal as them",
			credentials, from)
	case h.CORSCredentials && s.settings["cors-origins"].value == "":
		s.mistake("%s does nothing without %s: name the origins whose pages may send credentials", credentials, from)
	}
	return h
}

// exportRows takes a number of rows, or 0 for no exports.
func exportRows(v string) (int, error) {
	if v == off {
		return -1, nil
	}
	n, err := wholeNumberTo(1_000_000_000)(v)
	if err != nil {
		return 0, fmt.Errorf("%w, or 0 for no exports", err)
	}
	return n, nil
}

// origins takes origins as browsers write them, or * alone.
func origins(v string) ([]string, error) {
	names, err := list(v)
	if err != nil {
		return nil, errors.New("must be origins separated by single commas, such as https://app.example.com,https://admin.example.com")
	}
	for i, name := range names {
		if name == anyOrigin {
			if len(names) > 1 {
				return nil, errors.New("must be * alone, or origins without it: * is all of them")
			}
			continue
		}
		if names[i], err = origin(name); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func origin(name string) (string, error) {
	const must = "must be origins such as https://app.example.com or http://localhost:3000: scheme, host and port in full, nothing behind"
	if strings.Contains(name, "@") {
		return "", &secretiveError{shown: redacted, must: must}
	}
	u, err := url.Parse(name)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || strings.Contains(u.Host, anyOrigin) ||
		u.Scheme+"://"+u.Host != name {
		return "", fmt.Errorf("%s; %q is none", must, name)
	}
	return strings.ToLower(name), nil
}
