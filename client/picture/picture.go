// Package picture draws for talks and papers: light curves as PNG and SVG, stamp
// images, alone or many on a contact sheet, as PNG.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// Format is the format of a picture.
type Format string

// The formats.
const (
	PNG Format = "png"
	SVG Format = "svg"
)

// ByPath gives the format that a file's name asks for; ok is false where its
// ending is not that of a picture.
func ByPath(path string) (format Format, ok bool) {
	switch f := Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))); f {
	case PNG, SVG:
		return f, true
	}
	return "", false
}

// LightCurve is the light curve that is drawn.
type LightCurve struct {
	// Title stands above: the object.
	Title string
	// Simulated is said beside the title.
	Simulated bool
	Points    []alert.Point
	Quantity  lightcurve.Quantity
	// Window is the visible part; an empty one shows everything.
	Window lightcurve.Window
}

// Options say what a picture is like.
type Options struct {
	// Format is PNG where it is empty.
	Format Format
	// Width and Height are the pixels of a PNG, 1600 x 1000 where both are
	// zero. Text and marks grow with the width. An SVG is 8 inches wide and
	// has the same shape.
	Width, Height int
}

// The sizes of pictures, in pixels.
const (
	defaultWidth, defaultHeight = 1600, 1000
	leastSide, mostSide         = 200, 10000
	mostAspect                  = 3
)

// inches is the width of a picture, which sets how large text and marks are in
// it.
const inches = 8

// ErrSize says that a picture would be too small, too large or too narrow.
var ErrSize = errors.New("a picture is 200 to 10000 pixels wide and high, and at most 3 times as wide as high or as high as wide")

// Write draws a light curve. The same points give the same bytes. A light curve
// without a point to show gives a picture that says so. Errors are ErrSize, an
// unknown format, and those of w.
func Write(w io.Writer, c LightCurve, o Options) error {
	if o.Width == 0 && o.Height == 0 {
		o.Width, o.Height = defaultWidth, defaultHeight
	}
	least, most := min(o.Width, o.Height), max(o.Width, o.Height)
	if least < leastSide || most > mostSide || most > mostAspect*least {
		return ErrSize
	}
	switch o.Format {
	case PNG, "":
		dpi := (o.Width + inches/2) / inches
		pixel := vg.Inch / vg.Length(dpi)
		canvas := vgimg.NewWith(vgimg.UseWH(pixel*vg.Length(o.Width), pixel*vg.Length(o.Height)), vgimg.UseDPI(dpi))
		return write(w, c, canvas, vgimg.PngCanvas{Canvas: canvas})
	case SVG:
		canvas := vgsvg.New(inches*vg.Inch, inches*vg.Inch*vg.Length(o.Height)/vg.Length(o.Width))
		var text bytes.Buffer
		if err := write(&text, c, canvas, canvas); err != nil {
			return err
		}
		// Whoever looks at it need not have the fonts of here.
		const family = "font-family:Liberation Sans"
		_, err := w.Write(bytes.ReplaceAll(text.Bytes(), []byte(family), []byte(family+",Arial,Helvetica,sans-serif")))
		return failed(err)
	}
	return fmt.Errorf("there is no picture format %q: png or svg", string(o.Format))
}

func write(w io.Writer, c LightCurve, on vg.CanvasSizer, out io.WriterTo) error {
	newFigure(c).draw(draw.New(on))
	_, err := out.WriteTo(w)
	return failed(err)
}

func failed(err error) error {
	if err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	return nil
}
