// Package servertest starts real databases for tests: programs of the machine, each in
// a folder of its own, that end with the tests.
package servertest
