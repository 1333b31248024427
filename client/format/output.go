package format

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// Options say what is written where.
type Options struct {
	Format Name
	Layout Layout
	// Reader decodes the parts of messages.
	Reader *alert.Reader
	// Path is a file, or for Raw a folder; empty writes to Writer. For Avro
	// it is a folder where it is one or its name has no ending.
	Path string
	// Writer takes what has no Path: standard output. It is flushed, never
	// synced.
	Writer io.Writer
	// Terminal says that Writer is one: control characters are not sent.
	Terminal bool
	// Finite writes a file beside its name and renames it when all is
	// written. Otherwise the file grows under its own name.
	Finite bool
	// Append goes on in an existing file, after cutting off a torn tail.
	Append bool
	// Force replaces an existing file.
	Force bool
	// Rotate writes parts, see [Rotation]. Nil writes one file, also in a format
	// that can be read only once it is closed: messages are held to its end
	// where it is not Finite.
	Rotate *Rotation
	// Sift makes the best of what can't all go into one Avro file: records of
	// further schemas go into files beside Path, with a number (night-2.avro),
	// and messages that are not Avro are left out, see [Output.Sifted].
	Sift bool
	// Creator is the program that writes, which formats with metadata name;
	// empty is "pgb".
	Creator string

	parts *numbering // gives a part its name when it is finished
}

// ErrExists says that the output is there already and neither Append nor Force
// was asked for.
var ErrExists = errors.New("output exists")

// errWriting says that an output was closed while it was written to.
var errWriting = errors.New("the output was closed in the middle of a batch")

// Output takes batches of messages and has each for good when Put returns, or
// says with a [*HeldError] that it will have it later: where its file can be read
// only once it is closed, and where rows wait for others, see [Linger].
type Output struct {
	sink    sink
	holder  holder // the sink, where it has what was put only later
	writing sync.Mutex
	failed  error // what writing failed with; nothing is written after it
}

// sink is one kind of output.
type sink interface {
	put(batch []*alert.Message) error
	close(complete bool) error
}

// holder is a sink that has what was put for good only later.
type holder interface {
	// holds says how many messages became safe since it was asked last, and
	// when the others are to be settled; zero where that is open.
	holds() (safe int, due time.Time)
	// settle makes all of them safe.
	settle() error
}

// Open makes an output ready to take messages.
func Open(o Options) (*Output, error) {
	if o.Rotate != nil || !o.Finite && tableFormats[o.Format].open != nil {
		parts, err := newRotation(o)
		if err != nil {
			return nil, err
		}
		return &Output{sink: parts, holder: parts}, nil
	}
	s, err := openSink(o)
	if err != nil {
		return nil, err
	}
	out := &Output{sink: s}
	if a, ok := s.(*arrowOutput); ok && a.grows() {
		out.holder = a
	}
	return out, nil
}

// openSink opens a place to write to.
func openSink(o Options) (s sink, err error) {
	switch o.Format {
	case JSONLines, JSONArray, CSV:
		s, err = openText(o)
	case Avro:
		s, err = openAvro(o)
	case Raw:
		s, err = openRaw(o)
	case Arrow:
		s, err = openArrow(o)
	case Feather, Parquet, VOTable, FITS, ECSV:
		s, err = openTable(o)
	default:
		_, err = Parse(string(o.Format))
	}
	return s, err
}

// Put writes a batch whose rows are set. Messages whose parts can't be decoded
// are left out and named in a [*RejectedError]; the others are written for good
// all the same. A [*HeldError] says that messages are held until their part is
// closed or their batch is written. After any other error any part of the batch may be written, and
// nothing more is.
func (o *Output) Put(_ context.Context, batch []*alert.Message) error {
	o.writing.Lock()
	defer o.writing.Unlock()
	if o.failed != nil {
		return o.failed
	}
	err := o.sink.put(batch)
	rejected, _ := err.(*RejectedError)
	if err != nil && rejected == nil {
		o.failed = err
		return err
	}
	if o.holder == nil {
		return err
	}
	safe, due := o.holder.holds()
	return &HeldError{out: o, safe: safe, due: due, rejected: rejected}
}

// Close ends the output. complete says that nothing failed; a finite file
// that is not complete is removed, and another one is cut off behind the last
// batch that was written for good. It does not wait for a Put that hangs.
func (o *Output) Close(complete bool) error {
	if !o.writing.TryLock() {
		return errWriting
	}
	defer o.writing.Unlock()
	return o.sink.close(complete && o.failed == nil)
}

// RejectedError says which messages of a batch could not be written because
// they could not be decoded. The rest of the batch is written.
type RejectedError struct {
	Messages []*alert.Message
	Reasons  []error
}

// Error says how many were rejected, and why the first was.
func (e *RejectedError) Error() string {
	return fmt.Sprintf("%d messages could not be decoded: %v", len(e.Messages), e.Reasons[0])
}

// Rejected gives the messages and the reasons, as package stream asks for them.
func (e *RejectedError) Rejected() ([]*alert.Message, []error) { return e.Messages, e.Reasons }

func (e *RejectedError) add(m *alert.Message, reason error) {
	e.Messages = append(e.Messages, m)
	e.Reasons = append(e.Reasons, reason)
}

func (e *RejectedError) orNil() error {
	if e == nil || len(e.Messages) == 0 {
		return nil
	}
	return e
}
