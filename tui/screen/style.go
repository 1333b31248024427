package screen

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/mwvgroup/pgb/tui/cells"
)

// style obeys SGR.
func (e *emulator) style(params ansi.Params) {
	if len(params) == 0 {
		e.plain()
		return
	}
	for i := 0; i < len(params); {
		n, more, _ := params.Param(i, 0)
		switch {
		case n == 38 || n == 48 || n == 58:
			colour, used, ok := extended(params[i+1:], more)
			if !ok {
				e.miss("%s", describe('m', params))
				return
			}
			*e.ground(n) = colour
			i += 1 + used
			continue
		case n == 4 && more:
			kind := number(params, i+1, 0)
			e.pen.Underline, e.pen.UnderlineKind = kind != 0, uint8(kind)
			i += 2
			continue
		case !e.attribute(n) && !e.colour(n):
			e.miss("%s", describe('m', params))
		}
		i++
	}
}

func (e *emulator) plain() {
	link := e.pen.Link
	e.pen = blank
	e.pen.Link = link
}

// ground is the colour that 38, 48 or 58 set.
func (e *emulator) ground(n int) *cells.Colour {
	switch n {
	case 38:
		return &e.pen.Fg
	case 48:
		return &e.pen.Bg
	}
	return &e.pen.UnderlineColour
}

// extended reads what follows 38, 48 or 58: 5;n or 2;r;g;b, or with colons
// 5:n, 2:r:g:b or 2::r:g:b.
func extended(rest ansi.Params, colons bool) (colour cells.Colour, used int, ok bool) {
	if colons {
		n := 1
		for n < len(rest) && rest[n-1].HasMore() {
			n++
		}
		rest = rest[:min(n, len(rest))]
	}
	kind, _, ok := rest.Param(0, -1)
	switch {
	case ok && kind == 5 && len(rest) >= 2:
		colour, used = cells.ANSI(uint8(number(rest, 1, 0))), 2
	case ok && kind == 2 && colons && len(rest) >= 5: // with a colour space
		colour, used = cells.RGB(part(rest, 2), part(rest, 3), part(rest, 4)), len(rest)
	case ok && kind == 2 && len(rest) >= 4:
		colour, used = cells.RGB(part(rest, 1), part(rest, 2), part(rest, 3)), 4
	default:
		return 0, 0, false
	}
	if colons {
		used = len(rest)
	}
	return colour, used, true
}

func part(params ansi.Params, i int) uint8 { return uint8(min(number(params, i, 0), 255)) }

// attribute sets or clears an attribute.
func (e *emulator) attribute(n int) bool {
	p := &e.pen
	switch n {
	case 0:
		e.plain()
	case 1:
		p.Bold = true
	case 2:
		p.Faint = true
	case 3, 23:
		p.Italic = n == 3
	case 4:
		p.Underline, p.UnderlineKind = true, 1
	case 21:
		p.Underline, p.UnderlineKind = true, 2
	case 24:
		p.Underline, p.UnderlineKind = false, 0
	case 5, 6, 25:
		p.Blink = n != 25
	case 7, 27:
		p.Reverse = n == 7
	case 8, 28:
		p.Hidden = n == 8
	case 9, 29:
		p.Strike = n == 9
	case 22:
		p.Bold, p.Faint = false, false
	default:
		return false
	}
	return true
}

// colour sets one of 16 colours, or the terminal's own.
func (e *emulator) colour(n int) bool {
	p := &e.pen
	switch {
	case n >= 30 && n <= 37:
		p.Fg = cells.ANSI(uint8(n - 30))
	case n >= 90 && n <= 97:
		p.Fg = cells.ANSI(uint8(n - 90 + 8))
	case n >= 40 && n <= 47:
		p.Bg = cells.ANSI(uint8(n - 40))
	case n >= 100 && n <= 107:
		p.Bg = cells.ANSI(uint8(n - 100 + 8))
	case n == 39:
		p.Fg = 0
	case n == 49:
		p.Bg = 0
	case n == 59:
		p.UnderlineColour = 0
	default:
		return false
	}
	return true
}
