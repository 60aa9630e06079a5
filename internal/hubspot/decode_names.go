package hubspot

import "bytes"

// names are those of the members of an object so far. The few short ones that
// HubSpot's objects have are compared one by one; a map keeps any number from
// taking quadratic time.
type names struct {
	text [120]byte
	ends [10]uint8 // of each in text
	n    int
	many map[string]struct{}
}

// twice adds a name and reports whether it was there before.
func (s *names) twice(name []byte) bool {
	begin := 0
	for _, end := range s.ends[:s.n] {
		if bytes.Equal(s.text[begin:end], name) {
			return true
		}
		begin = int(end)
	}
	if s.n < len(s.ends) && begin+len(name) <= len(s.text) {
		copy(s.text[begin:], name)
		s.ends[s.n] = uint8(begin + len(name))
		s.n++
		return false
	}
	if _, ok := s.many[string(name)]; ok {
		return true
	}
	if s.many == nil {
		s.many = make(map[string]struct{})
	}
	s.many[string(name)] = struct{}{}
	return false
}
