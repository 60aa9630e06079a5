package cluster

import (
	"errors"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// An Address is the URL of a Redis server: redis://user:password@host:port/database,
// or rediss:// for TLS. It prints as REDACTED.
type Address string

var errAddress = errors.New("the redis url is not of the form redis://user:password@host:port/database (rediss:// for TLS); percent-encode what is not a letter or digit in the password")

// options never repeats the URL: what the parser quotes may be a password.
func (a Address) options() (*redis.Options, error) {
	opt, err := redis.ParseURL(string(a))
	if err != nil || opt.Network != "tcp" {
		return nil, errAddress
	}
	return opt, nil
}

func (a Address) String() string { return "REDACTED" }

// GoString is for %#v.
func (a Address) GoString() string { return "REDACTED" }

// LogValue is for slog.
func (a Address) LogValue() slog.Value { return slog.StringValue("REDACTED") }
