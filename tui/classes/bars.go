// Package classes shows what classifiers say of an object as bars.
package classes

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// Bars shows the newest verdict of each classifier: a bar for each class. The
// zero Bars is empty.
type Bars struct {
	Theme   cells.Theme
	Focused bool

	lines  []line
	names  int // cells of the longest name of a class
	top    int
	height int // as it was last drawn
	block  cells.Block
}

// line is a heading or a class.
type line struct {
	heading, detail string
	class           string
	prob            float64 // NaN where it is not known
	predicted       bool
	isClass         bool
}

// verdict says which verdicts are of one classifier.
type verdict struct{ classifier, version, band string }

// Set shows verdicts: of each classifier, in a version and a band, those of the
// newest alert.
func (b *Bars) Set(verdicts []Verdict) {
	groups := map[verdict][]Verdict{}
	var order []verdict
	for _, v := range verdicts {
		key := verdict{v.Classifier, v.Version, v.Band}
		group, known := groups[key]
		if !known {
			order = append(order, key)
		}
		groups[key] = newest(group, v)
	}
	slices.SortFunc(order, func(a, b verdict) int {
		return cmp.Or(cmp.Compare(a.classifier, b.classifier), cmp.Compare(a.version, b.version), cmp.Compare(a.band, b.band))
	})
	b.lines, b.names = b.lines[:0], 0
	for i, key := range order {
		if i > 0 {
			b.lines = append(b.lines, line{})
		}
		b.add(key, groups[key])
	}
	b.scroll(0)
}

// newest adds a verdict to those of a classifier, where it is of the newest
// alert: it takes the place of older ones, and of one of the same class.
func newest(group []Verdict, v Verdict) []Verdict {
	if len(group) == 0 {
		return append(group, v)
	}
	switch age := cmp.Compare(v.MJD, group[0].MJD); { // a time that is not known is before all others
	case age < 0:
		return group
	case age > 0:
		return append(group[:0], v)
	}
	for i := range group {
		if group[i].Class == v.Class {
			v.Primary = v.Primary || group[i].Primary
			if v.Prob.IsMissing() {
				v.Prob = group[i].Prob
			}
			group[i] = v
			return group
		}
	}
	return append(group, v)
}

// add adds the lines of one classifier: the most probable class first.
func (b *Bars) add(key verdict, group []Verdict) {
	prob := func(v *Verdict) float64 {
		if p, ok := v.Prob.Decimal(); ok {
			return p
		}
		return math.NaN()
	}
	slices.SortStableFunc(group, func(x, y Verdict) int {
		return cmp.Or(cmp.Compare(prob(&y), prob(&x)), boolFirst(x.Primary, y.Primary), cmp.Compare(x.Class, y.Class))
	})
	head := line{heading: key.classifier, detail: detail(key, &group[0])}
	for i := range group {
		if group[i].Primary {
			head.class = group[i].Class
			break
		}
	}
	b.lines = append(b.lines, head)
	for i := range group {
		v := &group[i]
		b.lines = append(b.lines, line{class: v.Class, prob: prob(v), predicted: v.Primary, isClass: true})
		b.names = max(b.names, cells.Width(v.Class))
	}
}

func boolFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// detail says which version a verdict is of, where it came from and when.
func detail(key verdict, v *Verdict) string {
	text := ""
	add := func(part string) {
		if part != "" {
			text += "  " + part
		}
	}
	add(key.version)
	if key.band != "" {
		add("band " + key.band)
	}
	if !math.IsNaN(v.MJD) && v.MJD != 0 {
		add("MJD " + strconv.FormatFloat(v.MJD, 'f', 5, 64))
	}
	add(v.Topic)
	return text
}

// scroll moves the window down by so many lines, up where n is negative.
func (b *Bars) scroll(n int) {
	b.top = max(min(b.top+n, len(b.lines)-b.height), 0)
}

// Wheel scrolls down by so many lines, up where n is negative.
func (b *Bars) Wheel(n int) { b.scroll(n) }

