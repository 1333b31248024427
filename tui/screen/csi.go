package screen

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// csi obeys a control sequence.
func (e *emulator) csi(cmd ansi.Cmd, params ansi.Params) {
	known := false
	switch prefix, middle := cmd.Prefix(), cmd.Intermediate(); {
	case prefix == 0 && middle == 0:
		known = e.move(cmd.Final(), params) || e.edit(cmd.Final(), params) || e.report(cmd.Final(), params)
	case prefix == '?' && middle == 0:
		known = e.private(cmd.Final(), params)
	case (prefix == '>' || prefix == '<' || prefix == '=') && middle == 0:
		known = e.keyboardMode(prefix, cmd.Final(), params)
	case middle == '$' && cmd.Final() == 'p':
		known = true
		e.answer("\x1b[%s%d;%d$y", strings.TrimRight(string(prefix), "\x00"), number(params, 0, 0), e.modeState(prefix == '?', number(params, 0, 0)))
	case middle == ' ' && cmd.Final() == 'q' && prefix == 0:
		known = true
		e.shape = Shape(number(params, 0, 0))
	case middle == '!' && cmd.Final() == 'p':
		known = true
		e.softReset()
	}
	if !known {
		e.miss("%s", describe(cmd, params))
	}
}

// number gives a parameter, or a default for one that is missing.
func number(params ansi.Params, i, otherwise int) int {
	n, _, _ := params.Param(i, otherwise)
	return n
}

// count gives a parameter that is at least 1 and at most a lot.
func count(params ansi.Params, i int) int { return min(max(number(params, i, 1), 1), 1<<16) }

// describe writes a sequence for people.
func describe(cmd ansi.Cmd, params ansi.Params) string {
	var text strings.Builder
	text.WriteString("CSI ")
	if p := cmd.Prefix(); p != 0 {
		text.WriteByte(p)
	}
	for i, p := range params {
		if i > 0 {
			text.WriteByte(';')
		}
		if n := p.Param(-1); n >= 0 {
			text.WriteString(itoa(n))
		}
	}
	if m := cmd.Intermediate(); m != 0 {
		text.WriteByte(m)
	}
	text.WriteByte(cmd.Final())
	return text.String()
}

// move obeys what moves the cursor.
func (e *emulator) move(final byte, params ansi.Params) bool {
	n := count(params, 0)
	x, y := e.x, e.y
	switch final {
	case 'A':
		y = e.upTo(n)
	case 'B', 'e':
		y = e.downTo(n)
	case 'C', 'a':
		x += n
	case 'D':
		x -= n
	case 'E':
		x, y = 0, e.downTo(n)
	case 'F':
		x, y = 0, e.upTo(n)
	case 'G', '`':
		x = n - 1
	case 'd':
		y = n - 1
	case 'H', 'f':
		x, y = count(params, 1)-1, n-1
	case 'I':
		e.tab(n)
		return true
	case 'Z':
		e.tab(-n)
		return true
	case 's':
		e.save()
		return true
	case 'u':
		e.restore()
		return true
	default:
		return false
	}
	e.x, e.y, e.wrap = max(min(x, e.now.width-1), 0), max(min(y, e.now.height-1), 0), false
	return true
}

// upTo and downTo stop at the margins, where the cursor is within them.
func (e *emulator) upTo(n int) int {
	if e.y >= e.top {
		return max(e.y-n, e.top)
	}
	return e.y - n
}

func (e *emulator) downTo(n int) int {
	if e.y <= e.bottom {
		return min(e.y+n, e.bottom)
	}
	return e.y + n
}

// edit obeys what changes cells.
func (e *emulator) edit(final byte, params ansi.Params) bool {
	n := count(params, 0)
	switch final {
	case 'J':
		return e.eraseScreen(number(params, 0, 0))
	case 'K':
		return e.eraseLine(number(params, 0, 0))
	case 'X':
		e.now.erase(e.y, e.x, e.x+n, e.erased())
	case '@':
		e.now.insert(e.x, e.y, n, e.erased())
	case 'P':
		e.now.remove(e.x, e.y, n, e.erased())
	case 'L', 'M':
		if e.y < e.top || e.y > e.bottom {
			return true
		}
		if final == 'L' {
			n = -n
		}
		e.now.scroll(e.y, e.bottom, n, e.erased())
		e.x = 0
	case 'S':
		e.scrollUp(e.top, e.bottom, n)
		return true
	case 'T':
		e.now.scroll(e.top, e.bottom, -n, e.erased())
		return true
	case 'b':
		for range n {
			if e.last.Text != "" {
				e.put(e.last.Text, ansi.WcWidth.StringWidth(e.last.Text))
			}
		}
		return true
	case 'm':
		e.style(params)
		return true
	case 'r':
		e.margins(params)
		return true
	default:
		return false
	}
	e.wrap = false
	return true
}

func (e *emulator) eraseScreen(what int) bool {
	from, to := 0, e.now.height
	switch what {
	case 0:
		e.eraseLine(0)
		from = e.y + 1
	case 1:
		e.eraseLine(1)
		to = e.y
	case 2:
	case 3:
		e.history = nil
		return true
	default:
		return false
	}
	for y := from; y < to; y++ {
		e.now.erase(y, 0, e.now.width, e.erased())
	}
	e.wrap = false
	return true
}

func (e *emulator) eraseLine(what int) bool {
	from, to := 0, e.now.width
	switch what {
	case 0:
		from = e.x
	case 1:
		to = e.x + 1
	case 2:
	default:
		return false
	}
	e.now.erase(e.y, from, to, e.erased())
	e.wrap = false
	return true
}

// margins says which lines scroll.
func (e *emulator) margins(params ansi.Params) {
	top, bottom := count(params, 0)-1, number(params, 1, 0)
	if bottom == 0 || bottom > e.now.height {
		bottom = e.now.height
	}
	if top >= bottom-1 {
		return
	}
	e.top, e.bottom = top, bottom-1
	e.x, e.y, e.wrap = 0, 0, false
}

// report answers questions, and sets modes that have no "?".
func (e *emulator) report(final byte, params ansi.Params) bool {
	n := number(params, 0, 0)
	switch final {
	case 'c':
		features := "62;22"
		if e.sixel {
			features = "62;4;22"
		}
		e.answer("\x1b[?%sc", features)
	case 'n':
		switch n {
		case 5:
			e.answer("\x1b[0n")
		case 6:
			e.answer("\x1b[%d;%dR", e.y+1, e.x+1)
		default:
			return false
		}
	case 'g':
		if n == 3 {
			clear(e.tabs)
		} else {
			e.tabs[e.x] = false
		}
	case 'h', 'l':
		if n != 4 {
			return false
		}
		e.insrt = final == 'h'
	case 't':
		return e.window(n)
	default:
		return false
	}
	return true
}

// window answers questions about the window.
func (e *emulator) window(what int) bool {
	w, h := e.now.width, e.now.height
	switch what {
	case 14:
		e.answer("\x1b[4;%d;%dt", h*cellHeight, w*cellWidth)
	case 16:
		e.answer("\x1b[6;%d;%dt", cellHeight, cellWidth)
	case 18:
		e.answer("\x1b[8;%d;%dt", h, w)
	case 22:
		e.titles = append(e.titles[:min(len(e.titles), 10)], e.title)
	case 23:
		if last := len(e.titles) - 1; last >= 0 {
			e.title, e.titles = e.titles[last], e.titles[:last]
		}
	default:
		return false
	}
	return true
}
