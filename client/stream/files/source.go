// Package files reads messages from files: Avro containers with any number of
// records, framed packets, JSON documents and lines, archives of them, and
// everything that pgb itself writes. What a file is shows in its first bytes.
package files

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/avro"
)

// Stdin is standard input, read for the path "-".
type Stdin = io.Reader

// Options say what is read.
type Options struct {
	// Paths are files, folders, patterns, or "-".
	Paths []string
	// Stdin is read for "-".
	Stdin Stdin
	// As names the topic, payload or survey by which packets are read whose
	// bytes do not tell.
	As string
	// Reader finds out what packets are.
	Reader *alert.Reader
}

// Bounds of a batch that Next gives.
const (
	batchMessages = 256
	batchBytes    = 4 << 20
	queuedBatches = 2
)

// Source is a [stream.Source] of the messages in files, in the order of the
// files. Nothing is remembered of what is done: a file is read from its start
// each time.
type Source struct {
	options Options
	inputs  []input
	cache   avro.Cache

	batches chan []*alert.Message
	cancel  context.CancelFunc
	ended   sync.WaitGroup
	failed  error // set before batches is closed

	batch []*alert.Message
	bytes int
}

// Open finds the files and begins to read them.
func Open(_ context.Context, o Options) (*Source, error) {
	inputs, err := expand(o.Paths)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Source{options: o, inputs: inputs, batches: make(chan []*alert.Message, queuedBatches), cancel: cancel}
	s.ended.Add(1)
	go s.readAll(ctx)
	return s, nil
}

// Next gives the next messages; io.EOF after the last file.
func (s *Source) Next(ctx context.Context) ([]*alert.Message, error) {
	select {
	case batch, ok := <-s.batches:
		if ok {
			return batch, nil
		}
		if s.failed != nil {
			return nil, s.failed
		}
		return nil, io.EOF
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Done does nothing: files keep what was read.
func (s *Source) Done([]*alert.Message) error { return nil }

// Return does nothing: files keep what was read.
func (s *Source) Return([]*alert.Message) error { return nil }

// Close stops reading. A read from standard input that waits for more is left
// behind: it can't be interrupted.
func (s *Source) Close(ctx context.Context) error {
	s.cancel()
	done := make(chan struct{})
	go func() {
		s.ended.Wait()
		close(done)
	}()
	for {
		select {
		case <-done:
			return nil
		case <-s.batches:
		case <-ctx.Done():
			return nil
		}
		if s.readsStdin() {
			return nil
		}
	}
}

func (s *Source) readsStdin() bool {
	for _, in := range s.inputs {
		if in.path == stdinPath {
			return true
		}
	}
	return false
}

// readAll reads one file after the other.
func (s *Source) readAll(ctx context.Context) {
	defer s.ended.Done()
	defer close(s.batches)
	for _, in := range s.inputs {
		err := s.readInput(ctx, in)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			if ctx.Err() == nil {
				s.failed = err
				s.send(ctx)
			}
			return
		}
	}
	s.send(ctx)
}

func (s *Source) readInput(ctx context.Context, in input) error {
	f := &file{source: s, ctx: ctx, name: in.path, named: in.named, path: in.path}
	if in.path == stdinPath {
		f.name, f.path = "standard input", ""
		return f.read(s.options.Stdin)
	}
	opened, err := os.Open(in.path)
	if err != nil {
		return err
	}
	return errors.Join(f.read(opened), opened.Close())
}

// add takes a message into the batch.
func (s *Source) add(ctx context.Context, m *alert.Message) error {
	s.batch = append(s.batch, m)
	s.bytes += len(m.Body)
	if len(s.batch) >= batchMessages || s.bytes >= batchBytes {
		return s.send(ctx)
	}
	return nil
}

func (s *Source) send(ctx context.Context) error {
	if len(s.batch) == 0 {
		return nil
	}
	select {
	case s.batches <- s.batch:
		s.batch, s.bytes = nil, 0
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
