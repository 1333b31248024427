// Package stream moves messages from a source to a sink, and tells the source
// what became of each of them.
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
// position of each partition, and a returned message means not committed.
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

// Sink is where messages go. Put is given a batch, in order, and returns when
// the sink has all of it for good (flushed, synced, committed, confirmed), or
// with an error, when it may have any part of it.
type Sink interface {
	Put(ctx context.Context, batch []*alert.Message) error
}
