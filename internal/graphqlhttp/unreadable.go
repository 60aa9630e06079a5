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

// whyUnreadable says what keeps a text from being one JSON value, and where: to be
// read behind the text's name, and before an example of what it must be.
func whyUnreadable(body []byte, example string) string {
	sendObject := "send a JSON object such as " + example
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return "is empty: " + sendObject
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return "begins with a byte order mark (EF BB BF): send UTF-8 without one"
	case bytes.HasPrefix(body, []byte("\xfe\xff")), bytes.HasPrefix(body, []byte("\xff\xfe")):
		return "is in UTF-16: send UTF-8"
	case !utf8.Valid(body):
		return fmt.Sprintf("is not UTF-8 from byte %d on: send UTF-8", validUpTo(body))
	}
	d := jsontext.NewDecoder(bytes.NewReader(body))
	_, err := d.ReadValue()
	if err == nil && len(bytes.TrimSpace(body[d.InputOffset():])) > 0 {
		return fmt.Sprintf("goes on behind its JSON object, at byte %d: send one object and nothing behind it", d.InputOffset())
	}
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName) && ok:
		return fmt.Sprintf("has %q twice in one object: send it once", clip(strings.Join(slices.Collect(syntax.JSONPointer.Tokens()), ".")))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("breaks off after %d bytes, within its JSON: send all of it", len(body))
	case ok && strings.Contains(err.Error(), "surrogate"):
		return fmt.Sprintf(`has text with half a character, near byte %d: write characters beyond \uffff as two escapes, or as they are`, syntax.ByteOffset)
	case ok:
		return fmt.Sprintf("is no JSON from byte %d on: %s", syntax.ByteOffset, sendObject)
	}
	return "is no JSON: " + sendObject
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
