package config

import "strings"

const keysVariable = "HUBGRAPH_API_KEYS"

// authFlags are the flags of [Auth].
type authFlags struct {
	APIKeys        *string `name:"api-keys" variable:"HUBGRAPH_API_KEYS_FILE" placeholder:"FILE" help:"File of the API keys and roles that may ask, see docs/auth.md; its text may stand in HUBGRAPH_API_KEYS instead."`
	AllowAnonymous *bool   `variable:"HUBGRAPH_ALLOW_ANONYMOUS" standard:"false" help:"Serve other machines without asking who they are."`
}

// Auth says who may ask.
type Auth struct {
	// KeysFile is the file that says so; empty for none. --api-keys,
	// HUBGRAPH_API_KEYS_FILE, none.
	KeysFile string
	// Keys is the same as text. It has no flag, for it would fill the list of
	// processes. HUBGRAPH_API_KEYS.
	Keys Secret
	// AllowAnonymous lets the gateway listen beyond loopback without either.
	// --allow-anonymous, HUBGRAPH_ALLOW_ANONYMOUS, off.
	AllowAnonymous bool
}

// Required reports whether requests must say who makes them.
func (a Auth) Required() bool { return a.KeysFile != "" || a.Keys != Secret{} }

// auth converts the settings of Auth.
func (s *settings) auth() Auth {
	s.secrets = append(s.secrets, keysVariable) // of any text, which is no secret itself but long
	a := Auth{
		KeysFile:       convert(s, "api-keys", text),
		Keys:           NewSecret(strings.TrimSpace(s.getenv(keysVariable))),
		AllowAnonymous: convert(s, "allow-anonymous", yesOrNo),
	}
	// Whoever sets these means to ask who is there: nothing must not be taken for
	// leave to serve everybody.
	if file := s.settings["api-keys"]; file.given && strings.TrimSpace(file.value) == "" {
		s.mistake("%s is %q: name the file of the API keys, or leave it out", file.names(), file.value)
	}
	if text := s.getenv(keysVariable); text != "" && a.Keys == (Secret{}) {
		s.mistake("%s is blank: put the text of the API keys there, or unset it", keysVariable)
	}
	if a.KeysFile != "" && a.Keys != (Secret{}) {
		s.mistake("%s and %s both say who may ask: take one of them away", s.settings["api-keys"].names(), keysVariable)
	}
	if a.AllowAnonymous && a.Required() {
		s.mistake("%s lets everybody ask, and %s says who may: take one of them away",
			s.settings["allow-anonymous"].names(), "--api-keys (HUBGRAPH_API_KEYS_FILE) or "+keysVariable)
	}
	return a
}
