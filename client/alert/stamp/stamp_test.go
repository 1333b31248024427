package stamp

import (
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/stamp/stamptest"
	simulated "github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
)

var nan = float32(math.NaN())

func decoded(t testing.TB, cutouts []alert.Cutout, survey string) []Stamp {
	t.Helper()
	var stamps []Stamp
	for _, c := range cutouts {
		s, err := Decode(c)
		if err != nil {
			t.Fatal(err)
		}
		stamps = append(stamps, s.Of(survey))
	}
	return stamps
}

func TestCutoutsOfPacketsAreDecoded(t *testing.T) {
	for _, c := range []struct {
		file   string
		side   int
		scale  float64
		unit   string
		up     bool
		corner [3]float32 // the upper left pixel of each, as astropy reads the file
	}{
		{stamptest.ZTF, 63, 1.01, "DN", true, [3]float32{224.95128, 228.62402, 3.4197826}},
		{stamptest.LSST, 30, 0.2, "nJy", false, [3]float32{100.28658, 73.27726, 26.234741}},
	} {
		survey, _, _ := strings.Cut(c.file, "/")
		for i, s := range decoded(t, stamptest.Packet(t, c.file), survey) {
			if s.Width != c.side || s.Height != c.side || len(s.Pixels) != c.side*c.side || s.Unit != c.unit || math.Abs(s.PixelScale-c.scale) > 0.01 {
				t.Errorf("%s %s: %d x %d, %d pixels of %v in %s", c.file, s.Kind, s.Width, s.Height, len(s.Pixels), s.PixelScale, s.Unit)
			}
			if got := s.Pixels[0]; math.Abs(float64(got-c.corner[i])) > 1e-4 {
				t.Errorf("%s %s: the upper left pixel is %v, want %v", c.file, s.Kind, got, c.corner[i])
			}
			if c.up && (s.North.Y != 1 || s.East.X != -1) || !c.up && s.North.Y < 0.8 {
				t.Errorf("%s %s: north is %v, east is %v", c.file, s.Kind, s.North, s.East)
			}
		}
	}
}

func TestTheFirstRowOfAFileIsTheLowest(t *testing.T) {
	m := simulated.New(2)
	copy(m.Pixels, []float32{1, 2, 3, 4})
	s, err := Decode(alert.Cutout{Kind: "science", FITS: m.ZTF()})
	if err != nil || !slices.Equal(s.Pixels, []float32{3, 4, 1, 2}) {
		t.Errorf("%v, %v", s.Pixels, err)
	}
	if s.PixelScale != 0 || s.North.Y != 0 {
		t.Errorf("a stamp without coordinates has the scale %v and north %v", s.PixelScale, s.North)
	}
	if ztf := s.Of("ztf"); !slices.Equal(ztf.Pixels, []float32{1, 2, 3, 4}) || !slices.Equal(s.Pixels, []float32{3, 4, 1, 2}) {
		t.Errorf("of ZTF it is %v, and without that %v", ztf.Pixels, s.Pixels)
	}
}

func TestCutoutsThatAreNoImageAreErrors(t *testing.T) {
	for file, want := range map[string]string{
		"":       "cutout science: fits: the file is empty",
		"<html>": "cutout science: fits: no header at offset 0",
		string(simulated.AppendHeader(nil, simulated.Int("BITPIX", 8, ""), simulated.Int("NAXIS", 0, ""))): "cutout science: its file has no image",
	} {
		if _, err := Decode(alert.Cutout{Kind: "science", FITS: []byte(file)}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestScaleBarsAreRound(t *testing.T) {
	for _, c := range []struct {
		width  float64
		length float64
		label  string
	}{{63.63, 20, `20"`}, {6, 2, `2"`}, {1, 0.2, `0.2"`}, {1000, 300, "5'"}, {149, 50, `50"`}} {
		if length, label := Bar(c.width, 0.4); math.Abs(length-c.length) > 1e-9 || label != c.label {
			t.Errorf("%v arcsec wide: %v, %s, want %s", c.width, length, label, c.label)
		}
	}
}

func TestTicksLieOnBothAxesAndLeaveTheCentreFree(t *testing.T) {
	s := Stamp{Kind: "science", Width: 9, Height: 9, Pixels: make([]float32, 81)}
	m := s.Image(Look{Ticks: true}, 41)
	for at, want := range map[image.Point]bool{
		{20, 12}: true, {20, 28}: true, {12, 20}: true, {28, 20}: true, {20, 20}: false, {20, 2}: false, {2, 20}: false, {12, 12}: false,
	} {
		if got := m.At(at.X, at.Y) == TickColour; got != want {
			t.Errorf("a tick at %v: %v", at, got)
		}
	}
}

func TestPicturesOfAStampHaveTheSizeThatWasAsked(t *testing.T) {
	s := Stamp{Kind: "science", Width: 4, Height: 2, Pixels: []float32{0, 1, 2, 3, 4, 5, 6, nan}}
	m := s.Image(Look{}, 8)
	if got := m.Bounds().Size(); got != image.Pt(8, 4) {
		t.Errorf("it is %v", got)
	}
	if got := m.At(0, 0); got != (color.NRGBA{0, 0, 0, 255}) {
		t.Errorf("the upper left pixel is %v", got)
	}
	if _, _, _, alpha := m.At(7, 3).RGBA(); alpha != 0 {
		t.Error("what is off the image is not transparent")
	}
	if inverted := s.Image(Look{Inverted: true}, 8); inverted.At(0, 0) != (color.NRGBA{255, 255, 255, 255}) {
		t.Errorf("inverted it is %v", inverted.At(0, 0))
	}
	if got := (Stamp{}).Image(Look{}, 8).Bounds(); !got.Empty() {
		t.Errorf("nothing is %v", got)
	}
}
