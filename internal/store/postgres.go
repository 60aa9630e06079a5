package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

type postgresDialect struct{}

const (
	postgresConnections    = 10
	postgresConnectTimeout = 5 * time.Second
	postgresConnectionAge  = 30 * time.Minute
	// foreignKeyViolation is PostgreSQL's code, of appendix A of its manual.
	foreignKeyViolation = "23503"
	// migrationLock names the advisory lock that hubgraph's replicas share.
	migrationLock = 7365126094
)

func connectPostgres(storeURL string) (*Store, error) {
	u, err := url.Parse(storeURL)
	// A password with a reserved character makes a URL of something else: parts of it
	// would be taken for the host or the database, and shown.
	if err != nil || u.Opaque != "" || u.Fragment != "" || strings.Contains(u.Path+u.RawQuery, "@") {
		return nil, errors.New("the store's URL cannot be read: it is postgres://user:password@host/database," +
			" with special characters of user and password percent-encoded, such as @ as %40, / as %2F, # as %23, ? as %3F and % as %25")
	}
	config, err := pgx.ParseConfig(storeURL)
	if err != nil {
		return nil, withoutPasswords(fmt.Errorf("open the store: %w", err), storeURL)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = postgresConnectTimeout
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "hubgraph"
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	db.SetConnMaxLifetime(postgresConnectionAge) // so that a database that moved is found
	return &Store{read: db, write: db, dialect: postgresDialect{}}, nil
}

// withoutPasswords makes sure of what pgx promises.
func withoutPasswords(err error, storeURL string) error {
	u, parseErr := url.Parse(storeURL)
	if parseErr != nil {
		return err
	}
	secrets := []string{u.Query().Get("password"), u.Query().Get("sslpassword")}
	if u.User != nil {
		password, _ := u.User.Password()
		_, encoded, _ := strings.Cut(u.User.String(), ":")
		secrets = append(secrets, password, encoded)
	}
	text := err.Error()
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "REDACTED")
		}
	}
	if text == err.Error() {
		return err
	}
	return &redactedError{text, err}
}

// A redactedError is still of its kind, and cannot be unwrapped.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string        { return e.text }
func (e *redactedError) Is(target error) bool { return errors.Is(e.err, target) }

func (postgresDialect) bind(statement string) string { return statement }

func (postgresDialect) noParent(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == foreignKeyViolation
}

func (postgresDialect) migrate(ctx context.Context, db *sql.DB) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrationLock), lock.WithLockTimeout(1, 60)) // a second, 60 times
	if err != nil {
		return err
	}
	return migrate(ctx, db, goose.DialectPostgres, "migrations/postgres", goose.WithSessionLocker(locker))
}
