//go:build !race

package main

const slowed = 1
