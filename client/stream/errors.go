package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// DecodeError is a message that can't be decoded where there is no quarantine
// to put it in.
type DecodeError struct {
	Message *alert.Message
	Err     error
}

// Error names the message and says what is wrong with it.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("message %s of %s: %v", e.Message.ID, e.Message.Topic, e.Err)
}

// Unwrap gives what is wrong.
func (e *DecodeError) Unwrap() error { return e.Err }

// PartialError is given by a sink that failed in the middle of a batch and
// knows how far it came: the first Written messages it has for good.
type PartialError struct {
	Written int
	Err     error
}

// Error says why the rest was not written.
func (e *PartialError) Error() string { return e.Err.Error() }

// Unwrap gives the reason why the rest was not written.
func (e *PartialError) Unwrap() error { return e.Err }

// Rejection is an error of a sink that has a batch for good, but for messages
// that turned out not to be decodable. They go to quarantine and the run goes
// on. It counts only where it is what Put gives, not wrapped in another error.
type Rejection interface {
	error
	Rejected() (messages []*alert.Message, reasons []error)
}

// Held is given by a sink that has taken a batch and will have it for good only
// later: one that writes files which can be read only once they are closed. As
// a [Rejection], which it may be too, it is no failure, and counts only where it
// is what Put gives. A [Run] remembers which messages are held, without their
// bodies and attributes, and tells their source when they are safe.
type Held interface {
	error
	// Safe says how many of the messages that were held, the oldest first and
	// those of this batch the last, the sink has for good by now. Rejected
	// messages are not held.
	Safe() int
	// Due says when the sink is to be told to settle what it still holds;
	// zero leaves that to the run's end.
	Due() time.Time
	// Settle has all that is held for good when it returns, or none of it,
	// with an error. It is called as Put is, never at the same time.
	Settle(ctx context.Context) error
}

// Selective is a [Held] of a sink that holds only some messages of its batch: the
// others are done with.
type Selective interface {
	Held
	// Holds says whether the message at a place in the batch is held.
	Holds(i int) bool
}

// SinkError is what a sink failed with.
type SinkError struct{ Err error }

// Error says what the sink failed with.
func (e *SinkError) Error() string { return fmt.Sprintf("write: %v", e.Err) }

// Unwrap gives the sink's error.
func (e *SinkError) Unwrap() error { return e.Err }

// QuarantineError says that messages which can't be decoded could not be put
// into quarantine; they are given back to their source.
type QuarantineError struct{ Err error }

// Error says why quarantine failed.
func (e *QuarantineError) Error() string {
	return fmt.Sprintf("put an unreadable message into quarantine: %v", e.Err)
}

// Unwrap gives the reason.
func (e *QuarantineError) Unwrap() error { return e.Err }

// CloseError says that a run went well but its source could not be closed
// cleanly: messages that were written may come again, or something temporary
// was left behind.
type CloseError struct{ Err error }

// Error says what went wrong.
func (e *CloseError) Error() string { return fmt.Sprintf("close the stream: %v", e.Err) }

// Unwrap gives what went wrong.
func (e *CloseError) Unwrap() error { return e.Err }

// errStuck says that the sink did not return in time after the run was
// cancelled.
var errStuck = errors.New("the output does not take what was written to it")

// pipeClosed says whether an error means that nobody reads any more.
func pipeClosed(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}
