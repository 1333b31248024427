package cutout

import (
	"slices"

	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// View shows stamps in rows, as large as there is room for.
type View struct {
	Theme   cells.Theme
	Focused bool
	Look
	// Graphics is [Kitty] where the terminal shows pictures inside of text; see
	// [View.Transmit].
	Graphics Graphics
	// CellWidth and CellHeight are the pixels of a cell; 10 and 20 where they
	// are not known.
	CellWidth, CellHeight int

	stamps []Stamp
	set    int // counts calls of Set
	block  cells.Block
	drawn  drawing
	kitty  kittyImages
}

// drawing is all that a rendered block depends on.
type drawing struct {
	width, height int
	theme         cells.Theme
	focused       bool
	look          Look
	set           int
	kitty         bool
	images        int    // counts sets of images that the terminal has
	cell          [2]int // pixels
}

// Set gives the stamps to show, in their order.
func (v *View) Set(stamps []Stamp) {
	v.stamps = slices.Clone(stamps)
	v.set++
}

// Stamps gives what is shown.
func (v *View) Stamps() []Stamp { return v.stamps }

// Keys are what keys do.
func (v *View) Keys() []keys.Binding {
	flip := func(value *bool) func() { return func() { *value = !*value } }
	return []keys.Binding{
		{Keys: []string{"t"}, Does: "next stretch: linear, asinh, log, zscale", Do: func() { v.Stretch = (v.Stretch + 1) % stamp.Stretches }},
		{Keys: []string{"i"}, Does: "bright or dark stars", Do: flip(&v.Inverted)},
		{Keys: []string{"d"}, Does: "difference in blue and red", Do: flip(&v.Diverging)},
		{Keys: []string{"c"}, Does: "same limits for science and template", Do: flip(&v.Common)},
		{Keys: []string{"x"}, Does: "mark the centre", Do: flip(&v.Ticks)},
	}
}

// lookOn gives the look on a background.
func lookOn(l Look, t cells.Theme) Look {
	l.Inverted = l.Inverted != t.Light
	return l
}

// Render draws the stamps. The block stays the same while nothing changes; do
// not draw on it.
func (v *View) Render(width, height int) *cells.Block {
	now := drawing{width, height, v.Theme, v.Focused, v.Look, v.set, v.inText(), v.kitty.sets, v.cell()}
	if now == v.drawn && v.set > 0 {
		return &v.block
	}
	v.drawn = now
	v.block.Reset(width, height)
	places := arrange(v.stamps, width, height)
	if len(places) == 0 {
		v.block.Write(0, 0, v.Theme.Cut("no cutouts", width), v.Theme.Faint())
		return &v.block
	}
	scales := v.Scales(v.stamps)
	title := v.Theme.Title()
	if v.Focused {
		title = v.Theme.Accent()
	}
	v.kitty.want(v, places)
	for i, p := range places {
		s := &v.stamps[i]
		p.writeHead(&v.block, s, scales[i], v.Theme, title)
		if id := v.kitty.id(i); now.kitty && id != 0 {
			placeholders(&v.block, p, id)
		} else {
			draw(s, &v.block, p, scales[i], lookOn(v.Look, v.Theme), v.Theme)
		}
		p.writeFoot(&v.block, s, v.Theme)
	}
	return &v.block
}

// draw draws a stamp in cells: half blocks, or characters where there are no
// colours or only 7 bits.
func draw(s *Stamp, b *cells.Block, p place, sc stamp.Scale, look Look, t cells.Theme) {
	switch {
	case !s.IsDrawn():
		b.WriteIn(p.x, p.y, p.column, t.Cut("no image", p.column), t.Faint())
	case t.Plain || t.ASCII:
		drawCharacters(s, b, p, sc, look, t)
	default:
		drawBlocks(s, b, p, sc, look, t)
	}
}

func drawBlocks(s *Stamp, b *cells.Block, p place, sc stamp.Scale, look Look, t cells.Theme) {
	colours := coloursOf(stamp.Palette{Diverging: sc.Diverging, Inverted: look.Inverted}, t)
	tick := direct(stamp.TickColour)
	if !t.TrueColour {
		tick = nearest(stamp.TickColour)
	}
	grid := s.Resample(p.width, 2*p.height)
	colour := func(x, y int) cells.Colour {
		if look.Ticks && stamp.IsTick(x, y, p.width, 2*p.height, 1) {
			return tick
		}
		if level, ok := sc.Level(grid[y*p.width+x]); ok {
			return colours[stamp.Shade(level)]
		}
		return 0
	}
	for y := range p.height {
		for x := range p.width {
			upper, lower := colour(x, 2*y), colour(x, 2*y+1)
			switch {
			case upper != 0:
				b.Put(p.x+x, p.y+y, '▀', cells.Style{Fg: upper, Bg: lower})
			case lower != 0:
				b.Put(p.x+x, p.y+y, '▄', cells.Style{Fg: lower})
			}
		}
	}
}

func drawCharacters(s *Stamp, b *cells.Block, p place, sc stamp.Scale, look Look, t cells.Theme) {
	// What is densely written is bright on a dark background, dark on a light one.
	chars := stamp.Palette{Diverging: sc.Diverging, Inverted: look.Inverted != t.Light}
	for i, value := range s.Resample(p.width, p.height) {
		x, y := i%p.width, i/p.width
		level, ok := sc.Level(value)
		switch {
		case look.Ticks && stamp.IsTick(x, y, p.width, p.height, 1):
			char := '-'
			if x == p.width/2 {
				char = '|'
			}
			b.Put(p.x+x, p.y+y, char, cells.Style{Bold: true})
		case ok:
			b.Put(p.x+x, p.y+y, character(chars, level), cells.Style{})
		default:
			b.Put(p.x+x, p.y+y, rampNone, t.Faint())
		}
	}
}
