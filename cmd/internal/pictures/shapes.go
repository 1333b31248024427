package main

import (
	"image"
	"image/color"
	"math"
)

// Characters that stand for a shape are drawn as that shape, so that lines and
// blocks meet those of the next cell.

// shape gives how much of each pixel of a cell a character covers; nil for one
// that is no shape.
func shape(r rune, width, height int) *image.Alpha {
	switch {
	case r >= 0x2500 && r <= 0x257F:
		return boxShape(r, width, height)
	case r >= 0x2580 && r <= 0x259F:
		return blockShape(r, width, height)
	case r >= 0x2800 && r <= 0x28FF:
		return brailleShape(int(r-0x2800), width, height)
	}
	if mark, ok := marks[r]; ok {
		return sample(width, height, square(mark))
	}
	return nil
}

func fill(m *image.Alpha, x0, y0, x1, y1 int, cover uint8) {
	for y := max(y0, 0); y < min(y1, m.Rect.Max.Y); y++ {
		for x := max(x0, 0); x < min(x1, m.Rect.Max.X); x++ {
			m.SetAlpha(x, y, color.Alpha{A: cover})
		}
	}
}

// boxArms are the characters from U+2500: what leads up, right, down and left,
// 1 for a light line and 2 for a heavy one.
const boxArms = "" +
	"0101 0202 1010 2020 0000 0000 0000 0000 0000 0000 0000 0000 0110 0210 0120 0220 " +
	"0011 0012 0021 0022 1100 1200 2100 2200 1001 1002 2001 2002 1110 1210 2110 1120 " +
	"2120 2210 1220 2220 1011 1012 2011 1021 2021 2012 1022 2022 0111 0112 0211 0212 " +
	"0121 0122 0221 0222 1101 1102 1201 1202 2101 2102 2201 2202 1111 1112 1211 1212 " +
	"2111 1121 2121 2112 2211 1122 1221 2212 1222 2122 2221 2222 0000 0000 0000 0000 " +
	"0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 " +
	"0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 " +
	"0000 0000 0000 0000 0001 1000 0100 0010 0002 2000 0200 0020 0201 1020 0102 2010 "

// dashes are lines with gaps: how many parts, whether heavy, whether upright.
var dashes = map[rune]struct {
	parts          int
	heavy, upright bool
}{
	'┄': {3, false, false}, '┅': {3, true, false}, '┆': {3, false, true}, '┇': {3, true, true},
	'┈': {4, false, false}, '┉': {4, true, false}, '┊': {4, false, true}, '┋': {4, true, true},
	'╌': {2, false, false}, '╍': {2, true, false}, '╎': {2, false, true}, '╏': {2, true, true},
}

// corners are round ones: where the centre of the arc is, in cells.
var corners = map[rune][2]float64{'╭': {1, 1}, '╮': {0, 1}, '╯': {0, 0}, '╰': {1, 0}}

// thick gives the width of a line in pixels.
func thick(width int, heavy bool) int {
	if heavy {
		return max(width/4, 2)
	}
	return max((width+4)/9, 1)
}

func boxShape(r rune, width, height int) *image.Alpha {
	m := image.NewAlpha(image.Rect(0, 0, width, height))
	if d, ok := dashes[r]; ok {
		dashedLine(m, d.parts, thick(width, d.heavy), d.upright)
		return m
	}
	if at, ok := corners[r]; ok {
		return roundCorner(at, width, height)
	}
	switch r {
	case '╱', '╲', '╳':
		half := float64(thick(width, false)) * 0.6
		return sample(width, height, func(x, y float64) bool {
			// The distance of a point from each diagonal, in pixels.
			scale := float64(width) * float64(height) / math.Hypot(float64(width), float64(height))
			return r != '╲' && math.Abs(x+y-1)*scale < half || r != '╱' && math.Abs(x-y)*scale < half
		})
	}
	arms := boxArms[(r-0x2500)*5:][:4]
	if arms == "0000" {
		return nil // double lines: the font has them
	}
	light, heavy := thick(width, false), thick(width, true)
	size := func(arm byte) int { return map[byte]int{'0': 0, '1': light, '2': heavy}[arm] }
	across, along := max(size(arms[1]), size(arms[3])), max(size(arms[0]), size(arms[2]))
	place := func(whole, line int) (from, to int) { return (whole - line) / 2, (whole-line)/2 + line }
	for side, arm := range []byte(arms) {
		if arm == '0' {
			continue
		}
		x0, x1 := place(width, size(arm))
		y0, y1 := place(height, size(arm))
		_, middleX := place(width, along)
		_, middleY := place(height, across)
		switch side {
		case 0:
			fill(m, x0, 0, x1, max(middleY, height/2), 255)
		case 1:
			fill(m, min(width-middleX, width/2), y0, width, y1, 255)
		case 2:
			fill(m, x0, min(height-middleY, height/2), x1, height, 255)
		case 3:
			fill(m, 0, y0, max(middleX, width/2), y1, 255)
		}
	}
	return m
}

