package oauth

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// HubSpot's OAuth endpoints, whose parameters are in the body alone.
//
// Source: https://developers.hubspot.com/docs/api-reference/auth-oauth-v3
const (
	tokenPath      = "/oauth/v3/token" //nolint:gosec // a path, no secret
	introspectPath = tokenPath + "/introspect"
	revokePath     = tokenPath + "/revoke"
)

const maxAnswerBytes = 1 << 20

// introspect fills in what HubSpot says of an access token, as far as it does:
// some apps are told that it is active and nothing else.
func (c *Client) introspect(ctx context.Context, token Secret) (portalID, userID, hubDomain string, scopes []string, err error) {
	body, err := c.post(ctx, "introspect", introspectPath, "access_token", token)
	if err != nil {
		return "", "", "", nil, err
	}
	var b map[string]any
	if err := json.Unmarshal(body, &b); err != nil {
		return "", "", "", nil, &callError{op: "introspect", kind: errUnavailable, cause: err}
	}
	return digits(b["hub_id"]), digits(b["user_id"]), line(b["hub_domain"]), texts(b["scopes"]), nil
}

// revoke makes HubSpot accept a refresh token no more. Access tokens live on
// until their end.
func (c *Client) revoke(ctx context.Context, token Secret) error {
	_, err := c.post(ctx, "revoke", revokePath, "refresh_token", token)
	return err
}

// post asks about one token. HubSpot's specification calls it "token", its guide
// by the kind that the hint names: it is sent under both.
func (c *Client) post(ctx context.Context, op, path, hint string, token Secret) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	form := url.Values{
		"client_id": {c.config.ClientID}, "client_secret": {c.config.ClientSecret},
		"token_type_hint": {hint}, "token": {token.Reveal()}, hint: {token.Reveal()},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &callError{op: op, kind: errAppRefused, cause: err}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, &callError{op: op, kind: errUnavailable, cause: err}
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswerBytes))
	if err != nil {
		return nil, &callError{op: op, kind: errUnavailable, status: res.StatusCode, cause: err}
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, refused(op, res.StatusCode, body)
	}
	return body, nil
}
