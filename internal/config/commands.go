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
	}
	s := newSettings(app.Model.Flags, getenv)
	if c.Name != Serve {
		s.quiet()
	}
	c.Config, err = s.parse(f, c.portal(), variables)
	return c, err // a check tells of mistakes in its own way
}

// portal says whether the command is about a portal.
func (c Command) portal() bool { return c.Name != SchemaDiff || c.To == "" }

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
