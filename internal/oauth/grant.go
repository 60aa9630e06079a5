package oauth

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"
)

// A grant is HubSpot's answer to a call for tokens. HubSpot guarantees the tokens
// and the lifetime alone.
type grant struct {
	access, refresh Secret
	expiresAt       time.Time
	lifetime        time.Duration
	portalID        string
	userID          string
	scopes          []string
}

// The lifetimes that are believed. HubSpot's has been 30 minutes since 2021.
const (
	minLifetime = time.Second
	maxLifetime = 24 * time.Hour
)

func newGrant(t *oauth2.Token, issued time.Time) (grant, error) {
	lifetime := time.Duration(min(t.ExpiresIn, int64(maxLifetime/time.Second))) * time.Second
	switch {
	case lifetime < minLifetime:
		return grant{}, errors.New("the answer says no lifetime of the access token")
	case !sendable(t.AccessToken) || !sendable(t.RefreshToken):
		return grant{}, errors.New("the answer holds no token, or one of characters that no token has")
	}
	return grant{
		access: NewSecret(t.AccessToken), refresh: NewSecret(t.RefreshToken),
		expiresAt: issued.Add(lifetime), lifetime: lifetime,
		portalID: digits(t.Extra("hub_id")), userID: digits(t.Extra("user_id")), scopes: texts(t.Extra("scopes")),
	}, nil
}

// renewed is the connection with the tokens of a new grant.
func (c Connection) renewed(g grant) Connection {
	c.AccessToken, c.RefreshToken = g.access, g.refresh
	c.ExpiresAt, c.LifetimeSeconds = g.expiresAt, int(g.lifetime/time.Second)
	if len(g.scopes) > 0 {
		c.Scopes = g.scopes
	}
	c.State, c.Reason, c.UpdatedAt = Active, "", time.Now()
	return c
}

func sendable(token string) bool {
	return token != "" && !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// digits is an ID, which HubSpot sends as a number or as a text; "" if it is none.
func digits(v any) string {
	s := ""
	switch v := v.(type) {
	case float64:
		s = strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		s = v
	}
	if len(s) > 20 || strings.Trim(s, "0123456789") != "" || strings.Trim(s, "0") == "" {
		return ""
	}
	return s
}

// texts is a list of scopes, sorted, without what cannot be one.
func texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, item := range list {
		if s, ok := item.(string); ok && isScope(s) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// line is a text of HubSpot's that people see: printable and short, or "".
func line(v any) string {
	s, _ := v.(string)
	if len(s) > 253 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return ""
	}
	return s
}
