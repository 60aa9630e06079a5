package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHTTP(t *testing.T) {
	const must = "must be origins such as https://app.example.com or http://localhost:3000: scheme, host and port in full, nothing behind"
	tests := []struct {
		name string
		args []string
		env  []string
		want HTTP
		err  []string // one mistake a line
	}{
		{"the release", []string{"--http-status=2026"}, nil, HTTP{Status: "2026", ExportRows: 1_000_000}, nil},
		{"origins", []string{"--cors-origins=https://App.example.com, http://localhost:3000"}, []string{"HUBGRAPH_CORS_CREDENTIALS=true"},
			HTTP{Status: "audit", CORSOrigins: []string{"https://app.example.com", "http://localhost:3000"}, CORSCredentials: true, ExportRows: 1_000_000}, nil},
		{"every origin", nil, []string{"HUBGRAPH_CORS_ORIGINS=*"}, HTTP{Status: "audit", CORSOrigins: []string{"*"}, ExportRows: 1_000_000}, nil},
		{"few rows", []string{"--export-rows=500"}, nil, HTTP{Status: "audit", ExportRows: 500}, nil},
		{"no exports", nil, []string{"HUBGRAPH_EXPORT_ROWS=0"}, HTTP{Status: "audit", ExportRows: -1}, nil},

		{"unknown rules", []string{"--http-status=2025"}, nil, HTTP{}, []string{
			`--http-status (HUBGRAPH_HTTP_STATUS) is "2025": must be one of audit, 2026`}},
		{"rows that are none", []string{"--export-rows=all"}, nil, HTTP{}, []string{
			`--export-rows (HUBGRAPH_EXPORT_ROWS) is "all": must be a whole number from 1 to 1000000000, or 0 for no exports`}},
		{"credentials for everybody", []string{"--cors-origins=*", "--cors-credentials"}, nil, HTTP{}, []string{
			"--cors-credentials (HUBGRAPH_CORS_CREDENTIALS) goes with origins that --cors-origins (HUBGRAPH_CORS_ORIGINS) names, not with *: every page that somebody opens could read the portal as them"}},
		{"credentials for nobody", []string{"--cors-credentials"}, nil, HTTP{}, []string{
			"--cors-credentials (HUBGRAPH_CORS_CREDENTIALS) does nothing without --cors-origins (HUBGRAPH_CORS_ORIGINS): name the origins whose pages may send credentials"}},
		{"all beside some", []string{"--cors-origins=https://app.example.com,*"}, nil, HTTP{}, []string{
			`--cors-origins (HUBGRAPH_CORS_ORIGINS) is "https://app.example.com,*": must be * alone, or origins without it: * is all of them`}},
		{"two commas", []string{"--cors-origins=https://a.example,,https://b.example"}, nil, HTTP{}, []string{
			`--cors-origins (HUBGRAPH_CORS_ORIGINS) is "https://a.example,,https://b.example": must be origins separated by single commas, such as https://app.example.com,https://admin.example.com`}},
		{"a path", []string{"--cors-origins=https://app.example.com/"}, nil, HTTP{}, []string{
			`--cors-origins (HUBGRAPH_CORS_ORIGINS) is "https://app.example.com/": ` + must + `; "https://app.example.com/" is none`}},
		{"no scheme", []string{"--cors-origins=app.example.com"}, nil, HTTP{}, []string{
			`--cors-origins (HUBGRAPH_CORS_ORIGINS) is "app.example.com": ` + must + `; "app.example.com" is none`}},
		{"the origin of files", []string{"--cors-origins=null"}, nil, HTTP{}, []string{
			`--cors-origins (HUBGRAPH_CORS_ORIGINS) is "null": ` + must + `; "null" is none`}},
		{"a pattern", []string{"--cors-origins=https://*.example.com"}, nil, HTTP{}, []string{
			`--cors-origins (HUBGRAPH_CORS_ORIGINS) is "https://*.example.com": ` + must + `; "https://*.example.com" is none`}},
		{"a password", []string{"--cors-origins=https://me:hunter2@example.com"}, nil, HTTP{}, []string{
			`--cors-origins (HUBGRAPH_CORS_ORIGINS) is "REDACTED": ` + must}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := parseDemo(t, tt.args, tt.env, tt.err)
			if diff := cmp.Diff(tt.want, c.HTTP); diff != "" {
				t.Errorf("Parse(%q).HTTP (-want +got):\n%s", tt.args, diff)
			}
		})
	}
}
