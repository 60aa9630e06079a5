package auth

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Options say what a document may ask for.
type Options struct {
	// TrustedDocuments are the modes that a key may be given; none if documents
	// are not checked at all. A mode that nobody keeps to must not be taken.
	TrustedDocuments []string
}

// A Document says who may ask.
type Document struct {
	roles map[string]role
	keys  []*storedKey
	jwt   *issuer // nil if no tokens are taken
}

// A role is what those who have it may see, and how often each of them may ask.
type role struct {
	rights    Rights
	perMinute int // 0: any number
}

// A storedKey is an API key as far as the gateway knows it.
type storedKey struct {
	hash      [32]byte
	expires   time.Time // zero: never
	ownRights bool      // not those of a role
	principal *Principal
}

// What the JSON holds. Members that nobody knows are gathered, to be refused
// together.
type (
	unknown map[string]jsontext.Value

	documentJSON struct {
		Roles   map[string]roleJSON `json:"roles"`
		Keys    []KeyEntry          `json:"keys"`
		JWT     *issuerJSON         `json:"jwt"`
		Unknown unknown             `json:",embed"`
	}
	roleJSON struct {
		Rights
		RequestsPerMinute *int    `json:"requestsPerMinute"`
		Unknown           unknown `json:",embed"`
	}
)

// A KeyEntry is an API key in a document. It has either a role or rights of its
// own; with neither it may see all.
type KeyEntry struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Role   string `json:"role,omitempty"`
	Rights
	Portals           []string   `json:"portals,omitempty"` // Hub IDs
	ManagesPortals    bool       `json:"managesPortals,omitempty"`
	RequestsPerMinute *int       `json:"requestsPerMinute,omitempty"`
	TrustedDocuments  string     `json:"trustedDocuments,omitempty"`
	Expires           *time.Time `json:"expires,omitempty"`
	Unknown           unknown    `json:",embed"`
}

const maxPerMinute = 1_000_000

// Parse reads a document. The error names every mistake in it, one a line.
func Parse(text []byte, o Options) (*Document, error) {
	var raw documentJSON
	wrong, err := decode(text, &raw)
	if err != nil {
		return nil, err
	}
	p := &parser{options: o, document: &Document{roles: make(map[string]role, len(raw.Roles))}, wrong: wrong}
	for _, w := range wrong {
		p.mistake("%s", w)
	}
	p.unknown("", raw.Unknown)
	for _, name := range slices.Sorted(maps.Keys(raw.Roles)) {
		p.role(name, raw.Roles[name])
	}
	for i := range raw.Keys {
		if p.sound("keys", strconv.Itoa(i)) {
			p.key(i, &raw.Keys[i])
		}
	}
	if raw.JWT != nil && p.sound("jwt") {
		p.document.jwt = p.issuer(raw.JWT)
	}
	if len(raw.Keys) == 0 && raw.JWT == nil && p.sound("keys") && p.sound("jwt") && p.sound() {
		p.mistake("there are no keys and no jwt, so nobody could ask: hubgraph keys create makes a key")
	}
	if len(p.mistakes) > 0 {
		return nil, errors.Join(p.mistakes...)
	}
	return p.document, nil
}

// A parser is one Parse under way.
type parser struct {
	options  Options
	document *Document
	wrong    []wrongType
	mistakes []error
}

// sound says whether all values below a place have the type that they must have.
// Where one has not, it is told, and the rest would be guesses.
func (p *parser) sound(place ...string) bool {
	var at jsontext.Pointer
	for _, token := range place {
		at = at.AppendToken(token)
	}
	return !slices.ContainsFunc(p.wrong, func(w wrongType) bool { return at == w.at || w.at != "" && at != "" && at.Contains(w.at) })
}

func (p *parser) mistake(format string, args ...any) {
	p.mistakes = append(p.mistakes, fmt.Errorf(format, args...))
}

func (p *parser) unknown(where string, members unknown) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		p.mistake("%sunknown member %q: take it out or correct its name", where, name)
	}
}

func (p *parser) role(name string, r roleJSON) {
	where := fmt.Sprintf("role %q: ", name)
	made := role{rights: r.Rights}
	if p.sound("roles", name) {
		if name == "" {
			p.mistake("a role has no name")
		}
		p.printable(where, name)
		p.unknown(where, r.Unknown)
		p.rights(where, r.Rights)
		made.perMinute = p.perMinute(where, r.RequestsPerMinute)
	}
	p.document.roles[name] = made
}

