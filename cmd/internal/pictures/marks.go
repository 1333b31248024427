package main

import "math"

// form says what lies within a mark: x and y go from 0 to 1 through the cell.
type form = func(x, y float64) bool

// Cells are twice as high as wide; marks are drawn in a square in the middle
// of one, whose sides go from -1 to 1.
func square(f form) form {
	return func(x, y float64) bool { return f((x-0.5)/0.46, (y-0.53)/0.23) }
}

func disc(radius float64) form {
	return func(x, y float64) bool { return math.Hypot(x, y) < radius }
}

func ring(radius float64) form {
	return func(x, y float64) bool { d := math.Hypot(x, y); return d < radius && d > radius-0.26 }
}

func both(a, b form) form {
	return func(x, y float64) bool { return a(x, y) || b(x, y) }
}

// hollow leaves the edge of a form only.
func hollow(f form) form {
	return func(x, y float64) bool { return f(x, y) && !f(x*1.45, y*1.45) }
}

func small(f form) form {
	return func(x, y float64) bool { return f(x*1.5, y*1.5) }
}

// turned turns a form by quarters of a circle.
func turned(quarters int, f form) form {
	return func(x, y float64) bool {
		for range quarters {
			x, y = y, -x
		}
		return f(x, y)
	}
}

// oblique turns a form by the eighth of a circle.
func oblique(f form) form {
	return func(x, y float64) bool { return f((x+y)*math.Sqrt2/2, (y-x)*math.Sqrt2/2) }
}

// line is a line from one point to another.
func line(x0, y0, x1, y1 float64) form {
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	return func(x, y float64) bool {
		t := max(0, min(1, ((x-x0)*dx+(y-y0)*dy)/length))
		return math.Hypot(x-x0-t*dx, y-y0-t*dy) < 0.14
	}
}

// lines are several of them: four numbers each.
func lines(ends ...float64) form {
	all := make([]form, 0, len(ends)/4)
	for ; len(ends) >= 4; ends = ends[4:] {
		all = append(all, line(ends[0], ends[1], ends[2], ends[3]))
	}
	return func(x, y float64) bool {
		for _, f := range all {
			if f(x, y) {
				return true
			}
		}
		return false
	}
}

func box(x, y float64) bool { return max(math.Abs(x), math.Abs(y)) < 0.82 }

func diamond(x, y float64) bool { return math.Abs(x)+math.Abs(y) < 1 }

func triangle(x, y float64) bool { return y < 0.85 && y > -0.85 && math.Abs(x) < (y+0.85)/1.7 }

// star has so many points, the first one at the top.
func star(points int, inner float64) form {
	return func(x, y float64) bool {
		angle := math.Mod(math.Atan2(x, -y)+4*math.Pi, 2*math.Pi/float64(points)) - math.Pi/float64(points)
		share := 1 - math.Abs(angle)/(math.Pi/float64(points)) // 0 at a point, 1 between two
		return math.Hypot(x, y) < inner/(inner+(1-inner)*share)
	}
}

// arrow points to the right.
var arrow = lines(-0.95, 0, 0.9, 0, 0.3, -0.55, 0.9, 0, 0.3, 0.55, 0.9, 0)

// marks are characters that are drawn as a form.
var marks = map[rune]form{
	'●': disc(0.9), '○': ring(0.95), '◉': both(ring(1), disc(0.5)), '◎': both(ring(1), ring(0.5)), '•': disc(0.5),
	'⊕': both(ring(1), lines(-0.9, 0, 0.9, 0, 0, -0.9, 0, 0.9)), '⊖': both(ring(1), line(-0.9, 0, 0.9, 0)),
	'⊙': both(ring(1), disc(0.3)), '☉': both(ring(1), disc(0.3)), '⊗': both(ring(1), lines(-0.6, -0.6, 0.6, 0.6, -0.6, 0.6, 0.6, -0.6)),
	'■': box, '□': hollow(box), '▪': small(box), '▫': small(hollow(box)), '▮': box, '▯': hollow(box), '☐': hollow(box),
	'☑': both(hollow(box), lines(-0.4, 0, -0.1, 0.35, -0.1, 0.35, 0.45, -0.4)),
	'◆': diamond, '◇': hollow(diamond), '◊': hollow(diamond),
	'▲': triangle, '△': hollow(triangle), '▴': small(triangle), '▼': turned(2, triangle), '▽': turned(2, hollow(triangle)), '▾': turned(2, small(triangle)),
	'◀': turned(3, triangle), '◁': turned(3, hollow(triangle)), '◂': turned(3, small(triangle)), '◄': turned(3, triangle),
	'▶': turned(1, triangle), '▷': turned(1, hollow(triangle)), '▸': turned(1, small(triangle)), '►': turned(1, triangle),
	'★': star(5, 0.45), '☆': hollow(star(5, 0.45)), '✦': star(4, 0.3), '✱': lines(0, -0.9, 0, 0.9, -0.8, -0.45, 0.8, 0.45, -0.8, 0.45, 0.8, -0.45),
	'→': arrow, '↓': turned(1, arrow), '←': turned(2, arrow), '↑': turned(3, arrow),
	'↘': oblique(arrow), '↙': turned(1, oblique(arrow)), '↖': turned(2, oblique(arrow)), '↗': turned(3, oblique(arrow)),
	'✓': lines(-0.8, 0.1, -0.25, 0.75, -0.25, 0.75, 0.85, -0.8), '✗': lines(-0.7, -0.8, 0.7, 0.8, -0.7, 0.8, 0.7, -0.8),
	'‖': lines(-0.35, -1.6, -0.35, 1.4, 0.35, -1.6, 0.35, 1.4), '⏸': lines(-0.4, -0.8, -0.4, 0.8, 0.4, -0.8, 0.4, 0.8), '⏵': turned(1, triangle),
	'⚠': both(hollow(triangle), lines(0, -0.1, 0, 0.35)), '⟨': lines(0.3, -1.4, -0.3, 0, -0.3, 0, 0.3, 1.4), '⟩': lines(-0.3, -1.4, 0.3, 0, 0.3, 0, -0.3, 1.4),
}
