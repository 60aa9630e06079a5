package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/config"
)

// keysCmd is the command line of hubgraph keys, for kong.
type keysCmd struct {
	Create createKeyCmd `cmd:"" help:"Make an API key, and print it once with its entry for the file of --api-keys."`
	Check  checkKeysCmd `cmd:"" help:"Check a file of API keys, and whose a key is."`
}

type createKeyCmd struct {
	Name              string        `arg:"" help:"Name of the key, which the log shows."`
	Role              string        `placeholder:"ROLE" help:"Role of the file that it has; all may be seen without."`
	Portals           []string      `placeholder:"HUB-ID" help:"Portals that it is for; all if left out."`
	ManagesPortals    bool          `help:"Let it connect and disconnect portals in a browser, at /portals."`
	RequestsPerMinute *int          `placeholder:"N" help:"Most requests of a minute; any number if left out."`
	ExpiresIn         time.Duration `placeholder:"DURATION" help:"How long it is good for, such as 2160h; for ever if left out."`
}

type checkKeysCmd struct {
	File  string `arg:"" optional:"" help:"File of API keys; that of HUBGRAPH_API_KEYS_FILE if left out."`
	Stdin bool   `help:"Read an API key from standard input and say whose it is."`
}

// runKeys is hubgraph keys: args are what stands behind it.
func runKeys(args []string, getenv func(string) string, stdin io.Reader, stdout io.Writer) error {
	var cmd keysCmd
	exited := false
	app, err := kong.New(&cmd, kong.Name("hubgraph keys"), kong.Writers(stdout, stdout), kong.Exit(func(int) { exited = true }))
	if err != nil {
		return fmt.Errorf("build the command line: %w", err)
	}
	parsed, err := app.Parse(args)
	switch {
	case exited:
		return nil
	case err != nil:
		return fmt.Errorf("%w (hubgraph keys --help lists the commands)", err)
	case strings.HasPrefix(parsed.Command(), "create"):
		return cmd.Create.run(time.Now(), stdout)
	}
	return cmd.Check.run(getenv, stdin, stdout)
}

// run makes a key. This is the only time that it is to be seen.
func (c createKeyCmd) run(now time.Time, stdout io.Writer) error {
	key := auth.NewKey()
	entry := auth.KeyEntry{Name: c.Name, SHA256: auth.HashKey(key), Role: c.Role, Portals: c.Portals, ManagesPortals: c.ManagesPortals, RequestsPerMinute: c.RequestsPerMinute}
	if c.ExpiresIn != 0 {
		expires := now.Add(c.ExpiresIn).UTC().Truncate(time.Second)
		entry.Expires = &expires
	}
	if err := entry.Check(); err != nil {
		return err
	}
	text, err := entry.Text("    ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, `The key, which is not shown again:

    %s

Its entry in "keys" of the file of --api-keys, which holds no secret:

    %s
`, key, text)
	return err
}

// run checks a file, and perhaps a key.
func (c checkKeysCmd) run(getenv func(string) string, stdin io.Reader, stdout io.Writer) error {
	cfg := config.Auth{KeysFile: c.File}
	if cfg.KeysFile == "" {
		cfg.KeysFile = getenv("HUBGRAPH_API_KEYS_FILE")
	}
	if cfg.KeysFile == "" {
		if cfg.Keys = config.NewSecret(getenv("HUBGRAPH_API_KEYS")); !cfg.Required() {
			return errors.New("no file to check: name it, or set HUBGRAPH_API_KEYS_FILE")
		}
	}
	d, err := readKeys(cfg)
	if err != nil {
		return err
	}
	if !c.Stdin {
		_, err = fmt.Fprintln(stdout, d)
		return err
	}
	text, err := io.ReadAll(io.LimitReader(stdin, 1<<10))
	if err != nil {
		return fmt.Errorf("read the key: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if !auth.WellFormed(key) {
		return errors.New("what came in is no API key: it is mistyped or cut short, or something else")
	}
	name, ok := d.NameOf(key)
	if !ok {
		return errors.New("the key is well-formed, and not in the file")
	}
	note := ""
	if slices.Contains(d.Expired(time.Now()), name) {
		note = ", which has expired"
	}
	_, err = fmt.Fprintf(stdout, "the key is %q%s\n", name, note)
	return err
}

// isKeys reports whether the command line asks for hubgraph keys.
func isKeys(args []string) bool { return len(args) > 0 && args[0] == "keys" }
