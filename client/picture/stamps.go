package picture

import (
	"fmt"
	"image"
	"image/color"
	"io"

	"gonum.org/v1/plot/vg/draw"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/client/alert/stamp"
)

// StampOptions say how the picture of one stamp is drawn.
type StampOptions struct {
	Look stamp.Look
	// Scale is how many pixels wide and high each pixel of the stamp is drawn;
	// 0 is the most with which the longer side has at most 500.
	Scale int
	// Bare leaves out the scale bar, the directions and the words.
	Bare bool
	// Simulated is said on the stamp.
	Simulated bool
}

const (
	roomySide = 500  // of a stamp for which no scale was asked
	mostPixel = 8192 // the longest side of a picture
)

// Size gives the pixels of a stamp's picture, and how many each of the stamp's
// own is wide.
func (o StampOptions) Size(s stamp.Stamp) (width, height, scale int) {
	scale = o.Scale
	if scale <= 0 {
		scale = max(1, roomySide/max(1, s.Width, s.Height))
	}
	return s.Width * scale, s.Height * scale, scale
}

// WriteStamp draws a stamp as PNG: each of its pixels as a square, with a scale
// bar and the directions north and east where they are known. What is off the
// image is transparent. Errors are a stamp without pixels, a picture that would
// be longer than 8192 pixels, and those of w.
func WriteStamp(w io.Writer, s stamp.Stamp, o StampOptions) error {
	if !s.IsDrawn() {
		return fmt.Errorf("the %s stamp has no pixels to draw", s.Kind)
	}
	width, height, scale := o.Size(s)
	if max(width, height) > mostPixel {
		return fmt.Errorf("a stamp of %d x %d pixels, each %d wide, is larger than a picture of %d", s.Width, s.Height, scale, mostPixel)
	}
	b := newBoard(width, height, color.Transparent)
	b.put(s.Picture(o.Look, o.Look.Scales([]stamp.Stamp{s})[0], width, height), 0, 0)
	if !o.Bare {
		all := image.Rect(0, 0, width, height)
		b.mark(&s, all)
		b.say(all, o.Simulated)
	}
	return b.write(w)
}

// say writes on a stamp that it is simulated.
func (b *board) say(in image.Rectangle, simulated bool) {
	if !simulated || in.Dx() < leastMarked {
		return
	}
	size := min(18, max(11, float64(in.Dx())/18))
	onStamp(func(c color.Color, dx, dy, _ float64) {
		b.text(letters{size: size, colour: c, across: draw.XLeft, down: draw.YTop}, float64(in.Min.X)+size/2+dx, float64(in.Min.Y)+size/2+dy, "simulated")
	})
}

// SheetRow is an alert of a contact sheet.
type SheetRow struct {
	Title     string   // the object
	Lines     []string // what else is said of the alert
	Stamps    []stamp.Stamp
	Simulated bool
}

// SheetOptions say how a contact sheet is drawn.
type SheetOptions struct {
	Look stamp.Look
	// Kinds are the columns, in their order. Default: science, template,
	// difference.
	Kinds []string
	// Page is the number that stands on it; 0 is none.
	Page int
}

// SheetRows is how many alerts are on a page of a contact sheet.
const SheetRows = 10

// The sizes of a contact sheet, in pixels.
const (
	sheetStamp  = 190 // side of the square that a stamp has
	sheetGap    = 12
	sheetLabels = 236 // width of the words
	sheetHead   = 40
	sheetFoot   = 30
)

// WriteSheet draws alerts one below the other as PNG, at most [SheetRows] of
// them: words on the left, their stamps side by side. Stamps of a row that share
// limits do so as the look says.
func WriteSheet(w io.Writer, rows []SheetRow, o SheetOptions) error {
	if len(rows) > SheetRows {
		return fmt.Errorf("a page has %d alerts, not %d", SheetRows, len(rows))
	}
	if len(o.Kinds) == 0 {
		o.Kinds = []string{"science", "template", "difference"}
	}
	width := sheetGap + sheetLabels + len(o.Kinds)*(sheetStamp+sheetGap)
	b := newBoard(width, sheetHead+len(rows)*(sheetStamp+sheetGap)+sheetFoot, color.White)
	for i, kind := range o.Kinds {
		x := sheetColumn(i) + sheetStamp/2
		b.text(letters{size: 15, colour: ink, across: draw.XCenter, down: draw.YCenter}, float64(x), sheetHead/2+2, lightcurve.Clean(kind))
	}
	for i := range rows {
		b.row(&rows[i], sheetHead+i*(sheetStamp+sheetGap), o)
	}
	foot := letters{size: 12, colour: color.Gray{110}, across: draw.XLeft, down: draw.YCenter}
	y := float64(b.height) - sheetFoot/2 - 2
	b.text(foot, sheetGap, y, "stretch: "+o.Look.String())
	if o.Page > 0 {
		foot.across = draw.XRight
		b.text(foot, float64(width-sheetGap), y, fmt.Sprintf("page %d", o.Page))
	}
	return b.write(w)
}

func sheetColumn(i int) int { return sheetGap + sheetLabels + i*(sheetStamp+sheetGap) }

// row draws an alert, from y downwards.
func (b *board) row(r *SheetRow, y int, o SheetOptions) {
	b.line(pale, 1, sheetGap, float64(y)-sheetGap/2, float64(b.width-sheetGap), float64(y)-sheetGap/2)
	const words = sheetLabels - sheetGap
	title := letters{size: 17, colour: ink, bold: true, across: draw.XLeft, down: draw.YTop}
	b.text(title, sheetGap, float64(y)+4, title.fit(lightcurve.Clean(r.Title), words))
	other := letters{size: 14, colour: color.Gray{60}, across: draw.XLeft, down: draw.YTop}
	lines := r.Lines
	if r.Simulated {
		lines = append(lines[:len(lines):len(lines)], "(simulated)")
	}
	for i, line := range lines {
		b.text(other, sheetGap, float64(y)+32+21*float64(i), other.fit(lightcurve.Clean(line), words))
	}
	scales := o.Look.Scales(r.Stamps)
	marked := false
	for column, kind := range o.Kinds {
		x, found := sheetColumn(column), -1
		for i := range r.Stamps {
			if r.Stamps[i].Kind == kind && r.Stamps[i].IsDrawn() {
				found = i
			}
		}
		if found < 0 {
			none := letters{size: 13, colour: color.Gray{140}, across: draw.XCenter, down: draw.YCenter}
			b.text(none, float64(x)+sheetStamp/2, float64(y)+sheetStamp/2, "no "+lightcurve.Clean(kind))
			continue
		}
		s := &r.Stamps[found]
		in := sheetPlace(s, x, y)
		b.put(s.Picture(o.Look, scales[found], in.Dx(), in.Dy()), in.Min.X, in.Min.Y)
		if !marked {
			b.mark(s, in)
			marked = true
		}
	}
}

// sheetPlace gives where a stamp is drawn in its square: with pixels that are
// all as large where they are larger than the picture's.
func sheetPlace(s *stamp.Stamp, x, y int) image.Rectangle {
	longer := max(s.Width, s.Height)
	side := sheetStamp
	if longer <= sheetStamp {
		side = sheetStamp / longer * longer
	}
	width, height := max(1, s.Width*side/longer), max(1, s.Height*side/longer)
	left, top := x+(sheetStamp-width)/2, y+(sheetStamp-height)/2
	return image.Rect(left, top, left+width, top+height)
}
