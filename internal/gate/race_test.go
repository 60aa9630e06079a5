//go:build race

package gate_test

// slowdown is how much longer than the promise a test may take: the race
// detector costs that much, and more on a busy machine.
const slowdown = 20
