package main

import (
	"log/slog"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/documents"
)

// openDocuments reads the trusted documents of the configuration.
func openDocuments(lg *slog.Logger, cfg config.Documents) (*documents.Store, error) {
	return documents.Open(lg, documents.Options{
		Files:      cfg.Files,
		Mode:       documents.Mode(cfg.Mode),
		CacheBytes: cfg.CacheBytes,
	})
}
