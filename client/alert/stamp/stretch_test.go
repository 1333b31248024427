package stamp

import (
	"image/color"
	"math"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/alert/stamp/stamptest"
)

// TestLimitsAreThoseOfAstropy checks numbers of ZScaleInterval and
// AsymmetricPercentileInterval(0.5, 99.5) of astropy 8.
func TestLimitsAreThoseOfAstropy(t *testing.T) {
	ztf, lsst := decoded(t, stamptest.Packet(t, stamptest.ZTF), "ztf"), decoded(t, stamptest.Packet(t, stamptest.LSST), "lsst")
	for _, c := range []struct {
		stamp     Stamp
		stretch   Stretch
		low, high float64
	}{
		{ztf[0], Linear, 209.98051635742186, 2125.033037109351},
		{ztf[1], Asinh, 222.66183410644533, 1416.4249462890518},
		{ztf[2], Log, -17.1337060546875, 176.31628662109208},
		{ztf[0], ZScale, 207.72007751464844, 291.443632592319},
		{ztf[1], ZScale, 222.31321716308594, 253.39994602113262},
		{ztf[2], ZScale, -24.45549964904785, 43.51489149594605},
		{lsst[0], ZScale, 17.807594299316406, 763.9116854149736},
	} {
		low, high := limits(c.stamp.Pixels, c.stretch)
		if math.Abs(low-c.low) > 1e-6 || math.Abs(high-c.high) > 1e-6 {
			t.Errorf("%s %v: %v to %v, want %v to %v", c.stamp.Kind, c.stretch, low, high, c.low, c.high)
		}
	}
}

func TestLimitsOfFewValuesAreApart(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, pixels := range [][]float32{nil, {nan, nan}, {5}, {0, 0, 0}, {inf, 7, -inf}, slices.Repeat([]float32{3}, 2000), {math.MaxFloat32, -math.MaxFloat32}} {
		for stretch := range Stretches {
			low, high := limits(pixels, stretch)
			if !(low < high) || math.IsInf(low, 0) || math.IsInf(high, 0) {
				t.Errorf("%v of %d values: %v to %v", stretch, len(pixels), low, high)
			}
		}
	}
}

func TestStretchesBendAsAstropysDo(t *testing.T) {
	for stretch, want := range map[Stretch][3]float64{ // of 0, 0.1 and 1
		Linear: {0, 0.1, 1}, ZScale: {0, 0.1, 1}, Asinh: {0, 0.293965326, 1}, Log: {0, 0.668010468, 1},
	} {
		s := Scale{Stretch: stretch, Low: 10, High: 20}
		for i, value := range []float32{10, 11, 20} {
			if got, ok := s.Level(value); !ok || math.Abs(got-want[i]) > 1e-6 {
				t.Errorf("%v of %v is %v, want %v", stretch, value, got, want[i])
			}
		}
		if below, _ := s.Level(-5); below != 0 {
			t.Errorf("%v below the limits is %v", stretch, below)
		}
		if above, _ := s.Level(99); above != 1 {
			t.Errorf("%v above the limits is %v", stretch, above)
		}
		if _, ok := s.Level(nan); ok {
			t.Errorf("%v of NaN is a level", stretch)
		}
	}
}

func TestDivergingDifferencesAreSymmetrical(t *testing.T) {
	pixels := make([]float32, 401)
	for i := range pixels {
		pixels[i] = float32(i - 100) // -100 to 300
	}
	stamps := []Stamp{{Kind: "science", Width: 401, Height: 1, Pixels: pixels}, {Kind: difference, Width: 401, Height: 1, Pixels: pixels}}
	scales := Look{Diverging: true, Stretch: Asinh}.Scales(stamps)
	if scales[0].Diverging || scales[0].Low != -98 {
		t.Errorf("the science image has %+v", scales[0])
	}
	if d := scales[1]; d.Low != -298 || d.High != 298 || !d.Diverging {
		t.Errorf("the difference has %+v", d)
	}
	zero, _ := scales[1].Level(0)
	less, _ := scales[1].Level(-50)
	more, _ := scales[1].Level(50)
	if zero != 0.5 || math.Abs(less+more-1) > 1e-12 || less >= 0.5 {
		t.Errorf("-50, 0 and 50 are %v, %v and %v", less, zero, more)
	}
	for inverted, want := range map[bool]color.NRGBA{false: {0, 0, 0, 255}, true: {255, 255, 255, 255}} {
		p := Palette{Diverging: true, Inverted: inverted}
		low, middle, high := p.RGB(0), p.RGB(Shade(0.5)), p.RGB(Shades-1)
		if middle != want || low.B <= low.R || high.R <= high.B {
			t.Errorf("inverted %v: from %v over %v to %v", inverted, low, middle, high)
		}
	}
}

func TestCommonLimitsLeaveTheDifferenceAlone(t *testing.T) {
	stamps := decoded(t, stamptest.Packet(t, stamptest.ZTF), "ztf")
	own, common := Look{}.Scales(stamps), Look{Common: true}.Scales(stamps)
	if common[0] != common[1] || common[0] == own[0] || common[2] != own[2] {
		t.Errorf("%v, with common limits %v", own, common)
	}
}

func TestResamplingKeepsTheMean(t *testing.T) {
	s := Stamp{Width: 3, Height: 3, Pixels: []float32{1, 2, 3, 4, 5, 6, 7, 8, 9}}
	if got := s.Resample(1, 1); got[0] != 5 {
		t.Errorf("the mean is %v", got)
	}
	if got := s.Resample(2, 1); math.Abs(float64(got[0])-(1+4+7+1+2.5+4)/4.5) > 1e-6 {
		t.Errorf("the left half is %v", got[0])
	}
	if got := s.Resample(6, 3); !slices.Equal(got[:6], []float32{1, 1, 2, 2, 3, 3}) {
		t.Errorf("twice as wide is %v", got)
	}
	s.Pixels = []float32{1, nan, nan, 3, nan, nan, 5, 7, nan}
	if got := s.Resample(1, 1); !math.IsNaN(float64(got[0])) {
		t.Errorf("mostly unknown is %v", got)
	}
	if s.Pixels[2] = 9; s.Resample(1, 1)[0] != 5 {
		t.Errorf("mostly known is %v", s.Resample(1, 1))
	}
}

func TestAPlainDifferenceIsNeverBent(t *testing.T) {
	stamps := decoded(t, stamptest.Packet(t, stamptest.ZTF), "ztf")
	for stretch, want := range map[Stretch]Stretch{Asinh: ZScale, Log: ZScale, Linear: Linear, ZScale: ZScale} {
		scales := Look{Stretch: stretch, PlainDifference: true}.Scales(stamps)
		if scales[0].Stretch != stretch || scales[2].Stretch != want {
			t.Errorf("%v: science %v, difference %v", stretch, scales[0].Stretch, scales[2].Stretch)
		}
	}
	if got := (Look{Stretch: Asinh}).Scales(stamps)[2].Stretch; got != Asinh {
		t.Errorf("a difference that may be bent is %v", got)
	}
}

func TestStretchesAreKnownByName(t *testing.T) {
	for s := range Stretches {
		if got, err := ParseStretch(s.String()); got != s || err != nil {
			t.Errorf("%v is read as %v, %v", s, got, err)
		}
	}
	if _, err := ParseStretch("sqrt"); err == nil {
		t.Error("sqrt is a stretch")
	}
}
