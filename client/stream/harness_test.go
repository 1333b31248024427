package stream_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The messages of these tests are words. "bad ..." can't be decoded, "no ..."
// does not pass the filter, and words are the same up to a "#".

var errBad = errors.New("bad word")

type words struct{}

func (words) Read(m *alert.Message, row *alert.Row) error {
	if strings.HasPrefix(string(m.Body), "bad") {
		return errBad
	}
	row.Values = append(row.Values[:0], field.OfText(m.Body))
	return nil
}

func (words) Pass(values []field.Value) bool {
	return !strings.HasPrefix(string(values[0].Text()), "no")
}

func (words) Identity(m *alert.Message) (stream.Identity, error) {
	word, _, _ := strings.Cut(string(m.Body), "#")
	sum := sha256.Sum256([]byte(word))
	return stream.Identity(sum[:16]), nil
}

// ledger is a source that books what becomes of each message of another, and
// objects when one is done that is not safe, or taken back twice.
type ledger struct {
	stream.Source
	t *testing.T

	mu       sync.Mutex
	out      map[*alert.Message]string // bodies, which messages may lose
	done     []string
	returned []string
	safe     map[string]bool // bodies that are written or in quarantine
	closed   bool
}

func watch(t *testing.T, source stream.Source) *ledger {
	return &ledger{Source: source, t: t, out: make(map[*alert.Message]string), safe: make(map[string]bool)}
}

func (l *ledger) Next(ctx context.Context) ([]*alert.Message, error) {
	messages, err := l.Source.Next(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range messages {
		l.out[m] = string(m.Body)
	}
	return messages, err
}

func (l *ledger) Done(messages []*alert.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range messages {
		body := l.take(m)
		word, _, _ := strings.Cut(body, "#")
		if !l.safe[word] && !strings.HasPrefix(word, "no") {
			l.t.Errorf("%q is done before it is safe", body)
		}
		l.done = append(l.done, body)
	}
	return l.Source.Done(messages)
}

func (l *ledger) Return(messages []*alert.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range messages {
		l.returned = append(l.returned, l.take(m))
	}
	return l.Source.Return(messages)
}

func (l *ledger) take(m *alert.Message) (body string) {
	body, out := l.out[m]
	if !out {
		l.t.Errorf("message %s is taken back twice", m.ID)
	}
	delete(l.out, m)
	return body
}

func (l *ledger) Close(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	return l.Source.Close(ctx)
}

func (l *ledger) keep(words ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, word := range words {
		word, _, _ = strings.Cut(word, "#")
		l.safe[word] = true
	}
}

// settled checks that the source is closed and nothing is left out.
func (l *ledger) settled() {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.t.Error("the source is not closed")
	}
	if len(l.out) > 0 {
		l.t.Errorf("%d messages were neither done nor returned", len(l.out))
	}
}

// page is a sink that keeps words. fail, where set, is asked before each batch.
type page struct {
	ledger *ledger
	fail   func(batch []*alert.Message) error

	mu      sync.Mutex
	words   []string
	batches int
}

func (p *page) Put(_ context.Context, batch []*alert.Message) error {
	if p.fail != nil {
		if err := p.fail(batch); err != nil {
			return err
		}
	}
	p.write(batch)
	return nil
}

func (p *page) write(batch []*alert.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batches++
	for _, m := range batch {
		p.words = append(p.words, string(m.Body))
		p.ledger.keep(string(m.Body))
	}
}

func (p *page) written() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.words)
}

// shelf is a quarantine.
type shelf struct {
	ledger *ledger
	err    error
	words  []string
}

func (s *shelf) Put(messages []*alert.Message, reasons []error) error {
	if s.err != nil {
		return s.err
	}
	for i, m := range messages {
		s.words = append(s.words, fmt.Sprintf("%s: %v", m.Body, reasons[i]))
		s.ledger.keep(string(m.Body))
	}
	return nil
}

// setup makes a log of words, its ledger, a configuration and a page.
func setup(t *testing.T, bodies ...string) (*streamtest.Log, *ledger, stream.Config, *page) {
	log := streamtest.NewLog(1)
	log.Append(bodies...)
	source := log.Open()
	source.Batch = 7
	l := watch(t, source)
	config := stream.Config{Source: l, Fields: words{}, Filter: words{}, Identifier: words{}, Quarantine: &shelf{ledger: l}}
	return log, l, config, &page{ledger: l}
}

// count gives the words prefix0, prefix1 ...
func count(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return all
}

// expect checks the end of a run and that the figures are those of the ledger.
func expect(t *testing.T, s stream.Summary, err error, reason stream.Reason, written int) {
	t.Helper()
	if err != nil {
		t.Errorf("error: %v", err)
	}
	if s.Reason != reason {
		t.Errorf("ended because %q, want %q", s.Reason, reason)
	}
	if s.Written != int64(written) {
		t.Errorf("%d written, want %d", s.Written, written)
	}
}
