package recordcache

// An Invalidation is one thing that changed at HubSpot. Object types may be ""
// where they are not known: then all of any type go that it might be about.
type Invalidation struct {
	Kind       InvalidationKind
	ObjectType string // of the record
	ID         string // of the record

	// The other end of an association.
	ToType string
	ToID   string
}

// An InvalidationKind is what happened to a record.
type InvalidationKind byte

// The kinds of invalidation.
const (
	Changed    InvalidationKind = iota // some of its properties
	CameOrWent                         // it was created, deleted, restored or merged
	Associated                         // an association of it came, went or got another label
	Everything                         // nobody knows what: all is forgotten
)

func (k InvalidationKind) String() string {
	return [...]string{"changed", "came_or_went", "associated", "everything"}[k]
}

// Invalidate forgets what changes at HubSpot have made stale. When it returns,
// nothing that was asked for before it is served any more, whatever is still
// under way. It waits for nobody. Changes may be told in any order, and more
// than once. A nil Cache has nothing to forget.
func (c *Cache) Invalidate(changes []Invalidation) {
	if c == nil || len(changes) == 0 {
		return
	}
	// Calls that leave from here on have a ticket of this number and see the
	// changes; those that left before have a lower one.
	now := c.clock.Add(1)
	for _, change := range changes {
		c.counted.invalidated[change.Kind].Add(1)
		switch change.Kind {
		case Changed:
			c.forgetRecord(change.ObjectType, change.ID, now)
		case CameOrWent:
			c.forgetRecord(change.ObjectType, change.ID, now)
			c.forgetEdges("", change.ID, "", now)
			c.forgetType(change.ObjectType, now)
		case Associated:
			c.forgetEdges(change.ObjectType, change.ID, change.ToType, now)
			c.forgetEdges(change.ToType, change.ToID, change.ObjectType, now)
		case Everything:
			c.forgetAll(now)
		}
	}
}

func (c *Cache) forgetRecord(objectType, id string, now uint64) {
	if objectType == "" || id == "" {
		c.forgetAll(now)
		return
	}
	c.things.raise(c.key(c.base(kindRecord, objectType, ""), id), now)
}

// forgetEdges forgets the associations of a record with those of one type, or
// with those of all if either type is not known.
func (c *Cache) forgetEdges(from, id, to string, now uint64) {
	switch {
	case id == "":
		c.forgetAll(now)
	case from == "" || to == "":
		c.things.raise(c.key(c.base(kindAllEdges, "", ""), id), now)
	default:
		c.things.raise(c.key(c.base(kindEdges, from, to), id), now)
	}
}

// forgetType forgets which records of a type there are: the pages of its
// lists, and who is associated with any of them.
func (c *Cache) forgetType(objectType string, now uint64) {
	if objectType == "" {
		c.forgetAll(now)
		return
	}
	c.types.raise(c.base(kindPagesOf, objectType, ""), now)
	c.types.raise(c.base(kindEdgesTo, objectType, ""), now)
}

func (c *Cache) forgetAll(now uint64) {
	for {
		last := c.everything.Load()
		if last >= now || c.everything.CompareAndSwap(last, now) {
			return
		}
	}
}
