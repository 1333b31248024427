package cutout

import (
	"image/color"
	"sync"

	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/tui/cells"
)

// shades are the colours of cells, one for each shade.
type shades [stamp.Shades]cells.Colour

var trueShades, nearShades [4]func() *shades

func init() {
	for i := range 4 {
		p := stamp.Palette{Diverging: i&1 != 0, Inverted: i&2 != 0}
		trueShades[i] = sync.OnceValue(func() *shades { return shadesOf(p, direct) })
		nearShades[i] = sync.OnceValue(func() *shades { return shadesOf(p, nearest) })
	}
}

// coloursOf gives the colours of cells in a theme.
func coloursOf(p stamp.Palette, t cells.Theme) *shades {
	i := 0
	if p.Diverging {
		i |= 1
	}
	if p.Inverted {
		i |= 2
	}
	if t.TrueColour {
		return trueShades[i]()
	}
	return nearShades[i]()
}

func shadesOf(p stamp.Palette, as func(color.NRGBA) cells.Colour) *shades {
	var list shades
	for i := range list {
		list[i] = as(p.RGB(i))
	}
	return &list
}

func direct(c color.NRGBA) cells.Colour { return cells.RGB(c.R, c.G, c.B) }

// nearest gives the nearest of the 240 colours that are the same on every
// terminal: a cube of 6 steps, and greys.
func nearest(c color.NRGBA) cells.Colour {
	best, least := 16, 1<<30
	for i := 16; i < 256; i++ {
		r, g, b := fixedColour(i)
		dr, dg, db := int(c.R)-r, int(c.G)-g, int(c.B)-b
		if off := dr*dr + dg*dg + db*db; off < least {
			best, least = i, off
		}
	}
	return cells.ANSI(uint8(best))
}

func fixedColour(index int) (r, g, b int) {
	if index >= 232 {
		grey := 8 + 10*(index-232)
		return grey, grey, grey
	}
	step := func(i int) int {
		if i == 0 {
			return 0
		}
		return 55 + 40*i
	}
	index -= 16
	return step(index / 36), step(index / 6 % 6), step(index % 6)
}

// Shades in characters: from the darkest to the brightest, and for a difference
// above and below 0.
const (
	ramp     = " .:-=+*#%@"
	rampOver = " .:*#@"
	rampLess = " ,-=oO"
	rampNone = '/' // off the image
)

// character gives the character of a level between 0 and 1.
func character(p stamp.Palette, level float64) rune {
	if p.Diverging {
		if level < 0.5 {
			return pick(rampLess, 1-2*level)
		}
		return pick(rampOver, 2*level-1)
	}
	if p.Inverted {
		level = 1 - level
	}
	return pick(ramp, level)
}

func pick(ramp string, level float64) rune {
	return rune(ramp[min(int(level*float64(len(ramp))), len(ramp)-1)])
}
