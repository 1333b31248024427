package pubsub

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	"github.com/mwvgroup/pgb/client/signin"
)

// reachWait is how long a connection is tried that never was there. One that was
// is tried as long as it is wanted.
const reachWait = 10 * time.Second

// reach gives up what nobody answers: the library would try for as long as a call
// may take, and tell then that the time is over, not why.
type reach struct {
	wait time.Duration // [reachWait]

	once  sync.Once
	up    chan struct{} // closed when a call has gone out
	begun func() time.Time

	mu   sync.Mutex
	last error // what kept the last call from being made
}

func newReach() *reach {
	return &reach{wait: reachWait, up: make(chan struct{}), begun: sync.OnceValue(time.Now)}
}

// dialOptions have a connection watched.
func (r *reach) dialOptions() []grpc.DialOption {
	return []grpc.DialOption{grpc.WithStatsHandler(r), grpc.WithChainUnaryInterceptor(r.call)}
}

// errSilent ends a call for which no connection came about.
var errSilent = errors.New("no connection")

// call makes a call, but waits no longer than is left for a first connection. Its
// own error has no status, so that the library does not try again.
func (r *reach) call(ctx context.Context, method string, asked, answer any, connection *grpc.ClientConn, make grpc.UnaryInvoker, options ...grpc.CallOption) error {
	if r.isUp() {
		return make(ctx, method, asked, answer, connection, options...)
	}
	left := r.wait - time.Since(r.begun())
	bounded, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer time.AfterFunc(max(left, 0), func() {
		if !r.isUp() {
			cancel(errSilent)
		}
	}).Stop()
	err := make(bounded, method, asked, answer, connection, options...)
	if err == nil || ctx.Err() != nil || r.isUp() {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if status.Code(err) == codes.Unavailable || signin.IsUnreached(err) {
		r.last = errors.New(plainDial(err))
	}
	if left > 0 && !errors.Is(context.Cause(bounded), errSilent) {
		return err
	}
	if r.last == nil {
		return fmt.Errorf("%w: no answer within %v", ErrUnavailable, r.wait)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, r.last)
}

func (r *reach) isUp() bool {
	select {
	case <-r.up:
		return true
	default:
		return false
	}
}

// dialled finds what the network said in what gRPC makes of it.
var dialled = regexp.MustCompile(`(?:Error while dialing: |A record lookup error: |authentication handshake failed: |cannot fetch token: \w+ "[^"]*": )(.*?)"?$`)

// plainDial gives what the network said.
func plainDial(err error) string {
	text := err.Error()
	if s, ok := status.FromError(err); ok {
		text = s.Message()
	}
	if found := dialled.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return text
}

// TagRPC is part of [stats.Handler].
func (r *reach) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC notes the first call that went out, which takes a connection that both
// sides speak on.
func (r *reach) HandleRPC(_ context.Context, s stats.RPCStats) {
	if _, ok := s.(*stats.OutHeader); ok {
		r.once.Do(func() { close(r.up) })
	}
}

// TagConn is part of [stats.Handler].
func (r *reach) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn is part of [stats.Handler].
func (r *reach) HandleConn(context.Context, stats.ConnStats) {}
