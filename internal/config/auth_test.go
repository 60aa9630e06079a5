package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuth(t *testing.T) {
	tests := []struct {
		name string
		args []string
		env  []string
		want Auth
	}{
		{"nothing", nil, nil, Auth{}},
		{"a file", []string{"--api-keys=a b.json"}, []string{"HUBGRAPH_API_KEYS_FILE=c.json"}, Auth{KeysFile: "a b.json"}},
		{"a file by variable", nil, []string{"HUBGRAPH_API_KEYS_FILE=c.json"}, Auth{KeysFile: "c.json"}},
		{"a text", nil, []string{"HUBGRAPH_API_KEYS= {}\n"}, Auth{Keys: NewSecret("{}")}},
		{"everybody", []string{"--allow-anonymous"}, nil, Auth{AllowAnonymous: true}},
		{"everybody by variable", nil, []string{"HUBGRAPH_ALLOW_ANONYMOUS=1"}, Auth{AllowAnonymous: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.args, env(append(tt.env, withToken)...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.Auth); diff != "" {
				t.Errorf("Auth (-want +got):\n%s", diff)
			}
			if got.Auth.Required() != (tt.want.KeysFile != "" || tt.want.Keys != Secret{}) {
				t.Errorf("Required() = %t", got.Auth.Required())
			}
		})
	}
}

func TestAuthMistakes(t *testing.T) {
	_, err := Parse([]string{"--api-keys=a.json", "--allow-anonymous"}, env(withToken, "HUBGRAPH_API_KEYS={\"keys\": []}"))
	if err == nil {
		t.Fatal("no mistake found")
	}
	want := []string{
		`--api-keys (HUBGRAPH_API_KEYS_FILE) and HUBGRAPH_API_KEYS both say who may ask: take one of them away`,
		`--allow-anonymous (HUBGRAPH_ALLOW_ANONYMOUS) lets everybody ask, and --api-keys (HUBGRAPH_API_KEYS_FILE) or HUBGRAPH_API_KEYS says who may: take one of them away`,
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
