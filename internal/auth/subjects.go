package auth

import (
	"crypto/sha256"
	"time"

	"github.com/hubgraph/hubgraph/internal/lru"
)

// subjectBytes bounds the memory of the windows of those who come with tokens: an
// issuer may have any number of them. With 600 requests a minute there is room for
// some 1,700 who ask in the same minute, with 60 for some 15,000. Beyond, who has
// not asked for longest begins anew.
const subjectBytes = 32 << 20

// subjects are the windows of those who come with tokens.
type subjects struct {
	windows *lru.Cache[[sha256.Size]byte, *window]
}

func newSubjects() *subjects {
	return &subjects{lru.New[[sha256.Size]byte, *window](subjectBytes)}
}

// window is that of a subject in a role. Subjects are often e-mail addresses, and
// so are not kept as they are.
func (s *subjects) window(role, subject string, limit int, now time.Time) *window {
	key := sha256.Sum256([]byte(role + "\x00" + subject))
	if w, ok := s.windows.Get(key); ok {
		return w
	}
	w := newWindow(now)
	s.windows.Add(key, w, windowBytes(limit))
	if kept, ok := s.windows.Get(key); ok {
		return kept // perhaps another request's, which was quicker
	}
	return w
}
