package alert

import (
	"fmt"
	"math"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// pointAt makes a point at a time of which nothing else is known.
func pointAt(kind PointKind, mjd float64, band string) Point {
	p := unknownPoint(kind)
	p.MJD, p.Band = mjd, band
	return p
}

// printed writes points so that equal ones are equal texts, NaN included.
func printed(points []Point) string { return fmt.Sprintf("%+v", points) }

// toldAlert is what one alert says.
type toldAlert struct {
	points []Point
	from   float64
}

// anyAlerts draws alerts that tell the same few epochs in many ways.
func anyAlerts(t *rapid.T) []toldAlert {
	maybe := func(label string, f float64) float64 {
		if rapid.Bool().Draw(t, label) {
			return math.NaN()
		}
		return f
	}
	point := rapid.Custom(func(t *rapid.T) Point {
		p := pointAt(PointKind(rapid.IntRange(0, 2).Draw(t, "kind")), 60000, rapid.SampledFrom([]string{"g", "r", ""}).Draw(t, "band"))
		p.MJD = maybe("no time", 60000+0.4e-5*float64(rapid.IntRange(0, 8).Draw(t, "time")))
		p.SourceID = rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(t, "source")
		p.Visit = int64(rapid.IntRange(0, 3).Draw(t, "visit"))
		p.Detector = int64(rapid.IntRange(0, 1).Draw(t, "detector"))
		value := func(name string) float64 { return maybe("no "+name, float64(rapid.IntRange(1, 3).Draw(t, name))) }
		p.Flux, p.Mag, p.SNR = value("flux"), value("mag"), value("snr")
		p.FluxErr, p.MagErr = value("flux error"), value("mag error")
		p.FluxTotal, p.MagTotal, p.LimMag = value("total"), value("total mag"), value("limit")
		p.RA, p.Dec = value("ra"), value("dec")
		p.Trigger = rapid.Bool().Draw(t, "trigger")
		return p
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) toldAlert {
		return toldAlert{
			rapid.SliceOfN(point, 0, 5).Draw(t, "points"),
			maybe("no alert time", float64(60000+rapid.IntRange(0, 2).Draw(t, "from"))),
		}
	}), 0, 6).Draw(t, "alerts")
}

func folded(alerts []toldAlert) []Point {
	var c Curve
	for _, a := range alerts {
		c.Add(a.points, a.from)
	}
	return c.Points()
}

func TestCurvesDoNotDependOnTheOrderOfTheirAlerts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alerts := anyAlerts(t)
		want := printed(folded(alerts))
		shuffled := rapid.Permutation(alerts).Draw(t, "order")
		for i := range shuffled {
			shuffled[i].points = rapid.Permutation(shuffled[i].points).Draw(t, "order of points")
		}
		if got := printed(folded(shuffled)); got != want {
			t.Fatalf("in another order\n%s\nwant\n%s", got, want)
		}
		if got := printed(folded(append(shuffled, alerts...))); got != want {
			t.Fatalf("told twice\n%s\nwant\n%s", got, want)
		}
	})
}

func TestTellingsOfOneSourceDoNotDependOnTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alerts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) toldAlert {
			p := pointAt(Detection, 60000, "g")
			p.SourceID, p.Trigger = "1", rapid.Bool().Draw(t, "trigger")
			values := rapid.SampledFrom([]float64{math.NaN(), 1, 2, 3})
			p.Flux, p.Mag, p.FluxTotal, p.LimMag = values.Draw(t, "flux"), values.Draw(t, "mag"), values.Draw(t, "total"), values.Draw(t, "limit")
			return toldAlert{[]Point{p}, values.Draw(t, "from")}
		}), 1, 5).Draw(t, "alerts")
		want := folded(alerts)
		if got := folded(rapid.Permutation(alerts).Draw(t, "order")); printed(got) != printed(want) || len(got) != 1 {
			t.Fatalf("in another order\n%+v\nwant\n%+v", got, want)
		}
	})
}

