// Package stream moves messages from a source to a sink, and tells the source
// what became of each of them.
//
// [Run] reads a [Source] until one of the ends in its [Config] is reached:
// every message is decoded, held against the filter, compared with what is
// known already, and given to the [Sink] in batches. Only when the sink has a
// batch for good is the source told that it is done. What the sink does not
// have is given back. [Messages] is the same for a loop that looks at one
// message after the other. [Merge] makes one source of several.
package stream

import (
	"context"

	"github.com/mwvgroup/pgb/client/alert"
)

// Source is where messages come from: a subscription, files, a Kafka group.
//
// A source delivers messages in batches and takes each of them back exactly
// once, as done (it need not be delivered again) or returned (it must be). A
// queue acks or nacks; an offset source commits the highest contiguous done
// position of each partition, and a returned message means not committed. What
// is taken back may have lost its body and attributes: its Position counts.
//
// One goroutine calls Next; Done and Return may be called from others at the
// same time. Close is called once, after the last Next.
type Source interface {
	// Next waits for messages and gives at least one. It gives io.EOF when
	// there will be none any more, and ctx's error when ctx ends first.
	Next(ctx context.Context) ([]*alert.Message, error)
	// Done takes back messages that their sink has for good.
	Done(messages []*alert.Message) error
	// Return takes back messages that must be delivered again, at once.
	Return(messages []*alert.Message) error
	// Close takes back what is still out as returned, waits until the source
	// has been told everything, and deletes what was temporary. ctx bounds the
	// wait.
	Close(ctx context.Context) error
}

// Metered is a source that knows what it was sent. A service that charges by
// the byte charges for this, whether it was read or given back.
type Metered interface {
	Delivered() (messages, bytes int64)
}

// Sink is where messages go. Put is given a batch, in order, and returns when
// the sink has all of it for good (flushed, synced, committed, confirmed), or
// with an error, when it may have any part of it. A sink that knows which part
// says so with a [*PartialError] or a [Rejection], and one that will have it only
// later with a [Held]. The rows of the messages are
// read again for others once Put has returned.
type Sink interface {
	Put(ctx context.Context, batch []*alert.Message) error
}

// SinkFunc is a function that is a [Sink].
type SinkFunc func(ctx context.Context, batch []*alert.Message) error

// Put calls the function.
func (f SinkFunc) Put(ctx context.Context, batch []*alert.Message) error { return f(ctx, batch) }
