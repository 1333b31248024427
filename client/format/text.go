package format

import (
	"errors"
	"io"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
)

// writeSize is how much text is gathered before it is written.
const writeSize = 1 << 20

// textOutput writes one of the text formats.
type textOutput struct {
	encoder encoder
	place   *place
	buffer  []byte
	started bool
	columns int  // that a row must have
	needRow bool // a message without a row can't be written
	escape  bool // control characters are escaped, for a terminal
}

// errAppendArray says why an array is not gone on with.
var errAppendArray = errors.New("a JSON array can't be appended to: use jsonl")

// errNoRow says that a message was not read before it was to be written.
var errNoRow = errors.New("the message has no row of the output's columns")

func openText(o Options) (*textOutput, error) {
	t := &textOutput{
		columns: len(o.Layout.Columns),
		needRow: len(o.Layout.Columns) > 0 || o.Layout.Classifications,
		escape:  o.Terminal && o.Format != CSV,
	}
	torn := tornLine("{")
	switch o.Format {
	case CSV:
		csv := &csvEncoder{columns: o.Layout.Columns, terminal: o.Terminal}
		t.encoder, torn = csv, tornRecord(csv.appendHeader(nil))
	case JSONArray:
		if o.Append {
			return nil, errAppendArray
		}
		t.encoder = &arrayEncoder{jsonEncoder: newJSONEncoder(o.Reader, o.Layout)}
	default:
		t.encoder = newJSONEncoder(o.Reader, o.Layout)
	}
	var err error
	t.place, t.started, err = openPlace(o, torn)
	return t, err
}

func (t *textOutput) put(batch []*alert.Message) error {
	t.begin()
	var rejected RejectedError
	for _, m := range batch {
		if row := m.Row(); t.needRow && (row == nil || len(row.Values) < t.columns) {
			return errNoRow
		}
		before := len(t.buffer)
		encoded, err := t.encoder.appendMessage(t.buffer, m)
		t.buffer = encoded
		if err != nil {
			t.buffer = encoded[:before]
			rejected.add(m, err)
			continue
		}
		if t.escape {
			t.buffer = escapeControls(t.buffer, before)
		}
		if len(t.buffer) >= writeSize {
			if err := t.flush(); err != nil {
				return err
			}
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := t.place.keep(); err != nil {
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
	n, err := t.place.Write(t.buffer)
	if err == nil && n < len(t.buffer) {
		err = io.ErrShortWrite
	}
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

// escapeControls writes the control characters in a JSON text from a place on
// as escapes. They stand in strings only, but for the line ends between values.
func escapeControls(text []byte, from int) []byte {
	const hex = "0123456789abcdef"
	var escaped []byte
	done := from
	for i := from; i < len(text); {
		if text[i] < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if IsControl(r) {
			escaped = append(escaped, text[done:i]...)
			escaped = append(escaped, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
			done = i + size
		}
		i += size
	}
	if done == from {
		return text
	}
	escaped = append(escaped, text[done:]...)
	return append(text[:from], escaped...)
}
