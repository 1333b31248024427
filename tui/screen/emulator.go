package screen

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Limits of what is remembered.
const (
	maxUnknown = 100
	maxHistory = 1000
	maxAnswers = 1 << 20
)

// pixels is the size of a cell that is told to programs that ask.
const cellWidth, cellHeight = 8, 16

// place is what DECSC saves.
type place struct {
	x, y int
	wrap bool
	pen  Cell
}

// emulator obeys what programs write. It is for one goroutine.
type emulator struct {
	settings
	parser *ansi.Parser

	main, alt     *grid
	now           *grid // one of the two
	x, y          int
	wrap          bool // the last column is written: the next character goes to the next line
	pen           Cell // a style to write with; its Text is " "
	saved         map[*grid]place
	top, bottom   int // the lines that scroll
	tabs          []bool
	modes         map[int]bool
	stack         map[*grid][]int // of Kitty's keyboard protocol
	otherKeys     int
	shape         Shape
	title         string
	titles        []string
	last          Cell // what REP repeats
	lastX, lastY  int  // where a mark without a width goes
	ended         byte // what ended the sequence that is obeyed
	colours       map[int]string
	answers       []byte
	unknown       []string
	history       []string
	bells         int
	clipboard     string
	images        []Image
	frozen        *Screen // what is shown while a frame is drawn
	interned      map[rune]string
	keypad, insrt bool
}

// Image is a picture that a program has sent, by one of three protocols.
type Image struct {
	// Protocol is "kitty", "sixel" or "iterm2".
	Protocol string
	// Control is what stands before the data.
	Control string
	Data    []byte
	X, Y    int // where the cursor was
}

func newEmulator(width, height int, s settings) *emulator {
	e := &emulator{settings: s, parser: ansi.NewParser(), interned: map[rune]string{}}
	e.parser.SetDataSize(0) // pictures are long
	e.parser.SetHandler(ansi.Handler{
		Print: e.print, Execute: e.control, HandleCsi: e.csi, HandleEsc: e.escape,
		HandleOsc: e.osc, HandleDcs: e.dcs, HandleApc: e.apc,
		HandlePm:  func(data []byte) { e.miss("PM %q", data) },
		HandleSos: func(data []byte) { e.miss("SOS %q", data) },
	})
	e.reset(width, height)
	return e
}

// reset makes it a new terminal.
func (e *emulator) reset(width, height int) {
	width, height = max(width, 1), max(height, 1)
	e.main, e.alt = newGrid(width, height), newGrid(width, height)
	e.now = e.main
	e.x, e.y, e.wrap, e.pen = 0, 0, false, blank
	e.saved, e.stack = map[*grid]place{}, map[*grid][]int{}
	e.top, e.bottom = 0, height-1
	e.resetTabs()
	e.modes = map[int]bool{modeWrap: true, modeCursor: true}
	e.otherKeys, e.shape, e.keypad, e.insrt = 0, 0, false, false
	e.colours = map[int]string{}
	e.last = Cell{}
	e.frozen = nil
}

func (e *emulator) resetTabs() {
	e.tabs = make([]bool, e.now.width)
	for x := range e.tabs {
		e.tabs[x] = x%8 == 0
	}
}

// write obeys a text.
func (e *emulator) write(text []byte) {
	for _, b := range text {
		e.ended = b
		e.parser.Advance(b)
	}
}

// resize changes the size. What no longer fits is lost, as on terminals that do
// not wrap lines anew; the lines above the cursor of the main screen go first.
func (e *emulator) resize(width, height int) {
	width, height = max(width, 1), max(height, 1)
	if over := e.y - height + 1; over > 0 && e.now == e.main {
		e.scrollUp(0, e.main.height-1, over)
		e.y -= over
	}
	e.main.resize(width, height)
	e.alt.resize(width, height)
	old := e.tabs
	e.resetTabs()
	copy(e.tabs, old)
	e.top, e.bottom = 0, height-1
	e.x, e.y, e.wrap = min(e.x, width-1), min(e.y, height-1), false
	for g, p := range e.saved {
		p.x, p.y = min(p.x, width-1), min(p.y, height-1)
		e.saved[g] = p
	}
	e.frozen = nil
}

// screen gives what is seen.
func (e *emulator) screen() Screen {
	if e.frozen != nil {
		return *e.frozen
	}
	return Screen{
		Width: e.now.width, Height: e.now.height, Title: e.title, Alternate: e.now == e.alt,
		Cursor: Cursor{X: e.x, Y: e.y, Visible: e.modes[modeCursor], Shape: e.shape},
		rows:   e.now.copy(),
	}
}

// miss remembers what it does not know.
func (e *emulator) miss(format string, values ...any) {
	if len(e.unknown) < maxUnknown {
		e.unknown = append(e.unknown, fmt.Sprintf(format, values...))
	}
}

// answer says something to the program.
func (e *emulator) answer(format string, values ...any) {
	if !e.silent && len(e.answers) < maxAnswers {
		e.answers = fmt.Appendf(e.answers, format, values...)
	}
}

// erased is what is left where something is erased: the background stays.
func (e *emulator) erased() Cell {
	c := blank
	c.Bg = e.pen.Bg
	return c
}

// text gives a character as a string, each made once.
func (e *emulator) text(r rune) string {
	s, ok := e.interned[r]
	if !ok {
		s = string(r)
		e.interned[r] = s
	}
	return s
}

