package skymap

import (
	"math"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/cells"
)

// backdropKey is what a backdrop and a grid are made for.
type backdropKey struct {
	look
	width, height int
	theme         cells.Theme
	by            ColourBy
	region        *region
}

// backdrop is what lies behind the alerts: the credible region, the lines of
// coordinates, and labels. It is drawn once for a view.
type backdrop struct {
	block  cells.Block
	depths []uint8 // parts of the region that a cell is in
	labels []label
	mask   []uint8 // dots of the lines being drawn
	// shown says which frames' equators are in the picture.
	shown [sky.Ecliptic + 1]bool
}

// label is a text on the map.
type label struct {
	x, y, width int
	text        string
	style       cells.Style
	// always says that it may hide alerts.
	always bool
}

func (b *backdrop) build(v *view, t cells.Theme, r *region) {
	b.block.Reset(v.width, v.height)
	b.labels = b.labels[:0]
	b.depths = r.fill(b.depths, v)
	b.fillRegion(v, t, r)
	p := &pen{view: v, theme: t, under: b}
	p.begin()
	if v.whole() {
		p.meridians()
		p.end(t.Border(), '.')
		p.outline()
		p.end(t.Border(), '.')
	} else {
		p.patchLines()
		p.end(t.Border(), '.')
	}
	p.greatCircle(sky.Ecliptic, dashed)
	b.shown[sky.Ecliptic] = p.end(eclipticStyle(t), eclipticMark)
	p.greatCircle(sky.Galactic, solid)
	b.shown[sky.Galactic] = p.end(galacticStyle(t), galacticMark)
	if v.whole() {
		p.labelWhole()
	} else {
		p.labelPatch()
	}
	p.labelCircle(sky.Galactic, "galactic plane", galacticStyle(t))
	p.labelCircle(sky.Ecliptic, "ecliptic", eclipticStyle(t))
}

// The marks of the lines where there are no dots.
const (
	eclipticMark = '~'
	galacticMark = '='
)

func eclipticStyle(t cells.Theme) cells.Style {
	return cells.Style{Fg: cells.ANSI(pick[uint8](t, 136, 136))}
}

func galacticStyle(t cells.Theme) cells.Style {
	return cells.Style{Fg: cells.ANSI(pick[uint8](t, 97, 97))}
}

// fillRegion colours the cells of the credible region; without colours marks
// say the same.
func (b *backdrop) fillRegion(v *view, t cells.Theme, r *region) {
	if r == nil {
		return
	}
	for at, depth := range b.depths {
		if depth > 0 {
			b.block.Put(at%v.width, at/v.width, regionMark(t, depth, len(r.parts)), regionStyle(t, depth, len(r.parts)))
		}
	}
}

// regionMark is what a cell of the region shows.
func regionMark(t cells.Theme, depth uint8, parts int) rune {
	inner := parts > 1 && int(depth) == parts
	switch {
	case t.ASCII && inner:
		return 'x'
	case t.ASCII:
		return ','
	case t.Plain && inner:
		return '╳'
	case t.Plain:
		return '╱'
	}
	return ' '
}

// pen draws lines on a backdrop.
type pen struct {
	view  *view
	theme cells.Theme
	under *backdrop
	// Where the last sample of a line was, in dots, and how far the line has
	// gone since it was in the picture.
	x, y, gone float64
	down       bool
	period     float64 // the last in which something was drawn
}

// stroke says at which lengths, in dots, a line is drawn.
type stroke struct{ on, off float64 }

var (
	solid  = stroke{1, 0}
	dashed = stroke{4, 4}
	dotted = stroke{1, 3}
)

func (p *pen) begin() {
	p.under.mask = zeroed(p.under.mask, p.view.width*p.view.height)
}

