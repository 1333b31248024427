package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert/fits"
	"github.com/mwvgroup/pgb/client/alert/stamp"
)

// ramp is a stamp whose values grow along its rows; the last pixel is unknown.
func ramp(kind string, side int) stamp.Stamp {
	s := stamp.Stamp{Kind: kind, Width: side, Height: side, Pixels: make([]float32, side*side)}
	for i := range s.Pixels {
		s.Pixels[i] = float32(i % side)
	}
	s.Pixels[len(s.Pixels)-1] = float32(math.NaN())
	return s
}

func onSky(s stamp.Stamp) stamp.Stamp {
	s.PixelScale, s.North, s.East = 1, fits.Direction{Y: 1}, fits.Direction{X: -1}
	return s
}

func stampPicture(t *testing.T, s stamp.Stamp, o StampOptions) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := WriteStamp(&b, s, o); err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEachPixelOfAStampIsASquareOfItsShade(t *testing.T) {
	s := ramp("science", 8)
	m := stampPicture(t, s, StampOptions{Scale: 5})
	if got := m.Bounds().Size(); got != image.Pt(40, 40) {
		t.Fatalf("it is %v", got)
	}
	want := s.Picture(stamp.Look{}, stamp.Look{}.Scales([]stamp.Stamp{s})[0], 40, 40)
	for y := range 40 {
		for x := range 40 {
			r, g, b, a := m.At(x, y).RGBA()
			wr, wg, wb, wa := want.At(x, y).RGBA()
			if r != wr || g != wg || b != wb || a != wa {
				t.Fatalf("the pixel %d, %d is %v, want %v", x, y, m.At(x, y), want.At(x, y))
			}
		}
	}
	if _, _, _, a := m.At(39, 39).RGBA(); a != 0 {
		t.Error("what is not known is not transparent")
	}
	if m := stampPicture(t, s, StampOptions{}); m.Bounds().Dx() != 496 {
		t.Errorf("without a scale it is %v wide", m.Bounds().Dx())
	}
	if err := WriteStamp(&bytes.Buffer{}, s, StampOptions{Scale: 5000}); err == nil {
		t.Error("a picture of 40000 pixels was drawn")
	}
	if err := WriteStamp(&bytes.Buffer{}, stamp.Stamp{Kind: "science"}, StampOptions{}); err == nil || !strings.Contains(err.Error(), "science") {
		t.Errorf("a stamp without pixels: %v", err)
	}
}

func TestTheScaleBarIsAsLongAsItSays(t *testing.T) {
	s := onSky(ramp("science", 60)) // 60 arcseconds wide: the bar has 20
	m := stampPicture(t, s, StampOptions{Scale: 6})
	mark := color.RGBA{markColour.R, markColour.G, markColour.B, 255}
	// The lowest row of marks left of the middle is the bar's.
	longest := 0
	for y := range 360 {
		run := 0
		for x := range 180 {
			if near(m.At(x, y), mark) {
				run++
				longest = max(longest, run)
			} else {
				run = 0
			}
		}
	}
	if longest < 118 || longest > 124 {
		t.Errorf("the bar of 20 arcseconds has %d pixels, want 120", longest)
	}
	n, box := where(m, mark)
	if n == 0 || box.Max.X < 320 {
		t.Errorf("no arrows in the lower right corner: marks are in %v", box)
	}
	for name, bare := range map[string]image.Image{
		"bare": stampPicture(t, s, StampOptions{Scale: 6, Bare: true}), "not on the sky": stampPicture(t, ramp("science", 60), StampOptions{Scale: 6}),
		"small": stampPicture(t, s, StampOptions{Scale: 1}),
	} {
		if n, _ := where(bare, mark); n > 0 {
			t.Errorf("a stamp that is %s has marks", name)
		}
	}
	if n, _ := where(stampPicture(t, ramp("science", 60), StampOptions{Scale: 6, Simulated: true}), mark); n == 0 {
		t.Error("nothing says that it is simulated")
	}
}

func near(c color.Color, want color.RGBA) bool {
	r, g, b, _ := c.RGBA()
	off := func(a uint32, b uint8) bool { return math.Abs(float64(a>>8)-float64(b)) < 12 }
	return off(r, want.R) && off(g, want.G) && off(b, want.B)
}

func sheet(t *testing.T, rows []SheetRow, o SheetOptions) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := WriteSheet(&b, rows, o); err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestASheetHasARowForEachAlertAndAColumnForEachKind(t *testing.T) {
	full := SheetRow{Title: "ZTF21abc", Lines: []string{"1", "MJD 60000"}, Stamps: []stamp.Stamp{ramp("difference", 63), ramp("science", 30), ramp("template", 400)}}
	m := sheet(t, []SheetRow{full, {Title: strings.Repeat("long name ", 20), Simulated: true}}, SheetOptions{})
	if want := image.Pt(sheetColumn(3), sheetHead+2*(sheetStamp+sheetGap)+sheetFoot); m.Bounds().Size() != want {
		t.Errorf("the sheet is %v, want %v", m.Bounds().Size(), want)
	}
	ink := func(row, column int) int {
		x, y := sheetColumn(column), sheetHead+row*(sheetStamp+sheetGap)
		n := 0
		for dy := range sheetStamp {
			for dx := range sheetStamp {
				if r, _, _, _ := m.At(x+dx, y+dy).RGBA(); r < 0xf000 {
					n++
				}
			}
		}
		return n
	}
	for column := range 3 {
		if n := ink(0, column); n < 20_000 {
			t.Errorf("column %d of the full row has %d pixels", column, n)
		}
		if n := ink(1, column); n == 0 || n > 3000 {
			t.Errorf("column %d of a row without stamps has %d pixels, words are expected", column, n)
		}
	}
	if narrow := sheet(t, []SheetRow{full}, SheetOptions{Kinds: []string{"science"}}); narrow.Bounds().Dx() != sheetColumn(1) {
		t.Errorf("a sheet of one kind is %d wide", narrow.Bounds().Dx())
	}
	if err := WriteSheet(&bytes.Buffer{}, make([]SheetRow, SheetRows+1), SheetOptions{}); err == nil {
		t.Error("more alerts than a page has were drawn")
	}
}
