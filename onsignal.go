package main

import (
	"context"
	"os"
	"sync"
)

// onSignal does something at each signal, one after the other, until ctx ends or
// stop is called, which returns when all of it has ended.
func onSignal(ctx context.Context, signals <-chan os.Signal, do func(context.Context, os.Signal)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case sig := <-signals:
				do(ctx, sig)
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
	}
}
