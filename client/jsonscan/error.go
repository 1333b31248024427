package jsonscan

import "strconv"

// Error says where reading a packet failed, and why.
type Error struct {
	Offset int    // bytes from the start of the packet
	Path   string // dotted path of the member as far as it is known: "event.instruments[2]"
	Reason string
}

// Error gives "at offset 812, alert_lite.diaSource.psfFlux: number expected".
func (e *Error) Error() string {
	text := "at offset " + strconv.Itoa(e.Offset)
	if e.Path != "" {
		text += ", " + e.Path
	}
	return text + ": " + e.Reason
}

const (
	reasonShort    = "the text ends early"
	reasonSize     = "a packet larger than the limit"
	reasonDepth    = "nested deeper than the limit"
	reasonCells    = "a list longer than the limit"
	reasonTrailing = "text left over after the value"
	reasonValue    = "value expected"
	reasonNumber   = "number expected"
	reasonName     = "member name expected"
	reasonColon    = "colon expected"
	reasonComma    = "comma or closing bracket expected"
	reasonControl  = "control character in a text"
	reasonEscape   = "no such escape in a text"
	reasonBracket  = "brackets do not match"
	reasonSlash    = "backslash outside of a text"
)

// failed is the place that reading functions give after an error, and stopped
// the one they give when nothing more is wanted.
const (
	failed  = -1
	stopped = -2
)

// scan is a packet being read, and the first error in it.
type scan struct {
	data  []byte
	depth int
	bad   Error
}

// fail notes an error and gives the place [failed].
func (s *scan) fail(pos int, reason string) int {
	if pos >= len(s.data) {
		pos, reason = len(s.data), reasonShort
	}
	s.bad = Error{Offset: pos, Reason: reason}
	return failed
}

// within puts a member's name, or an item's index, before the path of the error.
func (s *scan) within(part string) int {
	switch {
	case s.bad.Path == "":
		s.bad.Path = part
	case s.bad.Path[0] == '[':
		s.bad.Path = part + s.bad.Path
	default:
		s.bad.Path = part + "." + s.bad.Path
	}
	return failed
}

func (s *scan) withinItem(i int) int { return s.within("[" + strconv.Itoa(i) + "]") }

// err gives a copy of the error, for the caller to keep.
func (s *scan) err() error {
	e := s.bad
	return &e
}

// begin gives the place of the packet's value, or [failed].
func (s *scan) begin() int {
	if len(s.data) > MaxSize {
		return s.fail(MaxSize, reasonSize)
	}
	pos := 0
	if len(s.data) >= 3 && string(s.data[:3]) == "\ufeff" {
		pos = 3
	}
	return s.space(pos)
}

// finish checks that nothing stands behind the packet's value.
func (s *scan) finish(pos int) int {
	if pos = s.space(pos); pos < len(s.data) {
		return s.fail(pos, reasonTrailing)
	}
	return pos
}

// enter counts a level of nesting.
func (s *scan) enter(pos int) bool {
	if s.depth++; s.depth > MaxDepth {
		s.fail(pos, reasonDepth)
		return false
	}
	return true
}
