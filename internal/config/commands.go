package config

import (
	"strings"

	"github.com/alecthomas/kong"
)

// The commands, as [Command.Name] has them.
const (
	Serve       = "serve"
	Check       = "check"
	SchemaPrint = "schema print"
	SchemaDiff  = "schema diff"
	RunQuery    = "query"
	Keys        = "keys"

	PortalsList   = "portals list"
	PortalsAdd    = "portals add"
	PortalsRemove = "portals remove"

	KeysetCreate  = "keyset create"
	KeysetAdd     = "keyset add"
	KeysetPromote = "keyset promote"
	KeysetDrop    = "keyset drop"
	KeysetUse     = "keyset use"
	KeysetReseal  = "keyset reseal"
)

// commandsFlags are the commands. A further one goes here, and into program.do.
type commandsFlags struct {
	Serve  struct{} `cmd:"" default:"withargs" help:"Serve the portal's graph. This is what happens without a command."`
	Check  struct{} `cmd:"" help:"Check the settings and the portal, and say what to do about each mistake. Exits with 1 if there is any."`
	Schema struct {
		Print struct{} `cmd:"" help:"Print the portal's schema."`
		Diff  struct {
			From string `arg:"" help:"File of the earlier schema."`
			To   string `arg:"" optional:"" help:"File of the later schema; the portal's own if left out."`
		} `cmd:"" help:"Print what changed from one schema to another. Exits with 1 if a change breaks clients."`
	} `cmd:"" help:"The portal's schema."`
	Query struct {
		Query     string `arg:"" optional:"" help:"The query; read from standard input if left out or -."`
		File      string `help:"File of the query." placeholder:"FILE"`
		Variables string `help:"The query's variables, as JSON." placeholder:"JSON"`
		Operation string `help:"The operation to run, if the query has several." placeholder:"NAME"`
	} `cmd:"" help:"Run a query against the portal and print the answer. Exits with 1 if it has errors."`
	Keys struct {
		Args []string `arg:"" optional:"" placeholder:"..."`
	} `cmd:"" passthrough:"" help:"Create and check API keys, see hubgraph keys --help."`
	Portals struct {
		List   struct{} `cmd:"" help:"List the portals of the store, without their tokens."`
		Add    struct{} `cmd:"" help:"Add the portal of a private-app token or service key, which is read from standard input."`
		Remove struct {
			ID string `arg:"" placeholder:"ID" help:"Hub ID of the portal."`
		} `cmd:"" help:"Forget a portal, its tokens and its metadata."`
	} `cmd:"" help:"The portals of --store."`
	Keyset struct {
		Create  keysetFile `cmd:"" help:"Make the keys that a store is encrypted with, in a new file."`
		Add     keysetFile `cmd:"" help:"Add a key to a file, for reading alone: give the file to all replicas next."`
		Promote keysetKey  `cmd:"" help:"Have a key of a file encrypt from now on: all replicas must have it."`
		Drop    keysetKey  `cmd:"" help:"Take a key out of a file, if nothing in --store is encrypted with it any more."`
		Use     struct{}   `cmd:"" help:"Count what is encrypted with each key."`
		Reseal  struct{}   `cmd:"" help:"Encrypt everything in --store with the key that encrypts from now on, while it is in use."`
	} `cmd:"" help:"The keys that --store is encrypted with."`
}

type keysetFile struct {
	File string `arg:"" placeholder:"FILE" help:"File of the keys."`
}

type keysetKey struct {
	File string `arg:"" placeholder:"FILE" help:"File of the keys."`
	Key  uint32 `arg:"" placeholder:"KEY" help:"Number of the key."`
}

// A Command is what hubgraph is told to do.
type Command struct {
	Name   string // one of the constants above
	Config Config

	From, To string // files of [SchemaDiff]; To is "" for the portal's schema

	Query     string // of [RunQuery]; "" or "-" for standard input
	File      string // that holds the query; "" for none
	Variables string // JSON; "" for none
	Operation string // "" for the only one

	PortalID   string // of [PortalsRemove]
	KeysetFile string // of the commands of the keyset that change one
	Key        uint32 // of [KeysetPromote] and [KeysetDrop]
}

// ParseCommand is [Parse] for all commands. variables are the names of those
// that are set, of which the ones that begin as ours must be ours; nil if that
// is not known. Of a Command with an error only its Name counts, "" if the command
// line could not be read.
func ParseCommand(args []string, getenv func(string) string, variables []string) (Command, error) {
	f, app, out, err := newCommandLine()
	if err != nil {
		return Command{}, err
	}
	parsed, err := app.Parse(joinNegative(args, app.Model.Flags))
	if out.exited {
		return Command{}, &UsageError{Text: out.text.String()}
	}
	if err != nil {
		if own := valueError(err, app.Model.Flags); own != nil {
			return Command{}, own
		}
		return Command{}, commandLineError(err, app.Model)
	}
	c := Command{
		Name: commandName(parsed),
		From: f.Commands.Schema.Diff.From, To: f.Commands.Schema.Diff.To,
		Query: f.Commands.Query.Query, File: f.Commands.Query.File,
		Variables: f.Commands.Query.Variables, Operation: f.Commands.Query.Operation,
		PortalID: f.Commands.Portals.Remove.ID,
	}
	f.Commands.keyset(&c)
	s := newSettings(app.Model.Flags, getenv)
	if c.Name != Serve {
		s.quiet()
	}
	if c.store() && !s.settings["store"].given {
		s.mistake("hubgraph %s is about a store: name it with --store (HUBGRAPH_STORE)", c.Name)
	}
	c.Config, err = s.parse(f, c.portal(), variables)
	return c, err // a check tells of mistakes in its own way
}

// keyset fills in what the commands of the keyset are told.
func (f *commandsFlags) keyset(c *Command) {
	switch c.Name {
	case KeysetCreate:
		c.KeysetFile = f.Keyset.Create.File
	case KeysetAdd:
		c.KeysetFile = f.Keyset.Add.File
	case KeysetPromote:
		c.KeysetFile, c.Key = f.Keyset.Promote.File, f.Keyset.Promote.Key
	case KeysetDrop:
		c.KeysetFile, c.Key = f.Keyset.Drop.File, f.Keyset.Drop.Key
	}
}

// portal says whether the command is about a portal.
func (c Command) portal() bool {
	switch c.Name {
	case Serve, Check, SchemaPrint, RunQuery:
		return true
	case SchemaDiff:
		return c.To == ""
	}
	return false
}

// store says whether the command is about a store.
func (c Command) store() bool {
	switch c.Name {
	case PortalsList, PortalsAdd, PortalsRemove, KeysetDrop, KeysetUse, KeysetReseal:
		return true
	}
	return false
}

// commandName is the command's name without its arguments.
func commandName(c *kong.Context) string {
	var words []string
	for _, word := range strings.Fields(c.Command()) {
		if !strings.ContainsAny(word, "<[") {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// quiet leaves the log of a command that answers on standard output to what is
// worth a warning, unless something else is asked for.
func (s *settings) quiet() {
	if level := s.settings["log-level"]; !level.given {
		level.value = "warn"
		s.settings["log-level"] = level
	}
}
