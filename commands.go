package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/portals"
)

// A program is one run of hubgraph: what it was told, and where it reads and
// writes.
type program struct {
	args      []string
	getenv    func(string) string
	variables []string // the names of those that are set; nil if not known
	stdin     io.Reader
	stdout    io.Writer
	stderr    io.Writer
}

// thisProgram is the one that the process was started as.
func thisProgram() *program {
	var names []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	return &program{args: os.Args[1:], getenv: os.Getenv, variables: names, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
}

// run is a program without standard input and of unknown variables.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	return (&program{args: args, getenv: getenv, stdin: strings.NewReader(""), stdout: stdout, stderr: stderr}).run(ctx)
}

// run does what the program was told. An error means that the process is to exit
// with 1.
func (p *program) run(ctx context.Context) error {
	if isKeys(p.args) {
		return runKeys(p.args[1:], p.getenv, p.stdin, p.stdout)
	}
	c, err := config.ParseCommand(p.args, p.getenv, p.variables)
	if usage, ok := errors.AsType[*config.UsageError](err); ok {
		_, err = fmt.Fprint(p.stdout, usage.Text)
		return err
	}
	if err != nil && c.Name == config.Check {
		return p.checkMistakes(err)
	}
	if err != nil {
		return err
	}
	return p.do(ctx, c)
}

func (p *program) do(ctx context.Context, c config.Command) error {
	switch c.Name {
	case config.Check:
		return p.check(ctx, c.Config)
	case config.SchemaPrint:
		return p.printSchema(ctx, c.Config)
	case config.SchemaDiff:
		return p.diffSchemas(ctx, c)
	case config.RunQuery:
		return p.query(ctx, c)
	case config.PortalsList:
		return p.listPortals(ctx, c.Config.Portals)
	case config.PortalsAdd:
		return p.addPortal(ctx, c.Config)
	case config.PortalsRemove:
		return p.removePortal(ctx, c.Config.Portals, c.PortalID)
	}
	if strings.HasPrefix(c.Name, "keyset ") {
		return p.keyset(ctx, c)
	}
	if c.Name == config.Keys { // which has settings of its own, see run
		return errors.New("the command comes first: hubgraph keys …")
	}
	return serveCommand(ctx, c.Config, p.stderr)
}

// keyset is what hubgraph keyset does.
func (p *program) keyset(ctx context.Context, c config.Command) error {
	switch c.Name {
	case config.KeysetCreate:
		return p.createKeyset(c.KeysetFile)
	case config.KeysetAdd:
		return p.addKey(c.KeysetFile)
	case config.KeysetPromote:
		return p.promoteKey(c.KeysetFile, c.Key)
	case config.KeysetDrop:
		return p.dropKey(ctx, c)
	case config.KeysetReseal:
		return p.reseal(ctx, c.Config.Portals)
	}
	return p.useOfKeys(ctx, c.Config.Portals)
}

// openPortal opens the portal that is configured, for commands that read it once.
// They leave the snapshot of a server that runs beside them alone.
func (p *program) openPortal(ctx context.Context, cfg config.Config) (g *gateway.Gateway, closeIt func(), err error) {
	cfg.Snapshot = ""
	s, err := openServer(ctx, newLogger(cfg, p.stderr), cfg)
	if err != nil {
		return nil, nil, err
	}
	g, release, err := s.Use(ctx, "")
	if errors.Is(err, portals.ErrUnknown) {
		err = fmt.Errorf("%w: say which one is meant with --portal (HUBGRAPH_PORTAL)", err)
	}
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	return g, func() { release(); s.Close() }, nil
}
