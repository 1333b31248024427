package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// at makes a point of a light curve with a magnitude.
func at(kind alert.PointKind, mjd float64, band string, mag, err float64) alert.Point {
	nan := math.NaN()
	p := alert.Point{
		Kind: kind, MJD: mjd, Band: band, Flux: nan, FluxErr: nan, Mag: nan, MagErr: nan, FluxTotal: nan, MagTotal: nan,
		LimMag: nan, SNR: nan, RA: nan, Dec: nan,
	}
	if kind == alert.Limit {
		p.LimMag = mag
		return p
	}
	p.Mag, p.MagErr, p.Flux = mag, err, math.Pow(10, -0.4*(mag-31.4))
	return p
}

// drawn gives a picture's bytes.
func drawn(t interface {
	Helper()
	Fatal(...any)
}, c LightCurve, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, c, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// window makes the places of marks easy to say.
var window = lightcurve.Window{FromMJD: 59400, ToMJD: 59500, Low: 15, High: 20}

// where finds the pixels that are nearly of a colour, and gives their box.
func where(img image.Image, want color.RGBA) (n int, box image.Rectangle) {
	near := func(a uint32, b uint8) bool { return math.Abs(float64(a>>8)-float64(b)) < 12 }
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			if near(r, want.R) && near(g, want.G) && near(b, want.B) {
				n++
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return n, box
}

func decoded(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// without leaves the legend, at the right, out of a picture.
func without(img image.Image) image.Image {
	r := img.Bounds()
	r.Max.X = r.Max.X * 3 / 4
	return img.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(r)
}

func TestMarksStandWhereTheirValuesAre(t *testing.T) {
	green, red := color.RGBA{0x00, 0xa0, 0x5f, 255}, color.RGBA{0xd7, 0x30, 0x2a, 255}
	c := LightCurve{Window: window, Points: []alert.Point{
		at(alert.Detection, 59410, "g", 16, 0.001), at(alert.Detection, 59460, "r", 19, 0.001),
	}}
	img := decoded(t, drawn(t, c, Options{Width: 800, Height: 500}))
	if img.Bounds().Dx() != 800 || img.Bounds().Dy() != 500 {
		t.Errorf("%v", img.Bounds())
	}
	n, g := where(without(img), green)
	m, r := where(without(img), red)
	if n < 20 || m < 20 || g.Dx() > 20 || r.Dx() > 20 {
		t.Fatalf("%d green pixels in %v, %d red ones in %v", n, g, m, r)
	}
	if g.Max.X > r.Min.X || g.Max.Y > r.Min.Y {
		t.Errorf("the brighter and earlier mark is at %v, the other at %v", g, r)
	}
	c.Quantity, c.Window = lightcurve.Flux, lightcurve.Window{}
	img = decoded(t, drawn(t, c, Options{Width: 800, Height: 500}))
	if _, g = where(without(img), green); g.Max.Y > 250 {
		t.Errorf("the brighter mark is at %v on the axis of fluxes", g)
	}
}

func TestErrorBarsAndWhatIsForced(t *testing.T) {
	green := color.RGBA{0x00, 0xa0, 0x5f, 255}
	one := LightCurve{Window: window, Points: []alert.Point{at(alert.Detection, 59450, "g", 17, 1)}}
	n, box := where(without(decoded(t, drawn(t, one, Options{Width: 800, Height: 500}))), green)
	if n == 0 || box.Dy() < 100 || box.Dx() > 20 {
		t.Errorf("an error bar of 2 mag is %v", box)
	}
	one.Points[0].Kind = alert.Forced
	if n, _ = where(without(decoded(t, drawn(t, one, Options{Width: 800, Height: 500}))), green); n > 0 {
		t.Errorf("%d pixels of a forced point are as strong as a detection's", n)
	}
	lighter := colourOf(&lightcurve.Mark{Kind: alert.Forced}, &lightcurve.Band{RGB: green}).(color.RGBA)
	if n, _ = where(without(decoded(t, drawn(t, one, Options{Width: 800, Height: 500}))), lighter); n == 0 {
		t.Error("a forced point is not drawn")
	}
	one.Points = []alert.Point{at(alert.Limit, 59450, "g", 17, 0)}
	n, box = where(without(decoded(t, drawn(t, one, Options{Width: 800, Height: 500}))), lighter)
	if n == 0 || box.Dy() < 10 || box.Dy() > 40 {
		t.Errorf("the arrow of a limit is %v", box)
	}
}

func TestAPictureIsTheSameEachTime(t *testing.T) {
	c := LightCurve{Title: "ZTF21abc", Simulated: true}
	for i := range 50 {
		c.Points = append(c.Points, at(alert.PointKind(i%3), 59400+float64(i), "ugrizy"[i%6:i%6+1], 18+float64(i)/20, 0.1))
	}
	for _, f := range []Format{PNG, SVG} {
		o := Options{Format: f, Width: 400, Height: 300}
		if !bytes.Equal(drawn(t, c, o), drawn(t, c, o)) {
			t.Errorf("two %s differ", f)
		}
	}
}

// words reads an SVG and gives its texts.
func words(t *testing.T, svg []byte) []string {
	t.Helper()
	var texts []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		if chars, ok := token.(xml.CharData); ok && strings.TrimSpace(string(chars)) != "" {
			texts = append(texts, string(chars))
		}
	}
}

func TestPicturesSayWhatTheyShow(t *testing.T) {
	c := LightCurve{Title: "<b>ZTF21abc\x1b&\u202e", Simulated: true, Points: []alert.Point{
		at(alert.Detection, 59410, "g", 16, 0.1), at(alert.Forced, 59460, "r", 19, 0.1), at(alert.Limit, 59470, "<q>", 19, 0.1),
		at(alert.Forced, 59465, "r", math.NaN(), 0.1),
	}}
	c.Points[0].Flux *= -1
	c.Points[3].Flux, c.Points[3].FluxErr = 50, 100
	got := words(t, drawn(t, c, Options{Format: SVG}))
	for _, want := range []string{
		"<b>ZTF21abc&  (simulated)", "MJD (d, UTC)", "difference magnitude (AB mag)", "59420", "16 Jul 2021",
		"g detections  1", "r detections  0", "<q> detections  0", "forced  1", "5σ limits  1", "forced <1σ  1", "(negative  1)",
	} {
		if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if got := words(t, drawn(t, LightCurve{Title: "ZTF21abc"}, Options{Format: SVG})); strings.Join(got, "|") != "ZTF21abc|no points to show" {
		t.Errorf("%q", got)
	}
}

func TestFormatsAndSizesThatAreNone(t *testing.T) {
	for _, o := range []Options{{Width: 100, Height: 400}, {Width: 20000, Height: 20000}, {Width: 2000, Height: 400}, {Width: 800}, {Width: -1, Height: -1}} {
		if err := Write(io.Discard, LightCurve{}, o); !errors.Is(err, ErrSize) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if err := Write(io.Discard, LightCurve{}, Options{Format: "gif"}); err == nil || !strings.Contains(err.Error(), `"gif"`) {
		t.Error(err)
	}
	for path, want := range map[string]Format{"a.png": PNG, "b/c.SVG": SVG, "lc.pdf": "", "png": ""} {
		if got, ok := ByPath(path); got != want || ok != (want != "") {
			t.Errorf("%s: %q", path, got)
		}
	}
	failing := writer(func([]byte) (int, error) { return 0, io.ErrClosedPipe })
	for _, f := range []Format{PNG, SVG} {
		if err := Write(failing, LightCurve{}, Options{Format: f, Width: 200, Height: 200}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func TestAnyPointsMakeAPicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := func(name string) float64 {
			return rapid.OneOf(rapid.Float64Range(-30, 30), rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1)})).Draw(t, name)
		}
		var points []alert.Point
		for range rapid.IntRange(0, 5).Draw(t, "points") {
			points = append(points, alert.Point{
				Kind: alert.PointKind(rapid.IntRange(0, 2).Draw(t, "kind")), MJD: value("mjd"), Band: rapid.String().Draw(t, "band"),
				Flux: value("flux"), FluxErr: value("flux error"), Mag: value("mag"), MagErr: value("mag error"), LimMag: value("limit"),
			})
		}
		c := LightCurve{
			Title: rapid.String().Draw(t, "title"), Points: points, Quantity: lightcurve.Quantity(rapid.IntRange(0, 3).Draw(t, "quantity")),
			Window: lightcurve.Window{FromMJD: value("from"), ToMJD: value("to"), Low: value("low"), High: value("high")},
		}
		svg := drawn(t, c, Options{Format: SVG, Width: rapid.IntRange(200, 600).Draw(t, "width"), Height: rapid.IntRange(200, 600).Draw(t, "height")})
		if strings.Contains(string(svg), "NaN") || strings.Contains(string(svg), "Inf") {
			t.Fatal("a place that is none")
		}
		d := xml.NewDecoder(bytes.NewReader(svg))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// BenchmarkWrite draws 1,000 points.
func BenchmarkWrite(b *testing.B) {
	var c LightCurve
	for i := range 1000 {
		c.Points = append(c.Points, at(alert.PointKind(i%2), 59400+float64(i), "ugrizy"[i%6:i%6+1], 18+float64(i%100)/20, 0.1))
	}
	for _, f := range []Format{PNG, SVG} {
		b.Run(string(f), func(b *testing.B) {
			for b.Loop() {
				drawn(b, c, Options{Format: f})
			}
		})
	}
}
