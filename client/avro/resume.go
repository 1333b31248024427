package avro

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// ErrOtherSchema says that a file that was to be appended to holds data of
// another schema.
var ErrOtherSchema = errors.New("the file holds records of another schema")

// File is a file that can be read from its start and written at its end.
type File interface {
	io.ReadWriteSeeker
}

// Resume makes a writer that goes on in an object container file. whole is the
// length of the file up to the end of its last whole block: the caller cuts off
// what is behind it, a torn block, and moves there before the writer is used. An
// empty file, or one whose header is torn, gives no writer and a length of 0.
func Resume(file File, schema *Schema) (w *Writer, whole int64, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, 0, err
	}
	r, err := NewReader(file, nil)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, 0, nil
	}
	if err != nil {
		if tornMagic(file) {
			return nil, 0, nil
		}
		return nil, 0, err
	}
	if !bytes.Equal(r.schema.text, schema.text) {
		return nil, 0, fmt.Errorf("%w: %s", ErrOtherSchema, r.schema.Name())
	}
	if whole, err = r.wholeBlocks(file); err != nil {
		return nil, 0, err
	}
	p, err := newPacker(r.codec)
	if err != nil {
		return nil, 0, err
	}
	return &Writer{out: file, schema: schema, packer: p, sync: r.sync, begun: true}, whole, nil
}

// wholeBlocks reads to the end of the last whole block of a file. What follows
// it is a torn block; damage with good blocks behind it is an error.
func (r *Reader) wholeBlocks(file File) (whole int64, err error) {
	for err == nil {
		whole = int64(r.at)
		err = r.open()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return whole, nil
	}
	var damage *Error
	if !errors.As(err, &damage) {
		return 0, err
	}
	if _, err := file.Seek(whole, io.SeekStart); err != nil {
		return 0, err
	}
	tail, err := io.ReadAll(file)
	if err != nil {
		return 0, err
	}
	if bytes.Contains(tail, r.sync[:]) {
		return 0, damage
	}
	return whole, nil
}

// tornMagic says whether a file is so short that not even the mark of a
// container is whole.
func tornMagic(file File) bool {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return false
	}
	start, err := io.ReadAll(io.LimitReader(file, int64(len(magic))))
	return err == nil && len(start) < len(magic) && bytes.HasPrefix([]byte(magic), start)
}
