package cutout

import (
	"image/color"
	"sync"

	"github.com/mwvgroup/pgb/tui/cells"
)

// shadeCount is how many shades there are.
const shadeCount = 253

// shade gives the number of the shade at a level between 0 and 1.
func shade(level float64) int { return int(level*(shadeCount-1) + 0.5) }

// palette is a series of shades.
type palette struct{ diverging, inverted bool }

// tickColour marks the centre: no shade is green.
var tickColour = color.NRGBA{0, 215, 95, 255}

// rgb gives the colour of a shade.
func (p palette) rgb(shade int) color.NRGBA {
	at := float64(shade) / (shadeCount - 1)
	dark, light := color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}
	if p.diverging {
		negative, zero, positive := color.NRGBA{80, 160, 255, 255}, dark, color.NRGBA{255, 96, 72, 255}
		if p.inverted { // ColorBrewer's RdBu
			negative, zero, positive = color.NRGBA{33, 102, 172, 255}, light, color.NRGBA{178, 24, 43, 255}
		}
		if at < 0.5 {
			return mix(zero, negative, 1-2*at)
		}
		return mix(zero, positive, 2*at-1)
	}
	if p.inverted {
		dark, light = light, dark
	}
	return mix(dark, light, at)
}

func mix(a, b color.NRGBA, part float64) color.NRGBA {
	one := func(a, b uint8) uint8 { return uint8(float64(a) + part*(float64(b)-float64(a)) + 0.5) }
	return color.NRGBA{one(a.R, b.R), one(a.G, b.G), one(a.B, b.B), 255}
}

// shades are the colours of cells, one for each shade.
type shades [shadeCount]cells.Colour

var trueShades, nearShades [4]func() *shades

func init() {
	for i := range 4 {
		p := palette{diverging: i&1 != 0, inverted: i&2 != 0}
		trueShades[i] = sync.OnceValue(func() *shades { return p.shades(direct) })
		nearShades[i] = sync.OnceValue(func() *shades { return p.shades(nearest) })
	}
}

// colours gives the colours of cells in a theme.
func (p palette) colours(t cells.Theme) *shades {
	i := 0
	if p.diverging {
		i |= 1
	}
	if p.inverted {
		i |= 2
	}
	if t.TrueColour {
		return trueShades[i]()
	}
	return nearShades[i]()
}

func (p palette) shades(as func(color.NRGBA) cells.Colour) *shades {
	var list shades
	for i := range list {
		list[i] = as(p.rgb(i))
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
func (p palette) character(level float64) rune {
	if p.diverging {
		if level < 0.5 {
			return pick(rampLess, 1-2*level)
		}
		return pick(rampOver, 2*level-1)
	}
	if p.inverted {
		level = 1 - level
	}
	return pick(ramp, level)
}

func pick(ramp string, level float64) rune {
	return rune(ramp[min(int(level*float64(len(ramp))), len(ramp)-1)])
}
