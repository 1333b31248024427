// Package stamp turns the stamp images of an alert into shades and pictures.
//
//   - [Decode] makes a [Stamp] of a cutout; [Stamp.Image] makes a picture of it.
//   - [Look] says how: [Look.Scales] gives each stamp the values that its first and
//     its last shade stand for, [Palette] the colours of the shades.
package stamp

import (
	"fmt"
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/fits"
)

// Stamp is a small image of the sky around an alert.
type Stamp struct {
	Kind          string // "science", "template" or "difference"
	Width, Height int
	// Pixels are values in Unit, row by row from the upper left one as it is
	// shown. NaN is off the image.
	Pixels []float32
	Unit   string // "DN", "nJy"; empty where it is not known
	// PixelScale is the side of a pixel in arcseconds, 0 where it is not known.
	PixelScale float64
	// North and East are directions on the stamp, X to the right, Y up; both
	// are zero where they are not known.
	North, East fits.Direction
}

// maxPixels is the most pixels that are shown.
const maxPixels = 1 << 22

// Decode reads a cutout: the first image of its file.
func Decode(c alert.Cutout) (Stamp, error) {
	images, err := fits.Images(c.FITS)
	if len(images) == 0 {
		if err == nil {
			err = fmt.Errorf("its file has no image")
		}
		return Stamp{}, fmt.Errorf("cutout %s: %w", c.Kind, err)
	}
	m := images[0]
	if len(m.Pixels) > maxPixels {
		return Stamp{}, fmt.Errorf("cutout %s: %d x %d pixels are too many to show", c.Kind, m.Width, m.Height)
	}
	s := Stamp{Kind: c.Kind, Width: m.Width, Height: m.Height, Pixels: make([]float32, len(m.Pixels))}
	for y := range m.Height {
		row := s.Pixels[(m.Height-1-y)*m.Width:]
		for x := range m.Width {
			row[x] = float32(m.At(x, y))
		}
	}
	s.Unit, _ = m.Header.Text("BUNIT")
	if sky, ok := m.Header.Sky(); ok {
		s.PixelScale, s.North, s.East = sky.PixelScale, sky.North, sky.East
	}
	return s, nil
}

// ztfScale is arcseconds per pixel (Bellm et al. 2019, PASP 131, 018002).
const ztfScale = 1.01

// Of gives the stamp with what is known of a survey's stamps and not written in
// them. Those of ZTF have no coordinates: their rows run from north to south,
// so they are shown the other way up.
func (s Stamp) Of(survey string) Stamp {
	if survey != "ztf" || s.PixelScale != 0 {
		return s
	}
	s.PixelScale, s.North, s.East = ztfScale, fits.Direction{Y: 1}, fits.Direction{X: -1}
	s.Pixels = slices.Clone(s.Pixels)
	for y := range s.Height / 2 {
		upper, lower := s.row(y), s.row(s.Height-1-y)
		for x := range upper {
			upper[x], lower[x] = lower[x], upper[x]
		}
	}
	return s
}

func (s *Stamp) row(y int) []float32 { return s.Pixels[y*s.Width : (y+1)*s.Width] }

// IsDrawn says whether there is something to draw.
func (s Stamp) IsDrawn() bool {
	return s.Width > 0 && s.Height > 0 && len(s.Pixels) == s.Width*s.Height
}

// Resample gives the stamp on another grid: means where several pixels fall
// into one, and the nearest one else. A mean leaves NaN out, and is NaN where
// that covers more than half.
func (s *Stamp) Resample(width, height int) []float32 {
	out := make([]float32, width*height)
	columns, rows := spans(s.Width, width), spans(s.Height, height)
	for y, r := range rows {
		for x, c := range columns {
			out[y*width+x] = s.mean(c, r)
		}
	}
	return out
}

// span is a range of pixels along one axis, its ends in parts of pixels.
type span struct{ from, to float64 }

// spans cuts an axis of pixels into as many ranges as are wanted. A range that
// is no longer than a pixel is the pixel at its middle.
func spans(pixels, wanted int) []span {
	list := make([]span, wanted)
	step := float64(pixels) / float64(wanted)
	for i := range list {
		if step > 1 {
			list[i] = span{float64(i) * step, min(float64(i+1)*step, float64(pixels))}
			continue
		}
		nearest := math.Floor((float64(i) + 0.5) * step)
		list[i] = span{nearest, nearest + 1}
	}
	return list
}

func (s *Stamp) mean(columns, rows span) float32 {
	sum, known, all := 0.0, 0.0, 0.0
	for y := int(rows.from); float64(y) < rows.to; y++ {
		tall := min(float64(y+1), rows.to) - max(float64(y), rows.from)
		row := s.row(y)
		for x := int(columns.from); float64(x) < columns.to; x++ {
			weight := tall * (min(float64(x+1), columns.to) - max(float64(x), columns.from))
			all += weight
			if p := float64(row[x]); p-p == 0 { // neither NaN nor infinite
				sum += weight * p
				known += weight
			}
		}
	}
	if 2*known < all {
		return float32(math.NaN())
	}
	return float32(sum / known)
}
