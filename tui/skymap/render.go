package skymap

import (
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/cells"
)

// Render draws the map, with a caption below it. The block is the map's own,
// and changes with the next one.
func (m *Map) Render(width, height int) *cells.Block {
	m.block.Reset(width, height)
	if width < 1 || height < 1 {
		return &m.block
	}
	captions := m.captions(height)
	v := m.viewOf(width, height-captions)
	m.prepare(v)
	m.block.Draw(0, 0, &m.backdrop.block)
	kinds, order := m.kindsOf()
	if m.ColourBy == Density {
		m.drawDensities(v)
	} else {
		m.drawKinds(v, &kinds)
	}
	m.drawLabels()
	m.drawWatched(v)
	if m.marked {
		m.drawMark(v)
	}
	m.caption(v, captions, &kinds, order)
	return &m.block
}

// prepare makes the backdrop and the grid fit the view and the alerts.
func (m *Map) prepare(v *view) {
	key := backdropKey{v.look, v.width, v.height, m.Theme, m.ColourBy, m.region}
	if key != m.drawn {
		m.drawn = key
		m.backdrop.build(v, m.Theme, m.region)
		m.grid.fill(v, &m.store, m.ColourBy)
	} else if !m.grid.follow(v, &m.store) {
		m.grid.fill(v, &m.store, m.ColourBy)
	}
}

// drawDensities draws how many alerts are in each cell, by colour on a
// logarithmic scale.
func (m *Map) drawDensities(v *view) {
	ramp := m.ramp()
	var floors [16]uint32 // the least number for each colour
	top := math.Log(float64(m.grid.most))
	for i := range ramp {
		floors[i] = uint32(math.Ceil(math.Exp(top*float64(i)/float64(len(ramp))) - 1e-9))
	}
	for at, n := range m.grid.n {
		if n == 0 {
			continue
		}
		level := len(ramp) - 1
		for level > 0 && n < floors[level] {
			level--
		}
		c := ramp[level]
		if c.Char == braille {
			c.Char += rune(m.grid.dots[at])
		}
		m.drawCell(v, at, c)
	}
}

// ramp gives how few to many alerts look; braille characters get their dots.
func (m *Map) ramp() (list []cells.Cell) {
	colours := pick(m.Theme, rampDark, rampLight)
	marks := shades
	if m.Theme.ASCII {
		marks = shadesASCII
	}
	if m.Theme.Plain {
		for _, r := range marks {
			list = append(list, cells.Cell{Char: r})
		}
		return list
	}
	for i, colour := range colours {
		c := cells.Cell{Char: braille, Style: cells.Style{Fg: cells.ANSI(colour)}}
		if m.Theme.ASCII {
			c.Char = marks[i*len(marks)/len(colours)]
		}
		list = append(list, c)
	}
	return list
}

// drawKinds draws of which kind most alerts in each cell are.
func (m *Map) drawKinds(v *view, kinds *[kinds]kind) {
	letters := m.Theme.ASCII || m.Theme.Plain
	for at, n := range m.grid.n {
		if n == 0 {
			continue
		}
		k := &kinds[m.grid.best[at]]
		c := cells.Cell{Char: k.mark, Style: k.style}
		if !letters {
			c.Char = braille + rune(m.grid.dots[at])
		}
		m.drawCell(v, at, c)
	}
}

// drawCell puts a cell of alerts on the credible region below it.
func (m *Map) drawCell(v *view, at int, c cells.Cell) {
	if depth := m.backdrop.depths[at]; depth > 0 {
		c.Style = c.Style.On(regionStyle(m.Theme, depth, len(m.region.parts)).Bg)
		if m.Theme.Plain {
			c.Underline = true
		}
	}
	m.block.Put(at%v.width, at/v.width, c.Char, c.Style)
}

func (m *Map) drawLabels() {
	for i := range m.backdrop.labels {
		l := &m.backdrop.labels[i]
		from := l.y*m.view.width + l.x
		free := true
		for at := from; at < from+l.width && !l.always; at++ {
			free = free && m.grid.n[at] == 0
		}
		if free {
			m.block.Write(l.x, l.y, l.text, l.style.On(m.backdrop.block.At(l.x, l.y).Bg))
		}
	}
}

