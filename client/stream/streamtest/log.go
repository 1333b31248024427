// Package streamtest holds what tests of streams share: the conformance tests
// of sources, and an in-memory log read by offsets.
package streamtest

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// Log is a topic of several partitions kept in memory, with the positions up to
// which a group of readers has committed. It behaves as Kafka does: a message
// is never taken back by itself; what is not committed comes again when the log
// is opened again.
type Log struct {
	mu         sync.Mutex
	partitions [][]*alert.Message
	committed  []int
	grown      chan struct{} // closed when messages are added
	ended      bool
}

// NewLog makes an empty log.
func NewLog(partitions int) *Log {
	return &Log{
		partitions: make([][]*alert.Message, partitions),
		committed:  make([]int, partitions),
		grown:      make(chan struct{}),
	}
}

// offset is a message's position.
type offset struct{ partition, offset int }

// Append adds messages with these bodies, to the partitions by turns.
func (l *Log) Append(bodies ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, body := range bodies {
		p := 0
		for i := range l.partitions {
			if len(l.partitions[i]) < len(l.partitions[p]) {
				p = i
			}
		}
		at := offset{partition: p, offset: len(l.partitions[p])}
		l.partitions[p] = append(l.partitions[p], &alert.Message{
			ID:          fmt.Sprintf("%d:%d", at.partition, at.offset),
			Topic:       "log",
			Body:        []byte(body),
			PublishTime: time.Now(),
			Position:    at,
		})
	}
	l.wake()
}

// End says that nothing will be added: readers come to the end of the input.
func (l *Log) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.wake()
}

func (l *Log) wake() {
	close(l.grown)
	l.grown = make(chan struct{})
}

// Committed says how many messages will not come again.
func (l *Log) Committed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	total := 0
	for _, n := range l.committed {
		total += n
	}
	return total
}

// Open reads the log from where it is committed.
func (l *Log) Open() *LogSource {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &LogSource{log: l, done: make([]map[int]bool, len(l.partitions))}
	s.next = append(s.next, l.committed...)
	for i := range s.done {
		s.done[i] = make(map[int]bool)
	}
	return s
}

// LogSource is a source that reads a [Log].
type LogSource struct {
	log *Log
	// Batch bounds what Next gives; 0 is 10.
	Batch int

	next   []int          // offset to read next, by partition
	done   []map[int]bool // offsets that are done and not committed
	turn   int
	closed bool
}

// Next gives the next messages of one partition.
func (s *LogSource) Next(ctx context.Context) ([]*alert.Message, error) {
	for {
		messages, grown, err := s.read()
		if len(messages) > 0 || err != nil {
			return messages, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-grown:
		}
	}
}

func (s *LogSource) read() ([]*alert.Message, <-chan struct{}, error) {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	limit := s.Batch
	if limit == 0 {
		limit = 10
	}
	for range s.next {
		p := s.turn % len(s.next)
		s.turn++
		have := s.log.partitions[p][s.next[p]:]
		if len(have) == 0 {
			continue
		}
		var messages []*alert.Message
		for _, m := range have[:min(len(have), limit)] {
			messages = append(messages, &alert.Message{
				ID: m.ID, Topic: m.Topic, Headers: m.Headers, Body: m.Body,
				PublishTime: m.PublishTime, Position: m.Position,
			})
		}
		s.next[p] += len(messages)
		return messages, nil, nil
	}
	if s.log.ended {
		return nil, nil, io.EOF
	}
	return nil, s.log.grown, nil
}

// Done commits the highest position of each partition below which all is done.
func (s *LogSource) Done(messages []*alert.Message) error {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	for _, m := range messages {
		at := m.Position.(offset)
		if at.offset < s.log.committed[at.partition] || s.done[at.partition][at.offset] {
			return fmt.Errorf("message %s is done twice", m.ID)
		}
		s.done[at.partition][at.offset] = true
	}
	for p, done := range s.done {
		for done[s.log.committed[p]] {
			delete(done, s.log.committed[p])
			s.log.committed[p]++
		}
	}
	return nil
}

// Return leaves the messages uncommitted: a log has no other way to give back.
func (s *LogSource) Return([]*alert.Message) error { return nil }

// Close ends the reading.
func (s *LogSource) Close(context.Context) error {
	if s.closed {
		return fmt.Errorf("closed twice")
	}
	s.closed = true
	return nil
}
