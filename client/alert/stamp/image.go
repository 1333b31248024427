package stamp

import (
	"image"
	"image/color"
	"math"
)

// Image makes a picture of the stamp whose longer side has so many pixels. What
// is off the image is transparent.
func (s Stamp) Image(look Look, side int) image.Image {
	if !s.IsDrawn() || side < 1 {
		return image.NewPaletted(image.Rectangle{}, color.Palette{color.NRGBA{}})
	}
	longer := max(s.Width, s.Height)
	width, height := max(1, s.Width*side/longer), max(1, s.Height*side/longer)
	return s.Picture(look, look.Scales([]Stamp{s})[0], width, height)
}

// tickIndex is the last of a picture's palette: transparent, shades, ticks.
const tickIndex = Shades + 1

// Picture draws the stamp with a scale that may be that of several. What is off
// the image has the first colour, which is transparent.
func (s *Stamp) Picture(look Look, sc Scale, width, height int) *image.Paletted {
	p := Palette{Diverging: sc.Diverging, Inverted: look.Inverted}
	colours := make(color.Palette, 0, tickIndex+1)
	colours = append(colours, color.NRGBA{})
	for i := range Shades {
		colours = append(colours, p.RGB(i))
	}
	m := image.NewPaletted(image.Rect(0, 0, width, height), append(colours, TickColour))
	// Shades are found for as few pixels as there are, and repeated.
	columns, rows := min(width, s.Width), min(height, s.Height)
	found := make([]uint8, columns*rows)
	for i, value := range s.Resample(columns, rows) {
		if level, ok := sc.Level(value); ok {
			found[i] = uint8(1 + Shade(level))
		}
	}
	across := spans(columns, width)
	for y, span := range spans(rows, height) {
		from, to := found[int(span.from)*columns:], m.Pix[y*m.Stride:]
		for x := range width {
			to[x] = from[int(across[x].from)]
		}
	}
	if look.Ticks {
		markCentre(m)
	}
	return m
}

func markCentre(m *image.Paletted) {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	thick := max(1, min(width, height)/100)
	for i := range m.Pix {
		if IsTick(i%width, i/width, width, height, thick) {
			m.Pix[i] = tickIndex
		}
	}
}

// IsTick says whether a pixel of a picture belongs to the ticks: four lines
// that leave the centre free.
func IsTick(x, y, width, height, thick int) bool {
	dx, dy := float64(x)+0.5-float64(width)/2, float64(y)+0.5-float64(height)/2
	on := func(across, along float64, length int) bool {
		size := float64(length)
		half := float64(thick) / 2
		return across > -half && across <= half && math.Abs(along) >= 0.1*size && math.Abs(along) <= 0.22*size
	}
	return on(dx, dy, height) || on(dy, dx, width)
}