func TestACurveOfOneAlertIsThatAlertsLightCurve(t *testing.T) {
	r := testReader()
	for _, d := range append(decodes(t, "ztf-ZTF21abiuvdk"), decodes(t, "ztf-mixed")...) {
		points, err := r.Photometry(packetMessage(t, "ztf-alerts", d.File))
		if err != nil {
			t.Fatal(err)
		}
		var c Curve
		c.Add(points, points[len(points)-1].MJD)
		if got := c.Points(); printed(got) != printed(points) {
			t.Errorf("%s: %d points, want %d", d.File, len(got), len(points))
		}
	}
}

func TestACurveOfARealSupernovaCandidateHasEachEpochOnce(t *testing.T) {
	r := testReader()
	var c Curve
	images, triggers := map[string]bool{}, map[string]bool{}
	for _, d := range decodes(t, "ztf-ZTF21abiuvdk") {
		points, err := r.Photometry(packetMessage(t, "ztf-alerts", d.File))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range points {
			images[fmt.Sprintf("%s %.4f", p.Band, p.MJD)] = true
			if p.Trigger {
				triggers[p.SourceID] = true
			}
		}
		c.Add(points, points[len(points)-1].MJD)
	}
	points := c.Points()
	_, _, _, caused := counts(points)
	if len(points) != len(images) || caused != len(triggers) || !isSorted(points) {
		t.Errorf("%d points, want %d; %d triggers, want %d; sorted %v", len(points), len(images), caused, len(triggers), isSorted(points))
	}
}

func TestTheBestTellingOfAnEpochCountsAndIsFilledUp(t *testing.T) {
	nan := math.NaN()
	detection := pointAt(Detection, 60000, "g")
	detection.SourceID, detection.Flux, detection.FluxErr, detection.Mag, detection.Visit = "7", 100, 1, 26.4, 5
	newer := detection
	newer.Flux, newer.Mag = 110, nan
	forced := pointAt(Forced, 60000, "g")
	forced.Visit, forced.Flux, forced.FluxTotal = 5, 90, 5000
	limit := pointAt(Limit, 60000, "g")
	limit.LimMag = 20.5

	var c Curve
	c.Add([]Point{limit}, 60003)
	c.Add([]Point{forced}, 60002)
	c.Add([]Point{newer}, 60001)
	old := detection
	old.Trigger, old.RA, old.Dec = true, 10, 20
	c.Add([]Point{old}, 60000)
	want := newer
	want.FluxTotal, want.LimMag, want.RA, want.Dec, want.Trigger = 5000, 20.5, 10, 20, true
	if got := c.Points(); printed(got) != printed([]Point{want}) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}

	c = Curve{}
	c.Add([]Point{forced}, nan)
	c.Add([]Point{limit}, 60003)
	if got := c.Points(); len(got) != 1 || got[0].Kind != Forced || got[0].LimMag != 20.5 || got[0].Flux != 90 {
		t.Errorf("a limit and a forced point of one image: %+v", got)
	}

	c = Curve{}
	forced.Flux = 91
	again := forced
	again.Flux, again.FluxErr = 92, 3
	c.Add([]Point{again}, 60000)
	c.Add([]Point{forced}, 60001)
	if got := c.Points(); len(got) != 1 || got[0].Flux != 91 || !math.IsNaN(got[0].FluxErr) {
		t.Errorf("a flux must not take another flux's error: %+v", got)
	}
}

func TestASourceThatCausedAnAlertStaysATrigger(t *testing.T) {
	cause := pointAt(Detection, 60000, "g")
	cause.SourceID, cause.Trigger = "1", true
	again := pointAt(Detection, 60000.000001, "g") // the time as another version rounds it
	again.SourceID = "1"
	var c Curve
	c.Add([]Point{cause}, 60000)
	c.Add([]Point{again}, 60001)
	if got := c.Points(); len(got) != 1 || !got[0].Trigger || got[0].MJD != again.MJD {
		t.Errorf("%+v", got)
	}
}

