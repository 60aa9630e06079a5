// Package portals keeps the gateways of many portals: one is opened when it is
// first asked for, kept while it is used, and closed when it was not used for
// longest and memory is short.
package portals
