package format

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"math"
)

// blockWriter counts what is written, to fill up blocks. It remembers its first
// failure.
type blockWriter struct {
	to      *bufio.Writer
	written int64
	err     error
}

func (w *blockWriter) write(text []byte) {
	if w.err == nil {
		_, w.err = w.to.Write(text)
		w.written += int64(len(text))
	}
}

func (w *blockWriter) text(text string) { w.write([]byte(text)) }

// fill ends a block.
func (w *blockWriter) fill(with byte) {
	if rest := w.written % fitsBlock; rest > 0 {
		w.write(bytes.Repeat([]byte{with}, int(fitsBlock-rest)))
	}
}

func (w *blockWriter) flush() error {
	if w.err != nil {
		return w.err
	}
	return w.to.Flush()
}

// eachCell reads the spool: missing says that a cell has no value, and value is
// what the spool has of it otherwise, until the next cell.
func (e *fitsEncoder) eachCell(do func(c *fitsColumn, missing bool, value []byte)) error {
	from, err := e.spool.read()
	if err != nil {
		return err
	}
	var value []byte
	for range e.rows {
		for i := range e.columns {
			c := &e.columns[i]
			there, err := from.ReadByte()
			if err != nil {
				return err
			}
			length := uint64(0)
			if there == 1 {
				length = uint64(c.width())
			}
			if there == 1 && c.isText() {
				if length, err = binary.ReadUvarint(from); err != nil {
					return err
				}
			}
			if uint64(cap(value)) < length {
				value = make([]byte, length)
			}
			value = value[:length]
			if _, err := io.ReadFull(from, value); err != nil {
				return err
			}
			do(c, there == 0, value)
		}
	}
	return nil
}

// copyRows writes the rows.
func (e *fitsEncoder) copyRows(to *blockWriter) error {
	var heap int64
	var cell []byte
	return e.eachCell(func(c *fitsColumn, missing bool, value []byte) {
		switch {
		case c.variable:
			cell = binary.BigEndian.AppendUint64(cell[:0], uint64(len(value)))
			cell = binary.BigEndian.AppendUint64(cell, uint64(heap))
			heap += int64(len(value))
		case c.isText():
			cell = append(cell[:0], value...)
			cell = append(cell, make([]byte, c.width()-int64(len(value)))...)
		case missing:
			cell = c.appendMissing(cell[:0])
		case c.kind == cellBool && !c.missing:
			cell = append(cell[:0], "FT"[value[0]])
		default:
			cell = append(cell[:0], value...)
		}
		to.write(cell)
	})
}

// appendMissing appends what stands for a missing cell that is no text.
func (c *fitsColumn) appendMissing(dst []byte) []byte {
	switch c.kind {
	case cellBool:
		return append(dst, fitsNoBool)
	case cellInt:
		none := int64(fitsNoInt)
		return binary.BigEndian.AppendUint64(dst, uint64(none))
	case cellFloat32:
		return binary.BigEndian.AppendUint32(dst, math.Float32bits(float32(math.NaN())))
	}
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(math.NaN()))
}

// copyHeap writes the texts of which the rows say only where they are.
func (e *fitsEncoder) copyHeap(to *blockWriter) error {
	for i := range e.columns {
		if e.columns[i].variable {
			return e.eachCell(func(c *fitsColumn, _ bool, value []byte) {
				if c.variable {
					to.write(value)
				}
			})
		}
	}
	return nil
}
