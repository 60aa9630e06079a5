// Package where reads conditions and orders that clients ask for, and turns
// them into what HubSpot's search takes: filter groups, any of which must
// match, each of filters that must all match. The same conditions can be
// evaluated here, on records that were read in another way.
//
// It is pure. Expressions and orders never change once they are made, and are
// safe for concurrent use.
package where
