// Package connect opens the portals that were connected: it finds their tokens
// in the store, has them renewed, and reads and keeps their metadata there.
package connect
