// Package object is the panel of one object: its light curve, classes, images,
// message and web pages. Where there is room several of them stand together,
// else one at a time.
package object

import (
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/chart"
	"github.com/mwvgroup/pgb/tui/classes"
	"github.com/mwvgroup/pgb/tui/cutout"
	"github.com/mwvgroup/pgb/tui/keys"
	"github.com/mwvgroup/pgb/tui/tree"
)

// part is one of the parts of the panel.
type part int

const (
	lightCurve part = iota
	classesPart
	cutoutsPart
	messagePart
	pagesPart
	partCount
)

// child is how each part looks and what keys do there.
type child interface {
	Render(width, height int) *cells.Block
	Keys() []keys.Binding
}

// Panel is the panel of one object. The zero Panel has none yet.
type Panel struct {
	Theme   cells.Theme
	Focused bool
	// Asking says that an archive is being asked: "asking BigQuery ...".
	Asking string

	details Details
	// What an archive said of the object, and which one.
	archived        []alert.Point
	archivedClasses []classes.Verdict
	from            string
	epochs          int // in the light curve
	gained          int // of them only from the archive

	chart   chart.Chart
	bars    classes.Bars
	cutouts cutout.View
	tree    tree.Tree
	pages   pageList

	focus  part
	below  part // the part that stands beneath the light curve where there is room for two
	zoomed bool

	block  cells.Block
	places []place
	tabs   []tab
	held   struct {
		is   bool
		x, y int
	} // where the mouse is held, in the light curve
}

// Set shows what Load gave. Where it is of the object that is shown already,
// everything stays as it was: the cross-hair, what is zoomed and folded, and
// what an archive said.
func (p *Panel) Set(d Details) {
	if !p.shows(d) {
		p.archived, p.archivedClasses, p.from = nil, nil, ""
		p.chart.Unchoose()
		p.chart.Whole()
	}
	p.details = d
	p.merge()
	p.bars.Set(p.verdicts())
	p.cutouts.Set(d.Stamps)
	if d.document == nil {
		d.document = tree.Parse(d.Parts)
	}
	p.tree.SetDocument(d.document)
}

// shows says whether details are of the object that is shown.
func (p *Panel) shows(d Details) bool {
	old := p.details.Entry
	if old == nil || d.Entry == nil {
		return false
	}
	if key := d.Entry.Key(); key != "" || old.Key() != "" {
		return key == old.Key()
	}
	return old.Seq == d.Entry.Seq
}

// isEmpty says whether there is no alert to show.
func (p *Panel) isEmpty() bool { return p.details.Entry == nil || p.details.Entry.Message == nil }

// AddCurve adds the epochs that an archive has of the object that is shown.
func (p *Panel) AddCurve(points []alert.Point, from string) {
	p.archived, p.from = points, from
	p.merge()
}

// AddVerdicts adds what an archive has of the classifications of the object that
// is shown.
func (p *Panel) AddVerdicts(list []classes.Verdict, from string) {
	p.archivedClasses, p.from = list, from
	p.bars.Set(p.verdicts())
}

// merge makes the light curve of what the alerts and the archive tell. Where
// both tell an epoch, the alerts are believed.
func (p *Panel) merge() {
	points := p.details.Points
	p.gained = 0
	if len(p.archived) > 0 {
		var curve alert.Curve
		newest := math.NaN()
		if e := p.details.Entry; e != nil {
			newest = e.MJD
		}
		curve.Add(p.archived, math.NaN())
		curve.Add(points, newest)
		merged := curve.Points()
		p.gained = max(0, len(merged)-len(points))
		points = merged
	}
	p.epochs = len(points)
	p.chart.Set(points)
}

func (p *Panel) verdicts() []classes.Verdict {
	list := make([]classes.Verdict, 0, len(p.details.Verdicts)+len(p.archivedClasses))
	return append(append(list, p.archivedClasses...), p.details.Verdicts...)
}

// SetPages gives the web pages of the object that is shown. The chosen one stays chosen.
func (p *Panel) SetPages(list []Page) { p.pages.set(list) }

// Page gives the chosen web page.
func (p *Panel) Page() (Page, bool) { return p.pages.page() }

// Cutouts gives the view of the images.
func (p *Panel) Cutouts() *cutout.View { return &p.cutouts }

// Tree gives the view of the message.
func (p *Panel) Tree() *tree.Tree { return &p.tree }

// Chart gives the light curve.
func (p *Panel) Chart() *chart.Chart { return &p.chart }

// child gives what a part is drawn by.
func (p *Panel) child(which part) child {
	return [...]child{&p.chart, &p.bars, &p.cutouts, &p.tree, &p.pages}[which]
}

// absence says why a part has nothing to show; empty where it has something.
func (p *Panel) absence(which part) string {
	d := &p.details
	switch {
	case which == lightCurve && p.epochs == 0:
		return "no photometry"
	case which == classesPart && len(d.Verdicts)+len(p.archivedClasses) == 0:
		return "no classifications"
	case which == cutoutsPart && len(d.Stamps) == 0 && d.Entry.Message.Body == nil:
		return noPacket
	case which == cutoutsPart && len(d.Stamps) == 0:
		return noCutouts
	case which == pagesPart && len(p.pages.list) == 0:
		return "no pages are known"
	}
	return ""
}

// note is what is said beside a part's title.
func (p *Panel) note(which part) string {
	switch d := &p.details; which {
	case lightCurve:
		return p.epochsNote()
	case classesPart:
		if len(p.archivedClasses) > 0 {
			return "+ " + p.from
		}
	case cutoutsPart:
		if e := d.StampsOf; e != nil && e != d.Entry {
			return "of " + night(e.MJD)
		}
	case messagePart:
		return d.Entry.Topic
	}
	return ""
}

// epochsNote says how many epochs there are, and from where.
func (p *Panel) epochsNote() string {
	switch {
	case p.epochs == 0:
		return ""
	case p.gained > 0:
		return count(p.epochs, "epoch") + ", " + strconv.Itoa(p.gained) + " from " + p.from
	case len(p.archived) > 0:
		return count(p.epochs, "epoch") + ", none more in " + p.from
	}
	return count(p.epochs, "epoch")
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}
