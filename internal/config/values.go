package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The functions below convert the text of one setting. Their errors say what
// the value must be; who set it is added by convert.

// secretiveError is about a value that must not be shown as it was given.
type secretiveError struct{ shown, must string }

func (e *secretiveError) Error() string { return e.must }

func text(v string) (string, error) { return v, nil }

func yesOrNo(v string) (bool, error) {
	b, err := strconv.ParseBool(v)
	if err != nil {
		return false, errors.New("must be true or false")
	}
	return b, nil
}

func wholeNumberTo(most int) func(string) (int, error) {
	return func(v string) (int, error) {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > most {
			return 0, fmt.Errorf("must be a whole number from 1 to %d", most)
		}
		return n, nil
	}
}

// auto leaves a limit to what HubSpot says of itself.
const auto = "auto"

// autoOr takes "auto", which stands for 0, beside what parse takes.
func autoOr[N int | int64](parse func(string) (N, error)) func(string) (N, error) {
	return func(v string) (N, error) {
		if v == auto {
			return 0, nil
		}
		n, err := parse(v)
		if err != nil {
			return 0, fmt.Errorf("%w, or auto", err)
		}
		return n, nil
	}
}

// durationFrom takes durations no shorter than least; both arguments are in
// Go's notation, example for the message.
func durationFrom(least, example string) func(string) (time.Duration, error) {
	return func(v string) (time.Duration, error) {
		floor, err := time.ParseDuration(least)
		if err != nil {
			return 0, fmt.Errorf("parse the least duration: %w", err)
		}
		d, err := time.ParseDuration(v)
		if err != nil || d < floor {
			return 0, fmt.Errorf("must be a duration with its unit, such as %s, and at least %s", example, least)
		}
		return d, nil
	}
}

// off switches something off that a duration switches on.
const off = "0"

// offOr takes "0" beside what parse takes.
func offOr(parse func(string) (time.Duration, error)) func(string) (time.Duration, error) {
	return func(v string) (time.Duration, error) {
		if v == off {
			return 0, nil
		}
		d, err := parse(v)
		if err != nil {
			return 0, fmt.Errorf("%w, or 0 for off", err)
		}
		return d, nil
	}
}

// bytesFrom takes whole numbers of bytes, no fewer than least.
func bytesFrom(least int64) func(string) (int64, error) {
	return func(v string) (int64, error) {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < least {
			return 0, fmt.Errorf("must be a whole number of bytes, at least %d", least)
		}
		return n, nil
	}
}

func oneOf(allowed ...string) func(string) (string, error) {
	return func(v string) (string, error) {
		if !slices.Contains(allowed, v) {
			return "", fmt.Errorf("must be one of %s", strings.Join(allowed, ", "))
		}
		return v, nil
	}
}

// list splits at commas; an empty text is nil.
func list(v string) ([]string, error) {
	if strings.TrimSpace(v) == "" {
		return nil, nil
	}
	names := strings.Split(v, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if names[i] == "" {
			return nil, errors.New("must be names separated by single commas, such as contacts,companies")
		}
	}
	return names, nil
}

func level(v string) (slog.Level, error) {
	levels := map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	l, ok := levels[strings.ToLower(v)]
	if !ok {
		return 0, errors.New("must be one of debug, info, warn, error")
	}
	return l, nil
}

func address(v string) (string, error) {
	must := errors.New("must be host:port, such as 127.0.0.1:8080 or :8080")
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return "", must
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", must
	}
	return v, nil
}

// hubSpotURL takes a URL that the token goes to with every call.
func hubSpotURL(v string) (string, error) {
	return baseURL(v, "https://api.hubapi.com", "the token goes into "+tokenVariable, "the access token would travel in the clear")
}

// publicURL takes the URL that HubSpot's webhooks come to, or none.
func publicURL(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	return baseURL(v, "https://hubgraph.example.com", "webhooks are signed with "+secretVariable, "HubSpot would not send its webhooks there")
}

// baseURL takes https everywhere and http on this machine. The error ends on
// where credentials belong, or on what plain http would lead to.
func baseURL(v, example, credentials, inTheClear string) (string, error) {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "", errors.New("must be a URL such as " + example)
	}
	if u.User != nil {
		u.User = url.User(redacted)
		return "", &secretiveError{shown: u.String(), must: "must not hold a user name or password: " + credentials}
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", errors.New("must have no query and no fragment, such as " + example)
	}
	if u.Scheme == "http" && !thisMachine(u.Hostname()) {
		return "", errors.New("must start with https://, or " + inTheClear)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func thisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
