package gate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

func TestDocumentCacheKeepsTheOnesUsedLast(t *testing.T) {
	c := newDocumentCache(100)
	query := func(i int) string { return fmt.Sprintf("%-20d", i) }
	for i := range 5 {
		c.add(query(i), &ast.QueryDocument{})
	}
	c.get(query(0))
	c.add(query(5), &ast.QueryDocument{})

	for i, want := range []bool{true, false, true, true, true, true} {
		if _, got := c.get(query(i)); got != want {
			t.Errorf("get(query %d) = _, %v, want %v", i, got, want)
		}
	}
	if c.size != 100 || len(c.entries) != 5 || c.recent.Len() != 5 {
		t.Errorf("%d bytes, %d entries, %d in order, want 100, 5 and 5", c.size, len(c.entries), c.recent.Len())
	}
}

func TestDocumentCacheLeavesOutLargeOnes(t *testing.T) {
	c := newDocumentCache(100)
	c.add("small", &ast.QueryDocument{})
	c.add(strings.Repeat("x", 26), &ast.QueryDocument{})

	if _, ok := c.get(strings.Repeat("x", 26)); ok {
		t.Error("a document of more than a quarter of the cache was kept")
	}
	if _, ok := c.get("small"); !ok {
		t.Error("it drove out a small one")
	}
}
