package where

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A path leads to a part of an argument, for messages: it is spelled out only
// where one is needed.
type path struct {
	parent *path
	name   string // of the argument or a field; "" for an element of a list
	index  int
}

func (p *path) field(name string) *path { return &path{parent: p, name: name} }
func (p *path) element(index int) *path { return &path{parent: p, index: index} }

// String is the path as clients read it, such as "where.OR[1].amount.gt".
func (p *path) String() string {
	switch {
	case p.parent == nil:
		return p.name
	case p.name == "":
		return p.parent.String() + "[" + strconv.Itoa(p.index) + "]"
	}
	return p.parent.String() + "." + p.name
}

// quote shows a value in a message, as JSON and kept short.
func quote(value any) string {
	const most = 64
	if s, ok := value.(string); ok {
		return strconv.Quote(clip(s, most))
	}
	shown, err := json.Marshal(value)
	if err != nil { // not a number
		shown = fmt.Append(nil, value)
	}
	return clip(string(shown), most)
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