func (m *Map) drawWatched(v *view) {
	star := '★'
	if m.Theme.ASCII {
		star = '*'
	}
	for _, d := range m.watched {
		if x, y, ok := v.place(d); ok {
			m.overlay(int(x), int(y), star, m.Theme.Marked())
		}
	}
}

// drawMark draws a cross-hair on the selected alert. Its arms leave room, so
// that what is next to it is seen.
func (m *Map) drawMark(v *view) {
	x, y, ok := v.place(m.mark)
	if !ok {
		return
	}
	across, down, middle := '─', '│', '┼'
	if m.Theme.ASCII {
		across, down, middle = '-', '|', '+'
	}
	style := cells.Style{Fg: cells.ANSI(pick[uint8](m.Theme, 231, 16)), Bold: true}
	column, row := int(x), int(y)
	for _, arm := range [...]struct {
		dx, dy int
		char   rune
	}{{-4, 0, across}, {-3, 0, across}, {-2, 0, across}, {2, 0, across}, {3, 0, across}, {4, 0, across}, {0, -2, down}, {0, -1, down}, {0, 1, down}, {0, 2, down}} {
		if ax, ay := column+arm.dx, row+arm.dy; ax >= 0 && ax < v.width && ay >= 0 && ay < v.height {
			m.overlay(ax, ay, arm.char, style)
		}
	}
	style.Reverse = true
	m.overlay(column, row, middle, style)
}

// overlay puts a character on what is behind it.
func (m *Map) overlay(x, y int, char rune, s cells.Style) {
	m.block.Put(x, y, char, s.On(m.block.At(x, y).Bg))
}

// captions is how many lines a caption gets.
func (m *Map) captions(height int) int {
	switch {
	case height < 5:
		return 0
	case height < 12:
		return 1
	}
	n := 1
	if m.ColourBy != Density {
		n++
	}
	if m.region != nil {
		n++
	}
	return n
}

// caption says what the map shows.
func (m *Map) caption(v *view, lines int, kinds *[kinds]kind, order []uint8) {
	if lines == 0 {
		return
	}
	y := v.height
	alerts := " alerts"
	if m.store.added == 1 {
		alerts = " alert"
	}
	end := m.say(0, y, grouped(m.store.added)+alerts, m.captionStyle())
	if lines == 1 && m.region != nil {
		end = m.captionRegion(end+2, y)
	}
	switch {
	case m.ColourBy == Density:
		end = m.captionRamp(end+2, y)
	case lines == 1:
		end = m.captionKinds(end+2, y, kinds, order)
	default:
		end = m.say(end+2, y, "colour: most frequent "+[...]string{Class: "class", Band: "band"}[m.ColourBy], m.Theme.Faint())
	}
	end = m.say(end+2, y, m.where(v), cells.Style{})
	if m.store.nowhere > 0 {
		end = m.say(end+2, y, grouped(m.store.nowhere)+" without a position", m.Theme.Faint())
	}
	m.captionLines(end+2, y)
	if lines > 1 && m.ColourBy != Density {
		y++
		m.captionKinds(0, y, kinds, order)
	}
	if lines > 1 && m.region != nil {
		y++
		m.captionRegion(0, y)
	}
}

// say writes a part of the caption where there is room for all of it.
func (m *Map) say(x, y int, text string, style cells.Style) int {
	if x > 0 && x+cells.Width(text) > m.block.Width() {
		return x - 2
	}
	return m.block.Write(x, y, text, style)
}

func (m *Map) captionStyle() cells.Style {
	if m.Focused {
		return m.Theme.Accent()
	}
	return m.Theme.Title()
}

