package files

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// splitter gives the JSON values of a text one by one: lines, documents one
// after the other, or the elements of one array. It only finds where values end;
// whether they are right is seen when they are read.
type splitter struct {
	in      *bufio.Reader
	inArray bool
	begun   bool
	carry   []byte // what followed a value on its line
}

// next gives the next value, which the caller may keep; io.EOF at the end.
func (s *splitter) next() ([]byte, error) {
	var value []byte
	var scan valueScan
	for {
		line, err := s.line()
		if len(line) == 0 && err != nil {
			if len(value) > 0 && errors.Is(err, io.EOF) {
				return value, fmt.Errorf("the last JSON value is cut off: %w", io.ErrUnexpectedEOF)
			}
			return nil, err
		}
		if len(value) == 0 {
			if line = s.between(line); len(line) == 0 {
				continue
			}
		}
		end := scan.feed(line)
		if end < 0 {
			value = append(value, line...)
			if len(value) > maxPacket {
				return nil, fmt.Errorf("a JSON value is larger than %d bytes", maxPacket)
			}
			continue
		}
		value = append(value, line[:end]...)
		s.carry = append(s.carry[:0], line[end:]...)
		return value, nil
	}
}

// line gives what is left of the line in hand, or the next piece of the text.
func (s *splitter) line() ([]byte, error) {
	if len(s.carry) > 0 {
		line := s.carry
		s.carry = nil
		return line, nil
	}
	line, err := s.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nil
	}
	return line, err
}

// between leaves out what stands between values: white space, the byte order
// mark, and the brackets and commas of an array around them.
func (s *splitter) between(line []byte) []byte {
	if !s.begun {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	for {
		line = bytes.TrimLeft(line, " \t\r\n")
		switch {
		case len(line) == 0:
			return nil
		case line[0] == '[' && !s.begun:
			s.inArray = true
		case s.inArray && (line[0] == ',' || line[0] == ']'):
		default:
			s.begun = true
			return line
		}
		s.begun = true
		line = line[1:]
	}
}

// valueScan finds the end of a JSON value that comes in pieces.
type valueScan struct {
	depth   int
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
			v.inText = true
		case c == '{' || c == '[':
			v.depth++
		case c == '}' || c == ']':
			v.depth--
			if v.depth <= 0 {
				return i + 1
			}
		case v.depth == 0 && (c == '\n' || c == ',' || c == ' '):
			return i + 1 // a bare number or word: not a packet, but a value
		}
	}
	return -1
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
