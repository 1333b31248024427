// Package skymap draws a map of the sky: where the alerts that passed are, how
// many there are or what they are, and what is looked for there.
package skymap

import (
	"math"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/keys"
)

// ColourBy is what the colours of the map say.
type ColourBy uint8

const (
	Density ColourBy = iota // how many alerts there are
	Class                   // the most frequent class
	Band                    // the most frequent band
	colourCount
)

// Map is a map of the sky. It counts all alerts in pixels of about half a
// degree and keeps the newest 50,000 positions for closer looks. The zero Map
// shows the whole sky.
type Map struct {
	Theme    cells.Theme
	Focused  bool
	ColourBy ColourBy
	// Kept says whether an alert can still be shown: Near finds no others. Nil
	// finds all.
	Kept func(seq int64) bool

	look    look
	store   store
	marked  bool
	mark    sky.Vector
	watched []sky.Vector
	region  *region

	block    cells.Block
	view     *view
	drawn    backdropKey
	backdrop backdrop
	grid     grid
}

// Add counts an alert.
func (m *Map) Add(e *feed.Entry) { m.store.add(e) }

// Clear forgets all alerts. What is shown of the sky stays.
func (m *Map) Clear() {
	m.store = store{}
	m.grid.next = -1
}

// Mark shows where the selected alert is; degrees (ICRS). One without a
// position is not shown.
func (m *Map) Mark(ra, dec float64) {
	m.marked = isPosition(ra, dec)
	m.mark = sky.VectorOf(ra, dec)
}

// Unmark shows no selected alert.
func (m *Map) Unmark() { m.marked = false }

// SetWatched shows the objects on the watch list.
func (m *Map) SetWatched(positions []sky.Position) {
	m.watched = m.watched[:0]
	for _, p := range positions {
		if isPosition(p.RA, p.Dec) {
			m.watched = append(m.watched, sky.VectorOf(p.RA, p.Dec))
		}
	}
}

func isPosition(ra, dec float64) bool {
	return math.Abs(dec) <= 90 && !math.IsNaN(ra) && !math.IsInf(ra, 0)
}

// SetRegion shows the credible regions of an event, such as those of 50 and 90
// per cent.
func (m *Map) SetRegion(name string, regions ...sky.Region) {
	m.region = newRegion(name, regions)
}

// DropRegion shows no credible regions.
func (m *Map) DropRegion() { m.region = nil }

// Frame says in which coordinates the map is drawn.
func (m *Map) Frame() sky.Frame { return m.look.frame }

// Zoom enlarges what is in the middle by a factor, or, below 1, shows more of
// the sky. From the whole sky it goes to the marked object.
func (m *Map) Zoom(factor float64) {
	if !(factor > 0) {
		return
	}
	if m.look.whole() {
		if factor <= 1 {
			return
		}
		m.look.lon, m.look.lat = m.look.turn, 0
		if m.marked {
			m.centre(m.mark)
		}
		m.look.fov = widestFov
		return
	}
	m.setFov(m.look.fov / factor)
}

// setFov takes the width of a patch in degrees; one that is too wide for it
// shows the whole sky.
func (m *Map) setFov(fov float64) {
	if fov > widestFov*1.01 {
		m.Whole()
		return
	}
	m.look.fov = max(fov, leastFov)
}

// ZoomAt enlarges around a cell.
func (m *Map) ZoomAt(x, y int, factor float64) {
	d, ok := m.current().direction(float64(x)+0.5, float64(y)+0.5)
	if !ok || !(factor > 0) || m.look.whole() && factor <= 1 {
		return
	}
	if m.look.whole() {
		m.centre(d)
		m.look.fov = widestFov
		return
	}
	v := m.current()
	factor = min(factor, m.look.fov/leastFov)
	middleX, middleY := float64(v.width)/2, float64(v.height)/2
	keepX, keepY := float64(x)+0.5, float64(y)+0.5
	if c, ok := v.direction(keepX+(middleX-keepX)/factor, keepY+(middleY-keepY)/factor); ok {
		m.centre(c)
	}
	m.setFov(m.look.fov / factor)
}

// Show shows a part of the sky: a position in degrees (ICRS) and a width in
// degrees.
func (m *Map) Show(ra, dec, width float64) {
	if isPosition(ra, dec) && width > 0 {
		m.centre(sky.VectorOf(ra, dec))
		m.look.fov = min(max(width, leastFov), widestFov)
	}
}

func (m *Map) centre(d sky.Vector) { m.look.lon, m.look.lat = m.look.frame.Rotate(d).LonLat() }

// Pan moves the view by parts of its width to the right and of its height
// downwards. The whole sky turns to the side only.
func (m *Map) Pan(dx, dy float64) {
	v := m.current()
	if m.look.whole() {
		m.look.turn = around(m.look.turn - 360*dx)
		return
	}
	if d, ok := v.direction((0.5+dx)*float64(v.width), (0.5+dy)*float64(v.height)); ok {
		m.centre(d)
	}
}

