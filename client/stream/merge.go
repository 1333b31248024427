package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/mwvgroup/pgb/client/alert"
)

// mergeBatch is how many messages of one source are given before it is the turn
// of the next.
const mergeBatch = 256

// Merge makes one source of several. They take turns: each gives what it has,
// one batch at a time, and a source that has nothing is passed over. Where one
// ends the others go on; where one fails the whole fails with its error. Each
// message is taken back by the source that it came from.
func Merge(sources ...Source) Source {
	if len(sources) == 1 {
		return sources[0]
	}
	m := &merged{
		sources: sources,
		slots:   make([][]*alert.Message, len(sources)),
		empty:   make([]chan struct{}, len(sources)),
		news:    make(chan struct{}, 1),
		reading: len(sources),
	}
	for i := range m.empty {
		m.empty[i] = make(chan struct{}, 1)
	}
	return m
}

// merged is several sources as one. A goroutine for each source keeps its slot
// filled.
type merged struct {
	sources []Source
	start   sync.Once
	cancel  context.CancelFunc
	readers sync.WaitGroup
	news    chan struct{}   // a slot was filled or a source has ended
	empty   []chan struct{} // the slot was emptied

	mu      sync.Mutex
	slots   [][]*alert.Message
	turn    int // the slot that is looked at first
	reading int // sources that have not ended
	err     error
}

// place is a message's position in a merged source.
type place struct {
	source   int
	position any
}

// Next gives messages of the source whose turn it is.
func (m *merged) Next(ctx context.Context) ([]*alert.Message, error) {
	m.start.Do(m.read)
	for {
		messages, err := m.pick()
		if len(messages) > 0 || err != nil {
			return messages, err
		}
		select {
		case <-m.news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (m *merged) pick() ([]*alert.Message, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return nil, m.err
	}
	for i := range m.slots {
		at := (m.turn + i) % len(m.slots)
		slot := m.slots[at]
		if len(slot) == 0 {
			continue
		}
		m.turn = at + 1
		n := min(len(slot), mergeBatch)
		if m.slots[at] = slot[n:]; n == len(slot) {
			m.slots[at] = nil
			m.empty[at] <- struct{}{}
		}
		return slot[:n:n], nil
	}
	if m.reading == 0 {
		return nil, io.EOF
	}
	return nil, nil
}

func (m *merged) read() {
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	for i, source := range m.sources {
		m.readers.Go(func() { m.readOne(ctx, i, source) })
	}
}

func (m *merged) readOne(ctx context.Context, i int, source Source) {
	for {
		messages, err := source.Next(ctx)
		if err == nil {
			places := make([]place, len(messages))
			for j, msg := range messages {
				places[j] = place{source: i, position: msg.Position}
				msg.Position = &places[j]
			}
		}
		m.mu.Lock()
		if err == nil {
			m.slots[i] = messages
		} else {
			m.reading--
			if !errors.Is(err, io.EOF) && ctx.Err() == nil && m.err == nil {
				m.err = err
			}
		}
		m.mu.Unlock()
		select {
		case m.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
		select {
		case <-m.empty[i]:
		case <-ctx.Done():
			return
		}
	}
}

// Done tells each source what is done of its messages.
func (m *merged) Done(messages []*alert.Message) error {
	return m.each(messages, Source.Done)
}

// Return gives each source its messages back.
func (m *merged) Return(messages []*alert.Message) error {
	return m.each(messages, Source.Return)
}

// each sorts messages by source and gives them their own positions back.
func (m *merged) each(messages []*alert.Message, tell func(Source, []*alert.Message) error) error {
	bySource := make([][]*alert.Message, len(m.sources))
	var errs []error
	for _, msg := range messages {
		at, ok := msg.Position.(*place)
		if !ok {
			errs = append(errs, fmt.Errorf("message %s of %s is not of this stream", msg.ID, msg.Topic))
			continue
		}
		msg.Position = at.position
		bySource[at.source] = append(bySource[at.source], msg)
	}
	for i, own := range bySource {
		if len(own) > 0 {
			errs = append(errs, tell(m.sources[i], own))
		}
	}
	return errors.Join(errs...)
}

// Delivered adds up what the sources were sent.
func (m *merged) Delivered() (messages, bytes int64) {
	for _, source := range m.sources {
		if metered, ok := source.(Metered); ok {
			n, size := metered.Delivered()
			messages, bytes = messages+n, bytes+size
		}
	}
	return messages, bytes
}

// Close ends the readers, gives back what nobody took, and closes all sources
// at the same time.
func (m *merged) Close(ctx context.Context) error {
	m.start.Do(func() { m.cancel = func() {} })
	m.cancel()
	ended := make(chan struct{})
	go func() {
		m.readers.Wait()
		close(ended)
	}()
	errs := make([]error, len(m.sources)+2)
	select {
	case <-ended:
	case <-ctx.Done():
		errs[0] = fmt.Errorf("a source does not stop reading: %w", ctx.Err())
	}
	m.mu.Lock()
	var left []*alert.Message
	for _, slot := range m.slots {
		left = append(left, slot...)
	}
	m.slots = make([][]*alert.Message, len(m.sources))
	m.mu.Unlock()
	errs[1] = m.Return(left)

	var closing sync.WaitGroup
	for i, source := range m.sources {
		closing.Go(func() { errs[i+2] = source.Close(ctx) })
	}
	closing.Wait()
	return errors.Join(errs...)
}
