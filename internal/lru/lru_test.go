package lru

import "testing"

func TestKeepsTheOnesUsedLast(t *testing.T) {
	c := New[int, string](100)
	for i := range 5 {
		c.Add(i, "value", 20)
	}
	c.Get(0)
	c.Add(5, "value", 20)

	for i, want := range []bool{true, false, true, true, true, true} {
		if value, got := c.Get(i); got != want || got && value != "value" {
			t.Errorf("Get(%d) = %q, %v, want %v", i, value, got, want)
		}
	}
	if c.Size() != 100 || len(c.entries) != 5 || c.recent.Len() != 5 {
		t.Errorf("size %d, %d entries, %d in order, want 100, 5 and 5", c.size, len(c.entries), c.recent.Len())
	}
}

func TestLeavesOutLargeOnes(t *testing.T) {
	c := New[string, int](100)
	c.Add("small", 1, 10)
	c.Add("large", 2, 26)

	if _, ok := c.Get("large"); ok {
		t.Error("a value of more than a quarter of the cache was kept")
	}
	if _, ok := c.Get("small"); !ok {
		t.Error("it drove out a small one")
	}
}

func TestKeepsTheFirstOfAKey(t *testing.T) {
	c := New[string, int](100)
	c.Add("a", 1, 10)
	c.Add("a", 2, 20)

	if value, _ := c.Get("a"); value != 1 || c.Size() != 10 {
		t.Errorf("value %d, size %d, want 1 and 10", value, c.Size())
	}
}
