package stream

import (
	"errors"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// Defaults of a [Config].
const (
	DefaultBatchMessages = 1000
	DefaultBatchBytes    = 8 << 20
	DefaultBatchWait     = 100 * time.Millisecond
	DefaultObserveEvery  = time.Second
	DefaultCloseWait     = 15 * time.Second
	DefaultMaxHeld       = 100_000
)

// Fields reads the row of a message. [alert.View] does.
type Fields interface {
	Read(m *alert.Message, row *alert.Row) error
}

// Filter says whether a message with these values, one for each column of its
// row, is wanted. [where.Filter] does.
type Filter interface {
	Pass(values []field.Value) bool
}

// Identifier says which messages are the same one. [alert.Reader] does.
type Identifier interface {
	Identity(m *alert.Message) (Identity, error)
}

// Quarantine keeps messages that could not be decoded, with the reasons. Put
// returns when they are safe: their source is then told that they are done.
type Quarantine interface {
	Put(messages []*alert.Message, reasons []error) error
}

// Config says what a run reads, what it keeps, and when it ends.
type Config struct {
	// Source is read and, at the end, closed.
	Source Source

	// Fields reads each message's row; nil leaves messages without.
	Fields Fields
	// Filter passes the rows that are wanted; nil passes all. (A nil pointer
	// in the interface is not nil.)
	Filter Filter
	// Identifier finds duplicates; nil knows none.
	Identifier Identifier
	// KeepDuplicates passes messages that were seen before.
	KeepDuplicates bool
	// Window remembers the messages that are done. Nil makes one of
	// [DefaultWindow] for this run.
	Window *Window
	// Quarantine takes what can't be decoded. Without one the first such
	// message ends a [Run] with a [*DecodeError].
	Quarantine Quarantine

	// Limit ends the run when so many messages are written; 0 is no limit.
	Limit int64
	// For ends the run after that time; 0 is no limit.
	For time.Duration
	// Idle ends the run when no message came for that time; 0 is no limit.
	Idle time.Duration
	// MaxBytes ends the run when so many bytes were taken from the source
	// (bodies, keys and attributes); 0 is no limit.
	MaxBytes int64
	// Stop ends the run when it is closed: what was passed is written, what
	// was only fetched is given back.
	Stop <-chan struct{}

	// A batch goes to the sink when it has so many messages or bytes, when
	// its first message has waited so long, and at once when the source has
	// nothing more to give and the sink is free.
	BatchMessages int
	BatchBytes    int64
	BatchWait     time.Duration

	// MaxHeld bounds the messages that a sink holds, see [Held], and their
	// duplicates: it is told to settle when there are so many. Each takes
	// half a kilobyte.
	MaxHeld int

	// Observe is shown the figures every ObserveEvery. It must not block.
	Observe      func(Stats)
	ObserveEvery time.Duration

	// CloseWait bounds the wait at the end for a sink that does not return
	// and for the source to be closed.
	CloseWait time.Duration
}

// withDefaults checks the configuration and fills what was left out.
func (c Config) withDefaults() (Config, error) {
	switch {
	case c.Source == nil:
		return c, errors.New("stream: no source")
	case c.Filter != nil && c.Fields == nil:
		return c, errors.New("stream: a filter needs fields to read")
	case c.Limit < 0 || c.MaxBytes < 0 || c.For < 0 || c.Idle < 0:
		return c, errors.New("stream: an end must not be negative")
	}
	if c.BatchMessages <= 0 {
		c.BatchMessages = DefaultBatchMessages
	}
	if c.BatchBytes <= 0 {
		c.BatchBytes = DefaultBatchBytes
	}
	if c.BatchWait <= 0 {
		c.BatchWait = DefaultBatchWait
	}
	if c.ObserveEvery <= 0 {
		c.ObserveEvery = DefaultObserveEvery
	}
	if c.CloseWait <= 0 {
		c.CloseWait = DefaultCloseWait
	}
	if c.MaxHeld <= 0 {
		c.MaxHeld = DefaultMaxHeld
	}
	if c.KeepDuplicates {
		c.Identifier = nil
	}
	if c.Identifier != nil && c.Window == nil {
		c.Window = NewWindow(DefaultWindow)
	}
	return c, nil
}
