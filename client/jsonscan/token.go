package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Words of eight equal bytes, for looking at eight bytes at a time.
const (
	each       = 0x0101010101010101
	eachHigh   = 0x80 * each
	eachLow    = 0x7f * each
	eachSpace  = ' ' * each
	eachQuote  = '"' * each
	eachEscape = '\\' * each
	eachZero   = '0' * each
	eachAbove9 = 0x76 * each
)

// space gives the first place from pos on that is not white space.
func (s *scan) space(pos int) int {
	if uint(pos) < uint(len(s.data)) && s.data[pos] > ' ' {
		return pos
	}
	return s.moreSpace(pos)
}

//go:noinline
func (s *scan) moreSpace(pos int) int {
	d := s.data
	if next := pos + 1; next > 0 && next < len(d) && d[next] > ' ' && isSpace(d[pos]) {
		return next
	}
	for ; pos < len(d); pos++ {
		switch d[pos] {
		case ' ':
			// Indented text: whole words of spaces.
			for pos+8 < len(d) && binary.LittleEndian.Uint64(d[pos:]) == eachSpace {
				pos += 8
			}
			if d[pos] > ' ' {
				return pos
			}
			if d[pos] != ' ' {
				pos--
			}
		case '\n', '\r', '\t':
		default:
			return pos
		}
	}
	return pos
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// at gives the byte at pos, or 0 behind the end.
func (s *scan) at(pos int) byte {
	if uint(pos) < uint(len(s.data)) {
		return s.data[pos]
	}
	return 0
}

// plain gives the first place from pos on with a quote, a backslash, a control
// character or a byte that is not ASCII.
func plain(d []byte, pos int) int {
	for ; pos+8 <= len(d); pos += 8 {
		w := binary.LittleEndian.Uint64(d[pos:])
		// A byte below the one subtracted borrows into its high bit. The
		// lowest hit is exact; those above it may come from the borrow.
		hit := (w | (w - eachSpace) | ((w ^ eachQuote) - each) | ((w ^ eachEscape) - each)) & eachHigh
		if hit != 0 {
			return pos + lowByte(hit)
		}
	}
	for ; pos < len(d); pos++ {
		if c := d[pos]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return pos
}

// style says what a text needs to become what it means.
type style uint8

const (
	escaped style = 1 << iota // it has escapes
	broken                    // it has bytes that are not UTF-8
)

// text reads a text from behind its opening quote, and gives the place of its
// closing quote.
func (s *scan) text(pos int) (end int, how style) {
	end = plain(s.data, pos)
	if uint(end) < uint(len(s.data)) && s.data[end] == '"' {
		return end, 0
	}
	return s.moreText(end)
}

func (s *scan) moreText(pos int) (end int, how style) {
	d := s.data
	for {
		pos = plain(d, pos)
		switch c := s.at(pos); {
		case pos >= len(d):
			return s.fail(pos, reasonShort), how
		case c == '"':
			return pos, how
		case c == '\\':
			size := escapeSize(d[pos:])
			if size == 0 {
				return s.fail(pos, reasonEscape), how
			}
			pos += size
			how |= escaped
		case c < utf8.RuneSelf:
			return s.fail(pos, reasonControl), how
		default:
			r, size := utf8.DecodeRune(d[pos:])
			if r == utf8.RuneError && size == 1 {
				how |= broken
			}
			pos += size
		}
	}
}

// escapeSize gives the length of the escape at the start of d, 0 if it is none.
func escapeSize(d []byte) int {
	if len(d) < 2 {
		return 0
	}
	switch d[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(d[2:]); ok {
			return 6
		}
	}
	return 0
}

func hex4(d []byte) (r rune, ok bool) {
	if len(d) < 4 {
		return 0, false
	}
	for _, c := range d[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// literal reads a word that stands for a value, and gives the place behind it.
func (s *scan) literal(pos int, word string) int {
	if end := pos + len(word); end <= len(s.data) && string(s.data[pos:end]) == word {
		return end
	}
	return s.fail(pos, reasonValue)
}

// words are the words that stand for values, by their first byte. Those of
// which none is true are no JSON, but Python writes them.
func wordAt(c byte) (word string, isNull bool) {
	switch c {
	case 't':
		return "true", false
	case 'f':
		return "false", false
	case 'n':
		return "null", false
	case 'N':
		return "NaN", true
	case 'I':
		return "Infinity", true
	}
	return "", false
}

// digits gives the first place from pos on that is no digit.
func digits(d []byte, pos int) int {
	for ; pos+8 <= len(d); pos += 8 {
		// Digits become 0 to 9, and adding 0x76 sets the high bit above that.
		w := binary.LittleEndian.Uint64(d[pos:]) ^ eachZero
		if hit := (w | (w + eachAbove9)) & eachHigh; hit != 0 {
			return pos + lowByte(hit)
		}
	}
	for pos < len(d) && d[pos]-'0' <= 9 {
		pos++
	}
	return pos
}

// number reads a number and gives the place behind it. isInt says that it is
// digits only, with or without a sign.
func (s *scan) number(pos int) (end int, isInt bool) {
	d := s.data
	first := pos
	if s.at(pos) == '-' {
		first++
	}
	i := digits(d, first)
	if i == first || i > first+1 && d[first] == '0' {
		return s.fail(first, reasonNumber), false
	}
	if uint(i) >= uint(len(d)) {
		return i, true
	}
	c := d[i]
	isInt = true
	if c == '.' {
		isInt = false
		first = i + 1
		if i = digits(d, first); i == first {
			return s.fail(i, reasonNumber), false
		}
		c = s.at(i)
	}
	if c|0x20 != 'e' {
		return i, isInt
	}
	first = i + 1
	if c = s.at(first); c == '+' || c == '-' {
		first++
	}
	if i = digits(d, first); i == first {
		return s.fail(i, reasonNumber), false
	}
	return i, false
}

// lowByte gives the index of the lowest byte of which the high bit is set.
func lowByte(hits uint64) int { return bits.TrailingZeros64(hits) / 8 }