func TestTwoSourcesOnOneImageStayTwoOverManyAlerts(t *testing.T) {
	one, other := pointAt(Detection, 60000, "g"), pointAt(Detection, 60000, "g")
	one.SourceID, other.SourceID = "1", "2"
	var c Curve
	c.Add([]Point{one, other}, 60000)
	c.Add([]Point{other, one}, 60001)
	if got := c.Points(); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestPointsHaveAValueForEachColumn(t *testing.T) {
	p := unknownPoint(Limit)
	p.Band, p.LimMag = "g", 20.5
	columns, values := PointColumns(), p.AppendValues(nil, "ZTF21abc", "ztf", true)
	got := map[string]string{}
	for i, c := range columns {
		if v := values[i]; !v.IsMissing() {
			got[c.Name] = v.String()
			if v.Kind() != c.Kind {
				t.Errorf("%s is %s, the column %s", c.Name, v.Kind(), c.Kind)
			}
		}
	}
	want := map[string]string{
		"object_id": "ZTF21abc", "survey": "ztf", "kind": "limit", "band": "g", "lim_mag": "20.5", "trigger": "false", "simulated": "true",
	}
	if len(values) != len(columns) || !reflect.DeepEqual(got, want) {
		t.Errorf("%d values of %d columns: %v", len(values), len(columns), got)
	}
	p = Point{Kind: Detection, SourceID: "7", MJD: 1, Band: "g", Flux: 2, FluxErr: 3, Mag: 4, MagErr: 5, FluxTotal: 6, MagTotal: 7,
		LimMag: 8, SNR: 9, RA: 10, Dec: 11, Visit: 12, Detector: 13, Trigger: true}
	for i, v := range p.AppendValues(nil, "o", "s", false) {
		if v.IsMissing() || v.Kind() != columns[i].Kind {
			t.Errorf("%s: %s", columns[i].Name, v.Kind())
		}
	}
	if at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == "detector" }); p.AppendValues(nil, "", "", false)[at].String() != "13" {
		t.Error("the values are not in the order of the columns")
	}
}

// thousandAlerts are alerts of one object that each tell the epochs before.
func thousandAlerts(alerts, epochs int) []toldAlert {
	random := rand.New(rand.NewSource(1))
	all := make([]Point, epochs+alerts)
	for i := range all {
		all[i] = pointAt(PointKind(i%2), 60000+float64(i)/10, "ugrizy"[i%6:i%6+1])
		all[i].Visit, all[i].Detector, all[i].Flux, all[i].FluxErr = int64(i+1), 7, random.Float64(), 1
		if all[i].Kind == Detection {
			all[i].SourceID = fmt.Sprint(1_000_000_000_000 + i)
		}
	}
	told := make([]toldAlert, alerts)
	for i := range told {
		points := slices.Clone(all[i : i+epochs])
		points[len(points)-1].Trigger = true
		told[i] = toldAlert{points, points[len(points)-1].MJD}
	}
	return told
}

func TestCurvesGrowWithEpochsNotWithAlerts(t *testing.T) {
	var c Curve
	for _, a := range thousandAlerts(100, 100) {
		c.Add(a.points, a.from)
	}
	if len(c.told) != 199 || len(c.Points()) != 199 {
		t.Errorf("%d measurements kept, %d points", len(c.told), len(c.Points()))
	}
}

// BenchmarkCurve folds 1,000 alerts of 1,000 points each. A map filled with the
// same keys is the baseline.
func BenchmarkCurve(b *testing.B) {
	told := thousandAlerts(1000, 1000)
	b.Run("fold", func(b *testing.B) {
		for b.Loop() {
			if got := folded(told); len(got) != 1999 {
				b.Fatal(len(got))
			}
		}
	})
	b.Run("map", func(b *testing.B) {
		for b.Loop() {
			seen := map[image]float64{}
			for _, a := range told {
				for i := range a.points {
					seen[image{visit: a.points[i].Visit, detector: a.points[i].Detector}] = a.from
				}
			}
		}
	})
}
