package stamp

import "image/color"

// Shades is how many shades there are.
const Shades = 253

// Shade gives the number of the shade at a level between 0 and 1.
func Shade(level float64) int { return int(level*(Shades-1) + 0.5) }

// Palette is a series of shades: from dark to bright, or, diverging, from blue
// over what the background is to red.
type Palette struct{ Diverging, Inverted bool }

// TickColour marks the centre: no shade is green.
var TickColour = color.NRGBA{0, 215, 95, 255}

// RGB gives the colour of a shade.
func (p Palette) RGB(shade int) color.NRGBA {
	at := float64(shade) / (Shades - 1)
	dark, light := color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}
	if p.Diverging {
		negative, zero, positive := color.NRGBA{80, 160, 255, 255}, dark, color.NRGBA{255, 96, 72, 255}
		if p.Inverted { // ColorBrewer's RdBu
			negative, zero, positive = color.NRGBA{33, 102, 172, 255}, light, color.NRGBA{178, 24, 43, 255}
		}
		if at < 0.5 {
			return mix(zero, negative, 1-2*at)
		}
		return mix(zero, positive, 2*at-1)
	}
	if p.Inverted {
		dark, light = light, dark
	}
	return mix(dark, light, at)
}

func mix(a, b color.NRGBA, part float64) color.NRGBA {
	one := func(a, b uint8) uint8 { return uint8(float64(a) + part*(float64(b)-float64(a)) + 0.5) }
	return color.NRGBA{one(a.R, b.R), one(a.G, b.G), one(a.B, b.B), 255}
}
