package skymap

import (
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/cells"
)

// fineSteps are distances of lines, in degrees.
var fineSteps = [...]float64{
	30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001,
}

// stepFor gives the widest distance of lines of which some fit a width.
func stepFor(degrees float64) float64 {
	for _, step := range fineSteps {
		if step <= degrees/2.5 {
			return step
		}
	}
	return fineSteps[len(fineSteps)-1]
}

// extent is the part of the view's coordinates that a patch shows.
type extent struct {
	west, east, south, north float64 // longitudes from the middle's
	stepLon, stepLat         float64
}

func (v *view) extent() extent {
	e := extent{west: 180, east: -180, south: 90, north: -90}
	const parts = 24
	for i := range parts + 1 {
		for j := range parts + 1 {
			lon, lat, ok := v.lonLat(float64(v.width)*float64(i)/parts, float64(v.height)*float64(j)/parts)
			if !ok {
				continue
			}
			lon = math.Remainder(lon-v.lon, 360)
			e.west, e.east = min(e.west, lon), max(e.east, lon)
			e.south, e.north = min(e.south, lat), max(e.north, lat)
		}
	}
	for _, pole := range [...]float64{-90, 90} {
		if _, _, ok := v.place(v.frame.Unrotate(sky.VectorOf(0, pole))); ok {
			e.west, e.east = -180, 180
			e.south, e.north = min(e.south, pole), max(e.north, pole)
		}
	}
	e.stepLat = stepFor(cellShape * v.cellDegrees() * float64(v.height))
	e.stepLon = stepFor(min(e.east-e.west, v.fov/max(math.Cos(v.lat*degree), 0.05)))
	if e.east-e.west > 300 {
		e.stepLon = 30
	}
	margin := 0.05
	e.south, e.north = max(-90, e.south-margin*e.stepLat), min(90, e.north+margin*e.stepLat)
	return e
}

// patchLines draws the lines of coordinates of a patch.
func (p *pen) patchLines() {
	v := p.view
	e := v.extent()
	for n := math.Ceil((v.lon + e.west) / e.stepLon); n*e.stepLon <= v.lon+e.east; n++ {
		p.along(dotted, n*e.stepLon, e.south, n*e.stepLon, e.north)
	}
	for n := math.Ceil(e.south / e.stepLat); n*e.stepLat <= e.north; n++ {
		p.along(dotted, v.lon+e.west, n*e.stepLat, v.lon+e.east, n*e.stepLat)
	}
}

// labelPatch writes the coordinates on the left and the lower edge, and a bar of
// the scale.
func (p *pen) labelPatch() {
	v := p.view
	if v.width < 24 || v.height < 6 {
		return
	}
	e := v.extent()
	last := -2
	for y := range v.height - 1 {
		_, above, ok := v.lonLat(0, float64(y))
		_, below, ok2 := v.lonLat(0, float64(y)+1)
		if n := math.Floor(above / e.stepLat); ok && ok2 && n != math.Floor(below/e.stepLat) && y > last+1 {
			last = y
			p.label(0, y, p.degrees(max(n, math.Floor(below/e.stepLat))*e.stepLat, e.stepLat, true), p.theme.Faint(), true)
		}
	}
	bottom, free := v.height-1, 0
	for x := range v.width {
		left, _, ok := v.lonLat(float64(x), float64(bottom)+0.5)
		right, _, ok2 := v.lonLat(float64(x)+1, float64(bottom)+0.5)
		if right > left { // 0 is between them
			right -= 360
		}
		if n := math.Floor(left / e.stepLon); ok && ok2 && n != math.Floor(right/e.stepLon) && left-right < 180 {
			text := p.degrees(around(n*e.stepLon), e.stepLon, false)
			if at := x - cells.Width(text)/2; at >= free && at+cells.Width(text) <= v.width {
				p.label(at, bottom, text, p.theme.Faint(), true)
				free = at + cells.Width(text) + 2
			}
		}
	}
	p.scaleBar()
}

// degrees writes a coordinate with the decimals that a step asks for.
func (p *pen) degrees(value, step float64, signed bool) string {
	decimals := 0
	for s := step; decimals < 3 && math.Abs(s-math.Round(s)) > 1e-9; s *= 10 {
		decimals++
	}
	text := strconv.FormatFloat(value, 'f', decimals, 64)
	if value == 0 {
		text = "0"
	} else if signed && value > 0 {
		text = "+" + text
	}
	if !p.theme.ASCII {
		text += "°"
	}
	return text
}

