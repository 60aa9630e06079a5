package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// unlockScript deletes a lock that is still ours: it may have ended, and somebody
// else may hold it.
var unlockScript = redis.NewScript(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`)

// Lock takes the lock of that name for at most ttl, so that one replica does what
// all would. held says whether it was free; it does not wait. unlock gives it back
// early, and does nothing if it is not held (any more); it is never nil. err wraps
// [ErrUnavailable] if Redis does not answer, within 50 ms: the caller must decide
// what to do without a lock. A lock that outlives its ttl is somebody else's: what
// is done under it must bear being done twice.
func (c *Cluster) Lock(ctx context.Context, key string, ttl time.Duration) (unlock func(), held bool, err error) {
	nothing := func() {}
	if ttl < time.Millisecond {
		return nothing, false, errors.New("a lock must last for a millisecond at least")
	}
	if err := ctx.Err(); err != nil {
		return nothing, false, err
	}
	name, value := c.key("lock", key), rand.Text()
	err = c.remote.do(ctx, "lock", func(ctx context.Context) error {
		status, err := c.remote.client.SetArgs(ctx, name, value, redis.SetArgs{Mode: "NX", TTL: ttl}).Result()
		held = status == "OK"
		return err
	})
	unlock = func() {
		_ = c.remote.do(context.WithoutCancel(ctx), "lock", func(ctx context.Context) error { // it ends by itself
			return unlockScript.Run(ctx, c.remote.client, []string{name}, value).Err()
		})
	}
	switch {
	case err != nil:
		return unlock, false, err // it may have been set all the same
	case !held:
		return nothing, false, nil
	}
	return unlock, true, nil
}
