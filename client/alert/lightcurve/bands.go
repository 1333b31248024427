package lightcurve

import (
	"image/color"
	"slices"
	"strings"
)

// Shape is the shape of a band's marks. They are filled for detections and
// hollow for forced photometry.
type Shape uint8

// The shapes.
const (
	Circle Shape = iota
	Square
	TriangleUp
	Diamond
	Star
	TriangleDown
	Pentagon
	Hexagon
)

// glyphs are a shape's characters, filled and hollow.
var glyphs = [...][2]rune{
	Circle: {'●', '○'}, Square: {'■', '□'}, TriangleUp: {'▲', '△'}, Diamond: {'◆', '◇'},
	Star: {'★', '☆'}, TriangleDown: {'▼', '▽'}, Pentagon: {'⬟', '⬠'}, Hexagon: {'⬢', '⬡'},
}

// Glyph is the shape as a character one cell wide.
func (s Shape) Glyph(hollow bool) rune {
	if hollow {
		return glyphs[s][1]
	}
	return glyphs[s][0]
}

// Band says how the points of a band are drawn.
type Band struct {
	Name string
	RGB  color.RGBA // readable on white and on black
	// ANSI is near it among a terminal's 256 colours, ANSILight the same for a
	// light background.
	ANSI, ANSILight uint8
	Shape           Shape
	ASCII           byte // its mark in plain text: a capital letter or a digit
}

// bands are the bands of the surveys, by wavelength. The colours of ugrizy are
// near those of the Rubin palette (RTN-045).
var bands = []Band{
	{"u", rgb(0x5f5fff), 63, 57, TriangleUp, 'U'},
	{"g", rgb(0x00a05f), 35, 28, Circle, 'G'},
	{"r", rgb(0xd7302a), 203, 160, Square, 'R'},
	{"i", rgb(0xdf8700), 172, 130, Diamond, 'I'},
	{"z", rgb(0xc845c8), 170, 127, Star, 'Z'},
	{"y", rgb(0x8f5a1e), 130, 94, TriangleDown, 'Y'},
	{"F062", rgb(0x5f5fff), 63, 57, TriangleUp, 'A'},
	{"F087", rgb(0x0087af), 31, 25, Circle, 'B'},
	{"F106", rgb(0x00a05f), 35, 28, Square, 'C'},
	{"F129", rgb(0x7f9f00), 106, 64, Diamond, 'D'},
	{"F146", rgb(0x878787), 102, 240, Hexagon, 'E'},
	{"F158", rgb(0xdf8700), 172, 130, Star, 'F'},
	{"F184", rgb(0xd7302a), 203, 160, TriangleDown, 'H'},
	{"F213", rgb(0x8f5a1e), 130, 94, Pentagon, 'K'},
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

// NoBand is the name shown for points that do not say their band.
const NoBand = "?"

// BandOf says how a band is drawn. Bands that no survey here has share one style
// and keep their names.
func BandOf(name string) Band {
	for _, b := range bands {
		if b.Name == name {
			return b
		}
	}
	if name == "" {
		name = NoBand
	}
	return Band{name, rgb(0x878787), 102, 240, Hexagon, 'X'}
}

// CompareBands sorts bands by wavelength; unknown ones stand last, by name.
func CompareBands(a, b string) int {
	at := func(name string) int {
		if i := slices.IndexFunc(bands, func(b Band) bool { return b.Name == name }); i >= 0 {
			return i
		}
		return len(bands)
	}
	if i, j := at(a), at(b); i != j {
		return i - j
	}
	return strings.Compare(a, b)
}
