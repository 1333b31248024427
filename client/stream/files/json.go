package files

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

// quarantineStart is how each line of a quarantine file begins.
var quarantineStart = []byte(`{"` + format.QuarantineMember + `":`)

// ErrColumnsOnly says that lines hold rows, not messages.
var ErrColumnsOnly = errors.New("the lines hold columns only, not messages: they were written without --full")

// readJSON reads JSON documents, lines, or the elements of an array.
func (f *file) readJSON(in *bufio.Reader) error {
	values := &splitter{in: in}
	for n := 1; ; n++ {
		value, err := values.next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return f.unreadable(value, err)
		}
		if err := f.readValue(value, n); err != nil {
			return err
		}
		if err := f.ctx.Err(); err != nil {
			return err
		}
	}
}

// readValue makes the message of a JSON value: a line of pgb's own, or a
// payload as it was published.
func (f *file) readValue(value []byte, n int) error {
	name := f.name
	if n > 1 {
		name = fmt.Sprintf("%s:%d", f.name, n)
	}
	var m *alert.Message
	var err error
	if bytes.HasPrefix(value, quarantineStart) {
		m, err = format.ReadQuarantined(value)
	} else if m, err = format.ReadLine(value); errors.Is(err, format.ErrNotFullLine) {
		return f.readPayload(value, name, n)
	}
	if err != nil {
		return f.unreadable(value, fmt.Errorf("line %d: %w", n, err))
	}
	m.Origin = name
	return f.source.add(f.ctx, m)
}

// readPayload takes a JSON payload as it was published.
func (f *file) readPayload(value []byte, name string, n int) error {
	if f.source.options.As == "" {
		_, _, known := f.source.options.Reader.Detect(value)
		if !known && isRow(value) {
			return f.unreadable(value, ErrColumnsOnly)
		}
	}
	return f.addPacket(value, name)
}

// isRow says whether a JSON object is a row of pgb's own without the message.
func isRow(value []byte) bool {
	for _, name := range []string{`"object_id":`, `"publish_time":`, `"survey":`} {
		if !bytes.Contains(value, []byte(name)) {
			return false
		}
	}
	return true
}
