package format

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mwvgroup/pgb/client/alert"
)

// Options say what is written where.
type Options struct {
	Format Name
	Layout Layout
	// Reader decodes the parts of messages.
	Reader *alert.Reader
	// Path is a file, or for Raw a folder; empty writes to Writer.
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
}

// ErrExists says that the output is there already and neither Append nor Force
// was asked for.
var ErrExists = errors.New("output exists")

// Output takes batches of messages and has each for good when Put returns.
type Output struct {
	sink sink
}

// sink is one kind of output.
type sink interface {
	put(batch []*alert.Message) error
	close(complete bool) error
}

// Open makes an output ready to take messages.
func Open(o Options) (*Output, error) {
	var s sink
	var err error
	switch o.Format {
	case JSONLines, JSONArray, CSV:
		s, err = openText(o)
	case Avro:
		s, err = openAvro(o)
	case Raw:
		s, err = openRaw(o)
	default:
		err = &UnknownError{Name: string(o.Format)}
	}
	if err != nil {
		return nil, err
	}
	return &Output{sink: s}, nil
}

// Put writes a batch whose rows are set. Messages whose parts can't be decoded
// are left out and named in a [*RejectedError]; the others are written for good
// all the same. After any other error any part of the batch may be written.
func (o *Output) Put(_ context.Context, batch []*alert.Message) error { return o.sink.put(batch) }

// Close ends the output. complete says that nothing failed; a finite file
// that is not complete is removed.
func (o *Output) Close(complete bool) error { return o.sink.close(complete) }

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
	if len(e.Messages) == 0 {
		return nil
	}
	return e
}

// writeSize is how much text is gathered before it is written.
const writeSize = 1 << 20

// textOutput writes one of the text formats.
type textOutput struct {
	encoder encoder
	place   place
	buffer  []byte
	started bool
}

func openText(o Options) (*textOutput, error) {
	place, resumed, err := openPlace(o, tornLine)
	if err != nil {
		return nil, err
	}
	t := &textOutput{place: place, started: resumed}
	switch o.Format {
	case CSV:
		t.encoder = &csvEncoder{columns: o.Layout.Columns, visible: o.Terminal}
	case JSONArray:
		t.encoder = &arrayEncoder{jsonEncoder: newJSONEncoder(o.Reader, o.Layout)}
	default:
		t.encoder = newJSONEncoder(o.Reader, o.Layout)
	}
	if o.Append && o.Format == JSONArray {
		place.abandon()
		return nil, errors.New("a JSON array can't be appended to: use jsonl")
	}
	return t, nil
}

func (t *textOutput) put(batch []*alert.Message) error {
	t.begin()
	var rejected RejectedError
	for _, m := range batch {
		before := len(t.buffer)
		encoded, err := t.encoder.appendMessage(t.buffer, m)
		if err != nil {
			t.buffer = encoded[:before]
			rejected.add(m, err)
			continue
		}
		t.buffer = encoded
		if len(t.buffer) >= writeSize {
			if err := t.flush(); err != nil {
				return err
			}
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := t.place.sync(); err != nil {
		return err
	}
	return rejected.orNil()
}

func (t *textOutput) begin() {
	if !t.started {
		t.started = true
		t.buffer = t.encoder.appendHeader(t.buffer)
	}
}

func (t *textOutput) flush() error {
	if len(t.buffer) == 0 {
		return nil
	}
	_, err := t.place.Write(t.buffer)
	t.buffer = t.buffer[:0]
	return err
}

func (t *textOutput) close(complete bool) error {
	if !complete {
		return t.place.abandon()
	}
	t.begin()
	t.buffer = t.encoder.appendFooter(t.buffer)
	if err := t.flush(); err != nil {
		return errors.Join(err, t.place.abandon())
	}
	return t.place.finish()
}

// place is where bytes go: a writer or a file.
type place struct {
	io.Writer
	file      *os.File // nil for a writer that is not ours
	final     string   // the name a finite file takes at the end
	removable bool     // the file is finite: it goes unless it is finished
}