// scales are the lengths of a bar.
var scales = [...]struct {
	degrees     float64
	text, ascii string
}{
	{30, "30°", "30 deg"}, {20, "20°", "20 deg"}, {10, "10°", "10 deg"}, {5, "5°", "5 deg"}, {2, "2°", "2 deg"}, {1, "1°", "1 deg"},
	{30. / 60, "30′", "30 arcmin"}, {20. / 60, "20′", "20 arcmin"}, {10. / 60, "10′", "10 arcmin"},
	{5. / 60, "5′", "5 arcmin"}, {2. / 60, "2′", "2 arcmin"}, {1. / 60, "1′", "1 arcmin"},
	{30. / 3600, "30″", "30 arcsec"}, {20. / 3600, "20″", "20 arcsec"}, {10. / 3600, "10″", "10 arcsec"},
	{5. / 3600, "5″", "5 arcsec"}, {2. / 3600, "2″", "2 arcsec"},
}

// scaleBar draws a bar of a round length, true in the middle of the patch.
func (p *pen) scaleBar() {
	v := p.view
	for _, s := range scales {
		length := int(math.Round(s.degrees / v.cellDegrees()))
		if length > v.width/5 {
			continue
		}
		if length < 3 {
			return
		}
		left, middle, right, text := '├', '─', '┤', s.text
		if p.theme.ASCII {
			left, middle, right, text = '|', '-', '|', s.ascii
		}
		bar := make([]rune, length+1)
		for i := range bar {
			bar[i] = middle
		}
		bar[0], bar[length] = left, right
		whole := " " + string(bar) + " " + text + " "
		p.label(v.width-cells.Width(whole), 0, whole, cells.Style{}, true)
		return
	}
}

// labelWhole names the meridians along the equator and, outside of the map, the
// parallels.
func (p *pen) labelWhole() {
	v := p.view
	if v.width < 40 || v.height < 10 {
		return
	}
	stepLon, stepLat := v.steps()
	for lon := 0.0; lon < 360; lon += stepLon {
		if away := math.Abs(math.Remainder(lon-v.turn, 360)); away > 180-stepLon/2 {
			continue
		}
		x, y, _ := v.place(v.frame.Unrotate(sky.VectorOf(lon, 0)))
		p.label(int(x)+1, int(y)+1, p.degrees(lon, stepLon, false), p.theme.Faint(), false)
	}
	for lat := -90 + stepLat; lat < 90; lat += stepLat {
		if lat == 0 {
			continue
		}
		x, y, _ := v.place(v.frame.Unrotate(sky.VectorOf(v.turn+179.99, lat)))
		text := p.degrees(lat, stepLat, true)
		p.labelLeft(int(x), int(y), text, p.theme.Faint())
	}
}

// labelLeft writes a text to the left of a place on the edge of the whole sky,
// labelRight to the right, clear of the edge itself: it may run along the line.
func (p *pen) labelLeft(x, y int, text string, style cells.Style) bool {
	for x > 0 && p.under.block.At(x-1, y).Char != ' ' {
		x--
	}
	return p.label(x-cells.Width(text), y, text, style, false)
}

func (p *pen) labelRight(x, y int, text string, style cells.Style) bool {
	for x < p.view.width && p.under.block.At(x, y).Char != ' ' {
		x++
	}
	return p.label(x+1, y, text, style, false)
}

// labelCircle names the equator of a frame where it leaves the picture, if there
// is room for it.
func (p *pen) labelCircle(of sky.Frame, name string, style cells.Style) {
	v := p.view
	f, ok := v.equator(of)
	if of == v.frame || !ok || v.height < 10 {
		return
	}
	const samples = 2000
	inside, lastX, lastY := false, 0.0, 0.0
	for i := range samples + 1 {
		x, y, ok := v.place(f(float64(i) / samples))
		leaves := inside && (!ok || math.Abs(x-lastX) > float64(v.width)/4)
		enters := ok && (!inside || math.Abs(x-lastX) > float64(v.width)/4)
		if leaves && p.labelEnd(int(lastX), int(lastY), name, style) || enters && p.labelEnd(int(x), int(y), name, style) {
			return
		}
		inside, lastX, lastY = ok, x, y
	}
}

// labelEnd names a line at its end: outside of the whole sky, inside of a patch.
func (p *pen) labelEnd(x, y int, name string, style cells.Style) bool {
	left, width := x < p.view.width/2, cells.Width(name)
	switch {
	case p.view.whole() && left:
		return p.labelLeft(x, y, name, style)
	case p.view.whole():
		return p.labelRight(x, y, name, style)
	}
	at := x + 2
	if !left {
		at = x - width - 1
	}
	at = min(max(at, 0), p.view.width-width)
	return p.label(at, y-1, name, style, false) || p.label(at, y+1, name, style, false)
}

// label writes a text where there is room; it is false where there is none.
func (p *pen) label(x, y int, text string, style cells.Style, always bool) bool {
	width := cells.Width(text)
	if x < 0 || y < 0 || y >= p.view.height || x+width > p.view.width {
		return false
	}
	for _, other := range p.under.labels {
		if other.y == y && x < other.x+other.width+1 && other.x < x+width+1 {
			return false
		}
	}
	p.under.labels = append(p.under.labels, label{x, y, width, text, style, always})
	return true
}
