package alert

import (
	"sync/atomic"
	"time"
)

// SimulatedAttr is the attribute that every message from a sandbox carries,
// whoever reads it and however it travelled.
const SimulatedAttr = "pgb_simulated"

// Header is a named value that travels beside a message's body: a Pub/Sub
// attribute or a Kafka header. Names may repeat; order is kept.
type Header struct {
	Name  string
	Value []byte
}

// Form says what a message's Body is.
type Form uint8

const (
	// Packet is the payload as it was published.
	Packet Form = iota
	// Line is one of pgb's own full JSON lines: the parts of the message
	// stand side by side in it, see the output schemas.
	Line
)

// Message is one message of a stream: the same thing from every source.
type Message struct {
	// ID is the source's name for the message, unique within its topic.
	ID string
	// Topic is the short name of the topic in the registry ("ztf-alerts"), or
	// the full name where the registry does not know it.
	Topic string
	// As is the registry's topic or payload name by which an unknown topic or
	// a file is to be read, empty where Topic says it.
	As string
	// Key is the message key, or nil.
	Key []byte
	// Headers are the message's attributes.
	Headers []Header
	// Body is the payload. It belongs to the message and does not change.
	Body []byte
	// Form says what Body is.
	Form Form
	// Schema names the schema of a Body that does not tell its own, as in
	// "lsst 11.1"; empty otherwise.
	Schema string
	// PublishTime is when the broker took the message; zero when not known.
	PublishTime time.Time
	// Origin is where the message was read, for people: a subscription, or a
	// file and the place in it.
	Origin string
	// Broken says why the source could not read the message whole; nothing
	// can be decoded of it.
	Broken error
	// Position is the message's place in its source, which alone reads it.
	Position any

	row      *Row
	delivery Delivery
	settled  atomic.Bool
}

// Delivery is told what became of a message.
type Delivery interface {
	Done(*Message)
	Return(*Message)
}

// Attr gives the first header of that name.
func (m *Message) Attr(name string) (value string, ok bool) {
	for i := range m.Headers {
		if m.Headers[i].Name == name {
			return string(m.Headers[i].Value), true
		}
	}
	return "", false
}

// Simulated says whether the message came from a sandbox.
func (m *Message) Simulated() bool {
	for i := range m.Headers {
		if m.Headers[i].Name == SimulatedAttr {
			return true
		}
	}
	return false
}

// Row gives the fields that were read on the message's way here, or nil.
func (m *Message) Row() *Row { return m.row }

// SetRow attaches the fields read from the message.
func (m *Message) SetRow(row *Row) { m.row = row }

// SetDelivery says who is told by [Message.Done] and [Message.Return].
func (m *Message) SetDelivery(d Delivery) {
	m.delivery = d
	m.settled.Store(false)
}

// Done says that the message has been dealt with for good: its source need not
// deliver it again. The first call of Done or Return counts.
func (m *Message) Done() {
	if m.delivery != nil && !m.settled.Swap(true) {
		m.delivery.Done(m)
	}
}

// Return gives the message back to its source, which delivers it again to this
// or another reader. The first call of Done or Return counts.
func (m *Message) Return() {
	if m.delivery != nil && !m.settled.Swap(true) {
		m.delivery.Return(m)
	}
}
