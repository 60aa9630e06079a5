package recordcache

import "hash/maphash"

// A kind is what a key is of.
type kind byte

const (
	kindRecord    kind = iota + 1
	kindEdges          // the associations of a record with records of one type, with their labels
	kindBareEdges      // the same, without
	kindAllEdges       // a record's, with all types; only stamps
	kindLabels         // what others' associations with a record are labelled; only stamps
	kindPage           // of a list
	kindEdgesTo        // all associations with records of a type; only stamps
	kindPagesOf        // all pages of a type's lists; only stamps
)

// base is the part of a key that many have in common. Keys are hashes of 64
// bits under a seed that nobody knows. Two things may have the same one: entries
// say what they are of.
func (c *Cache) base(k kind, typeID, other string) uint64 {
	key := mix(maphash.String(c.seed, typeID), uint64(k))
	if other != "" {
		key = mix(maphash.String(c.seed, other), key)
	}
	return key
}

// key is that of one ID under a base.
func (c *Cache) key(base uint64, id string) uint64 { return mix(maphash.String(c.seed, id), base) }

// mix joins two numbers so that each bit of either changes half of the result's.
func mix(a, b uint64) uint64 {
	// Source: the finalizer of SplitMix64, https://prng.di.unimi.it/splitmix64.c
	x := a + 0x9e3779b97f4a7c15*(b+1)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
