package avro

import (
	"encoding/binary"
	"io"
	"math"
	"math/bits"
)

// machine is the state of one walk over one datum. Its methods give the
// position behind what they read, or a negative one: failed or stopped.
type machine struct {
	data   []byte
	limits *Limits
	depth  int
	bad    Error
}

const (
	failed  = -1 // bad says why
	stopped = -2 // nothing wanted lies ahead
)

// fail keeps the first failure.
func (m *machine) fail(pos int, path, reason string) int {
	m.bad = Error{Offset: pos, Path: path, Reason: reason}
	if reason == reasonShort {
		m.bad.Err = io.ErrUnexpectedEOF
	}
	return failed
}

// err gives the failure as an error of its own.
func (m *machine) err() error {
	e := m.bad
	return &e
}

// long reads a zigzag varint. A negative position means that there is none:
// see badLong.
func long(d []byte, pos int) (v int64, next int) {
	if pos < len(d) && d[pos] < 0x80 {
		b := d[pos]
		return int64(b>>1) ^ -int64(b&1), pos + 1
	}
	return longSlow(d, pos)
}

const tops = 0x8080808080808080 // the bits that say that a varint goes on

// longSlow reads varints of more than one byte, and finds the faults of others.
// Eight bytes are taken together, and the seven bits of each moved up beside
// one another.
func longSlow(d []byte, pos int) (v int64, next int) {
	if len(d)-pos < 10 {
		return longTail(d, pos)
	}
	w := binary.LittleEndian.Uint64(d[pos:])
	ends := ^w & tops
	n := bits.TrailingZeros64(ends)/8 + 1
	w &= 1<<(8*n) - 1
	w = w&0x007f007f007f007f | w&0x7f007f007f007f00>>1
	w = w&0x00003fff00003fff | w&0x3fff00003fff0000>>2
	w = w&0x000000000fffffff | w&0x0fffffff00000000>>4
	if ends == 0 {
		b := d[pos+8]
		w |= uint64(b&0x7f) << 56
		n = 9
		if b >= 0x80 {
			if b = d[pos+9]; b > 1 {
				return 0, failed
			}
			w |= uint64(b) << 63
			n = 10
		}
	}
	return int64(w>>1) ^ -int64(w&1), pos + n
}

// longTail is longSlow near the end of the data.
func longTail(d []byte, pos int) (v int64, next int) {
	var u uint64
	for shift := uint(0); shift < 70; shift += 7 {
		if pos >= len(d) {
			return 0, failed
		}
		b := d[pos]
		pos++
		if b < 0x80 {
			if shift == 63 && b > 1 {
				return 0, failed
			}
			u |= uint64(b) << shift
			return int64(u>>1) ^ -int64(u&1), pos
		}
		u |= uint64(b&0x7f) << shift
	}
	return 0, failed
}

// passLong gives the end of a varint, or a negative position.
func passLong(d []byte, pos int) int {
	if pos < len(d) && d[pos] < 0x80 {
		return pos + 1
	}
	if len(d)-pos >= 8 {
		if ends := ^binary.LittleEndian.Uint64(d[pos:]) & tops; ends != 0 {
			return pos + bits.TrailingZeros64(ends)/8 + 1
		}
	}
	_, next := longSlow(d, pos)
	return next
}

// badLong fails for a varint at pos that long could not read.
func (m *machine) badLong(pos int, path string) int {
	for i := pos; i < len(m.data) && i < pos+10; i++ {
		if m.data[i] < 0x80 || i == pos+9 {
			return m.fail(pos, path, reasonVarint)
		}
	}
	return m.fail(pos, path, reasonShort)
}

// span reads the length of a text and gives where it starts and ends; a
// negative start means that it failed.
func (m *machine) span(pos int, path string) (start, end int) {
	n, next := long(m.data, pos)
	if next < 0 {
		return m.badLong(pos, path), 0
	}
	if uint64(n) > uint64(len(m.data)-next) || n > int64(m.limits.Text) {
		switch {
		case n < 0:
			return m.fail(pos, path, reasonLength), 0
		case n > int64(m.limits.Text):
			return m.fail(pos, path, reasonText), 0
		}
		return m.fail(pos, path, reasonShort), 0
	}
	return next, next + int(n)
}

// block reads the head of one block of an array or map whose items take at
// least this many bytes: how many items follow, 0 at the end, and where they
// end if the block says so, else -1. seen counts the items over all blocks.
func (m *machine) block(pos, least int, seen *int, path string) (count, end, next int) {
	n, next := long(m.data, pos)
	if next < 0 {
		return 0, 0, m.badLong(pos, path)
	}
	end = -1
	if n < 0 {
		if n == math.MinInt64 {
			return 0, 0, m.fail(pos, path, reasonCount)
		}
		n = -n
		size, after := long(m.data, next)
		if after < 0 {
			return 0, 0, m.badLong(next, path)
		}
		if size < 0 {
			return 0, 0, m.fail(next, path, reasonLength)
		}
		if size > int64(len(m.data)-after) {
			return 0, 0, m.fail(next, path, reasonShort)
		}
		next, end = after, after+int(size)
	}
	if least > 0 && n > int64((len(m.data)-next)/least) {
		return 0, 0, m.fail(pos, path, reasonCount)
	}
	if n > int64(m.limits.List-*seen) {
		return 0, 0, m.fail(pos, path, reasonList)
	}
	*seen += int(n)
	return int(n), end, next
}

// enter counts a level of nesting; the caller takes it back.
func (m *machine) enter(pos int, path string) bool {
	if m.depth++; m.depth > m.limits.Depth {
		m.fail(pos, path, reasonDepth)
		return false
	}
	return true
}
