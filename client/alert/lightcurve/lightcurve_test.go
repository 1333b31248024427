package lightcurve

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/alert"
)

// measured makes a point whose magnitude belongs to its flux.
func measured(kind alert.PointKind, mjd float64, band string, flux, err float64) alert.Point {
	nan := math.NaN()
	p := alert.Point{
		Kind: kind, MJD: mjd, Band: band, Flux: flux, FluxErr: err, Mag: nan, MagErr: nan, FluxTotal: nan, MagTotal: nan,
		LimMag: nan, SNR: nan, RA: nan, Dec: nan,
	}
	if math.Abs(flux) > err {
		p.Mag, p.MagErr = 31.4-2.5*math.Log10(math.Abs(flux)), 1.0857*err/math.Abs(flux)
	}
	return p
}

func TestWhatADrawingShowsOfEachPoint(t *testing.T) {
	nan := math.NaN()
	limit := measured(alert.Limit, 2, "r", nan, nan)
	limit.LimMag = 20.5
	points := []alert.Point{
		measured(alert.Detection, 1, "g", 1e4, 100),
		measured(alert.Detection, 1, "r", -1e4, 100),
		limit,
		measured(alert.Forced, 3, "", 50, 100),
		measured(alert.Detection, nan, "g", 1e4, 100),
		measured(alert.Detection, 5, "q", nan, nan),
	}
	d := Draw(points, Magnitude)
	var bands []string
	for _, b := range d.Bands {
		bands = append(bands, b.Name)
	}
	if got := strings.Join(bands, " "); got != "g r ?" || d.Left != 2 {
		t.Errorf("bands %q, %d left", got, d.Left)
	}
	for i, want := range []float64{21.4, 21.4, 20.5, 31.4 - 2.5*math.Log10(500)} {
		if m := d.Marks[i]; math.Abs(m.Value-want) > 1e-9 || m.Point != i || math.IsNaN(m.Err) != (m.Kind == alert.Limit) {
			t.Errorf("mark %+v, want %v", m, want)
		}
	}

	d = Draw(points, Flux)
	for i, want := range []float64{1e4, -1e4, math.Pow(10, 0.4*(31.4-20.5)), 50} {
		if m := d.Marks[i]; math.Abs(m.Value-want) > 1e-6 || m.Negative {
			t.Errorf("mark %+v, want %v", m, want)
		}
	}
	points[0].MagTotal, points[0].FluxTotal = 18, 2e5
	if d = Draw(points, TotalMagnitude); len(d.Marks) != 1 || d.Marks[0].Value != 18 || d.Left != 5 {
		t.Errorf("%+v", d)
	}
	if d = Draw(points, TotalFlux); len(d.Marks) != 1 || d.Marks[0].Value != 2e5 {
		t.Errorf("%+v", d)
	}
}

func TestEachMarkIsCountedOnce(t *testing.T) {
	nan := math.NaN()
	limit := measured(alert.Limit, 2, "r", nan, nan)
	limit.LimMag = 20.5
	unmeasured := limit
	unmeasured.Kind = alert.Forced
	points := []alert.Point{
		measured(alert.Detection, 1, "g", 1e4, 100), measured(alert.Detection, 2, "g", 1e4, 100), measured(alert.Detection, 1, "r", -1e4, 100),
		measured(alert.Forced, 3, "g", 1e4, 100), measured(alert.Forced, 4, "r", -1e4, 100), measured(alert.Forced, 5, "r", 1e4, 100),
		limit, unmeasured,
		measured(alert.Forced, 6, "g", 50, 100), measured(alert.Forced, 7, "g", -50, 100), measured(alert.Forced, 8, "i", 50, 100),
		measured(alert.Detection, nan, "g", 1e4, 100),
	}
	for quantity, want := range map[Quantity]Counts{
		Magnitude: {Detections: []int{2, 1, 0}, Forced: 3, Limits: 2, Faint: 3, Negative: 2},
		Flux:      {Detections: []int{2, 1, 0}, Forced: 6, Limits: 1},
	} {
		d := Draw(points, quantity)
		got := d.Count()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", quantity, got, want)
		}
		if sum := got.Detections[0] + got.Detections[1] + got.Detections[2] + got.Forced + got.Limits + got.Faint; sum != len(d.Marks) {
			t.Errorf("%s: the counts add up to %d of %d marks", quantity, sum, len(d.Marks))
		}
	}
}

func TestBandsDifferInColourAndMark(t *testing.T) {
	surveys := [][]string{{"u", "g", "r", "i", "z", "y"}, {"F062", "F087", "F106", "F129", "F146", "F158", "F184", "F213"}}
	for _, names := range surveys {
		seen := map[any]string{}
		for _, name := range names {
			b := BandOf(name)
			for _, what := range []any{b.RGB, b.ANSI, [1]uint8{b.ANSILight}, b.Shape, b.ASCII} {
				if other, ok := seen[what]; ok {
					t.Errorf("%s and %s share %v", name, other, what)
				}
				seen[what] = name
			}
		}
	}
	if b := BandOf("Y"); b.Name != "Y" || b.ASCII != 'X' {
		t.Errorf("%+v", b)
	}
}