func around(lon float64) float64 {
	if lon = math.Mod(lon, 360); lon < 0 {
		lon += 360
	}
	return lon
}

// Whole shows the whole sky, turned as it was before.
func (m *Map) Whole() { m.look.fov = 0 }

// NextProjection lays the whole sky out in the other way.
func (m *Map) NextProjection() { m.look.projection = (m.look.projection + 1) % projectionCount }

// NextFrame goes on to the next system of coordinates. A patch stays where it
// is.
func (m *Map) NextFrame() {
	middle := m.look.frame.ToICRS(m.look.lon, m.look.lat)
	m.look.frame = (m.look.frame + 1) % (sky.Ecliptic + 1)
	if !m.look.whole() {
		m.centre(sky.VectorOf(middle.RA, middle.Dec))
	}
}

// NextColour goes on to what else colours can say.
func (m *Map) NextColour() { m.ColourBy = (m.ColourBy + 1) % colourCount }

// Turn puts longitude 0 or 180 into the middle of the whole sky.
func (m *Map) Turn() {
	if m.look.turn == 0 {
		m.look.turn = 180
	} else {
		m.look.turn = 0
	}
	m.Whole()
}

// current is the view as it was drawn last, laid out anew where it has changed
// since.
func (m *Map) current() *view {
	width, height := 80, 20
	if m.view != nil {
		width, height = m.view.width, m.view.height
	}
	return m.viewOf(width, height)
}

func (m *Map) viewOf(width, height int) *view {
	if m.view == nil || m.view.look != m.look || m.view.width != width || m.view.height != height {
		m.view = newView(m.look, width, height)
	}
	return m.view
}

// Click gives the position (ICRS) of a cell of the block; ok is false where
// there is no sky.
func (m *Map) Click(x, y int) (ra, dec float64, ok bool) {
	v := m.current()
	if x < 0 || y < 0 || x >= v.width || y >= v.height {
		return 0, 0, false
	}
	d, ok := v.direction(float64(x)+0.5, float64(y)+0.5)
	if !ok {
		return 0, 0, false
	}
	ra, dec = d.LonLat()
	return ra, dec, true
}

// near is how far from a cell, in cells, an alert may be that is meant.
const near = 2

// Near gives the number of the alert nearest to a cell; of alerts at one place
// the newest. ok is false where none is close by.
func (m *Map) Near(x, y int) (seq int64, ok bool) {
	ra, dec, ok := m.Click(x, y)
	if !ok {
		return 0, false
	}
	at := sky.VectorOf(ra, dec)
	// Within a tenth of a cell positions scatter; then the newest counts.
	same := 0.1 * m.view.cellDegrees() * degree
	best, found := 4.0, (*point)(nil)
	for i := range m.store.points {
		p := &m.store.points[i]
		away := sky.Vector{X: float64(p.x) - at.X, Y: float64(p.y) - at.Y, Z: float64(p.z) - at.Z}
		d := math.Floor(math.Sqrt(away.Dot(away)) / same)
		if found == nil || d < best || d == best && p.seq > found.seq {
			if m.Kept == nil || m.Kept(p.seq) {
				best, found = d, p
			}
		}
	}
	if found == nil {
		return 0, false
	}
	px, py, shown := m.view.place(found.vector())
	if !shown || math.Hypot((px-float64(x)-0.5)/cellShape, py-float64(y)-0.5) > near {
		return 0, false
	}
	return found.seq, true
}

// Keys are what keys do on the map.
func (m *Map) Keys() []keys.Binding {
	const step = 1.0 / 6
	pan := func(dx, dy float64) func() {
		return func() {
			if m.look.whole() { // by 30 degrees, as the meridians are drawn
				dx /= 2
			}
			m.Pan(dx, dy)
		}
	}
	return []keys.Binding{
		{Keys: []string{"+", "="}, Does: "closer", Do: func() { m.Zoom(2) }},
		{Keys: []string{"-"}, Does: "wider", Do: func() { m.Zoom(0.5) }},
		{Keys: []string{"0"}, Does: "whole sky", Do: m.Whole},
		{Keys: []string{"left", "h"}, Does: "move left", Do: pan(-step, 0)},
		{Keys: []string{"right", "l"}, Does: "move right", Do: pan(step, 0)},
		{Keys: []string{"up", "k"}, Does: "move up", Do: pan(0, -step)},
		{Keys: []string{"down", "j"}, Does: "move down", Do: pan(0, step)},
		{Keys: []string{"c"}, Does: "longitude 0 or 180 in the middle", Do: m.Turn},
		{Keys: []string{"p"}, Does: "Mollweide or Aitoff", Do: m.NextProjection},
		{Keys: []string{"g"}, Does: "equatorial, galactic or ecliptic", Do: m.NextFrame},
		{Keys: []string{"b"}, Does: "colour by density, class or band", Do: m.NextColour},
	}
}
