// Package files reads messages from files: Avro containers with any number of
// records, framed packets, JSON documents and lines, archives of them, and
// everything that pgb itself writes. What a file is shows in its first bytes.
package files

import (
	"context"
	"io"

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
	// As names the topic, payload or survey, with or without a version
	// ("lsst-lite", "rapid:01.00"), by which packets are read whose bytes do
	// not tell.
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
	bare    bool // any bytes may be a packet

	cache     avro.Cache
	container avro.Container

	batches chan []*alert.Message
	ctx     context.Context // of the reading, ended by Close
	cancel  context.CancelFunc
	ended   chan struct{} // closed when reading has ended
	failed  error         // set before batches is closed
	patient *patient      // the reading that may wait without end, or nil

	batch []*alert.Message
	bytes int
}

// Open finds the files and begins to read them. A file that is not there, a
// folder or pattern without files ([*NoPacketsError]) and an As that names
// nothing are errors.
func Open(_ context.Context, o Options) (*Source, error) {
	if o.As != "" {
		// A line is read by its words alone, so that only those can be wrong.
		if _, err := o.Reader.ReadAs(&alert.Message{As: o.As, Form: alert.Line}); err != nil {
			return nil, err
		}
	}
	inputs, err := expand(o.Paths)
	if err != nil {
		return nil, err
	}
	s := &Source{
		options: o, inputs: inputs, bare: isBare(o),
		batches: make(chan []*alert.Message, queuedBatches), ended: make(chan struct{}),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	go s.readAll()
	return s, nil
}

// isBare says whether packets are read by a payload without any framing, whose
// bytes may begin like anything: then any byte is the start of a datum.
func isBare(o Options) bool {
	if o.As == "" {
		return false
	}
	_, _, err := o.Reader.Datum(&alert.Message{As: o.As, Body: []byte{1}})
	return err == nil
}

// Next gives the next messages; io.EOF after the last file. A named file that
// holds no messages ends it with a [*FileError].
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

// Close stops reading and waits until it has stopped. A read from standard
// input that waits for more and can't be interrupted is left behind.
func (s *Source) Close(ctx context.Context) error {
	s.cancel()
	select {
	case <-s.ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.patient == nil || !s.patient.yields.Load() {
		return nil
	}
	select {
	case <-s.patient.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readAll reads one file after the other.
func (s *Source) readAll() {
	defer close(s.ended)
	defer close(s.batches)
	for _, in := range s.inputs {
		if err := s.readInput(in); err != nil {
			s.failed = err
			break
		}
	}
	if err := s.send(); err != nil {
		s.failed = err
	}
}

// add takes a message into the batch.
func (s *Source) add(m *alert.Message) error {
	s.batch = append(s.batch, m)
	s.bytes += len(m.Body)
	if len(s.batch) >= batchMessages || s.bytes >= batchBytes {
		return s.send()
	}
	return s.ctx.Err()
}

func (s *Source) send() error {
	if len(s.batch) == 0 {
		return s.ctx.Err()
	}
	select {
	case s.batches <- s.batch:
		s.batch, s.bytes = nil, 0
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}
