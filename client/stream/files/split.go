package files

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// splitter gives the JSON values of a text one by one: lines, documents one
// after the other, or the elements of arrays. It only finds where values end;
// whether they are right is seen when they are read.
type splitter struct {
	in      *bufio.Reader
	limit   int    // bytes of a value
	rest    []byte // what followed a value, in the reader's buffer
	err     error  // what reading ended with
	inArray bool
	begun   bool
	newLine bool // rest, or what is read next, begins a line
	usual   int  // bytes of the last value
}

// tornError says that a JSON value has no end. It comes with what there is of
// the value.
type tornError struct {
	reason string
	last   bool // nothing can be read behind it
	cause  error
}

// Error says where the value breaks off.
func (e *tornError) Error() string { return e.reason }

// Unwrap gives the cause.
func (e *tornError) Unwrap() error { return e.cause }

// Is says that the JSON is broken, unless it is only too long.
func (e *tornError) Is(target error) bool { return target == ErrBrokenJSON && e != errTooLong }

var (
	errCutOff      = &tornError{"the last JSON value is cut off", true, io.ErrUnexpectedEOF}
	errArrayCutOff = &tornError{"the JSON array is cut off", true, io.ErrUnexpectedEOF}
	errTooLong     = &tornError{fmt.Sprintf("a JSON value is larger than %d MiB", maxPacket>>20), true, nil}
	errBreaksOff   = &tornError{"a JSON value breaks off at the end of a line", false, nil}
)

// next gives the next value, which the caller may keep; io.EOF at the end. A
// *tornError that is not the last may be followed by other values.
func (s *splitter) next() ([]byte, error) {
	var value []byte
	var scan valueScan
	for {
		begins := s.newLine
		piece, err := s.piece()
		if len(piece) == 0 && err != nil {
			return s.end(value, &scan, err)
		}
		if len(value) == 0 {
			if piece = s.between(piece); len(piece) == 0 {
				continue
			}
		} else if begins && piece[0] == '{' && scan.breaksOff(value) {
			s.rest, s.newLine = piece, true
			return value, errBreaksOff
		}
		end := scan.feed(piece)
		if end >= 0 {
			s.rest, s.newLine = piece[end:], false
			value = append(value, piece[:end]...)
			s.usual = min(len(value), maxUsual)
			return value, nil
		}
		if value = s.grow(value, len(piece)); len(value)+len(piece) > s.limit {
			return value, errTooLong
		}
		value = append(value, piece...)
		if scan.inText && piece[len(piece)-1] == '\n' {
			return value, errBreaksOff // texts do not reach over lines
		}
	}
}

// maxUsual bounds the room that a value is given because the last one took it.
const maxUsual = 4 << 20

// grow makes room for n more bytes of a value that goes on: as much as the last
// one took, then twice as much each time.
func (s *splitter) grow(value []byte, n int) []byte {
	if cap(value)-len(value) >= n {
		return value
	}
	return append(make([]byte, 0, max(2*cap(value), len(value)+2*n, s.usual+s.usual/8)), value...)
}

// end gives what there is when nothing more can be read.
func (s *splitter) end(value []byte, scan *valueScan, err error) ([]byte, error) {
	switch {
	case !errors.Is(err, io.EOF):
		return nil, err
	case len(value) > 0 && scan.depth == 0 && !scan.inText:
		return value, nil // a number or word
	case len(value) > 0:
		s.inArray = false
		return value, errCutOff
	case s.inArray:
		s.inArray = false
		return nil, errArrayCutOff
	}
	return nil, err
}

// piece gives what is left of the piece in hand, or the next line of the text,
// or a part of it. It is valid until the next call.
func (s *splitter) piece() ([]byte, error) {
	if len(s.rest) > 0 {
		piece := s.rest
		s.rest = nil
		s.newLine = piece[len(piece)-1] == '\n'
		return piece, nil
	}
	if s.err != nil {
		return nil, s.err
	}
	piece, err := s.in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		s.err = err
	}
	s.newLine = len(piece) > 0 && piece[len(piece)-1] == '\n'
	return piece, s.err
}

// between leaves out what stands between values: white space, the byte order
// mark, and the brackets and commas of arrays around them.
func (s *splitter) between(piece []byte) []byte {
	if !s.begun {
		piece = bytes.TrimPrefix(piece, []byte(byteOrderMark))
		s.begun = true
	}
	for {
		piece = bytes.TrimLeft(piece, " \t\r\n")
		switch {
		case len(piece) == 0:
			return nil
		case piece[0] == '[' && !s.inArray:
			s.inArray = true
		case piece[0] == ']' && s.inArray:
			s.inArray = false
		case piece[0] == ',' && s.inArray:
		default:
			return piece
		}
		piece = piece[1:]
	}
}

// valueScan finds the end of a JSON value that comes in pieces.
type valueScan struct {
	depth   int
	arrays  uint64 // a bit for each of the innermost levels: whether it is an array
	deep    bool   // there were more levels than bits
	some    bool   // something of the value was seen
	inText  bool
	escaped bool
}

// feed looks at a piece and gives the place behind the value's end, or -1.
func (v *valueScan) feed(piece []byte) (end int) {
	for i := 0; i < len(piece); i++ {
		c := piece[i]
		switch {
		case v.escaped:
			v.escaped = false
		case v.inText:
			switch c {
			case '\\':
				v.escaped = true
			case '"':
				v.inText = false
				if v.depth == 0 {
					return i + 1
				}
			default:
				i = skipText(piece, i)
			}
		case c == '"':
			if v.depth == 0 && v.some {
				return i
			}
			v.inText = true
		case c == '{' || c == '[':
			if v.depth == 0 && v.some {
				return i
			}
			v.depth++
			v.deep = v.deep || v.depth > 64
			v.arrays <<= 1
			if c == '[' {
				v.arrays |= 1
			}
		case c == '}' || c == ']':
			if v.depth == 0 && v.some {
				return i // what was before is a bare word
			}
			v.arrays >>= 1
			if v.depth--; v.depth <= 0 {
				return i + 1
			}
		case v.depth == 0 && (c == '\n' || c == '\r' || c == '\t' || c == ',' || c == ' '):
			return i + 1 // a bare number or word: not a packet, but a value
		}
		v.some = true
	}
	return -1
}

// breaksOff says whether a value that is not at its end can't go on with an
// object: then that is a new value, and this one lost its end.
func (v *valueScan) breaksOff(value []byte) bool {
	if v.inText || v.deep {
		return false
	}
	before := bytes.TrimRight(value, " \t\r\n")
	switch before[len(before)-1] {
	case ':', '[':
		return false
	case ',':
		return v.arrays&1 == 0
	}
	return true
}

// skipText gives the last place from i on before something in a text that
// counts: a quote or a backslash.
func skipText(piece []byte, i int) int {
	rest := piece[i+1:]
	stop := bytes.IndexByte(rest, '"')
	if stop < 0 {
		stop = len(rest)
	}
	if slash := bytes.IndexByte(rest[:stop], '\\'); slash >= 0 {
		stop = slash
	}
	return i + stop
}
