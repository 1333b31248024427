package files

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"

	"github.com/mwvgroup/pgb/client/format"
)

// ErrColumnsOnly says that lines hold rows, not messages.
var ErrColumnsOnly = errors.New("the lines hold columns only, not messages: they were written without --full")

// readJSON reads JSON documents, lines, or the elements of an array.
func (f *file) readJSON(in *bufio.Reader) error {
	values := &splitter{in: in, limit: maxPacket}
	for n := 1; ; n++ {
		value, err := values.next()
		name := f.name
		if n > 1 {
			name = fmt.Sprintf("%s:%d", f.name, n)
		}
		var torn *tornError
		switch {
		case isEnd(err):
			return nil
		case errors.As(err, &torn):
			err = f.unreadable(name, value, err)
		case err != nil:
			return err
		default:
			err = f.readValue(value, name)
		}
		if err != nil || torn != nil && torn.last {
			return err
		}
	}
}

// readValue makes the message of a JSON value: a line of pgb's own, or a
// payload as it was published.
func (f *file) readValue(value []byte, name string) error {
	if isQuarantined(value) {
		m, err := format.ReadQuarantined(value)
		if err != nil {
			return f.unreadable(name, value, err)
		}
		return f.addKept(m, name)
	}
	m, err := format.ReadLine(value)
	if errors.Is(err, format.ErrNotFullLine) {
		return f.readPayload(value, name)
	}
	if err != nil {
		return f.unreadable(name, value, err)
	}
	return f.addKept(m, name)
}

// isQuarantined says whether a value is a line of a quarantine file.
func isQuarantined(value []byte) bool {
	if len(value) == 0 || value[0] != '{' {
		return false
	}
	return bytes.HasPrefix(bytes.TrimLeft(value[1:], " \t\r\n"), []byte(`"`+format.QuarantineMember+`"`))
}

// readPayload takes a JSON payload as it was published. A row that pgb wrote
// is none.
func (f *file) readPayload(value []byte, name string) error {
	if f.source.options.As == "" && isRow(value) {
		if _, _, known := f.source.options.Reader.Detect(value); !known {
			return f.unreadable(name, value, ErrColumnsOnly)
		}
	}
	return f.addPacket(value, name)
}

// isRow says whether a JSON object may be a row of pgb's own without the message.
func isRow(value []byte) bool {
	for _, name := range []string{`"object_id":`, `"publish_time":`, `"survey":`} {
		if !bytes.Contains(value, []byte(name)) {
			return false
		}
	}
	return true
}
