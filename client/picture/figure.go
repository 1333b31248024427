package picture

import (
	"fmt"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// figure is a light curve that is being drawn.
type figure struct {
	LightCurve
	drawing lightcurve.Drawing
	window  lightcurve.Window
	plot    *plot.Plot
	dates   []lightcurve.Tick
}

// The colours of everything that is not a mark.
var (
	ink  = color.Gray{30}
	pale = color.Gray{225}
)

// The sizes of text, and of the room around things.
const (
	titleSize = 15 * vg.Length(1)
	labelSize = 12 * vg.Length(1)
	tickSize  = 10.5 * vg.Length(1)
	tickLong  = 4 * vg.Length(1)
	gap       = 8 * vg.Length(1)
)

func newFigure(c LightCurve) *figure {
	f := &figure{LightCurve: c, drawing: lightcurve.Draw(c.Points, c.Quantity), window: c.Window, plot: plot.New()}
	if f.window.IsEmpty() {
		f.window = f.drawing.Window()
	}
	return f
}

// isEmpty says whether there is nothing to be drawn.
func (f *figure) isEmpty() bool { return len(f.drawing.Marks) == 0 || f.window.IsEmpty() }

// draw draws the figure: the plot, and the legend on its right.
func (f *figure) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, gap, -gap, gap, -gap)
	f.prepareText()
	if f.isEmpty() {
		f.plot.HideAxes()
		f.plot.Draw(c)
		style := f.textStyle(labelSize)
		style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
		c.FillText(style, c.Center(), "no points to show")
		return
	}
	f.prepareAxes(c.Rectangle)
	legend := f.legend()
	f.plot.Add(f)
	f.plot.Draw(draw.Crop(c, 0, -legend.width()-2*gap, 0, 0))
	legend.draw(c, f.plot.Title.TextStyle.Height(f.plot.Title.Text)+f.plot.Title.Padding)
}

func (f *figure) textStyle(size vg.Length) text.Style {
	return text.Style{
		Color: ink, Handler: plot.DefaultTextHandler,
		Font: font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size),
	}
}

func (f *figure) prepareText() {
	f.plot.BackgroundColor = nil
	f.plot.Title.Text = lightcurve.Clean(f.Title)
	if f.Simulated {
		f.plot.Title.Text = strings.TrimSpace(f.plot.Title.Text + "  (simulated)")
	}
	if f.plot.Title.Text == "" {
		f.plot.Title.Text = " "
	}
	f.plot.Title.TextStyle = f.textStyle(titleSize)
	f.plot.Title.TextStyle.XAlign, f.plot.Title.TextStyle.YAlign = draw.XCenter, draw.YTop
	for _, axis := range []*plot.Axis{&f.plot.X, &f.plot.Y} {
		label, tick := &axis.Label.TextStyle, &axis.Tick.Label
		for style, size := range map[*text.Style]vg.Length{label: labelSize, tick: tickSize} {
			style.Font, style.Color = f.textStyle(size).Font, ink
		}
		axis.Padding = 0
		axis.LineStyle.Color, axis.Tick.LineStyle.Color = ink, ink
		axis.Tick.Length = tickLong
	}
}

// Room that a tick's label takes on an axis.
const (
	tickWidth  = 55 * vg.Length(1)
	dateWidth  = 75 * vg.Length(1)
	tickHeight = 40 * vg.Length(1)
)

func (f *figure) prepareAxes(on vg.Rectangle) {
	f.plot.X.Label.Text, f.plot.Y.Label.Text = "MJD (d, UTC)", f.Quantity.String()
	f.plot.X.Min, f.plot.X.Max = f.window.FromMJD, f.window.ToMJD
	f.plot.Y.Min, f.plot.Y.Max = f.window.Low, f.window.High
	if f.Quantity.IsMagnitude() {
		f.plot.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}}
	}
	across := func(width vg.Length) int { return max(2, int(on.Size().X*0.75/width)) }
	f.plot.X.Tick.Marker = constant(lightcurve.Ticks(f.window.FromMJD, f.window.ToMJD, across(tickWidth)))
	f.plot.Y.Tick.Marker = constant(lightcurve.Ticks(f.window.Low, f.window.High, max(2, int(on.Size().Y*0.75/tickHeight))))
	f.dates = lightcurve.DateTicks(f.window.FromMJD, f.window.ToMJD, across(dateWidth))
	f.plot.Title.Padding = tickLong + f.plot.X.Tick.Label.FontExtents().Height + gap
}

// constant makes ticks of the drawing's; the minus of numbers is a true one.
func constant(ticks []lightcurve.Tick) plot.ConstantTicks {
	list := make(plot.ConstantTicks, len(ticks))
	for i, t := range ticks {
		list[i] = plot.Tick{Value: t.At, Label: strings.ReplaceAll(t.Label, "-", "−")}
	}
	return list
}

// legendEntry is a line of the legend: a mark and words.
type legendEntry struct {
	mark  *lightcurve.Mark
	words string
	band  lightcurve.Band
}

type legendBox struct {
	entries []legendEntry
	style   text.Style
}

// legend lists the bands with their detections, and the other kinds, with
// counts that add up.
func (f *figure) legend() legendBox {
	box := legendBox{style: f.textStyle(tickSize)}
	box.style.YAlign = draw.YCenter
	d := &f.drawing
	counts := d.Count()
	for i, b := range d.Bands {
		box.add(b, &lightcurve.Mark{Kind: alert.Detection}, fmt.Sprintf("%s detections  %d", lightcurve.Clean(b.Name), counts.Detections[i]))
	}
	grey := lightcurve.Band{RGB: color.RGBA{110, 110, 110, 255}, Shape: d.Bands[0].Shape}
	for _, kind := range []struct {
		mark  lightcurve.Mark
		words string // in brackets where they are among those before
		n     int
	}{
		{lightcurve.Mark{Kind: alert.Forced}, "forced  %d", counts.Forced},
		{lightcurve.Mark{Kind: alert.Limit}, "5σ limits  %d", counts.Limits},
		{lightcurve.Mark{Kind: alert.Limit}, "forced <1σ  %d", counts.Faint},
		{lightcurve.Mark{Negative: true}, "(negative  %d)", counts.Negative},
	} {
		if kind.n > 0 {
			box.add(grey, &kind.mark, fmt.Sprintf(kind.words, kind.n))
		}
	}
	return box
}

func (b *legendBox) add(band lightcurve.Band, mark *lightcurve.Mark, words string) {
	b.entries = append(b.entries, legendEntry{mark, words, band})
}

const (
	legendMark = 18 * vg.Length(1)
	legendLine = 18 * vg.Length(1)
)

func (b *legendBox) width() vg.Length {
	var widest vg.Length
	for _, e := range b.entries {
		widest = max(widest, b.style.Width(e.words))
	}
	return min(widest, 150) + legendMark
}

// draw draws the legend at the right edge, so far below the upper one.
func (b *legendBox) draw(c draw.Canvas, below vg.Length) {
	left := c.Max.X - b.width()
	for i, e := range b.entries {
		at := vg.Point{X: left, Y: c.Max.Y - below - vg.Length(i)*legendLine - legendLine/2}
		if at.Y < c.Min.Y {
			return
		}
		mark := at.Add(vg.Point{X: legendMark / 3})
		if e.mark.Kind == alert.Limit {
			mark.Y += arrowLong / 2
		}
		drawMark(c, mark, e.mark, &e.band)
		c.FillText(b.style, at.Add(vg.Point{X: legendMark}), e.words)
	}
}