func dashedLine(m *image.Alpha, parts, line int, upright bool) {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	length := width
	if upright {
		length = height
	}
	for i := range parts {
		from, to := i*length/parts, (i+1)*length/parts
		to -= max((to-from)/3, 1)
		if upright {
			fill(m, (width-line)/2, from, (width-line)/2+line, to, 255)
		} else {
			fill(m, from, (height-line)/2, to, (height-line)/2+line, 255)
		}
	}
}

// roundCorner is a quarter of a circle with straight ends.
func roundCorner(at [2]float64, width, height int) *image.Alpha {
	w, h, line := float64(width), float64(height), float64(thick(width, false))
	cx, cy := math.Floor((w-line)/2)+line/2, math.Floor((h-line)/2)+line/2
	radius := w - cx
	if at[0] == 0 {
		radius = cx
	}
	ox, oy := at[0]*w, cy+radius*(2*at[1]-1)
	return sample(width, height, func(x, y float64) bool {
		x, y = x*w, y*h
		if (y-oy)*(2*at[1]-1) > 0 { // behind the arc
			return math.Abs(x-cx) < line/2
		}
		return math.Abs(math.Hypot(x-ox, y-oy)-radius) < line/2
	})
}

func blockShape(r rune, width, height int) *image.Alpha {
	m := image.NewAlpha(image.Rect(0, 0, width, height))
	eighth := func(n, whole int) int { return (n*whole + 4) / 8 }
	switch n := int(r - 0x2580); {
	case n == 0:
		fill(m, 0, 0, width, eighth(4, height), 255)
	case n <= 8:
		fill(m, 0, height-eighth(n, height), width, height, 255)
	case n <= 15:
		fill(m, 0, 0, eighth(16-n, width), height, 255)
	case n == 16:
		fill(m, eighth(4, width), 0, width, height, 255)
	case n <= 19:
		fill(m, 0, 0, width, height, uint8((n-16)*64-1))
	case n == 20:
		fill(m, 0, 0, width, eighth(1, height), 255)
	case n == 21:
		fill(m, width-eighth(1, width), 0, width, height, 255)
	default:
		// Quadrants: bits for upper left, upper right, lower left, lower right.
		bits := [...]int{4, 8, 1, 13, 9, 7, 11, 2, 6, 14}[n-22]
		x, y := eighth(4, width), eighth(4, height)
		for i, from := range [][2]int{{0, 0}, {x, 0}, {0, y}, {x, y}} {
			if bits>>i&1 == 1 {
				fill(m, from[0], from[1], []int{x, width, x, width}[i], []int{y, y, height, height}[i], 255)
			}
		}
	}
	return m
}

// brailleShape draws the dots that are set in bits, in the order of Unicode.
func brailleShape(bits, width, height int) *image.Alpha {
	places := [8][2]int{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}}
	w, h := float64(width), float64(height)
	radius := min(w/2, h/4) * 0.36
	return sample(width, height, func(x, y float64) bool {
		for i, p := range places {
			if bits>>i&1 == 1 && math.Hypot((x-(2*float64(p[0])+1)/4)*w, (y-(2*float64(p[1])+1)/8)*h) < radius {
				return true
			}
		}
		return false
	})
}

// fine is how many points of a pixel are looked at in each direction.
const fine = 4

// sample draws a shape that is given by what lies within it. The cell is one
// wide and one high.
func sample(width, height int, within func(x, y float64) bool) *image.Alpha {
	m := image.NewAlpha(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			n := 0
			for i := range fine * fine {
				if within((float64(x)+(float64(i%fine)+0.5)/fine)/float64(width), (float64(y)+(float64(i/fine)+0.5)/fine)/float64(height)) {
					n++
				}
			}
			m.SetAlpha(x, y, color.Alpha{A: uint8(n * 255 / (fine * fine))})
		}
	}
	return m
}
