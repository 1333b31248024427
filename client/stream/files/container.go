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
// record is its message as it is.
func (f *file) readContainer(in *bufio.Reader) error {
	start, err := io.ReadAll(io.LimitReader(in, oneRecordBytes))
	if err != nil {
		return &FileError{f.name, err}
	}
	if len(start) < oneRecordBytes && f.oneRecord(start) {
		return f.addPacket(start, f.name)
	}
	records, err := avro.NewReader(io.MultiReader(bytes.NewReader(start), in), &f.source.cache)
	if err != nil {
		return f.unreadable(start, err)
	}
	header, sync, err := containerHeader(records.Schema())
	if err != nil {
		return f.unreadable(nil, err)
	}
	as := f.source.options.As
	for n := 1; ; n++ {
		datum, err := records.Next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		name := fmt.Sprintf("%s:%d", f.name, n)
		if err != nil {
			return f.source.add(f.ctx, &alert.Message{ID: name, Origin: name, As: as, Broken: err})
		}
		body := oneRecordContainer(header, sync, datum)
		if as == "" {
			as, _, _ = f.source.options.Reader.Detect(body)
		}
		if err := f.source.add(f.ctx, &alert.Message{ID: name, Origin: name, As: as, Body: body}); err != nil {
			return err
		}
	}
}

// oneRecordBytes bounds a file that is tried as a packet of one record.
const oneRecordBytes = 4 << 20

func (f *file) oneRecord(content []byte) bool {
	container, err := avro.OpenContainer(content, &f.source.cache)
	if err != nil {
		return false
	}
	if _, err := container.Next(); err != nil {
		return false
	}
	_, err = container.Next()
	return errors.Is(err, io.EOF)
}

// containerHeader gives the header of a container without compression, and the
// sync marker that ends it and each block.
func containerHeader(schema *avro.Schema) (header, sync []byte, err error) {
	var b bytes.Buffer
	w, err := avro.NewWriter(&b, schema, "null", nil)
	if err != nil {
		return nil, nil, err
	}
	if err := w.Flush(); err != nil {
		return nil, nil, err
	}
	header = b.Bytes()
	return header, header[len(header)-16:], nil
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
