package avro

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// blockSize is how many bytes of data a block gathers before it is written.
const blockSize = 64 << 10

// Writer writes an object container file. It is used by one goroutine at a time.
type Writer struct {
	out    io.Writer
	schema *Schema
	meta   map[string][]byte
	packer *packer
	sync   [16]byte
	block  []byte
	count  int64
	head   []byte
	begun  bool
	err    error
}

// NewWriter makes a writer with a random sync marker. The codec is one of
// [Codecs], or empty for none; meta are further entries for the header, whose
// names must not begin with "avro.". Nothing is written before the first block,
// [Writer.Flush] or [Writer.Close].
func NewWriter(out io.Writer, schema *Schema, codec string, meta map[string][]byte) (*Writer, error) {
	if codec == "" {
		codec = CodecNull
	}
	for key := range meta {
		if len(key) >= 5 && key[:5] == "avro." {
			return nil, fmt.Errorf("the metadata entry %q is reserved", key)
		}
	}
	p, err := newPacker(codec)
	if err != nil {
		return nil, err
	}
	w := &Writer{out: out, schema: schema, meta: meta, packer: p}
	_, err = rand.Read(w.sync[:])
	return w, err
}

// SetSync sets the sync marker, for files that must come out the same each time.
// It has no effect once the header is written.
func (w *Writer) SetSync(marker [16]byte) {
	if !w.begun {
		w.sync = marker
	}
}

var errClosed = errors.New("avro: the writer is closed")

// Append adds a datum of the writer's schema, which is not checked. Blocks are
// written as they fill.
func (w *Writer) Append(datum []byte) error {
	if w.err != nil {
		return w.err
	}
	w.block = append(w.block, datum...)
	w.count++
	if len(w.block) >= blockSize {
		return w.Flush()
	}
	return nil
}

// Flush writes the data gathered so far as a block, and the header before the
// first. After an error every call gives that error.
func (w *Writer) Flush() error {
	if w.err != nil {
		return w.err
	}
	w.head = w.head[:0]
	if !w.begun {
		w.head = w.header(w.head)
		w.begun = true
	}
	if w.count > 0 {
		packed, err := w.packer.pack(w.block)
		if err != nil {
			w.err = err
			return err
		}
		w.head = binary.AppendVarint(w.head, w.count)
		w.head = binary.AppendVarint(w.head, int64(len(packed)))
		w.head = append(w.head, packed...)
		w.head = append(w.head, w.sync[:]...)
		w.block, w.count = w.block[:0], 0
	}
	if len(w.head) > 0 {
		_, w.err = w.out.Write(w.head)
	}
	return w.err
}

// Close writes what is left. It does not close the underlying writer.
func (w *Writer) Close() error {
	err := w.Flush()
	if w.err == nil {
		w.err = errClosed
	}
	if errors.Is(err, errClosed) {
		return nil
	}
	return err
}

func (w *Writer) header(dst []byte) []byte {
	dst = append(dst, magic...)
	keys := make([]string, 0, len(w.meta))
	for key := range w.meta {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	dst = binary.AppendVarint(dst, int64(len(keys)+2))
	dst = appendEntry(dst, "avro.codec", []byte(w.packer.codec))
	dst = appendEntry(dst, "avro.schema", w.schema.text)
	for _, key := range keys {
		dst = appendEntry(dst, key, w.meta[key])
	}
	dst = append(dst, 0)
	return append(dst, w.sync[:]...)
}

func appendEntry(dst []byte, key string, value []byte) []byte {
	dst = binary.AppendVarint(dst, int64(len(key)))
	dst = append(dst, key...)
	dst = binary.AppendVarint(dst, int64(len(value)))
	return append(dst, value...)
}
