package execute

import (
	"errors"
	"io"
	"sync"
)

// A Tree is the finished JSON of one root field.
type Tree struct {
	json []byte
}

// MarshalGQL implements gqlgen's graphql.Marshaler. It gives the tree's memory
// to other operations, so that it can be called only once, as gqlgen does.
func (t *Tree) MarshalGQL(w io.Writer) {
	// A write that fails is the transport's to notice: gqlgen's interface has no error.
	_, _ = w.Write(t.json)
	giveBuffer(t.json)
	t.json = nil
}

// UnmarshalGQL implements gqlgen's graphql.Unmarshaler, which every scalar must;
// a Tree is never an input.
func (t *Tree) UnmarshalGQL(any) error {
	return errors.New("a record tree is never an input")
}

// buffers are those of trees that were sent: growing a new one costs more than
// writing into it. Very large ones are left to the garbage collector.
var buffers sync.Pool

const keptBuffer = 1 << 20

func takeBuffer() []byte {
	if b, ok := buffers.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return nil
}

func giveBuffer(b []byte) {
	if cap(b) > 0 && cap(b) <= keptBuffer {
		buffers.Put(&b)
	}
}