// end puts the lines since begin on the backdrop, over those before them. It is
// false where there were none.
func (p *pen) end(style cells.Style, mark rune) (any bool) {
	b := p.under
	for at, dots := range b.mask {
		if dots == 0 {
			continue
		}
		any = true
		x, y := at%p.view.width, at/p.view.width
		char := mark
		if !p.theme.ASCII {
			char = braille + rune(dots)
		}
		b.block.Put(x, y, char, style.On(b.block.At(x, y).Bg))
	}
	p.begin()
	return any
}

// to goes on with a line to a direction.
func (p *pen) to(d sky.Vector, s stroke) {
	x, y, ok := p.view.place(d)
	if !ok {
		p.down = false
		return
	}
	dotX, dotY := x*dotsWide, y*dotsHigh
	step := math.Hypot(dotX-p.x, dotY-p.y)
	if p.down && step < dotsWide*dotsHigh*2 {
		p.gone += step
	}
	p.x, p.y, p.down = dotX, dotY, true
	period := math.Floor(p.gone / (s.on + s.off))
	// A single dot must not become two where it lies on their border.
	if p.theme.ASCII || p.gone-period*(s.on+s.off) < s.on && (s.on > 1 || s.off == 0 || period != p.period) {
		p.dot(x, y)
		p.period = period
	}
}

// line draws what a function gives for 0 to 1.
func (p *pen) line(s stroke, f func(part float64) sky.Vector) {
	p.down, p.gone, p.period = false, 0, -1
	n := 3 * dotsWide * (p.view.width + 2*p.view.height)
	for i := range n + 1 {
		p.to(f(float64(i)/float64(n)), s)
	}
}

// along draws a line in the view's own coordinates.
func (p *pen) along(s stroke, fromLon, fromLat, toLon, toLat float64) {
	frame := p.view.frame
	p.line(s, func(part float64) sky.Vector {
		return frame.Unrotate(sky.VectorOf(fromLon+part*(toLon-fromLon), fromLat+part*(toLat-fromLat)))
	})
}

// steps gives how far the lines of longitude and latitude of the whole sky are
// apart.
func (v *view) steps() (lon, lat float64) {
	switch {
	case v.width < 60 || v.height < 14:
		return 90, 45
	case v.width < 110 || v.height < 26:
		return 60, 30
	}
	return 30, 30
}

func (p *pen) meridians() {
	stepLon, stepLat := p.view.steps()
	for lon := 0.0; lon < 360; lon += stepLon {
		if math.Abs(math.Remainder(lon-p.view.turn, 360)) < 180 {
			p.along(dotted, lon, -75, lon, 75) // nearer to the poles they run into each other
		}
	}
	for lat := -90 + stepLat; lat < 90; lat += stepLat {
		p.along(dotted, p.view.turn-179.999, lat, p.view.turn+179.999, lat)
	}
}

// outline draws the ellipse around the whole sky.
func (p *pen) outline() {
	v := p.view
	wide := v.scale * v.projection.halfWidth() * (1 - 1e-6) // not into the dots beyond
	middleX, middleY := float64(v.width)/2, float64(v.height)/2
	n := 16 * (v.width + v.height)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		p.dot(v.inside(middleX+wide*cos, middleY+wide/2/cellShape*sin))
	}
}

func (p *pen) dot(x, y float64) {
	at, dot := p.view.cell(x, y)
	p.under.mask[at] |= dot
}

// greatCircle draws the equator of a frame, unless it is the map's own.
func (p *pen) greatCircle(of sky.Frame, s stroke) {
	if of != p.view.frame {
		if f, ok := p.view.equator(of); ok {
			p.line(s, f)
		}
	}
}

// equator gives the part of a frame's equator that may be in the picture.
func (v *view) equator(of sky.Frame) (f func(part float64) sky.Vector, ok bool) {
	lon, lat := of.Rotate(v.ahead).LonLat()
	radius := v.radius()
	if math.Abs(lat) > radius {
		return nil, false
	}
	reach := min(180, 2*radius+1e-3)
	return func(part float64) sky.Vector {
		return of.Unrotate(sky.VectorOf(lon+(2*part-1)*reach, 0))
	}, true
}