// Keys are what keys do while the bars have them.
func (b *Bars) Keys() []keys.Binding {
	page := func() int { return max(b.height-1, 1) }
	return []keys.Binding{
		{Keys: []string{"j", "down"}, Does: "scroll down", Do: func() { b.scroll(1) }},
		{Keys: []string{"k", "up"}, Does: "scroll up", Do: func() { b.scroll(-1) }},
		{Keys: []string{"pgdown"}, Does: "a screen down", Do: func() { b.scroll(page()) }},
		{Keys: []string{"pgup"}, Does: "a screen up", Do: func() { b.scroll(-page()) }},
		{Keys: []string{"g", "home"}, Does: "first classifier", Do: func() { b.scroll(-len(b.lines)) }},
		{Keys: []string{"G", "end"}, Does: "last classifier", Do: func() { b.scroll(len(b.lines)) }},
	}
}

const (
	mark      = 2 // cells in front of a class
	number    = 6 // cells of a probability with the blank before it
	mostName  = 28
	leastBar  = 4
	mostBar   = 60
	scrollBar = 2 // cells on the right
)

// Render draws the bars.
func (b *Bars) Render(width, height int) *cells.Block {
	b.block.Reset(width, height)
	if width <= 0 || height <= 0 {
		return &b.block
	}
	b.height = height
	b.scroll(0)
	if len(b.lines) == 0 {
		text := b.Theme.Cut("no classifications", width)
		b.block.Write(max((width-len(text))/2, 0), (height-1)/2, text, b.Theme.Faint())
		return &b.block
	}
	room := width
	if len(b.lines) > height && width > 20 {
		room -= scrollBar
		b.drawScrollBar(width - 1)
	}
	for y := range min(height, len(b.lines)-b.top) {
		if l := &b.lines[b.top+y]; l.isClass {
			b.drawClass(y, room, l)
		} else {
			b.drawHeading(y, room, l)
		}
	}
	return &b.block
}

func (b *Bars) drawHeading(y, width int, l *line) {
	text := b.Theme.Cut(l.heading, width)
	x := b.block.Write(0, y, text, b.Theme.Title())
	if l.class != "" && x+4 < width {
		x = b.block.Write(x, y, b.Theme.Cut(": "+l.class, width-x), b.Theme.Accent())
	}
	if x+4 < width {
		b.block.Write(x, y, b.Theme.Cut(l.detail, width-x), b.Theme.Faint())
	}
}

// drawClass draws a class: its mark, name, bar and probability, of which a
// narrow block leaves out the bar first, then the end of the name.
func (b *Bars) drawClass(y, width int, l *line) {
	s := cells.Style{}
	if l.predicted {
		s = b.Theme.Title()
		b.block.Put(0, y, '*', b.Theme.Accent())
	}
	names := min(b.names, mostName)
	bar := min(width-mark-names-1-number, mostBar)
	if bar < leastBar {
		bar = 0
		names = max(width-mark-number, 0)
	}
	b.block.Write(mark, y, b.Theme.Cut(l.class, names), s)
	x := mark + names
	if bar > 0 {
		x++
		b.drawBar(x, y, bar, l)
		x += bar
	}
	b.block.WriteRight(x+number, y, probability(l.prob), s)
}

// probability writes a probability in five cells.
func probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return "-"
	case p < 0 || p >= 9.9995:
		return fmt.Sprintf("%5.0e", p)
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// eighths are blocks of so many eighths of a cell, from the left.
var eighths = [...]rune{' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'}

func (b *Bars) drawBar(x, y, width int, l *line) {
	s := cells.Style{Fg: b.Theme.Faint().Fg}
	if l.predicted {
		s = cells.Style{Fg: b.Theme.Accent().Fg}
	}
	share := min(max(l.prob, 0), 1) // NaN stays one
	if math.IsNaN(share) {
		return
	}
	if b.Theme.ASCII {
		b.block.Fill(x, y, int(math.Round(share*float64(width))), 1, '#', s)
		return
	}
	parts := int(math.Round(share * float64(8*width)))
	if parts == 0 && share > 0 {
		parts = 1
	}
	b.block.Fill(x, y, parts/8, 1, '█', s)
	if rest := parts % 8; rest > 0 {
		b.block.Put(x+parts/8, y, eighths[rest], s)
	}
}

func (b *Bars) drawScrollBar(x int) {
	track, thumb := '│', '█'
	if b.Theme.ASCII {
		track, thumb = '|', '#'
	}
	size := max(b.height*b.height/len(b.lines), 1)
	from := b.top * (b.height - size) / (len(b.lines) - b.height)
	for y := range b.height {
		if y >= from && y < from+size {
			b.block.Put(x, y, thumb, b.Theme.Faint())
		} else {
			b.block.Put(x, y, track, b.Theme.Border())
		}
	}
}
