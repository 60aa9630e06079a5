package cluster

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// How long Redis may take. It is near, and whoever waits for it waits in vain if it
// is gone.
const (
	answerTime  = 50 * time.Millisecond
	dialTime    = 100 * time.Millisecond
	breakAfter  = 3               // failures one after the other
	breakFor    = 5 * time.Second // until it is tried again
	connections = 8
)

// quiet ends what the client writes to standard error for each connection.
var quiet sync.Once

// ErrUnavailable is that Redis does not answer.
var ErrUnavailable = errors.New("redis does not answer")

// remote is the way to Redis. Nothing takes longer than its patience, and nothing
// at all while Redis is known to be gone.
type remote struct {
	client   *redis.Client
	patience time.Duration
	circuit  circuitbreaker.CircuitBreaker[any]
	observe  func(what string, took time.Duration, failed bool)
	changed  func(up bool, cause string)

	mu    sync.Mutex
	state Status
}

func newRemote(o Options) (*remote, error) {
	opt, err := o.URL.options()
	if err != nil {
		return nil, err
	}
	opt.DialTimeout, opt.ReadTimeout, opt.WriteTimeout = dialTime, o.patience, o.patience
	opt.PoolTimeout, opt.PoolSize = o.patience, connections
	opt.MaxRetries, opt.DialerRetries = -1, 1
	opt.ContextTimeoutEnabled = true
	opt.DisableIdentity = true // two more round trips on each new connection
	quiet.Do(logging.Disable)  // Status, the log and Observe tell, in our own words
	opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &remote{
		client: redis.NewClient(opt),
		circuit: circuitbreaker.NewBuilder[any]().
			WithFailureThreshold(breakAfter).WithSuccessThreshold(1).WithDelay(breakFor).Build(),
		patience: o.patience,
		observe:  o.Observe,
		state:    Status{Since: time.Now()},
	}, nil
}

// do asks Redis something. The caller's context does not end it: that would look
// as if Redis had not answered, and it is over soon.
func (r *remote) do(ctx context.Context, what string, ask func(context.Context) error) error {
	if !r.circuit.TryAcquirePermit() {
		return ErrUnavailable
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.patience)
	defer cancel()
	start := time.Now()
	err := ask(ctx)
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	r.observe(what, time.Since(start), err != nil)
	if err != nil {
		r.circuit.RecordFailure()
		r.failed(err)
		return errors.Join(ErrUnavailable, errors.New(cause(err)))
	}
	r.circuit.RecordSuccess()
	r.answered()
	return nil
}

// rest is how long nothing need be tried.
func (r *remote) rest() time.Duration {
	if r.circuit.IsOpen() {
		return r.circuit.RemainingDelay()
	}
	return 0
}

// cause says in a few words why Redis did not answer, without where it is and how
// one gets in.
func cause(err error) string {
	var answer redis.Error
	var op *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &op):
		return op.Op + ": " + op.Err.Error()
	case errors.As(err, &answer):
		return answer.Error()
	}
	return "the connection failed"
}
