package chart

import (
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// style is how a cell is shown.
type style struct {
	colour      uint8 // of the terminal's 256; 0 is its own
	bold, faint bool
}

// line is one line of the chart. A character of two cells is followed by an
// empty cell.
type line []struct {
	char rune
	style
}

func newLine(width int) line {
	l := make(line, width)
	for i := range l {
		l[i].char = ' '
	}
	return l
}

// cells says how many cells a character takes, wherever the program runs.
var cells = runewidth.Condition{StrictEmojiNeutral: true}

func textWidth(text string) int {
	n := 0
	for _, r := range text {
		n += cells.RuneWidth(r)
	}
	return n
}

// put sets one cell to a character one cell wide.
func (l line) put(at int, char rune, s style) {
	if at >= 0 && at < len(l) {
		l[at].char, l[at].style = char, s
	}
}

// write writes a text from a cell on, as far as the line goes, and gives the
// cell behind it.
func (l line) write(at int, text string, s style) int {
	for _, r := range text {
		wide := cells.RuneWidth(r)
		if at < 0 || at+wide > len(l) {
			return at
		}
		l.put(at, r, s)
		if wide == 2 {
			l.put(at+1, 0, s)
		}
		at += wide
	}
	return at
}

// encode gives the line as text, without blanks at the end.
func (l line) encode(colour bool) string {
	end := len(l)
	for end > 0 && l[end-1].char == ' ' {
		end--
	}
	var b strings.Builder
	var now style
	for _, c := range l[:end] {
		if c.char == 0 {
			continue
		}
		if colour && c.style != now && (c.char != ' ' || now == style{}) {
			if c.char != ' ' {
				b.WriteString(c.escape())
				now = c.style
			}
		}
		b.WriteRune(c.char)
	}
	if now != (style{}) {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// escape gives the sequence that changes to a style from any other (ECMA-48
// SGR).
func (s style) escape() string {
	text := "\x1b[0"
	if s.bold {
		text += ";1"
	}
	if s.faint {
		text += ";2"
	}
	if s.colour != 0 {
		text += ";38;5;" + strconv.Itoa(int(s.colour))
	}
	return text + "m"
}

// cleaned leaves out of a text what is not seen or has no width of its own.
func cleaned(text string) string {
	return strings.Map(func(r rune) rune {
		if cells.RuneWidth(r) == 0 {
			return -1
		}
		return r
	}, lightcurve.Clean(text))
}

// plain makes a text of 7 bits.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r > '~' {
			return '?'
		}
		return r
	}, text)
}
