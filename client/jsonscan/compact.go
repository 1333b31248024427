package jsonscan

import (
	"slices"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/field"
)

// mostOmitted is how many paths one pass leaves out: a bit each.
const mostOmitted = 64

// AppendCompact appends a JSON text without white space, and without the
// members at the paths in omit, which may lead through arrays. The text of
// numbers is kept as it is; NaN and infinities become null; bytes that are not
// UTF-8 become U+FFFD. All of the text is checked, what is left out too. An
// empty path leaves out nothing. After an error, of type [*Error], dst is given
// back as it was.
func AppendCompact(dst, body []byte, omit []field.Path) ([]byte, error) {
	if len(omit) > mostOmitted {
		rest, err := AppendCompact(nil, body, omit[mostOmitted:])
		if err != nil {
			return dst, err
		}
		return AppendCompact(dst, rest, omit[:mostOmitted])
	}
	c := copier{scan: scan{data: body}, dst: slices.Grow(dst, min(len(body), MaxSize)), omit: omit}
	var live uint64
	for i, path := range omit {
		if len(path) > 0 {
			live |= 1 << i
		}
	}
	pos := c.begin()
	c.run = pos
	if pos >= 0 {
		if pos = c.copy(pos, 0, live); pos >= 0 {
			c.flush(pos)
			pos = c.finish(pos)
		}
	}
	if pos < 0 {
		return dst, c.err()
	}
	return c.dst, nil
}

// Valid checks that a text is JSON with what Python adds to it. Errors are of
// type [*Error].
func Valid(body []byte) error {
	c := copier{scan: scan{data: body}, quiet: true}
	pos := c.begin()
	if pos >= 0 {
		if pos = c.copy(pos, 0, 0); pos >= 0 {
			pos = c.finish(pos)
		}
	}
	if pos < 0 {
		return c.err()
	}
	return nil
}

// copier copies a text in runs: what is between two places where something has
// to change is copied at once.
type copier struct {
	scan
	dst   []byte
	run   int // where the run begins that has not been copied
	quiet bool
	omit  []field.Path
}

// flush copies the run up to a place. Short runs are copied at a fixed length,
// which is quicker, where there is room.
func (c *copier) flush(to int) {
	const short = 32
	from, n, size := c.run, to-c.run, len(c.dst)
	c.run = to
	if n <= 0 || c.quiet {
		return
	}
	if n <= short && cap(c.dst)-size >= short && len(c.data)-from >= short {
		out := c.dst[size : size+short]
		*(*[short]byte)(out) = *(*[short]byte)(c.data[from:])
		c.dst = c.dst[:size+n]
		return
	}
	c.dst = append(c.dst, c.data[from:to]...)
}

// gap goes over white space, which it leaves out.
func (c *copier) gap(pos int) int {
	if uint(pos) < uint(len(c.data)) && c.data[pos] > ' ' {
		return pos
	}
	return c.wideGap(pos)
}

func (c *copier) wideGap(pos int) int {
	next := pos + 1
	if c.at(pos) != ' ' || c.at(next) <= ' ' {
		next = c.moreSpace(pos)
	}
	c.flush(pos)
	c.run = next
	return next
}

// jsonValue gives the object or array at pos as compact JSON, which aliases the
// packet where it is compact already.
func (c *copier) jsonValue(pos int) (v field.Value, end int) {
	from := len(c.dst)
	c.run = pos
	if end = c.copy(pos, 0, 0); end < 0 {
		return field.Value{}, end
	}
	if c.run == pos {
		return field.OfJSON(c.data[pos:end:end]), end
	}
	c.flush(end)
	return field.OfJSON(c.dst[from:len(c.dst):len(c.dst)]), end
}

// copy copies the value at pos and gives the place behind it. live has the bits
// of the paths whose first level names have led here.
func (c *copier) copy(pos, level int, live uint64) int {
	switch ch := c.at(pos); {
	case ch == '"':
		return c.copyText(pos)
	case ch-'0' <= 9 || ch == '-' && c.at(pos+1) != 'I':
		end, _ := c.number(pos)
		return end
	case ch == '{':
		return c.copyObject(pos, level, live)
	case ch == '[':
		return c.copyArray(pos, level, live)
	case ch == 'N' || ch == 'I' || ch == '-':
		end := c.scalar(pos)
		if end >= 0 {
			c.replace(pos, end, "null")
		}
		return end
	default:
		return c.scalar(pos)
	}
}

