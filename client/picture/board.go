package picture

import (
	"image"
	"image/color"
	stddraw "image/draw"
	"image/png"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/mwvgroup/pgb/client/alert/stamp"
)

// board is an image that is drawn on in pixels: x to the right, y downwards.
type board struct {
	canvas        *vgimg.Canvas
	on            draw.Canvas
	width, height int
}

func newBoard(width, height int, background color.Color) *board {
	const dpi = 72 // a point is a pixel
	canvas := vgimg.NewWith(vgimg.UseWH(vg.Length(width), vg.Length(height)), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(background))
	return &board{canvas, draw.New(canvas), width, height}
}

// write writes what was drawn as PNG.
func (b *board) write(w io.Writer) error { return failed(png.Encode(w, b.canvas.Image())) }

// put copies a picture to a place, pixel by pixel.
func (b *board) put(m image.Image, x, y int) {
	stddraw.Draw(b.canvas.Image(), m.Bounds().Add(image.Pt(x, y)), m, m.Bounds().Min, stddraw.Over)
}

func (b *board) at(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(float64(b.height) - y)}
}

// line draws a line.
func (b *board) line(c color.Color, width, x1, y1, x2, y2 float64) {
	b.on.StrokeLines(draw.LineStyle{Color: c, Width: vg.Length(width)}, []vg.Point{b.at(x1, y1), b.at(x2, y2)})
}

// boldWeight is WeightBold of golang.org/x/image/font.
const boldWeight = 3

// letters is how text is set.
type letters struct {
	size   float64 // pixels
	colour color.Color
	bold   bool
	across text.XAlignment
	down   text.YAlignment
}

func (l letters) style() text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if l.bold {
		f.Weight = boldWeight
	}
	return text.Style{
		Color: l.colour, Handler: plot.DefaultTextHandler, Font: font.From(f, vg.Length(l.size)), XAlign: l.across, YAlign: l.down,
	}
}

func (b *board) text(l letters, x, y float64, words string) {
	b.on.FillText(l.style(), b.at(x, y), words)
}

// fit cuts words so that they are no wider than so many pixels.
func (l letters) fit(words string, width float64) string {
	style := l.style()
	if float64(style.Width(words)) <= width {
		return words
	}
	runes := []rune(words)
	for len(runes) > 0 && float64(style.Width(string(runes)+"…")) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// The colours of marks on a stamp: light, with a dark edge, seen on both.
var (
	markColour = color.NRGBA{255, 214, 90, 255}
	edgeColour = color.NRGBA{0, 0, 0, 200}
)

// onStamp draws what is light with a dark edge around it.
func onStamp(draw func(colour color.Color, dx, dy, wider float64)) {
	for dx := -1.0; dx <= 1; dx++ {
		for dy := -1.0; dy <= 1; dy++ {
			if dx != 0 || dy != 0 {
				draw(edgeColour, dx, dy, 2)
			}
		}
	}
	draw(markColour, 0, 0, 0)
}

// leastMarked is the shorter side of a drawn stamp, in pixels, from which there
// is room for marks on it.
const leastMarked = 110

// mark draws a scale bar and where north and east are, as far as they are
// known, on a stamp that is drawn in a rectangle.
func (b *board) mark(s *stamp.Stamp, in image.Rectangle) {
	if min(in.Dx(), in.Dy()) < leastMarked || s.PixelScale <= 0 {
		return
	}
	size := math.Round(min(20, max(11, float64(in.Dx())/16)))
	margin := math.Round(size * 0.7)
	b.scaleBar(s, in, size, margin)
	if s.North != s.East {
		b.compass(s, in, size, margin)
	}
}

func (b *board) scaleBar(s *stamp.Stamp, in image.Rectangle, size, margin float64) {
	arcsec, label := stamp.Bar(s.PixelScale*float64(s.Width), 0.35)
	long := arcsec / s.PixelScale / float64(s.Width) * float64(in.Dx())
	left, y, tick := float64(in.Min.X)+margin, float64(in.Max.Y)-margin, size/4
	onStamp(func(c color.Color, dx, dy, wider float64) {
		x, y, thick := left+dx, y+dy, 2.0
		if wider > 0 {
			thick = 3
		}
		b.line(c, thick, x, y, x+long, y)
		b.line(c, thick, x, y-tick, x, y+tick)
		b.line(c, thick, x+long, y-tick, x+long, y+tick)
		b.text(letters{size: size, colour: c, across: draw.XCenter, down: draw.YBottom}, x+max(long, size*1.4)/2, y-tick-2, label)
	})
}

// compass draws arrows to the north and to the east in the lower right corner.
func (b *board) compass(s *stamp.Stamp, in image.Rectangle, size, margin float64) {
	long := size * 1.7
	letter := long + size*0.6
	// How far the two letters reach from where the arrows begin.
	right := max(0, s.North.X*letter, s.East.X*letter) + size*0.4
	low := max(0, -s.North.Y*letter, -s.East.Y*letter) + size*0.4
	x0, y0 := float64(in.Max.X)-margin-right, float64(in.Max.Y)-margin-low+size*0.3
	onStamp(func(c color.Color, dx, dy, wider float64) {
		thick := 2 + wider/2
		for name, to := range map[string]struct{ x, y float64 }{"N": {s.North.X, -s.North.Y}, "E": {s.East.X, -s.East.Y}} {
			x, y := x0+dx, y0+dy
			tipX, tipY := x+long*to.x, y+long*to.y
			b.line(c, thick, x, y, tipX, tipY)
			for _, side := range []float64{-1, 1} { // the arrow's head
				b.line(c, thick, tipX, tipY, tipX-size*0.35*(to.x+side*0.7*to.y), tipY-size*0.35*(to.y-side*0.7*to.x))
			}
			b.text(letters{size: size, colour: c, across: draw.XCenter, down: draw.YCenter}, x+letter*to.x, y+letter*to.y, name)
		}
	})
}
