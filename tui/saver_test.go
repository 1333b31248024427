package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// saver saves into memory.
type saver struct {
	mu     sync.Mutex
	sinks  []*sink
	hold   chan struct{} // where it is set Open waits for it
	err    error         // of Open
	putErr error

	refused []string // ids of messages that can't be saved
}

func (s *saver) Open(_ context.Context, target string, columns []alert.Column, growing bool) (Sink, error) {
	if s.hold != nil {
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	if len(columns) == 0 {
		return nil, errors.New("no columns")
	}
	k := &sink{saver: s, name: target, inParts: growing && strings.HasSuffix(target, ".fits")}
	s.sinks = append(s.sinks, k)
	return k, nil
}

func (s *saver) Targets(bool) []string {
	return []string{"archive", "alerts.jsonl", "alerts.csv", "alerts/", "alerts.fits"}
}

// Refuse refuses what a file was saved into before that can't be gone on with.
func (s *saver) Refuse(target string, growing bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sinks {
		if k.name == target && !k.inParts && !growing && strings.HasSuffix(target, ".fits") {
			return errors.New(target + " is there already")
		}
	}
	return nil
}

func (s *saver) Every() time.Duration { return 5 * time.Minute }

// failing makes everything that is saved from now on fail.
func (s *saver) failing(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.putErr = err
}

// working ends what failed.
func (s *saver) working() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = nil
}

// of gives what was saved into a target, and how it was closed.
func (s *saver) of(target string) (ids []string, closed string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sinks {
		if k.name == target {
			ids, closed = append(ids, k.ids...), k.closed
		}
	}
	return ids, closed
}

type sink struct {
	saver   *saver
	name    string
	inParts bool
	open    []string // in the open part
	ids     []string
	closed  string
}

func (k *sink) InParts() bool { return k.inParts }

// Name is what it was opened by, and once it is closed the name of its part.
func (k *sink) Name() string {
	k.saver.mu.Lock()
	defer k.saver.mu.Unlock()
	if k.inParts && k.closed != "" {
		return strings.Replace(k.name, ".", "-0001.", 1)
	}
	return k.name
}

func (k *sink) Put(_ context.Context, batch []*alert.Message) error {
	k.saver.mu.Lock()
	defer k.saver.mu.Unlock()
	if k.saver.putErr != nil {
		return k.saver.putErr
	}
	answer := &openPart{sink: k}
	for _, m := range batch {
		if slices.Contains(k.saver.refused, m.ID) {
			answer.messages, answer.reasons = append(answer.messages, m), append(answer.reasons, errors.New("a whole number does not fit"))
			continue
		}
		k.open = append(k.open, m.ID)
	}
	switch {
	case k.inParts:
		return answer
	case answer.messages != nil:
		k.closePart()
		return answer.refusal
	}
	k.closePart()
	return nil
}

func (k *sink) closePart() { k.ids, k.open = append(k.ids, k.open...), nil }

func (k *sink) Close(complete bool) error {
	k.saver.mu.Lock()
	defer k.saver.mu.Unlock()
	k.closed += strings.ToLower(fmt.Sprintf("complete=%v", complete))
	if complete && k.saver.putErr == nil {
		k.closePart()
	}
	if len(k.open) > 0 {
		return k.saver.putErr
	}
	return nil
}

// openPart is what a sink in parts answers, and refusal what any does that can't save
// some messages.
type (
	openPart struct {
		refusal
		sink *sink
	}
	refusal struct {
		messages []*alert.Message
		reasons  []error
	}
)

func (r refusal) Error() string                         { return "not all was saved" }
func (r refusal) Rejected() ([]*alert.Message, []error) { return r.messages, r.reasons }
func (p *openPart) Safe() int                           { return 0 }
func (p *openPart) Due() time.Time                      { return time.Time{} }
func (p *openPart) Settle(context.Context) error {
	p.sink.saver.mu.Lock()
	defer p.sink.saver.mu.Unlock()
	if err := p.sink.saver.putErr; err != nil {
		return err
	}
	p.sink.closePart()
	return nil
}
