package files

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/avro"
)

// readContainer reads the records of an Avro container. Each becomes a message
// whose body is a container of its own, as the survey sends them: a file of one
// record is its message as it is. Containers may follow each other, as cat puts
// them.
func (f *file) readContainer(content []byte, in *bufio.Reader) error {
	var rest io.Reader = bytes.NewReader(nil)
	if content == nil {
		var err error
		if content, err = io.ReadAll(io.LimitReader(in, smallFile)); err != nil {
			return err
		}
		rest = in
	}
	if len(content) < smallFile && f.oneRecord(content) {
		return f.addMarked(content, f.name, simulatedHeaders(&f.source.container))
	}
	next := io.MultiReader(bytes.NewReader(content), rest)
	for n := 0; ; {
		records, err := avro.NewReader(next, &f.source.cache)
		if err != nil && n > 0 {
			return f.unreadable(numbered(f.name, n+1), nil, err)
		}
		if err != nil {
			return f.unreadable(f.name, content, err)
		}
		if n, err = f.readRecords(records, n); err != nil {
			return err
		}
		var another bool
		if next, another = records.Rest(); !another {
			return nil
		}
	}
}

// numbered names a record of a file.
func numbered(name string, n int) string { return fmt.Sprintf("%s:%d", name, n) }

// readRecords makes a message of each record, after n that were before them in
// the file, and gives how many there are then.
func (f *file) readRecords(records *avro.Reader, n int) (int, error) {
	header, sync, err := containerHeader(records.Schema())
	if err != nil {
		return n, err
	}
	as, headers := f.source.options.As, simulatedHeaders(records)
	for first := n + 1; ; {
		datum, err := records.Next()
		if isEnd(err) {
			return n, nil
		}
		n++
		name := numbered(f.name, n)
		if errors.Is(err, errArchive) {
			return n, err
		}
		if err != nil {
			return n, f.unreadable(name, nil, err)
		}
		body := oneRecordContainer(header, sync, datum)
		if as == "" && n == first {
			as, _, _ = f.source.options.Reader.Detect(body)
		}
		if err := f.addBare(&alert.Message{ID: name, Origin: name, As: as, Body: body, Headers: headers}); err != nil {
			return n, err
		}
	}
}

// simulatedHeaders gives the headers of the messages in a container that says it
// is simulated, as pgb writes them; none for any other.
func simulatedHeaders(container interface{ Meta(string) ([]byte, bool) }) []alert.Header {
	value, is := container.Meta(alert.SimulatedAttr)
	if !is {
		return nil
	}
	return []alert.Header{{Name: alert.SimulatedAttr, Value: bytes.Clone(value)}}
}

// isEnd says whether an error is the proper end of what is read.
func isEnd(err error) bool {
	return errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
}

func (f *file) oneRecord(content []byte) bool {
	container := &f.source.container
	if err := container.Reset(content, &f.source.cache); err != nil {
		return false
	}
	if _, err := container.Next(); err != nil {
		return false
	}
	_, err := container.Next()
	return isEnd(err)
}

// containerHeader gives the header of a container without compression, and the
// sync marker that ends it and each block. The marker is the schema's, so that a
// record gives the same bytes each time it is read.
func containerHeader(schema *avro.Schema) (header, sync []byte, err error) {
	var b bytes.Buffer
	w, err := avro.NewWriter(&b, schema, "null", nil)
	if err != nil {
		return nil, nil, err
	}
	sum := schema.Fingerprint()
	w.SetSync([16]byte(sum[:16]))
	if err := w.Flush(); err != nil {
		return nil, nil, err
	}
	return b.Bytes(), sum[:16], nil
}

// oneRecordContainer makes a container of one record.
func oneRecordContainer(header, sync, datum []byte) []byte {
	body := make([]byte, 0, len(header)+len(datum)+2*binary.MaxVarintLen64+len(sync))
	body = append(body, header...)
	body = binary.AppendVarint(body, 1)
	body = binary.AppendVarint(body, int64(len(datum)))
	body = append(body, datum...)
	return append(body, sync...)
}
