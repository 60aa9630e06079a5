package auth

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var hashA, hashB = HashKey("a"), HashKey("b")

// entry is a key in a document, with what stands beside its name and hash.
func entry(name, hash, more string) string {
	return fmt.Sprintf(`{"name": %q, "sha256": %q%s}`, name, hash, more)
}

func TestParseMistakes(t *testing.T) {
	good := entry("a", hashA, "")
	tests := []struct {
		name, text string
		want       []string // one mistake a line
	}{
		{"not JSON", `{"keys": [`, []string{"not JSON: unexpected EOF within \"/keys\" after offset 10"}},
		{"a member twice", `{"keys": [], "keys": []}`, []string{"not JSON: duplicate object member name \"keys\""}},
		{"another kind", `{"keys": {}}`, []string{"keys must be a list, in brackets"}},
		{"a day for a time", `{"keys": [{"name": "a", "expires": "2027-01-01"}]}`, []string{`keys/0/expires must be a time such as "2099-01-31T00:00:00Z"`}},
		{"every value of another type", `{
			"roles": {"r": {"objectTypes": [1, "deals"], "owners": "yes", "requestsPerMinute": 1.5}, "s": []},
			"keys": [7, {"name": 1, "sha256": true}, ` + entry("c", "x", "") + `, ` + entry("d", hashB, `, "expires": 5, "role": "s"`) + `],
			"jwt": {"audience": "hubgraph", "roleOf": {"a": 1}}}`, []string{
			"roles/r/objectTypes/0 must be text",
			"roles/r/owners must be true or false",
			"roles/r/requestsPerMinute must be a whole number",
			"roles/s must be an object, in braces",
			"keys/0 must be an object, in braces",
			"keys/1/name must be text",
			"keys/1/sha256 must be text",
			`keys/3/expires must be a time such as "2099-01-31T00:00:00Z"`,
			"jwt/audience must be a list, in brackets",
			"jwt/roleOf/a must be text",
			`key "c": sha256 is not 64 hex digits: copy it from hubgraph keys create, which never prints the key itself there`,
		}},
		{"a list of keys alone", `[]`, []string{"not a JSON object of roles, keys and jwt"}},
		{"too large a number", `{"keys": [{"name": "a", "requestsPerMinute": 1e400}]}`, []string{"keys/0/requestsPerMinute must be a whole number"}},
		{"names of several lines", `{"roles": {"r\ts": {}}, "keys": [` + entry("a\nb", hashA, "") + `,` + entry("a\u2028b", hashB, "") + `]}`, []string{
			`role "r\ts": its name has a line break or another character that does not print: give it one of letters, digits and spaces`,
			`key "a\nb": its name has a line break or another character that does not print: give it one of letters, digits and spaces`,
			`key "a\u2028b": its name has a line break or another character that does not print: give it one of letters, digits and spaces`,
		}},
		{"a role's bound", `{"roles": {"r": {"requestsPerMinute": -1}}, "keys": [` + good + `]}`, []string{
			`role "r": requestsPerMinute is -1: must be a whole number from 1 to 1000000, or left out for no bound`,
		}},
		{"an issuer with a password", `{"roles": {"r": {}}, "jwt": {"jwks": "https://me:hunter2@example.com/keys", "issuer": "i", "audience": ["a"], "algorithms": ["RS256"], "roleClaim": "c"}}`, []string{
			"jwt: jwks must hold no user name or password: an issuer's keys are for everybody to read",
		}},
		{"text for a list", `{"keys": [{"name": "a", "objectTypes": "contacts"}]}`, []string{"keys/0/objectTypes must be a list, in brackets"}},
		{"nobody", `{}`, []string{"there are no keys and no jwt, so nobody could ask: hubgraph keys create makes a key"}},
		{"unknown members", `{"role": 1, "roles": {"r": {"objectType": []}}, "keys": [` + entry("a", hashA, `, "rolle": "r"`) + `]}`, []string{
			`unknown member "role": take it out or correct its name`,
			`role "r": unknown member "objectType": take it out or correct its name`,
			`key "a": unknown member "rolle": take it out or correct its name`,
		}},
		{"a role of two kinds", `{"roles": {"r": {}}, "keys": [` + entry("a", hashA, `, "role": "r", "hiddenObjectTypes": ["deals"]`) + `]}`, []string{
			`key "a": it has a role and rights of its own: put them into the role, or leave the role out`,
		}},
		{"no such role", `{"roles": {"r": {}, "s": {}}, "keys": [` + entry("a", hashA, `, "role": "t"`) + `]}`, []string{
			`key "a": role "t" is not among the roles; there are: r, s`,
		}},
		{"keys", `{"keys": [` + good + `,` + entry("a", hashB, "") + `,` + entry("b", hashA, "") + `, {}]}`, []string{
			`key "a": another key has this name: the log could not tell them apart`,
			`key "b": its sha256 is that of key "a": make a key for each`,
			`key 4: no name: give it one, for the log`,
			`key 4: sha256 is not 64 hex digits: copy it from hubgraph keys create, which never prints the key itself there`,
		}},
		{"bounds", `{"keys": [` + entry("a", hashA, `, "requestsPerMinute": 0, "portals": [], "trustedDocuments": "enforce"`) + `,` + entry("b", hashB, `, "portals": ["main"], "managesPortals": true`) + `]}`, []string{
			`key "a": requestsPerMinute is 0: must be a whole number from 1 to 1000000, or left out for no bound`,
			`key "a": portals is empty: name at least one Hub ID, or leave it out for all`,
			`key "a": trustedDocuments is "enforce", but this gateway has no trusted documents: take it out`,
			`key "b": portals has "main": a Hub ID is digits, in quotes`,
			`key "b": managesPortals is about all portals, and portals about some: take one of them out`,
		}},
		{"rights", `{"roles": {"r": {"objectTypes": [], "lists": true, "properties": {"*": ["a"], "deals": null}, "hiddenProperties": {"deals": [""]}}, "s": {"objectTypes": ["Deals", "*"], "hiddenObjectTypes": ["deals"]}}, "keys": [` + good + `]}`, []string{
			`role "r": hiddenProperties of deals has an empty name: write HubSpot's names, such as "email"`,
			`role "r": lists is true, but the portal's lists are of all object types: leave it out, or hide none of those`,
			`role "r": objectTypes is empty: name at least one object type, or leave it out`,
			`role "r": properties is of the object type "*": write a name such as "contacts"`,
			`role "r": properties of deals is null: give a list of HubSpot's property names`,
			`role "s": objectTypes and hiddenObjectTypes both name "Deals": take it out of one of them`,
			`role "s": objectTypes has an entry that is no name of an object type: write names such as "contacts"`,
		}},
		{"jwt", `{"jwt": {"jwks": "http://example.com/keys", "algorithms": ["HS256", "none"], "roleOf": {"x": "r"}}}`, []string{
			`jwt: jwks must be a URL that starts with https://, or of this machine: whoever could change the keys on their way could make tokens`,
			`jwt: issuer is missing`,
			`jwt: roleClaim is missing`,
			`jwt: audience is missing: name whom the tokens are for, or tokens for others would do`,
			`jwt: algorithms has "HS256": must be of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA`,
			`jwt: algorithms has "none": must be of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA`,
			`jwt: roleOf "x": role "r" is not among the roles; there are: none`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.text), Options{})
			if err == nil {
				t.Fatal("no mistake found")
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTrustedDocumentModes(t *testing.T) {
	o := Options{TrustedDocuments: []string{"off", "enforce"}}
	d, err := Parse([]byte(`{"keys": [`+entry("a", hashA, `, "trustedDocuments": "enforce"`)+`]}`), o)
	if err != nil || d.keys[0].principal.TrustedDocuments != "enforce" {
		t.Errorf("Parse = %v", err)
	}
	if _, err = Parse([]byte(`{"keys": [`+entry("a", hashA, `, "trustedDocuments": "strict"`)+`]}`), o); err == nil || !strings.Contains(err.Error(), "must be one of off, enforce") {
		t.Errorf("an unknown mode: %v", err)
	}
}

func TestKeys(t *testing.T) {
	seen := make(map[string]bool)
	for range 100 {
		key := NewKey()
		if !WellFormed(key) || len(key) != 62 || seen[key] {
			t.Fatalf("NewKey() made %d characters, well-formed: %t", len(key), WellFormed(key))
		}
		seen[key] = true
		for i := range key { // any one character wrong
			changed := []byte(key)
			changed[i] = 'a' + (changed[i]-'a'+1)%26
			if string(changed) != key && WellFormed(string(changed)) {
				t.Fatalf("a key with another character %d is well-formed", i)
			}
		}
		for _, other := range []string{key[:61], key + "a", key[1:], strings.ToUpper(key), ""} {
			if WellFormed(other) {
				t.Fatalf("%d characters of a key are well-formed", len(other))
			}
		}
	}
}

func TestExpired(t *testing.T) {
	d, err := Parse([]byte(`{"keys": [`+entry("old", hashA, `, "expires": "2020-01-31T00:00:00Z"`)+`,`+entry("new", hashB, `, "expires": "2999-01-31T00:00:00Z"`)+`]}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.String(), "roles: 0, keys: 2; expired, so that they may be taken out: old"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestDefaultRights(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name                      string
		rights                    Rights
		everything, owners, lists bool
	}{
		{"all", Rights{}, true, true, true},
		{"how it is read hides nothing", Rights{Introspection: &no, Suggestions: &no}, true, true, true},
		{"types named", Rights{ObjectTypes: []string{"contacts"}}, false, false, false},
		{"types named, and owners", Rights{ObjectTypes: []string{"contacts"}, Owners: &yes}, false, true, false},
		{"types hidden", Rights{HiddenObjectTypes: []string{"contacts"}}, false, true, false},
		{"properties hidden", Rights{HiddenProperties: map[string][]string{"*": {"email"}}}, false, true, false},
		{"properties hidden, with lists", Rights{HiddenProperties: map[string][]string{"*": {"email"}}, Lists: &yes}, false, true, true},
		{"owners hidden", Rights{Owners: &no}, false, false, true},
		{"lists hidden", Rights{Lists: &no}, false, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.rights
			if r.Everything() != tt.everything || r.SeesOwners() != tt.owners || r.SeesLists() != tt.lists {
				t.Errorf("everything %t, owners %t, lists %t", r.Everything(), r.SeesOwners(), r.SeesLists())
			}
		})
	}
}
