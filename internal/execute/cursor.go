package execute

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// The kinds of cursor: what it takes to continue differs by endpoint.
const (
	cursorList     byte = 'l' // a page of the list endpoint, and a record in it
	cursorSearch   byte = 's' // the last record's ID: search goes on behind it
	cursorOffset   byte = 'o' // a page of a search, and a record in it
	cursorEdges    byte = 'a' // a page of a record's associations, and a record in it
	cursorFiltered byte = 'f' // a record among those associated ones that match, in order
	cursorMembers  byte = 'm' // a page of a list's members, and a record in it
	cursorSegments byte = 'g' // an offset in a search of lists
)

// A cursor is the place behind one edge. It is opaque to clients: base64 of
// the kind, the fingerprint of its query, and where to go on.
type cursor struct {
	kind  byte
	print uint32 // in an edge 0: all edges of a connection have the same one
	page  string // HubSpot's own token of the page, "" for the first
	id    string // the last record given of that page, "" for none
	row   int    // where that record stands, from 1, if the kind says so
}

// maxRow is more than HubSpot gives in any one list.
const maxRow = 1 << 30

// maxCursor is longer than any cursor of ours.
const maxCursor = 2048

var errCursor = errors.New("not a cursor")

func (c *cursor) appendTo(dst []byte) []byte {
	var room [128]byte // enough, but for strange tokens
	raw := append(room[:0], c.kind)
	raw = binary.BigEndian.AppendUint32(raw, c.print)
	if c.hasRow() {
		raw = binary.AppendUvarint(raw, uint64(c.row))
	}
	raw = binary.AppendUvarint(raw, uint64(len(c.page)))
	raw = append(raw, c.page...)
	raw = append(raw, c.id...)
	return base64.RawURLEncoding.AppendEncode(dst, raw)
}

func (c *cursor) hasRow() bool { return c.kind == cursorOffset || c.kind == cursorFiltered }

func parseCursor(text string) (*cursor, error) {
	if len(text) > maxCursor {
		return nil, errCursor
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < 6 {
		return nil, errCursor
	}
	c := &cursor{kind: raw[0], print: binary.BigEndian.Uint32(raw[1:5])}
	rest := raw[5:]
	switch c.kind {
	case cursorList, cursorSearch, cursorEdges, cursorMembers, cursorSegments:
	case cursorOffset, cursorFiltered:
		row, size := binary.Uvarint(rest)
		if size <= 0 || row > maxRow || row == 0 && c.kind == cursorFiltered {
			return nil, errCursor
		}
		c.row, rest = int(row), rest[size:]
	default:
		return nil, errCursor
	}
	n, size := binary.Uvarint(rest)
	if size <= 0 || n > uint64(len(rest)-size) {
		return nil, errCursor
	}
	rest = rest[size:]
	c.page, c.id = string(rest[:n]), string(rest[n:])
	if c.id != "" && !isRecordID(c.id) {
		return nil, errCursor
	}
	return c, nil
}

// fingerprint tells the cursors of different queries apart. It guards against
// mistakes, not against forgery: a cursor opens nothing that a query does not.
func fingerprint(parts ...string) uint32 {
	// FNV-1a, with a zero byte behind each part.
	const offset, prime = 2166136261, 16777619
	h := uint32(offset)
	for _, part := range parts {
		for i := range len(part) {
			h = (h ^ uint32(part[i])) * prime
		}
		h *= prime
	}
	return h
}
