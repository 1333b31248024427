package fits_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client/alert/fits"
	"github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
	"github.com/mwvgroup/pgb/client/shareddata"
)

func headerOf(t *testing.T, cards ...stamp.Card) fits.Header {
	t.Helper()
	list := append([]stamp.Card{stamp.Bool("SIMPLE", true, ""), stamp.Int("BITPIX", 8, ""), stamp.Int("NAXIS", 2, ""),
		stamp.Int("NAXIS1", 1, ""), stamp.Int("NAXIS2", 1, "")}, cards...)
	images, err := fits.Images(append(stamp.AppendHeader(nil, list...), 0))
	if err != nil {
		t.Fatal(err)
	}
	return images[0].Header
}

func TestSkyGivesScaleAndDirections(t *testing.T) {
	const second = 1. / 3600
	f := func(key string, value float64) stamp.Card { return stamp.Float(key, value, "") }
	half := math.Sqrt(0.5)
	for name, c := range map[string]struct {
		cards []stamp.Card
		want  fits.Sky
	}{
		"north up, east left": {[]stamp.Card{f("CDELT1", -second), f("CDELT2", second)},
			fits.Sky{PixelScale: 1, North: fits.Direction{Y: 1}, East: fits.Direction{X: -1}}},
		"a matrix of degrees": {[]stamp.Card{f("CD1_1", 0), f("CD1_2", 2*second), f("CD2_1", 2*second), f("CD2_2", 0)},
			fits.Sky{PixelScale: 2, North: fits.Direction{X: 1}, East: fits.Direction{Y: 1}}},
		"turned by CROTA2": {[]stamp.Card{f("CDELT1", -second), f("CDELT2", second), f("CROTA2", 45)},
			fits.Sky{PixelScale: 1, North: fits.Direction{X: -half, Y: half}, East: fits.Direction{X: -half, Y: -half}}},
		"turned by PC": {[]stamp.Card{f("CDELT1", -second), f("CDELT2", second), f("PC1_1", half), f("PC1_2", -half), f("PC2_1", half), f("PC2_2", half)},
			fits.Sky{PixelScale: 1, North: fits.Direction{X: half, Y: half}, East: fits.Direction{X: -half, Y: half}}},
		"axes the other way round": {[]stamp.Card{stamp.Text("CTYPE1", "DEC--TAN", ""), stamp.Text("CTYPE2", "RA---TAN", ""), f("CDELT1", second), f("CDELT2", second)},
			fits.Sky{PixelScale: 1, North: fits.Direction{X: 1}, East: fits.Direction{Y: 1}}},
	} {
		got, ok := headerOf(t, c.cards...).Sky()
		if !ok || math.Abs(got.PixelScale-c.want.PixelScale) > 1e-9 || !near(got.North, c.want.North) || !near(got.East, c.want.East) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func near(a, b fits.Direction) bool { return math.Hypot(a.X-b.X, a.Y-b.Y) < 1e-9 }

func TestSkyIsUnknownWithoutAMatrixOfTheSky(t *testing.T) {
	for name, cards := range map[string][]stamp.Card{
		"nothing":    nil,
		"galactic":   {stamp.Text("CTYPE1", "GLON-TAN", ""), stamp.Text("CTYPE2", "GLAT-TAN", ""), stamp.Float("CDELT1", 1, "")},
		"millimetre": {stamp.Text("CUNIT1", "mm", ""), stamp.Float("CDELT1", 1, "")},
		"no area":    {stamp.Float("CD1_1", 1, "")},
	} {
		if got, ok := headerOf(t, cards...).Sky(); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestStampsOfLSSTLieOnTheSky(t *testing.T) {
	file := filepath.Join(shareddata.Dir(t), "alerts", "lsst", "full-size.v9_0.7912941781254298.avro")
	got, ok := cutout(t, file, "lsst-alerts", "science")[0].Header.Sky()
	// From the matrix in the packet: declination grows by 4.83e-5 degrees with
	// y and falls by 2.71e-5 with x; right ascension falls with both.
	if !ok || math.Abs(got.PixelScale-0.2) > 0.001 || got.North.Y < 0.8 || got.North.X > -0.4 || got.East.X > -0.8 {
		t.Errorf("%+v, %v", got, ok)
	}
	m := stamp.New(3)
	images, err := fits.Images(m.LSST(stamp.Frame{Rotation: 30}, m, 1, 3))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok = images[0].Header.Sky(); !ok || math.Abs(got.PixelScale-0.2) > 1e-9 || math.Abs(got.North.Y-math.Cos(math.Pi/6)) > 1e-9 {
		t.Errorf("%+v, %v", got, ok)
	}
}
