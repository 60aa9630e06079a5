package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/documents"
	"github.com/hubgraph/hubgraph/internal/server"
)

// openAuth returns what finds out who asks; nil if nobody is asked.
func openAuth(ctx context.Context, lg *slog.Logger, cfg config.Auth) (*auth.Authenticator, error) {
	if !cfg.Required() {
		return nil, nil
	}
	d, err := readKeys(cfg)
	if err != nil {
		return nil, err
	}
	return auth.New(ctx, lg, d)
}

// readKeys reads the document that says who may ask.
func readKeys(cfg config.Auth) (*auth.Document, error) {
	text, from := []byte(cfg.Keys.Reveal()), "HUBGRAPH_API_KEYS"
	if cfg.KeysFile != "" {
		from = cfg.KeysFile
		var err error
		if text, err = os.ReadFile(cfg.KeysFile); err != nil {
			return nil, fmt.Errorf("read the API keys of --api-keys (HUBGRAPH_API_KEYS_FILE): %w", err)
		}
	}
	d, err := auth.Parse(text, auth.Options{TrustedDocuments: []string{string(documents.Off), string(documents.Log), string(documents.Enforce)}})
	if err != nil {
		return nil, fmt.Errorf("the API keys in %s cannot be used:\n%w", from, err)
	}
	return d, nil
}

// checkExposed refuses to serve other machines without asking who they are,
// unless that is what the operator says.
func checkExposed(cfg config.Auth, addr net.Addr) error {
	if server.IsLoopback(addr.String()) || cfg.Required() || cfg.AllowAnonymous {
		return nil
	}
	return fmt.Errorf("serving other machines on %s without asking who they are would let them all read the portal: "+
		"say who may with --api-keys (hubgraph keys create makes a key), or that everybody may with --allow-anonymous, or listen on 127.0.0.1", addr)
}
