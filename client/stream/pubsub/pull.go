package pubsub

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/grpc"
)

const (
	// drainWait bounds the wait for what is still on its way when a stream is
	// ended.
	drainWait = time.Second
	// pingEvery keeps streams open that have nothing to say.
	pingEvery = 30 * time.Second
)

// pull is one open stream.
type pull struct {
	stream pubsubpb.Subscriber_StreamingPullClient
	cancel context.CancelFunc

	mu     sync.Mutex // of sending
	closed bool       // nothing may be sent any more
}

// read reads the subscription until ctx ends or the service says that there is
// no use in trying again.
func (s *source) read(ctx context.Context) {
	var pause backoff
	for ctx.Err() == nil {
		answered, err := s.readStream(ctx)
		if ctx.Err() != nil {
			return
		}
		if !passing(err) {
			s.fail(gone(explain(err, attempt{
				project: projectOf(s.plan.name), permission: "pubsub.subscriptions.consume",
				kind: "subscription", resource: s.plan.name,
			})))
			return
		}
		if answered {
			pause.reset()
		}
		s.health.broken(s, err)
		if !pause.wait(ctx) {
			return
		}
	}
}

// gone tells what went away from what was never there.
func gone(err error) error {
	var missing *NotFoundError
	if errors.As(err, &missing) || errors.Is(err, ErrDetached) {
		return &GoneError{Err: err}
	}
	return err
}

// readStream opens a stream and reads it until it breaks, or to its end once
// ctx has ended.
func (s *source) readStream(ctx context.Context) (answered bool, err error) {
	p, err := s.openStream()
	if err != nil {
		return false, err
	}
	defer p.cancel()
	s.keeper.watch(p)
	defer s.keeper.forget(p)
	defer context.AfterFunc(ctx, p.finish)()
	for {
		s.waitForRoom(ctx)
		var r response
		if err := p.stream.RecvMsg(&r); err != nil {
			return answered, err
		}
		if !answered {
			answered = true
			s.health.answered(s)
		}
		s.deliver(r.arrivals)
	}
}

// openStream opens a stream and asks for an answer.
func (s *source) openStream() (*pull, error) {
	// Not the reader's context: a stream is read to its end after that.
	ctx, cancel := context.WithCancel(context.Background())
	messages, bytes := max(s.maxMessages/s.streams, 1), max(s.maxBytes/int64(s.streams), 1)
	if s.holds {
		// Any of the streams may have all that is held, without its bytes.
		messages, bytes = s.mostOut(), 0
	}
	stream, err := s.api.StreamingPull(ctx, gax.WithGRPCOptions(grpc.ForceCodecV2(newCodec()), grpc.MaxCallRecvMsgSize(maxResponse)), once)
	if err == nil {
		err = stream.Send(&pubsubpb.StreamingPullRequest{
			Subscription:             s.plan.name,
			StreamAckDeadlineSeconds: int32(leaseTime / time.Second),
			MaxOutstandingMessages:   int64(messages),
			MaxOutstandingBytes:      bytes,
			ProtocolVersion:          1, // pings are answered
		})
	}
	p := &pull{stream: stream, cancel: cancel}
	if err == nil {
		err = p.stream.Send(&pubsubpb.StreamingPullRequest{})
	}
	if err != nil {
		if stream != nil {
			// Send only says that the stream has ended; Recv says why.
			if reason := stream.RecvMsg(new(response)); reason != nil {
				err = reason
			}
		}
		cancel()
		return nil, err
	}
	return p, nil
}

// once leaves it to the reader to try again.
var once = gax.WithRetry(func() gax.Retryer { return never{} })

type never struct{}

func (never) Retry(error) (time.Duration, bool) { return 0, false }

// finish says that no more is wanted. What is on its way still comes.
func (p *pull) finish() {
	p.mu.Lock()
	p.closed = true
	_ = p.stream.CloseSend() // it always gives nil
	p.mu.Unlock()
	time.AfterFunc(drainWait, p.cancel)
}

// ping asks the service for an answer, which Recv gets, or the error.
func (p *pull) ping() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		_ = p.stream.Send(&pubsubpb.StreamingPullRequest{})
	}
}

// backoff is the time between attempts: it doubles up to half a minute, and is
// drawn at random so that not all come back at once.
type backoff struct{ last time.Duration }

const (
	leastPause = 50 * time.Millisecond
	mostPause  = 30 * time.Second
)

func (b *backoff) reset() { b.last = 0 }

// wait pauses, and gives false if ctx has ended.
func (b *backoff) wait(ctx context.Context) bool {
	b.last = min(max(2*b.last, leastPause), mostPause)
	timer := time.NewTimer(b.last/2 + rand.N(b.last/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
