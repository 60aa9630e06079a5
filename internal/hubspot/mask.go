package hubspot

import "strings"

// masked hides what in HubSpot's words can be an e-mail address or an access
// token: it quotes what it was sent, and its words end up where people look who
// may not see those.
func masked(s string) string {
	if !strings.Contains(s, "@") && !strings.Contains(s, "pat-") {
		return s // nearly always
	}
	var b strings.Builder
	for len(s) > 0 {
		end := strings.IndexAny(s, " \"'`,;:<>()[]{}=")
		if end < 0 {
			end = len(s)
		}
		if secret(s[:end]) {
			b.WriteString("…")
		} else {
			b.WriteString(s[:end])
		}
		if end < len(s) {
			b.WriteByte(s[end])
			end++
		}
		s = s[end:]
	}
	return b.String()
}

func secret(word string) bool {
	return strings.Contains(strings.Trim(word, "@"), "@") || strings.Contains(word, "pat-")
}

// word is s if it can be a name or an ID, and so holds nothing of anybody's.
func word(s string) string {
	const most = 64
	strange := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-')
	}
	if len(s) > most || strings.ContainsFunc(s, strange) {
		return ""
	}
	return s
}
