//go:build race

package main

// slowed is how much longer tests take that move much data.
const slowed = 10
