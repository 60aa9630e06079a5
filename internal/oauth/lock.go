package oauth

import (
	"context"
	"sync"
	"time"
)

// A Locker sees to it that one of several processes does a thing.
type Locker interface {
	// Lock takes the lock of that name for at most ttl, without waiting: held is
	// false if another has it. An error means that nobody knows. Unlock, not nil
	// if held, gives the lock back if it is still ours, and may be called twice.
	Lock(ctx context.Context, key string, ttl time.Duration) (unlock func(), held bool, err error)
}

// NewLocker returns a Locker for those who share it in one process.
func NewLocker() Locker { return &processLocker{taken: map[string]*processLock{}} }

type processLocker struct {
	mu    sync.Mutex
	taken map[string]*processLock
}

type processLock struct{ until time.Time }

func (l *processLocker) Lock(_ context.Context, key string, ttl time.Duration) (func(), bool, error) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if other := l.taken[key]; other != nil && now.Before(other.until) {
		return nil, false, nil
	}
	ours := &processLock{until: now.Add(ttl)}
	l.taken[key] = ours
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.taken[key] == ours {
			delete(l.taken, key)
		}
	}, true, nil
}
