// Package lightcurve decides what a drawing of a light curve shows, wherever it
// is drawn: which value of each point, in which colour and mark, over which
// range, with which ticks. Packages picture and chart draw it.
package lightcurve

import (
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sky"
)

// Quantity is what the vertical axis shows.
type Quantity uint8

// The quantities.
const (
	Magnitude      Quantity = iota // AB magnitude of the absolute difference flux
	Flux                           // signed difference flux, nJy
	TotalMagnitude                 // AB magnitude of source plus reference
	TotalFlux                      // flux of source plus reference, nJy
)

// IsMagnitude says whether the axis stands upside down.
func (q Quantity) IsMagnitude() bool { return q == Magnitude || q == TotalMagnitude }

// Unit gives "mag" or "nJy".
func (q Quantity) Unit() string {
	if q.IsMagnitude() {
		return "mag"
	}
	return "nJy"
}

// String says what the axis shows.
func (q Quantity) String() string {
	return [...]string{
		"difference magnitude (AB mag)", "difference flux (nJy)", "total magnitude (AB mag)", "total flux (nJy)",
	}[q]
}

// Mark is one point as it is drawn.
type Mark struct {
	MJD, Value float64
	Err        float64 // half the length of the error bar; NaN without one
	Kind       alert.PointKind
	Negative   bool // the magnitude is of a negative flux
	Faint      bool // forced photometry below 1 sigma, drawn as a limit
	Band       int  // index in Drawing.Bands
	Point      int  // index in the points it was made of
}

// Drawing is a light curve as it is drawn.
type Drawing struct {
	Quantity Quantity
	Marks    []Mark // in the order of the points
	Bands    []Band // those that have marks, by wavelength
	// Left counts the points that have no place: without a time or without
	// the quantity.
	Left int
}

// limitSigmas is how many sigmas a limit is: as the surveys' own.
const limitSigmas = 5

// farthest is the largest time (d) and the largest value that is drawn.
const (
	farthestMJD   = 1e7
	farthestValue = 1e30
)

// Draw decides how points are drawn. On the axis of magnitudes, forced
// photometry without a magnitude (below 1 sigma) is drawn as its own 5-sigma
// limit.
func Draw(points []alert.Point, q Quantity) Drawing {
	d := Drawing{Quantity: q}
	var names []string
	for i := range points {
		m, ok := markOf(&points[i], q)
		if !ok {
			d.Left++
			continue
		}
		m.Point = i
		d.Marks = append(d.Marks, m)
		if !slices.Contains(names, points[i].Band) {
			names = append(names, points[i].Band)
		}
	}
	slices.SortFunc(names, CompareBands)
	for _, name := range names {
		d.Bands = append(d.Bands, BandOf(name))
	}
	for i := range d.Marks {
		d.Marks[i].Band = slices.Index(names, points[d.Marks[i].Point].Band)
	}
	return d
}

func markOf(p *alert.Point, q Quantity) (m Mark, ok bool) {
	m = Mark{MJD: p.MJD, Kind: p.Kind, Value: math.NaN(), Err: math.NaN()}
	switch q {
	case Magnitude:
		m.Value, m.Err, m.Negative = p.Mag, p.MagErr, p.Flux < 0
		if math.IsNaN(p.Mag) && p.Kind != alert.Detection {
			m.Faint = p.Kind == alert.Forced && !math.IsNaN(p.Flux)
			m.Kind, m.Value, m.Err, m.Negative = alert.Limit, limitOf(p), math.NaN(), false
		}
	case Flux:
		m.Value, m.Err = p.Flux, p.FluxErr
		if math.IsNaN(p.Flux) && p.Kind == alert.Limit {
			m.Value, _ = sky.FluxFromABMag(limitOf(p), math.NaN())
			m.Err = math.NaN()
		}
	case TotalMagnitude:
		m.Value = p.MagTotal
	case TotalFlux:
		m.Value = p.FluxTotal
	}
	if !(m.Err >= 0 && m.Err < farthestValue) {
		m.Err = math.NaN()
	}
	return m, math.Abs(m.MJD) < farthestMJD && math.Abs(m.Value) < farthestValue
}

// limitOf gives the limiting magnitude of a point, its own or that of its error.
func limitOf(p *alert.Point) float64 {
	if !math.IsNaN(p.LimMag) || !(p.FluxErr > 0) {
		return p.LimMag
	}
	mag, _ := sky.ABMag(limitSigmas*p.FluxErr, math.NaN())
	return mag
}

// Counts are the numbers of marks that a legend tells. Each mark is counted
// once, as a detection of its band or in Forced, Limits or Faint; those of
// negative fluxes are counted in Negative as well.
type Counts struct {
	Detections []int // of each band
	Forced     int
	Limits     int // the survey's own
	Faint      int // forced photometry below 1 sigma, drawn as limits
	Negative   int
}

// Count counts the marks.
func (d *Drawing) Count() Counts {
	c := Counts{Detections: make([]int, len(d.Bands))}
	for i := range d.Marks {
		m := &d.Marks[i]
		switch {
		case m.Faint:
			c.Faint++
		case m.Kind == alert.Limit:
			c.Limits++
		case m.Kind == alert.Forced:
			c.Forced++
		default:
			c.Detections[m.Band]++
		}
		if m.Negative {
			c.Negative++
		}
	}
	return c
}
