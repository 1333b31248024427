package screen

import "github.com/mwvgroup/pgb/tui/cells"

// Keyboard says how a terminal encodes keys that have a modifier.
type Keyboard uint8

// The ways to encode them.
const (
	Legacy      Keyboard = iota // as terminals always have
	KittyKeys                   // as Kitty's protocol has it, once a program asks for it
	ModifyOther                 // as xterm's modifyOtherKeys has it, once a program asks for it
)

// settings are what kind of a terminal it is.
type settings struct {
	foreground, background cells.Colour
	name                   string
	term, colours          string
	keyboard               Keyboard

	kitty, sixel, iterm bool
	graphemes           bool
	unsynchronised      bool
	silent              bool
	shell               bool
}

func defaults() settings {
	return settings{
		foreground: cells.RGB(0xd8, 0xd8, 0xd8), background: cells.RGB(0x12, 0x14, 0x18),
		name: "XTerm(390)", term: "xterm-256color", colours: "truecolor",
	}
}

// Option changes what kind of a terminal it is. Without any it is one with a
// dark background, all colours, synchronised output and no pictures.
type Option func(*settings)

// Light gives it a light background.
func Light() Option {
	return Colours(cells.RGB(0x20, 0x22, 0x26), cells.RGB(0xfb, 0xfb, 0xf8))
}

// Colours gives it colours of its own, made with [cells.RGB].
func Colours(foreground, background cells.Colour) Option {
	return func(s *settings) { s.foreground, s.background = foreground, background }
}

// Name is what it answers when asked who it is (XTVERSION).
func Name(name string) Option { return func(s *settings) { s.name = name } }

// Term sets TERM and COLORTERM of a [Process]. Default xterm-256color and
// truecolor.
func Term(term, colours string) Option {
	return func(s *settings) { s.term, s.colours = term, colours }
}

// Keys says how it encodes keys.
func Keys(k Keyboard) Option { return func(s *settings) { s.keyboard = k } }

// Kitty gives it Kitty's graphics protocol.
func Kitty() Option { return func(s *settings) { s.kitty = true } }

// Sixel gives it sixel graphics.
func Sixel() Option { return func(s *settings) { s.sixel = true } }

// ITerm2 gives it the inline images of iTerm2.
func ITerm2() Option { return func(s *settings) { s.iterm = true } }

// Graphemes gives it mode 2027: what people take as one character is counted
// as one.
func Graphemes() Option { return func(s *settings) { s.graphemes = true } }

// Unsynchronised takes mode 2026 from it: what it shows may be half of a frame.
func Unsynchronised() Option { return func(s *settings) { s.unsynchronised = true } }

// Silent is for a terminal that answers nothing.
func Silent() Option { return func(s *settings) { s.silent = true } }

// Shell runs the command of a [Process] as a job of a shell, so that it can be
// suspended: the shell then prints "[suspended]", and wakes the command when
// it reads a line.
func Shell() Option { return func(s *settings) { s.shell = true } }
