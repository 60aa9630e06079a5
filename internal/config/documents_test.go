package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDocuments(t *testing.T) {
	tests := []struct {
		name string
		args []string
		env  []string
		want Documents
		err  []string // one mistake a line
	}{
		{"files to name documents of", []string{"--trusted-documents=web.json, mobile.json"}, nil,
			Documents{Files: []string{"web.json", "mobile.json"}, Mode: "off", CacheBytes: 16 << 20}, nil},
		{"files to enforce", []string{"--trusted-documents=web.json"}, []string{"HUBGRAPH_TRUSTED_DOCUMENTS_MODE=enforce"},
			Documents{Files: []string{"web.json"}, Mode: "enforce", CacheBytes: 16 << 20}, nil},
		{"none kept", []string{"--persisted-query-bytes=0"}, nil, Documents{Mode: "off"}, nil},

		{"nothing to enforce", []string{"--trusted-documents-mode=enforce"}, nil, Documents{}, []string{
			`--trusted-documents-mode (HUBGRAPH_TRUSTED_DOCUMENTS_MODE) is "enforce", and no document is trusted: name their files with --trusted-documents (HUBGRAPH_TRUSTED_DOCUMENTS)`}},
		{"everything wrong", []string{"--trusted-documents=,", "--trusted-documents-mode=on", "--persisted-query-bytes=1"}, nil, Documents{}, []string{
			`--trusted-documents (HUBGRAPH_TRUSTED_DOCUMENTS) is ",": must be files separated by single commas, such as web.json,mobile.json`,
			`--trusted-documents-mode (HUBGRAPH_TRUSTED_DOCUMENTS_MODE) is "on": must be one of off, log, enforce`,
			`--persisted-query-bytes (HUBGRAPH_PERSISTED_QUERY_BYTES) is "1": must be a whole number of bytes, at least 65536, or 0 for none`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := parseDemo(t, tt.args, tt.env, tt.err)
			if diff := cmp.Diff(tt.want, c.Documents); diff != "" {
				t.Errorf("Parse(%q).Documents (-want +got):\n%s", tt.args, diff)
			}
		})
	}
}
