package server

import (
	"net/http"

	"github.com/rs/cors"

	"github.com/hubgraph/hubgraph/internal/config"
)

// crossOrigin lets the pages of configured origins ask next and read what it
// answers, and no page of another origin where none are. It must be asked before
// whoever asks for credentials: browsers send none with the question whether
// they may.
func crossOrigin(cfg config.HTTP, next http.Handler) http.Handler {
	if len(cfg.CORSOrigins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins:   cfg.CORSOrigins,
		AllowedMethods:   []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:   []string{"*"}, // monitoring and clients add some of their own
		ExposedHeaders:   []string{"Retry-After", "Content-Disposition"},
		AllowCredentials: cfg.CORSCredentials,
		MaxAge:           600, // seconds until a change of the settings is noticed
	}).Handler(next)
}
