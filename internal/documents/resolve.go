package documents

import (
	"context"
	"fmt"
	"strings"
)

// Codes of the refusals, as clients read them in extensions.code. The first two
// are Apollo's, whose clients send the text when they read the one, and stop
// sending hashes when they read the other.
const (
	CodeNotFound     = "PERSISTED_QUERY_NOT_FOUND"
	CodeNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED"
	CodeUntrusted    = "UNTRUSTED_DOCUMENT"
	CodeBadInput     = "BAD_USER_INPUT"
)

// An Error says why a request has no document, or not the one it sent.
type Error struct{ Code, Message string }

// Error implements error.
func (e *Error) Error() string { return e.Message }

// A Request is what a request says about its document: the text, its name, its
// hash, or the text with one or both of the others.
type Request struct {
	Query      *string // nil if there is none
	DocumentID string  // of GraphQL over HTTP's appendix on persisted documents
	Hash       string  // extensions.persistedQuery.sha256Hash
	Operation  string  // its name, for the log
}

// hashPrefix marks a documentId that is a SHA-256 hash.
const hashPrefix = "sha256:"

// Resolve returns the text of the document that r is about, or nil if it is
// about none. The error is an [*Error].
//
// Source: https://github.com/graphql/graphql-over-http/pull/264 and
// https://www.apollographql.com/docs/apollo-server/performance/apq
func (s *Store) Resolve(ctx context.Context, r Request) (*string, error) {
	name := strings.TrimPrefix(r.DocumentID, hashPrefix)
	hash := strings.TrimPrefix(r.Hash, hashPrefix)
	switch {
	case name == "":
		name = hash
	case hash != "" && hash != name:
		return nil, &Error{CodeBadInput, "documentId and extensions.persistedQuery.sha256Hash name different documents: send one of them"}
	}
	mode, known := s.modeOf(ctx), s.trusted.Load()
	switch {
	case r.Query == nil && name == "":
		return nil, nil
	case r.Query == nil:
		return s.find(known, mode, name, r)
	case name == "" && mode == Off:
		return r.Query, nil
	}
	return s.check(known, mode, name, r)
}

// find looks a document up by its name.
func (s *Store) find(known *trusted, mode Mode, name string, r Request) (*string, error) {
	if text, ok := known.find(name); ok {
		return &text, nil
	}
	if s.kept != nil && mode != Enforce {
		if text, ok := s.kept.Get(name); ok {
			if mode == Log {
				s.logOnce(name, r.Operation)
			}
			return &text, nil
		}
	}
	switch {
	case r.DocumentID != "":
		return nil, &Error{CodeNotFound, fmt.Sprintf("there is no document %q: send its text as query", clip(r.DocumentID))}
	case s.kept == nil && len(known.byName) == 0:
		return nil, &Error{CodeNotSupported, "PersistedQueryNotSupported"}
	}
	return nil, &Error{CodeNotFound, "PersistedQueryNotFound"} // clients compare these very words
}

// check lets a document through that came with its text, if it may come, and
// keeps it under the hash that it came with.
func (s *Store) check(known *trusted, mode Mode, name string, r Request) (*string, error) {
	if text, ok := known.find(name); ok && text == *r.Query {
		return r.Query, nil
	}
	hash := hashOf(*r.Query)
	if name != "" && name != hash {
		return nil, &Error{CodeBadInput, fmt.Sprintf("the query's SHA-256 hash is not %q: send the hash of the very text, or none", clip(name))}
	}
	if _, ok := known.byHash[hash]; ok {
		return r.Query, nil
	}
	switch mode {
	case Enforce:
		return nil, &Error{CodeUntrusted, "this document is none of those that may be sent here: add it to the trusted documents of the gateway"}
	case Log:
		s.logOnce(hash, r.Operation)
	}
	if name != "" && s.kept != nil {
		text := strings.Clone(*r.Query) // which may be a part of something longer
		s.kept.Add(hash, text, len(text)+keptOverhead)
	}
	return r.Query, nil
}