// replace puts a text in place of the one from pos to end.
func (c *copier) replace(pos, end int, by string) {
	c.flush(pos)
	if !c.quiet {
		c.dst = append(c.dst, by...)
	}
	c.run = end
}

func (c *copier) copyText(pos int) int {
	end, how := c.text(pos + 1)
	if end < 0 {
		return end
	}
	if how&broken != 0 {
		c.mend(pos+1, end)
	}
	return end + 1
}

// mend puts U+FFFD in place of bytes that are not UTF-8.
func (c *copier) mend(pos, end int) {
	for pos < end {
		r, size := utf8.DecodeRune(c.data[pos:end])
		if r == utf8.RuneError && size == 1 {
			c.replace(pos, pos+1, "\ufffd")
		}
		pos += size
	}
}

func (c *copier) copyArray(pos, level int, live uint64) int {
	if !c.enter(pos) {
		return failed
	}
	pos = c.gap(pos + 1)
	if c.at(pos) == ']' {
		c.depth--
		return pos + 1
	}
	for i := 0; ; i++ {
		end := c.copy(pos, level, live)
		if end < 0 {
			return c.withinItem(i)
		}
		pos = c.gap(end)
		switch c.at(pos) {
		case ',':
			pos = c.gap(pos + 1)
		case ']':
			c.depth--
			return pos + 1
		default:
			return c.fail(pos, reasonComma)
		}
	}
}

func (c *copier) copyObject(pos, level int, live uint64) int {
	if !c.enter(pos) {
		return failed
	}
	// The output up to the comma before a member, to go back to.
	size, run, comma := len(c.dst), c.run, pos+1
	isFirst := true
	pos = c.gap(pos + 1)
	if c.at(pos) == '}' {
		c.depth--
		return pos + 1
	}
	for {
		from, to, next := c.copyName(pos)
		if next < 0 {
			return failed
		}
		below, isOmitted := live, false
		if live != 0 {
			below, isOmitted = c.narrow(from, to, level, live)
		}
		end := c.copy(next, level+1, below)
		if end < 0 {
			return c.within(c.nameOf(from, to))
		}
		pos = c.gap(end)
		if isOmitted {
			c.dst, c.run = c.dst[:size], run
			c.flush(comma)
			c.run = pos
		}
		switch c.at(pos) {
		case ',':
			if isOmitted && isFirst {
				c.run = pos + 1
				size, run, comma = len(c.dst), c.run, pos+1
			} else {
				size, run, comma = len(c.dst), c.run, pos
				isFirst = false
			}
			pos = c.gap(pos + 1)
		case '}':
			c.depth--
			return pos + 1
		default:
			return c.fail(pos, reasonComma)
		}
	}
}

// copyName copies a member's name and colon.
func (c *copier) copyName(pos int) (from, to, next int) {
	if c.at(pos) != '"' {
		return 0, 0, c.fail(pos, reasonName)
	}
	from = pos + 1
	to, how := c.text(from)
	if to < 0 {
		return 0, 0, failed
	}
	if how&broken != 0 {
		c.mend(from, to)
	}
	next = c.gap(to + 1)
	if c.at(next) != ':' {
		return 0, 0, c.fail(next, reasonColon)
	}
	if how != 0 {
		to = -to
	}
	return from, to, c.gap(next + 1)
}

// narrow gives the paths that go on below a member, and whether one of them
// ends there.
func (c *copier) narrow(from, to, level int, live uint64) (below uint64, isOmitted bool) {
	for i, path := range c.omit {
		if live>>i&1 == 0 || !c.isNamed(from, to, path[level]) {
			continue
		}
		if len(path) == level+1 {
			return 0, true
		}
		below |= 1 << i
	}
	return below, false
}

// isNamed says whether a member has a name.
func (s *scan) isNamed(from, to int, name string) bool {
	if to < 0 {
		return s.nameOf(from, to) == name
	}
	return string(s.data[from:to]) == name
}
