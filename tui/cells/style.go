package cells

import (
	"strconv"
	"unicode/utf8"
)

// Colour is a colour of a terminal: its own (the zero value), one of its 256,
// or any other. Terminals that have fewer are given the nearest.
type Colour uint32

const (
	indexed Colour = 1 << 24
	direct  Colour = 2 << 24
)

// ANSI gives one of a terminal's 256 colours.
func ANSI(index uint8) Colour { return indexed | Colour(index) }

// RGB gives a colour by its parts.
func RGB(red, green, blue uint8) Colour {
	return direct | Colour(red)<<16 | Colour(green)<<8 | Colour(blue)
}

// Parts gives the parts of a colour that RGB made; ok is false for others.
func (c Colour) Parts() (red, green, blue uint8, ok bool) {
	return uint8(c >> 16), uint8(c >> 8), uint8(c), c&direct != 0
}

// Index gives which of the 256 colours it is; ok is false for others.
func (c Colour) Index() (index uint8, ok bool) { return uint8(c), c&indexed != 0 }

func (c Colour) append(text []byte, ground string) []byte {
	if index, ok := c.Index(); ok {
		return strconv.AppendUint(append(append(text, ground...), "8;5;"...), uint64(index), 10)
	}
	red, green, blue, _ := c.Parts()
	text = append(append(text, ground...), "8;2;"...)
	text = strconv.AppendUint(text, uint64(red), 10)
	text = strconv.AppendUint(append(text, ';'), uint64(green), 10)
	return strconv.AppendUint(append(text, ';'), uint64(blue), 10)
}

// Style is how a cell is shown. The zero Style is the terminal's own.
type Style struct {
	Fg, Bg                                  Colour
	Bold, Faint, Italic, Underline, Reverse bool
}

// On gives the style on another background.
func (s Style) On(background Colour) Style {
	s.Bg = background
	return s
}

// showsBlank says whether a blank in this style is seen.
func (s Style) showsBlank() bool { return s.Bg != 0 || s.Underline || s.Reverse }

// appendEscape appends the sequence that changes to the style from any other.
func (s Style) appendEscape(text []byte) []byte {
	text = append(text, "\x1b[0"...)
	for _, set := range [...]struct {
		is   bool
		code string
	}{{s.Bold, ";1"}, {s.Faint, ";2"}, {s.Italic, ";3"}, {s.Underline, ";4"}, {s.Reverse, ";7"}} {
		if set.is {
			text = append(text, set.code...)
		}
	}
	if s.Fg != 0 {
		text = s.Fg.append(text, ";3")
	}
	if s.Bg != 0 {
		text = s.Bg.append(text, ";4")
	}
	return append(text, 'm')
}

func appendRune(text []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(text, byte(r))
	}
	return utf8.AppendRune(text, r)
}
