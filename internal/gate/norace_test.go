//go:build !race

package gate_test

// slowdown is how much longer than the promise a test may take, for machines
// that do something else besides.
const slowdown = 3
