package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A commander runs commands with the variables of a store.
type commander struct {
	t         *testing.T
	variables map[string]string
}

// run runs a command, and returns what it prints.
func (c *commander) run(stdin string, args ...string) (string, error) {
	var out bytes.Buffer
	p := &program{
		args: args, getenv: func(name string) string { return c.variables[name] },
		stdin: strings.NewReader(stdin), stdout: &out, stderr: &out,
	}
	err := p.run(c.t.Context())
	return out.String(), err
}

// says fails the test unless the command ends well and prints all of want.
func (c *commander) says(args, stdin string, want ...string) string {
	c.t.Helper()
	out, err := c.run(stdin, strings.Fields(args)...)
	if err != nil {
		c.t.Errorf("hubgraph %s: %v\n%s", args, err, out)
	}
	for _, w := range want {
		if !strings.Contains(out, w) {
			c.t.Errorf("hubgraph %s prints %q, want %q in it", args, out, w)
		}
	}
	return out
}

// fails fails the test unless the command does, with all of want in its error.
func (c *commander) fails(args, stdin string, want ...string) {
	c.t.Helper()
	out, err := c.run(stdin, strings.Fields(args)...)
	for _, w := range want {
		if err == nil || !strings.Contains(err.Error(), w) {
			c.t.Errorf("hubgraph %s: %v, want %q in the error\n%s", args, err, w, out)
		}
	}
}

// TestCommandsOfAStore adds a portal by its token, asks it, and changes the keys
// that the store is sealed with, all by commands.
func TestCommandsOfAStore(t *testing.T) {
	fake := hubspottest.New(t, hubspottest.Options{PortalID: 62515, Token: "pat-eu1-of-the-store"})
	fake.AddRecord("contacts", map[string]string{"email": "ada@example.com"})
	folder := t.TempDir()
	keys := filepath.Join(folder, "keys.json")
	c := &commander{t, map[string]string{
		"HUBGRAPH_STORE": "sqlite://" + filepath.Join(folder, "portals.db"), "HUBGRAPH_STORE_KEYS_FILE": keys, "HUBSPOT_BASE_URL": fake.URL(),
	}}
	c.fails("portals list", "", "read the keys of --store-keys (HUBGRAPH_STORE_KEYS_FILE)")
	c.says("keyset create "+keys, "", "Keep a copy")
	c.fails("keyset create "+keys, "", "is there already")
	if info, err := os.Stat(keys); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of keys: %v, %v, want mode 0600", info, err)
	}
	c.fails("portals add", "", "no token: give the private-app token")
	c.fails("portals add", "pat-eu1-another", "HubSpot does not accept the token")
	c.says("portals add", "pat-eu1-of-the-store\n", "Portal 62515 is connected")
	if out := c.says("portals list", "", "62515", "active", "token"); strings.Contains(out, "pat-eu1") {
		t.Errorf("the list tells the token: %s", out)
	}
	c.fails("query {__typename}", "", "say which one is meant with --portal (HUBGRAPH_PORTAL)")
	c.fails("query {__typename} --portal 62516", "", "not connected here")
	c.says("query {contacts{nodes{email}}} --portal 62515", "", "ada@example.com")
	c.says("schema print --portal 62515", "", "type Contact implements")
	c.says("check --portal 62515", "", "portal: 62515", "store: connected portals: 1; lost or disconnected: 0", "OAuth: no portal can be connected in a browser")
	c.says("check", "", "none is served at /graphql")
	c.variables["HUBGRAPH_REDIS_URL"] = "redis://127.0.0.1:1"
	if out, err := c.run("", "check"); err == nil || !strings.Contains(out, "Redis: redis does not answer") {
		t.Errorf("check without Redis: %v\n%s", err, out)
	}
	delete(c.variables, "HUBGRAPH_REDIS_URL")

	old := regexp.MustCompile(`key (\d+)`).FindStringSubmatch(c.says("keyset use", "", "1 connections, 1 snapshots, encrypts from now on"))[1]
	added := regexp.MustCompile(`Key (\d+)`).FindStringSubmatch(c.says("keyset add "+keys, "", "for reading alone"))[1]
	c.says(fmt.Sprintf("keyset promote %s %s", keys, added), "", "encrypts from now on")
	c.fails(fmt.Sprintf("keyset drop %s %s", keys, old), "", "seals 1 connections and 1 snapshots still")
	c.says("keyset reseal", "", "1 connections and 1 snapshots are encrypted with key "+added)
	c.says(fmt.Sprintf("keyset drop %s %s", keys, old), "", "is no longer in")
	c.says("query {contacts{nodes{email}}} --portal 62515", "", "ada@example.com")
	c.fails(fmt.Sprintf("keyset promote %s %s", keys, old), "", "there is no key "+old)

	c.says("portals remove 62515", "", "are forgotten")
	c.fails("portals remove 62515", "", "is not in the store")
}