// print puts a character on the screen.
func (e *emulator) print(r rune) {
	if r >= 0x80 && r < 0xA0 || r == utf8.RuneError {
		e.miss("character %U", r)
		return
	}
	text := e.text(r)
	if r < 0x80 {
		e.put(text, 1)
		return
	}
	width := ansi.WcWidth.StringWidth(text)
	if e.modes[modeGraphemes] && e.join(text) {
		return
	}
	if width == 0 {
		if c := e.joined(); c != nil {
			c.Text += text
		}
		return
	}
	e.put(text, width)
}

// joined is the cell that a mark belongs to.
func (e *emulator) joined() *Cell {
	if e.lastY >= e.now.height || e.lastX >= e.now.width || e.last.Text == "" {
		return nil
	}
	return &e.now.rows[e.lastY][e.lastX]
}

// join makes a character part of the one before it, where people take both as
// one.
func (e *emulator) join(text string) bool {
	c := e.joined()
	if c == nil || c.Text == "" {
		return false
	}
	both := c.Text + text
	if words := graphemes.FromString(both); !words.Next() || words.Value() != both {
		return false
	}
	was := ansi.GraphemeWidth.StringWidth(c.Text)
	c.Text = both
	if ansi.GraphemeWidth.StringWidth(both) == 2 && was == 1 && e.lastX+1 < e.now.width {
		e.now.erase(e.lastY, e.lastX+1, e.lastX+2, e.pen)
		e.now.rows[e.lastY][e.lastX+1].Text = ""
		e.forward(1)
	}
	return true
}

// put puts a character of one or two cells on the screen.
func (e *emulator) put(text string, width int) {
	if e.wrap && e.modes[modeWrap] {
		e.x = 0
		e.lineFeed()
	}
	e.wrap = false
	if e.x+width > e.now.width {
		if e.modes[modeWrap] && e.now.width >= width {
			e.x = 0
			e.lineFeed()
		} else {
			e.x = max(e.now.width-width, 0)
		}
	}
	if e.insrt {
		e.now.insert(e.x, e.y, width, e.erased())
	}
	c := e.pen
	c.Text = text
	e.now.erase(e.y, e.x, e.x+width, c)
	if width == 2 && e.x+1 < e.now.width {
		e.now.rows[e.y][e.x+1].Text = ""
	}
	e.last, e.lastX, e.lastY = c, e.x, e.y
	e.forward(width)
}

// forward moves behind a character.
func (e *emulator) forward(n int) {
	if e.x += n; e.x >= e.now.width {
		e.x, e.wrap = e.now.width-1, e.modes[modeWrap]
	}
}

// lineFeed goes to the next line, and scrolls at the last one.
func (e *emulator) lineFeed() {
	e.wrap = false
	if e.y == e.bottom {
		e.scrollUp(e.top, e.bottom, 1)
	} else if e.y < e.now.height-1 {
		e.y++
	}
}

// scrollUp moves lines up; those that leave the main screen are remembered.
func (e *emulator) scrollUp(top, bottom, n int) {
	if e.now == e.main && top == 0 {
		for _, row := range e.now.rows[:min(n, bottom+1)] {
			if len(e.history) == maxHistory {
				e.history = append(e.history[:0], e.history[1:]...)
			}
			e.history = append(e.history, lineText(row))
		}
	}
	e.now.scroll(top, bottom, n, e.erased())
}

// control obeys a character that is not shown.
func (e *emulator) control(b byte) {
	switch b {
	case '\a':
		e.bells++
	case '\b':
		e.x, e.wrap = max(e.x-1, 0), false
	case '\t':
		e.tab(1)
	case '\n', '\v', '\f':
		e.lineFeed()
	case '\r':
		e.x, e.wrap = 0, false
	case 0, 0x7F, 0x0F: // NUL, DEL and SI change nothing
	default:
		e.miss("control %#02x", b)
	}
}

// tab goes n tab stops to the right, or to the left.
func (e *emulator) tab(n int) {
	e.wrap = false
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for range n {
		for e.x += step; e.x > 0 && e.x < e.now.width-1 && !e.tabs[e.x]; {
			e.x += step
		}
		e.x = max(min(e.x, e.now.width-1), 0)
	}
}

// escape obeys a sequence of two or three characters.
func (e *emulator) escape(cmd ansi.Cmd) {
	switch final, middle := cmd.Final(), cmd.Intermediate(); {
	case final == '\\' && middle == 0: // the end of a string
	case middle == '(' || middle == ')':
		if final != 'B' {
			e.miss("ESC %c %c", middle, final)
		}
	case middle != 0:
		e.miss("ESC %c %c", middle, final)
	default:
		e.plainEscape(final)
	}
}

func (e *emulator) plainEscape(final byte) {
	switch final {
	case '7':
		e.save()
	case '8':
		e.restore()
	case 'D':
		e.lineFeed()
	case 'E':
		e.x = 0
		e.lineFeed()
	case 'M':
		e.wrap = false
		if e.y == e.top {
			e.now.scroll(e.top, e.bottom, -1, e.erased())
		} else {
			e.y = max(e.y-1, 0)
		}
	case 'H':
		e.tabs[e.x] = true
	case 'c':
		e.reset(e.now.width, e.now.height)
	case '=', '>':
		e.keypad = final == '='
	default:
		e.miss("ESC %c", final)
	}
}

func (e *emulator) save() { e.saved[e.now] = place{e.x, e.y, e.wrap, e.pen} }

func (e *emulator) restore() {
	p, ok := e.saved[e.now]
	if !ok {
		p.pen = blank
	}
	e.x, e.y, e.wrap, e.pen = p.x, p.y, p.wrap, p.pen
}

// leftovers gives the lines of the main screen, those that have left it too.
func (e *emulator) leftovers() []string {
	lines := append([]string(nil), e.history...)
	for _, row := range e.main.rows {
		lines = append(lines, lineText(row))
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
