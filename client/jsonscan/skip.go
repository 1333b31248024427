package jsonscan

import (
	"encoding/binary"
	"math/bits"
)

// Skipping looks at 64 bytes at a time: a mask of quotes gives, by a running
// exclusive or, a mask of what is inside of texts, and the brackets outside of
// it are few. After Langdale and Lemire, "Parsing gigabytes of JSON per second",
// VLDB Journal 28 (2019), with eight words of eight bytes in place of vectors.

const blockSize = 64

// classify gives the places of quotes, backslashes and brackets in a block.
// Among the brackets are those of the bytes Y, _, y and DEL, which differ from
// brackets in bits that are left out.
func classify(b *[blockSize]byte) (quotes, slashes, brackets uint64) {
	const (
		gather      = 0x0002040810204081 // moves the eight high bits into the top byte
		top         = 0xff << 56
		bracketCase = 0x26 * each
		bracketLike = 0x7f * each
	)
	for i := 0; i < blockSize; i += 8 {
		w := binary.LittleEndian.Uint64(b[i : i+8])
		q := w ^ eachQuote
		e := w ^ eachEscape
		p := (w | bracketCase) ^ bracketLike
		// The high bit of each byte becomes set where the byte is not zero.
		q = ((q & eachLow) + eachLow) | q
		p = ((p & eachLow) + eachLow) | p
		slashes |= (e - each) &^ e
		quotes = quotes>>8 | (q&eachHigh)*gather&top
		brackets = brackets>>8 | (p&eachHigh)*gather&top
	}
	if slashes &= eachHigh; slashes != 0 {
		slashes = places(b, '\\')
	}
	return ^quotes, slashes, ^brackets
}

func places(b *[blockSize]byte, c byte) (mask uint64) {
	for i := range b {
		if b[i] == c {
			mask |= 1 << i
		}
	}
	return mask
}

// escapedBy gives the places that a block's backslashes escape. carry says that
// the block's first byte is escaped, and then that the next block's is.
func escapedBy(slashes uint64, carry bool) (mask uint64, next bool) {
	if carry {
		mask = 1
		slashes &^= 1
	}
	for slashes != 0 {
		i := bits.TrailingZeros64(slashes)
		if i == blockSize-1 {
			return mask, true
		}
		mask |= 2 << i
		slashes &^= 3 << i
	}
	return mask, false
}

// between gives the running exclusive or of the bits: the places from each odd
// bit to before the next one.
func between(x uint64) uint64 {
	x ^= x << 1
	x ^= x << 2
	x ^= x << 4
	x ^= x << 8
	x ^= x << 16
	return x ^ x<<32
}

// nest is a stack of brackets.
type nest struct {
	depth, limit int
	objects      [MaxDepth/64 + 1]uint64 // a bit for each level: whether it is an object
}

func (n *nest) push(isObject bool) bool {
	n.depth++
	word, bit := &n.objects[uint(n.depth/64)%uint(len(n.objects))], uint64(1)<<(n.depth%64)
	*word &^= bit
	if isObject {
		*word |= bit
	}
	return n.depth <= n.limit
}

// pop leaves a level, and says whether its kind is the one given.
func (n *nest) pop(isObject bool) bool {
	was := n.objects[uint(n.depth/64)%uint(len(n.objects))]>>(n.depth%64)&1 != 0
	n.depth--
	return was == isObject
}

// closing gives the place behind the bracket that closes an object or an array,
// from a place inside of it and outside of texts.
func (s *scan) closing(pos int, isObject bool) int {
	n := nest{limit: MaxDepth - s.depth + 1}
	n.push(isObject)
	var inText uint64 // all ones where the block before ends inside of a text
	var escape bool
	var last [blockSize]byte
	for ; pos < len(s.data); pos += blockSize {
		var b *[blockSize]byte
		if pos+blockSize <= len(s.data) {
			b = (*[blockSize]byte)(s.data[pos:])
		} else {
			last = [blockSize]byte{}
			copy(last[:], s.data[pos:])
			b = &last
		}
		quotes, slashes, brackets := classify(b)
		var esc uint64
		if slashes != 0 || escape {
			esc, escape = escapedBy(slashes, escape)
			quotes &^= esc
		}
		in := between(quotes) ^ inText
		inText = uint64(int64(in) >> 63)
		if out := slashes &^ in; out != 0 {
			return s.fail(pos+bits.TrailingZeros64(out), reasonSlash)
		}
		for brackets &^= in; brackets != 0; brackets &= brackets - 1 {
			i := bits.TrailingZeros64(brackets)
			switch c := b[i]; c {
			case '{', '[':
				if !n.push(c == '{') {
					return s.fail(pos+i, reasonDepth)
				}
			case '}', ']':
				if !n.pop(c == '}') {
					return s.fail(pos+i, reasonBracket)
				}
				if n.depth == 0 {
					return pos + i + 1
				}
			}
		}
	}
	return s.fail(len(s.data), reasonShort)
}

// skip gives the place behind a value. Of objects and arrays only the brackets
// and the quotes are looked at.
func (s *scan) skip(pos int) int {
	switch c := s.at(pos); c {
	case '{', '[':
		if s.depth >= MaxDepth {
			return s.fail(pos, reasonDepth)
		}
		s.depth++
		end := s.closing(pos+1, c == '{')
		s.depth--
		return end
	case '"':
		end, _ := s.text(pos + 1)
		if end < 0 {
			return end
		}
		return end + 1
	default:
		return s.scalar(pos)
	}
}

// scalar gives the place behind a number or a word.
func (s *scan) scalar(pos int) int {
	c := s.at(pos)
	if word, _ := wordAt(c); word != "" {
		return s.literal(pos, word)
	}
	if c == '-' && s.at(pos+1) == 'I' {
		return s.literal(pos, "-Infinity")
	}
	if c != '-' && c-'0' > 9 {
		return s.fail(pos, reasonValue)
	}
	end, _ := s.number(pos)
	return end
}