// printable refuses names that would be something else in the log of one that is
// read as text, or on a screen.
func (p *parser) printable(where, name string) {
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		p.mistake("%sits name has a line break or another character that does not print: give it one of letters, digits and spaces", where)
	}
}

func (p *parser) rights(where string, r Rights) {
	for _, err := range r.mistakes() {
		p.mistake("%s%w", where, err)
	}
}

func (p *parser) key(i int, e *KeyEntry) {
	where := fmt.Sprintf("key %d: ", i+1)
	if e.Name == "" {
		p.mistake("%sno name: give it one, for the log", where)
	} else {
		where = fmt.Sprintf("key %q: ", e.Name)
		p.printable(where, e.Name)
	}
	p.unknown(where, e.Unknown)
	of := p.roleOr(where, e.Role, e.Rights)
	k := &storedKey{ownRights: e.Role == "", principal: newPrincipal(e.Name, of.rights)}
	hash, err := hex.DecodeString(e.SHA256)
	if err != nil || len(hash) != len(k.hash) {
		p.mistake("%ssha256 is not 64 hex digits: copy it from hubgraph keys create, which never prints the key itself there", where)
	}
	copy(k.hash[:], hash)
	for _, other := range p.document.keys {
		if other.hash == k.hash && err == nil {
			p.mistake("%sits sha256 is that of key %q: make a key for each", where, other.principal.Name)
		}
		if other.principal.Name == e.Name && e.Name != "" {
			p.mistake("%sanother key has this name: the log could not tell them apart", where)
		}
	}
	if e.Expires != nil {
		k.expires = *e.Expires
	}
	if k.principal.perMinute = of.perMinute; e.RequestsPerMinute != nil {
		k.principal.perMinute = p.perMinute(where, e.RequestsPerMinute)
	}
	k.principal.portals = p.portals(where, e.Portals)
	if e.TrustedDocuments != "" && !slices.Contains(p.options.TrustedDocuments, e.TrustedDocuments) {
		if len(p.options.TrustedDocuments) == 0 {
			p.mistake("%strustedDocuments is %q, but this gateway has no trusted documents: take it out", where, e.TrustedDocuments)
		} else {
			p.mistake("%strustedDocuments is %q: must be one of %s", where, e.TrustedDocuments, strings.Join(p.options.TrustedDocuments, ", "))
		}
	}
	k.principal.TrustedDocuments = e.TrustedDocuments
	if k.principal.ManagesPortals = e.ManagesPortals; e.ManagesPortals && e.Portals != nil {
		p.mistake("%smanagesPortals is about all portals, and portals about some: take one of them out", where)
	}
	p.document.keys = append(p.document.keys, k)
}

// roleOr is the role of a name if there is one, else one of the rights given.
func (p *parser) roleOr(where, name string, own Rights) role {
	if name == "" {
		p.rights(where, own)
		return role{rights: own}
	}
	if !own.zero() {
		p.mistake("%sit has a role and rights of its own: put them into the role, or leave the role out", where)
	}
	found, ok := p.document.roles[name]
	if !ok {
		p.mistake("%srole %q is not among the roles; there are: %s", where, name, orNone(slices.Sorted(maps.Keys(p.document.roles))))
	}
	return found
}

func (p *parser) perMinute(where string, n *int) int {
	if n == nil {
		return 0
	}
	if *n < 1 || *n > maxPerMinute {
		p.mistake("%srequestsPerMinute is %d: must be a whole number from 1 to %d, or left out for no bound", where, *n, maxPerMinute)
		return 0
	}
	return *n
}

func (p *parser) portals(where string, ids []string) []string {
	if ids != nil && len(ids) == 0 {
		p.mistake("%sportals is empty: name at least one Hub ID, or leave it out for all", where)
	}
	for _, id := range ids {
		if id == "" || strings.Trim(id, "0123456789") != "" {
			p.mistake("%sportals has %q: a Hub ID is digits, in quotes", where, id)
		}
	}
	return ids
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Check reports what is wrong with an entry by itself, its role aside.
func (e KeyEntry) Check() error {
	p := &parser{document: &Document{roles: map[string]role{e.Role: {}}}}
	p.key(0, &e)
	return errors.Join(p.mistakes...)
}

// Text is the entry as it stands in a document, on several lines; indent goes
// before all but the first.
func (e KeyEntry) Text(indent string) (string, error) {
	text, err := json.Marshal(&e, jsontext.WithIndentPrefix(indent), jsontext.WithIndent("  "))
	return string(text), err
}
