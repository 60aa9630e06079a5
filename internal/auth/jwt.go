package auth

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// algorithms are the signatures that a token may have: those of a key pair. With
// a shared secret whoever can check a token could make one.
var algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

const (
	leeway   = 30 * time.Second // that clocks may differ
	maxToken = 16 << 10
)

// issuerJSON is the member jwt of a document.
type issuerJSON struct {
	JWKS       string            `json:"jwks"`
	Issuer     string            `json:"issuer"`
	Audience   []string          `json:"audience"`
	Algorithms []string          `json:"algorithms"`
	RoleClaim  string            `json:"roleClaim"`
	RoleOf     map[string]string `json:"roleOf,omitempty"` // the claim's value → role
	Portals    []string          `json:"portals,omitempty"`
	Unknown    unknown           `json:",embed"`
}

// An issuer makes the tokens that are taken.
type issuer struct {
	jwks      string
	parser    *jwt.Parser
	roleClaim string
	of        map[string]*Principal // by the claim's value
}

// issuer reads the member jwt.
func (p *parser) issuer(raw *issuerJSON) *issuer {
	const where = "jwt: "
	p.unknown(where, raw.Unknown)
	switch u, err := url.Parse(raw.JWKS); {
	case err != nil || u.Host == "" || !untouched(u):
		p.mistake("%sjwks must be a URL that starts with https://, or of this machine: whoever could change the keys on their way could make tokens", where)
	case u.User != nil:
		p.mistake("%sjwks must hold no user name or password: an issuer's keys are for everybody to read", where)
	}
	for _, member := range [][2]string{{"issuer", raw.Issuer}, {"roleClaim", raw.RoleClaim}} {
		if member[1] == "" {
			p.mistake("%s%s is missing", where, member[0])
		}
	}
	if len(raw.Audience) == 0 || slices.Contains(raw.Audience, "") {
		p.mistake("%saudience is missing: name whom the tokens are for, or tokens for others would do", where)
	}
	if len(raw.Algorithms) == 0 {
		p.mistake("%salgorithms is missing: list those that the issuer uses, such as [\"RS256\"]", where)
	}
	for _, name := range raw.Algorithms {
		if !slices.Contains(algorithms, name) {
			p.mistake("%salgorithms has %q: must be of %s", where, name, strings.Join(algorithms, ", "))
		}
	}
	i := &issuer{
		jwks: raw.JWKS, roleClaim: raw.RoleClaim, of: make(map[string]*Principal),
		parser: jwt.NewParser(
			jwt.WithValidMethods(raw.Algorithms), jwt.WithIssuer(raw.Issuer), jwt.WithAudience(raw.Audience...),
			jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway),
		),
	}
	roleOf := raw.RoleOf
	if roleOf == nil {
		roleOf = make(map[string]string, len(p.document.roles))
		for name := range p.document.roles {
			roleOf[name] = name
		}
	}
	portals := p.portals(where, raw.Portals)
	principals := make(map[string]*Principal) // by role
	for _, value := range slices.Sorted(maps.Keys(roleOf)) {
		role := roleOf[value]
		if role == "" {
			p.mistake("%sroleOf %q names no role", where, value)
			continue
		}
		if principals[role] == nil {
			of := p.roleOr(fmt.Sprintf("%sroleOf %q: ", where, value), role, Rights{})
			made := newPrincipal("jwt "+role, of.rights)
			made.portals, made.perMinute = portals, of.perMinute
			principals[role] = made
		}
		i.of[value] = principals[role]
	}
	if len(roleOf) == 0 {
		p.mistake("%sthere are no roles that a token could have: add some to roles", where)
	}
	return i
}

// untouched says whether nobody can change what is read from u on its way.
func untouched(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && thisMachine(u.Hostname())
}

func thisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// principal checks a token. Its role is the one value of the claim that stands
// for a role: with two, whichever were taken might see too much.
func (i *issuer) principal(token string, keys jwt.Keyfunc, counted *subjects) (*Principal, *Refusal) {
	claims := jwt.MapClaims{}
	if len(token) > maxToken {
		return nil, unauthenticated("the token is too long")
	}
	if _, err := i.parser.ParseWithClaims(token, claims, keys); err != nil {
		return nil, unauthenticated("the token is not valid: it is expired, not for this gateway, or not of its issuer")
	}
	var found *Principal
	for _, value := range texts(claims[i.roleClaim]) {
		p := i.of[value]
		if p == nil || p == found {
			continue
		}
		if found != nil {
			return nil, forbidden("the token has several roles of this gateway; it must have one")
		}
		found = p
	}
	if found == nil {
		return nil, forbidden("the token has no role of this gateway")
	}
	if found.perMinute == 0 {
		return found, nil
	}
	subject, _ := claims["sub"].(string)
	if subject == "" {
		return nil, forbidden("the token has no subject (sub), by which this gateway counts the requests of its role")
	}
	own := *found
	own.window = counted.window(own.Name, subject, own.perMinute, time.Now())
	return &own, nil
}

// texts are a claim's values: one text, or a list of them.
func texts(claim any) []string {
	switch v := claim.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, element := range v {
			if s, ok := element.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}
