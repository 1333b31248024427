package stream

import (
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// Stats are the figures of a run so far.
type Stats struct {
	Elapsed time.Duration
	// Messages were taken from the source and looked at; Bytes are theirs:
	// bodies, keys and attributes.
	Messages, Bytes int64
	// Passed went on to the sink, Written are those that it has for good, Held
	// those that it will have for good later.
	Passed, Written, Held int64
	// Filtered did not pass the filter, Duplicates were known or in flight,
	// Quarantined could not be decoded, Returned were given back.
	Filtered, Duplicates, Quarantined, Returned int64
	// Simulated came from a sandbox.
	Simulated int64
	// DeliveredMessages and DeliveredBytes are what the source was sent,
	// including what was given back; they equal Messages and Bytes for a
	// source that is not [Metered].
	DeliveredMessages, DeliveredBytes int64
	// Rate and ByteRate are per second, over the last few seconds.
	Rate, ByteRate float64
	// Lag is how long ago the newest message was published; 0 where its time
	// is not known.
	Lag time.Duration
}

// Reason says why a run ended.
type Reason string

// The reasons for which a run ends.
const (
	EndOfInput   Reason = "end of input"
	LimitReached Reason = "limit reached"
	TimeOver     Reason = "time is over"
	IdleTooLong  Reason = "no message for too long"
	BytesReached Reason = "byte limit reached"
	Stopped      Reason = "stopped"
	PipeClosed   Reason = "output closed by its reader"
	Cancelled    Reason = "cancelled"
	Failed       Reason = "failed"
)

// Summary says how a run went.
type Summary struct {
	Stats
	Reason Reason
}

// rateSeconds is how far back the rates look.
const rateSeconds = 8

// meter keeps the figures of a run.
type meter struct {
	Stats
	source  Source
	started time.Time
	newest  time.Time // publish time of the message taken last

	// What had been taken when each of the last seconds began.
	second   int64
	messages [rateSeconds]int64
	bytes    [rateSeconds]int64
}

func newMeter(source Source) *meter {
	return &meter{source: source, started: time.Now()}
}

// take counts a message that comes from the source.
func (m *meter) take(msg *alert.Message, bytes int64) {
	m.Messages++
	m.Bytes += bytes
	if !msg.PublishTime.IsZero() {
		m.newest = msg.PublishTime
	}
	if msg.Simulated() {
		m.Simulated++
	}
}

// tick notes the figures at the beginning of a new second. It is called at
// least as often as they are looked at.
func (m *meter) tick(now time.Time) {
	second := int64(now.Sub(m.started) / time.Second)
	for ; m.second < second; m.second++ {
		if second-m.second > rateSeconds {
			m.second = second - rateSeconds
		}
		slot := (m.second + 1) % rateSeconds
		m.messages[slot], m.bytes[slot] = m.Messages, m.Bytes
	}
}

// snapshot gives the figures as they are now.
func (m *meter) snapshot() Stats {
	now := time.Now()
	m.tick(now)
	s := m.Stats
	s.Elapsed = now.Sub(m.started)
	s.DeliveredMessages, s.DeliveredBytes = s.Messages, s.Bytes
	if metered, ok := m.source.(Metered); ok {
		s.DeliveredMessages, s.DeliveredBytes = metered.Delivered()
	}
	// The slot after the current second's is the oldest.
	span, slot := s.Elapsed, int64(0)
	if m.second >= rateSeconds {
		slot = (m.second + 1) % rateSeconds
		span -= time.Duration(m.second-rateSeconds+1) * time.Second
	}
	if span > 0 {
		s.Rate = float64(s.Messages-m.messages[slot]) / span.Seconds()
		s.ByteRate = float64(s.Bytes-m.bytes[slot]) / span.Seconds()
	}
	if !m.newest.IsZero() {
		s.Lag = max(now.Sub(m.newest), 0)
	}
	return s
}

// size is what a message counts for in queues and figures.
func size(m *alert.Message) int64 {
	n := len(m.Body) + len(m.Key)
	for i := range m.Headers {
		n += len(m.Headers[i].Name) + len(m.Headers[i].Value)
	}
	return int64(n)
}
