package execute

import (
	"errors"
	"io"
)

// A Tree is the finished JSON of one root field, as the generated executor
// takes it.
type Tree struct {
	json []byte
}

// MarshalGQL implements gqlgen's graphql.Marshaler.
func (t *Tree) MarshalGQL(w io.Writer) {
	// A write that fails is the transport's to notice: gqlgen's interface has no error.
	_, _ = w.Write(t.json)
}

// UnmarshalGQL implements gqlgen's graphql.Unmarshaler, which every scalar must;
// a Tree is never an input.
func (t *Tree) UnmarshalGQL(any) error {
	return errors.New("a record tree is never an input")
}
