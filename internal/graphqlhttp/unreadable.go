package graphqlhttp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const sendObject = `send a JSON object such as {"query": "{ __typename }", "variables": {}}`

// whyUnreadable says what keeps a body from being one JSON value, and where.
func whyUnreadable(body []byte) string {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return "the body is empty: " + sendObject
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return "the body begins with a byte order mark (EF BB BF): send UTF-8 without one"
	case bytes.HasPrefix(body, []byte("\xfe\xff")), bytes.HasPrefix(body, []byte("\xff\xfe")):
		return "the body is in UTF-16: send UTF-8"
	case !utf8.Valid(body):
		return fmt.Sprintf("the body is not UTF-8 from byte %d on: send UTF-8", validUpTo(body))
	}
	d := jsontext.NewDecoder(bytes.NewReader(body))
	_, err := d.ReadValue()
	if err == nil && len(bytes.TrimSpace(body[d.InputOffset():])) > 0 {
		return fmt.Sprintf("the body goes on behind its JSON object, at byte %d: send one object and nothing behind it", d.InputOffset())
	}
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName) && ok:
		return fmt.Sprintf("the body has %q twice in one object: send it once", clip(strings.Join(slices.Collect(syntax.JSONPointer.Tokens()), ".")))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("the body breaks off after %d bytes, within its JSON: send all of it", len(body))
	case ok && strings.Contains(err.Error(), "surrogate"):
		return fmt.Sprintf(`a text in the body has half a character, near byte %d: write characters beyond \uffff as two escapes, or as they are`, syntax.ByteOffset)
	case ok:
		return fmt.Sprintf("the body is no JSON from byte %d on: %s", syntax.ByteOffset, sendObject)
	}
	return "the body is no JSON: " + sendObject
}

// validUpTo is where a text stops being UTF-8.
func validUpTo(text []byte) int {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// clip bounds what a client chose.
func clip(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
