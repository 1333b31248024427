package picture

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// The sizes of marks and lines.
const (
	markRadius = 3.3 * vg.Length(1)
	arrowLong  = 13 * vg.Length(1)
	arrowHead  = 3 * vg.Length(1)
	thin       = 0.6 * vg.Length(1)
	medium     = 1.1 * vg.Length(1)
)

// Plot draws grid, marks and the axis of dates. It is called by the plot.
func (f *figure) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, t := range p.X.Tick.Marker.Ticks(0, 0) {
		if c.ContainsX(x(t.Value)) {
			c.StrokeLine2(draw.LineStyle{Color: pale, Width: thin}, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
		}
	}
	for _, t := range p.Y.Tick.Marker.Ticks(0, 0) {
		if c.ContainsY(y(t.Value)) {
			c.StrokeLine2(draw.LineStyle{Color: pale, Width: thin}, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
	f.drawZero(c, y)
	f.drawDates(c, x)
	f.drawCurve(c, x, y)
}

// drawZero draws the line of no flux.
func (f *figure) drawZero(c draw.Canvas, y func(float64) vg.Length) {
	if at := y(0); !f.Quantity.IsMagnitude() && c.ContainsY(at) {
		c.StrokeLine2(draw.LineStyle{Color: color.Gray{150}, Width: medium}, c.Min.X, at, c.Max.X, at)
	}
}

// drawDates draws the frame's upper and right side and the axis of dates.
func (f *figure) drawDates(c draw.Canvas, x func(float64) vg.Length) {
	line := draw.LineStyle{Color: ink, Width: thin}
	c.StrokeLines(line, []vg.Point{{X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}})
	style := f.textStyle(tickSize)
	style.XAlign, style.YAlign = draw.XCenter, draw.YBottom
	end := vg.Length(math.Inf(-1))
	for _, t := range f.dates {
		at := x(t.At)
		half := style.Width(t.Label) / 2
		if !c.ContainsX(at) {
			continue
		}
		c.StrokeLine2(line, at, c.Max.Y, at, c.Max.Y+tickLong)
		if at-half < end+gap || at+half > c.Max.X+2*half {
			continue
		}
		c.FillText(style, vg.Point{X: at, Y: c.Max.Y + tickLong + 2}, t.Label)
		end = at + half
	}
}

// drawCurve draws limits first and detections last, so that these are seen.
func (f *figure) drawCurve(c draw.Canvas, x, y func(float64) vg.Length) {
	order := make([]*lightcurve.Mark, len(f.drawing.Marks))
	for i := range order {
		order[i] = &f.drawing.Marks[i]
	}
	slices.SortStableFunc(order, func(a, b *lightcurve.Mark) int { return cmp.Compare(b.Kind, a.Kind) })
	for _, m := range order {
		at := vg.Point{X: x(m.MJD), Y: y(m.Value)}
		if !c.ContainsX(at.X) {
			continue
		}
		band := &f.drawing.Bands[m.Band]
		if c.ContainsY(at.Y) && m.Kind != alert.Limit {
			// A white edge keeps marks apart that lie on each other.
			c.SetLineStyle(draw.LineStyle{Color: color.White, Width: 3 * medium})
			c.Stroke(outline(band.Shape, at))
		}
		if !math.IsNaN(m.Err) {
			one, other := y(m.Value-m.Err), y(m.Value+m.Err)
			from, to := max(min(one, other), c.Min.Y), min(max(one, other), c.Max.Y)
			if from < to {
				c.StrokeLine2(draw.LineStyle{Color: colourOf(m, band), Width: medium}, at.X, from, at.X, to)
			}
		}
		if c.ContainsY(at.Y) {
			drawMark(c, at, m, band)
		}
	}
}

// colourOf gives a mark's colour: the band's for detections, lighter for the
// rest.
func colourOf(m *lightcurve.Mark, band *lightcurve.Band) color.Color {
	if m.Kind == alert.Detection {
		return band.RGB
	}
	lighter := func(v uint8) uint8 { return uint8((int(v)*11 + 255*9) / 20) }
	return color.RGBA{lighter(band.RGB.R), lighter(band.RGB.G), lighter(band.RGB.B), 255}
}

// drawMark draws the mark of a point: filled for a detection, hollow for forced
// photometry, an arrow for a limit, with a bar across where the flux is negative.
func drawMark(c draw.Canvas, at vg.Point, m *lightcurve.Mark, band *lightcurve.Band) {
	colour := colourOf(m, band)
	line := draw.LineStyle{Color: colour, Width: medium}
	if m.Kind == alert.Limit {
		foot := at.Sub(vg.Point{Y: arrowLong})
		c.StrokeLine2(line, at.X-arrowHead, at.Y, at.X+arrowHead, at.Y)
		c.StrokeLine2(line, at.X, at.Y, foot.X, foot.Y)
		c.StrokeLines(line, []vg.Point{
			foot.Add(vg.Point{X: -arrowHead, Y: arrowHead * 1.3}), foot, foot.Add(vg.Point{X: arrowHead, Y: arrowHead * 1.3}),
		})
		return
	}
	path := outline(band.Shape, at)
	across := draw.LineStyle{Color: color.White, Width: 1.4}
	if m.Kind == alert.Detection {
		c.SetColor(colour)
		c.Fill(path)
	} else {
		c.SetColor(color.White)
		c.Fill(path)
		across.Color = colour
	}
	c.SetLineStyle(line)
	c.Stroke(path)
	if m.Negative {
		c.StrokeLine2(across, at.X-markRadius*0.8, at.Y, at.X+markRadius*0.8, at.Y)
	}
}

// outline gives the path of a shape, all about as large to the eye.
func outline(shape lightcurve.Shape, at vg.Point) vg.Path {
	switch shape {
	case lightcurve.Square:
		return polygon(at, 4, math.Pi/4, 1.2, 1.2)
	case lightcurve.Diamond:
		return polygon(at, 4, 0, 1.3, 1.3)
	case lightcurve.TriangleUp:
		return polygon(at, 3, math.Pi/2, 1.35, 1.35)
	case lightcurve.TriangleDown:
		return polygon(at, 3, -math.Pi/2, 1.35, 1.35)
	case lightcurve.Pentagon:
		return polygon(at, 5, math.Pi/2, 1.15, 1.15)
	case lightcurve.Hexagon:
		return polygon(at, 6, 0, 1.1, 1.1)
	case lightcurve.Star:
		return polygon(at, 10, math.Pi/2, 1.6, 0.7)
	}
	var path vg.Path
	path.Move(at.Add(vg.Point{X: markRadius}))
	path.Arc(at, markRadius, 0, 2*math.Pi)
	path.Close()
	return path
}

// polygon gives a path of corners around a centre, from an angle on, in turn at
// an outer and an inner distance, in units of a mark's radius.
func polygon(at vg.Point, corners int, from, outer, inner float64) vg.Path {
	var path vg.Path
	for i := range corners {
		far := outer
		if i%2 == 1 {
			far = inner
		}
		angle := from + 2*math.Pi*float64(i)/float64(corners)
		corner := at.Add(vg.Point{
			X: markRadius * vg.Length(far*math.Cos(angle)), Y: markRadius * vg.Length(far*math.Sin(angle)),
		})
		if i == 0 {
			path.Move(corner)
		} else {
			path.Line(corner)
		}
	}
	path.Close()
	return path
}