// where says which part of the sky is shown.
func (m *Map) where(v *view) string {
	lon, lat := v.frame.Axes()
	if v.whole() {
		return v.frame.String() + ", " + lon + " " + short(v.turn, 0) + " in the middle"
	}
	width, unit := v.fov, "°"
	if width < 1 {
		width, unit = 60*width, "′"
	}
	if m.Theme.ASCII {
		unit = map[string]string{"°": " deg", "′": " arcmin"}[unit]
	}
	decimals := 1 + max(0, int(-math.Log10(v.fov/10)))
	sign := ""
	if v.lat > 0 {
		sign = "+"
	}
	text := lon + " " + short(v.lon, decimals) + " " + lat + " " + sign + short(v.lat, decimals) + ", " + strconv.FormatFloat(width, 'g', 3, 64) + unit + " wide"
	if !m.grid.exact || m.store.added <= keep {
		return text
	}
	return text + ", newest " + grouped(keep)
}

func short(value float64, decimals int) string { return strconv.FormatFloat(value, 'f', decimals, 64) }

// captionRamp says how many alerts in a cell the colours stand for.
func (m *Map) captionRamp(x, y int) int {
	if m.grid.most < 2 {
		return x - 2
	}
	ramp, least, most := m.ramp(), "1 ", " "+grouped(int64(m.grid.most))+" a cell"
	if x+len(least)+len(ramp)+len(most) > m.block.Width() {
		return x - 2
	}
	x = m.block.Write(x, y, least, m.Theme.Faint())
	for _, c := range ramp {
		if c.Char == braille {
			c.Char += 0xff
		}
		m.block.Put(x, y, c.Char, c.Style)
		x++
	}
	return m.block.Write(x, y, most, m.Theme.Faint())
}

// captionKinds is the legend, with as many kinds as there is room for.
func (m *Map) captionKinds(x, y int, kinds *[kinds]kind, order []uint8) int {
	totals := &m.store.colour.totals
	if m.ColourBy == Band {
		totals = &m.store.bands.totals
	}
	for _, i := range order {
		k := &kinds[i]
		mark := '■'
		if m.Theme.ASCII || m.Theme.Plain {
			mark = k.mark
		}
		text := m.Theme.Text(k.name) + " " + grouped(totals[i])
		if x+2+cells.Width(text) > m.block.Width() {
			break
		}
		m.block.Put(x, y, mark, k.style)
		x = m.block.Write(x+2, y, text, cells.Style{}) + 2
	}
	return x - 2
}

// captionRegion names the credible region and its areas.
func (m *Map) captionRegion(x, y int) int {
	x = m.block.Write(x, y, m.Theme.Text(m.region.name), m.Theme.Title())
	for i := range m.region.parts {
		part := &m.region.parts[i]
		depth, n := uint8(len(m.region.parts)-i), len(m.region.parts)
		text := short(100*part.Level, 0) + " %: " + area(part.SquareDegrees) + " sq deg"
		if x+5+len(text) > m.block.Width() {
			break
		}
		m.block.Fill(x+2, y, 2, 1, regionMark(m.Theme, depth, n), regionStyle(m.Theme, depth, n))
		x = m.block.Write(x+5, y, text, cells.Style{})
	}
	return x
}

// captionLines says what the lines are, where there is room for all of it.
func (m *Map) captionLines(from, y int) {
	x := m.block.Width()
	for _, l := range [...]struct {
		of                sky.Frame
		name, mark, ascii string
		style             cells.Style
	}{
		{sky.Ecliptic, "ecliptic", "╌╌", "~~", eclipticStyle(m.Theme)},
		{sky.Galactic, "galactic plane", "──", "==", galacticStyle(m.Theme)},
	} {
		if !m.backdrop.shown[l.of] {
			continue
		}
		mark := l.mark
		if m.Theme.ASCII {
			mark = l.ascii
		}
		start := x - cells.Width(l.name) - 3
		if start < from {
			return
		}
		m.block.Write(start, y, mark, l.style)
		m.block.Write(start+3, y, l.name, m.Theme.Faint())
		x = start - 2
	}
}

// area writes square degrees with three digits or more.
func area(squareDegrees float64) string {
	switch {
	case squareDegrees >= 100:
		return grouped(int64(math.Round(squareDegrees)))
	case squareDegrees >= 10:
		return short(squareDegrees, 1)
	}
	return strconv.FormatFloat(squareDegrees, 'g', 3, 64)
}

// grouped writes a number with commas.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
