// Package store keeps what hubgraph knows about many portals: how it may call each,
// and the last good metadata of each.
//
// A [Connection] is a portal's tokens and where they stand. Tokens and metadata are
// sealed (internal/seal) before they leave the process; the rest is readable to whoever
// reads the database, so nothing in it is secret, and nothing personal but the
// HubSpot user ID of who connected the portal.
//
// Any number of replicas may work on one database. A change names the version that it
// was made from ([Store.UpdateIf]), so that nobody overwrites what he has not seen; a
// portal's version grows with each change and never comes again, not even for a portal
// that was deleted and connected anew. Sealing again under another key changes no
// version.
//
// There are two databases, and one code for both: SQLite in a file, which is enough for
// replicas on one machine, and PostgreSQL.
package store