func TestWindowsHoldAllMarksAndTheirBars(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) alert.Point {
			return measured(alert.Detection, rapid.Float64().Draw(t, "mjd"), "g", rapid.Float64().Draw(t, "flux"), rapid.Float64().Draw(t, "error"))
		}), 0, 9).Draw(t, "points")
		d := Draw(points, Quantity(rapid.IntRange(0, 3).Draw(t, "quantity")))
		w := d.Window()
		if len(d.Marks)+d.Left != len(points) || len(d.Marks) == 0 != w.IsEmpty() {
			t.Fatalf("%d marks, %d left, window %+v", len(d.Marks), d.Left, w)
		}
		for _, m := range d.Marks {
			bar := max(0, m.Err)
			if math.IsNaN(m.Err) {
				bar = 0
			}
			if !(w.FromMJD <= m.MJD && m.MJD <= w.ToMJD && w.Low <= m.Value-bar && m.Value+bar <= w.High) {
				t.Fatalf("%+v is not in %+v", m, w)
			}
			if got := d.Nearest(w, m.MJD, m.Value); d.Marks[got].MJD != m.MJD || d.Marks[got].Value != m.Value {
				t.Fatalf("nearest to %+v is %+v", m, d.Marks[got])
			}
		}
	})
}

func TestZoomingKeepsThePlaceAndMovingTheSize(t *testing.T) {
	w := Window{100, 200, 18, 20}
	if got := w.Zoomed(0.5, 120, 18); got != (Window{110, 160, 18, 19}) {
		t.Errorf("zoomed: %+v", got)
	}
	if got := w.Moved(0.1, -0.5); got != (Window{110, 210, 17, 19}) {
		t.Errorf("moved: %+v", got)
	}
	for _, w := range []Window{{}, {1, 1, 0, 1}, {0, 1, 2, 1}, {math.NaN(), 1, 0, 1}, {0, math.Inf(1), 0, 1}, {6e4, 6e4 + 1e-12, 0, 1}} {
		if !w.IsEmpty() {
			t.Errorf("%+v is drawn", w)
		}
	}
	var none Drawing
	if got := none.Nearest(w, 0, 0); got != -1 {
		t.Errorf("nearest of nothing: %d", got)
	}
}

func words(ticks []Tick) string {
	var labels []string
	for _, t := range ticks {
		labels = append(labels, t.Label)
	}
	return strings.Join(labels, " ")
}

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		wanted    int
		want      string
	}{
		{17.2, 21.4, 4, "18 20"},
		{17.2, 21.4, 8, "18 19 20 21"},
		{17.2, 18.1, 4, "17.5 18.0"},
		{-1, 1, 4, "-1.0 -0.5 0.0 0.5 1.0"},
		{0, 4e7, 4, "0 1e7 2e7 3e7 4e7"},
		{59400.2, 59400.9, 3, "59400.2 59400.4 59400.6 59400.8"},
		{18, 18, 3, ""},
		{math.NaN(), 18, 3, ""},
		{0, 100, 0, ""},
	} {
		got := words(Ticks(c.low, c.high, c.wanted))
		if got != c.want {
			t.Errorf("ticks from %v to %v, %d wanted: %q, want %q", c.low, c.high, c.wanted, got, c.want)
		}
	}
}

func TestTicksLieInTheirRangeAndAreFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low, high := rapid.Float64().Draw(t, "low"), rapid.Float64().Draw(t, "high")
		wanted := rapid.IntRange(0, 30).Draw(t, "wanted")
		for name, ticks := range map[string][]Tick{"ticks": Ticks(low, high, wanted), "dates": DateTicks(low, high, wanted)} {
			if len(ticks) > 2*wanted+4 {
				t.Fatalf("%d %s, %d wanted", len(ticks), name, wanted)
			}
			for i, tick := range ticks {
				slack := 1e-6 * (high - low)
				if tick.At < low-slack || tick.At > high+slack || i > 0 && tick.At <= ticks[i-1].At || len(tick.Label) > 24 {
					t.Fatalf("%s of %v to %v: %+v", name, low, high, ticks)
				}
			}
		}
	})
}

func TestDatesAreThoseOfTheCalendar(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		wanted   int
		want     string
	}{
		{59382, 59464, 5, "Jul 2021 Aug 2021 Sep 2021"},
		{59395, 59410, 5, "1 Jul 2021 6 Jul 2021 11 Jul 2021"},
		{59380, 59420, 5, "21 Jun 2021 1 Jul 2021 11 Jul 2021 21 Jul 2021"},
		{59000, 60500, 5, "2021 2022 2023 2024"},
		{59000, 70000, 4, "2030 2040 2050"},
		{59400, 59401, 3, "07-05 00:00 07-05 12:00 07-06 00:00"},
		{-1e7, 1e7, 3, ""},
	} {
		if got := words(DateTicks(c.from, c.to, c.wanted)); got != c.want {
			t.Errorf("dates from %v to %v: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	if got := Date(59400.000011, 1e-5); got != "00:00:01" {
		t.Errorf("a time of day: %q", got)
	}
}

func TestTextFromOutsideIsCleaned(t *testing.T) {
	if got := Clean("Z\x1b[31mTF\u202e 21\u0301\n\x00é\u200b"); got != "Z[31mTF 21 é" {
		t.Errorf("%q", got)
	}
	if got := Clean(strings.Repeat("ä", 1000)); len([]rune(got)) != longestText {
		t.Errorf("%d characters", len([]rune(got)))
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range Clean(rapid.String().Draw(t, "text")) {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%U", r)
			}
		}
	})
}
