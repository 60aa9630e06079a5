// Package portal is what the gateway knows about one HubSpot account: its
// object types with their properties, pipelines and possible associations, and
// its owners.
//
// [Load] reads all of it from HubSpot into an immutable [Metadata]. A [Portal]
// keeps one up to date: it serves the last good one at any moment, reads a new
// one before the old one ages, and remembers the last good one in a file, so
// that neither a restart nor an unreachable HubSpot stops the gateway.
//
// What a token may not read is left out and listed with the reason; it never
// makes the rest fail.
package portal
