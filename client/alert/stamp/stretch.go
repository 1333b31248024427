package stamp

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Stretch says how values become shades.
type Stretch uint8

// Stretches. All but ZScale go from the percentile 0.5 to the percentile 99.5.
const (
	Linear    Stretch = iota
	Asinh             // asinh(10 x) / asinh(10): faint things, and the core of a galaxy
	Log               // log(1000 x + 1) / log(1001)
	ZScale            // linear, between the limits of IRAF's display
	Stretches         // how many there are
)

// String gives "linear", "asinh", "log" or "zscale".
func (s Stretch) String() string {
	return [...]string{"linear", "asinh", "log", "zscale"}[s%Stretches]
}

// ParseStretch gives the stretch of a name: linear, asinh, log or zscale.
func ParseStretch(name string) (Stretch, error) {
	for s := range Stretches {
		if strings.EqualFold(name, s.String()) {
			return s, nil
		}
	}
	return 0, fmt.Errorf("there is no stretch %q: linear, asinh, log or zscale", name)
}

// Look says how stamps are drawn. The zero Look is linear and grey.
type Look struct {
	Stretch Stretch
	// Common gives the science image and the template the same limits.
	Common bool
	// Diverging shows the difference from blue to red, 0 being as dark as the sky.
	Diverging bool
	// PlainDifference shows the difference by zscale where the stretch is asinh or
	// log: those take its zero for faint light.
	PlainDifference bool
	// Inverted shows what is bright as dark. On a light background that is the
	// other way round.
	Inverted bool
	// Ticks mark the centre.
	Ticks bool
}

// String says which stretch is used: "asinh, the difference zscale".
func (l Look) String() string {
	if l.PlainDifference && (l.Stretch == Asinh || l.Stretch == Log) {
		return l.Stretch.String() + ", the difference zscale"
	}
	return l.Stretch.String()
}

// Scale turns values into levels.
type Scale struct {
	Stretch   Stretch
	Low, High float64 // in the stamp's unit: the first and the last shade
	Diverging bool    // High is the most on either side of 0
}

// Scales gives the scale of each stamp.
func (l Look) Scales(stamps []Stamp) []Scale {
	list := make([]Scale, len(stamps))
	var shared []float32
	for i := range stamps {
		if l.Common && stamps[i].Kind != difference {
			shared = append(shared, stamps[i].Pixels...)
		}
	}
	for i := range stamps {
		pixels := stamps[i].Pixels
		if l.Common && stamps[i].Kind != difference {
			pixels = shared
		}
		list[i] = Scale{Stretch: l.Stretch}
		if l.PlainDifference && stamps[i].Kind == difference && (l.Stretch == Asinh || l.Stretch == Log) {
			list[i].Stretch = ZScale
		}
		list[i].Low, list[i].High = limits(pixels, list[i].Stretch)
		if l.Diverging && stamps[i].Kind == difference {
			most := max(math.Abs(list[i].Low), math.Abs(list[i].High))
			list[i].Diverging, list[i].Low, list[i].High = true, -most, most
		}
	}
	return list
}

const difference = "difference"

// Level gives the place of a value between 0 and 1; ok is false for NaN.
func (s Scale) Level(value float32) (level float64, ok bool) {
	v := float64(value)
	if math.IsNaN(v) {
		return 0, false
	}
	if s.Diverging {
		size := s.curve(min(math.Abs(v)/s.High, 1))
		return (1 + math.Copysign(size, v)) / 2, true
	}
	return s.curve(max(0, min((v-s.Low)/(s.High-s.Low), 1))), true
}

// curve bends a place between 0 and 1, with the constants that astropy has.
func (s Scale) curve(x float64) float64 {
	switch s.Stretch {
	case Asinh:
		return math.Asinh(10*x) / math.Asinh(10)
	case Log:
		return math.Log(1000*x+1) / math.Log(1001)
	}
	return x
}

// limits gives the values that are shown as the first and the last shade.
func limits(pixels []float32, stretch Stretch) (low, high float64) {
	known := make([]float64, 0, len(pixels))
	for _, p := range pixels {
		if v := float64(p); !math.IsNaN(v) && !math.IsInf(v, 0) {
			known = append(known, v)
		}
	}
	if len(known) == 0 {
		return 0, 1
	}
	if stretch == ZScale {
		low, high = zscale(known)
	} else {
		slices.Sort(known)
		low, high = percentile(known, 0.5), percentile(known, 99.5)
	}
	if low >= high { // all the same: in the middle of the shades
		half := max(math.Abs(low)/2, 0.5)
		low, high = low-half, low+half
	}
	return low, high
}

// percentile gives a percentile of sorted values, between neighbours where it
// falls between them.
func percentile(sorted []float64, percent float64) float64 {
	at := percent / 100 * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// The constants of IRAF's display: samples, contrast, and the rejection of
// samples off the line.
const (
	zSamples    = 1000
	zContrast   = 0.25
	zRejected   = 0.5 // the most of the samples that may be
	zLeast      = 5
	zSigmas     = 2.5
	zIterations = 5
)

// zscale gives limits around the median from the slope of the sorted values: a
// line is fitted to a sample, without what is far off it (the algorithm of
// IRAF's display task, Tody 1986, as astropy has it).
func zscale(values []float64) (low, high float64) {
	stride := max(1, len(values)/zSamples)
	var samples []float64
	for i := 0; i < len(values) && len(samples) < zSamples; i += stride {
		samples = append(samples, values[i])
	}
	slices.Sort(samples)
	low, high = samples[0], samples[len(samples)-1]
	least := max(zLeast, int(float64(len(samples))*zRejected))
	grow := max(1, len(samples)/100)
	bad := make([]bool, len(samples))
	good, last, slope := len(samples), len(samples)+1, 0.0
	for range zIterations {
		if good >= last || good < least {
			break
		}
		var start float64
		start, slope = line(samples, bad)
		last, good = good, reject(samples, bad, start, slope, grow)
	}
	if good < least {
		return low, high
	}
	slope /= zContrast
	middle := (len(samples) - 1) / 2
	centre := percentile(samples, 50)
	return max(low, centre-float64(middle-1)*slope), min(high, centre+float64(len(samples)-middle)*slope)
}

// line fits a line to the values that are not bad, by their places.
func line(values []float64, bad []bool) (start, slope float64) {
	var n, sx, sy, sxx, sxy float64
	for i, v := range values {
		if !bad[i] {
			x := float64(i)
			n, sx, sy, sxx, sxy = n+1, sx+x, sy+v, sxx+x*x, sxy+x*v
		}
	}
	if d := n*sxx - sx*sx; d > 0 {
		slope = (n*sxy - sx*sy) / d
		return (sy - slope*sx) / n, slope
	}
	return values[0], 0
}

// reject marks as bad what is far off a line, and what is near to that, and
// gives how many are left.
func reject(values []float64, bad []bool, start, slope float64, grow int) int {
	var n, sum, squares float64
	for i, v := range values {
		if !bad[i] {
			off := v - start - slope*float64(i)
			n, sum, squares = n+1, sum+off, squares+off*off
		}
	}
	far := zSigmas * math.Sqrt(max(squares/n-sum/n*sum/n, 0))
	off := make([]bool, len(values))
	for i, v := range values {
		off[i] = bad[i] || math.Abs(v-start-slope*float64(i)) > far
	}
	good := 0
	for i := range values {
		from := i - grow/2
		bad[i] = slices.Contains(off[max(from, 0):min(from+grow, len(off))], true)
		if !bad[i] {
			good++
		}
	}
	return good
}
