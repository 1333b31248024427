package bigquery

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	api "google.golang.org/api/bigquery/v2"
	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

func TestABoxHoldsItsCone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cone := drawCone(t)
		at := drawIn(t, cone)
		b := boxAround(cone)
		if at.Dec < b.dec[0] || at.Dec > b.dec[1] {
			t.Fatalf("%v is outside of %v", at, b)
		}
		inside := len(b.ra) == 0
		for _, r := range b.ra {
			inside = inside || at.RA >= r[0] && at.RA <= r[1]
		}
		if !inside {
			t.Fatalf("%v is outside of %v", at, b)
		}
	})
}

func drawCone(t *rapid.T) sky.Cone {
	return sky.Cone{
		Center: sky.Position{RA: rapid.Float64Range(0, 359.999).Draw(t, "ra"), Dec: rapid.Float64Range(-90, 90).Draw(t, "dec")},
		Radius: sky.Arcseconds(rapid.SampledFrom([]float64{0.5, 5, 120, 3600, 36000, 300000}).Draw(t, "radius")),
	}
}

// drawIn draws a place in a cone.
func drawIn(t *rapid.T, c sky.Cone) sky.Position {
	step := c.Radius.Degrees()
	at := sky.Position{
		RA:  c.Center.RA + step*rapid.Float64Range(-3, 3).Draw(t, "east"),
		Dec: min(90, max(-90, c.Center.Dec+step*rapid.Float64Range(-1, 1).Draw(t, "north"))),
	}
	for at.RA < 0 {
		at.RA += 360
	}
	for at.RA >= 360 {
		at.RA -= 360
	}
	if !c.Contains(at) {
		return c.Center
	}
	return at
}

func TestACoversRangesHoldItsCone(t *testing.T) {
	s := newService(t)
	sources, err := s.open(Options{}).sources(t.Context(), registry.HoldsAlerts, "lsst")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		cone := drawCone(t)
		at := drawIn(t, cone)
		made := sources[0].coverOf(cone)
		for _, x := range []pixels{made.coarse, made.fine} {
			if x.column != "" && !x.ranges.Contains(at.Pixel(sources[0].orderOf(x.column))) {
				t.Fatalf("%v is not in %s of %v", at, x.column, cone)
			}
		}
		if made.coarse.column != "healpix9" || made.count() > 2*maxRangesACone {
			t.Fatalf("%d ranges", made.count())
		}
	})
}

func TestTheHistoriesThatAreReadHoldWhatAllOfThemHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mjds := rapid.SliceOfN(rapid.Float64Range(60000, 62000), 1, 40).Draw(t, "mjds")
		slices.Sort(mjds)
		var alerts []*found
		for _, m := range mjds {
			alerts = append(alerts, &found{mjd: m})
		}
		const reach = 365
		since := rapid.SampledFrom([]float64{0, 61000}).Draw(t, "since")
		picked := newest(alerts, reach, since)
		holds := func(list []*found, at float64) bool {
			return slices.ContainsFunc(list, func(f *found) bool { return at <= f.mjd && at >= f.mjd-reach })
		}
		at := rapid.Float64Range(59000, 62000).Draw(t, "at")
		if at >= since && holds(alerts, at) && !holds(picked, at) {
			t.Fatalf("nobody tells of %v", at)
		}
		if len(picked) > 3+2*int((mjds[len(mjds)-1]-mjds[0])/reach) {
			t.Fatalf("%d are picked of %v", len(picked), mjds)
		}
	})
}

func TestAConeGivesWhatIsInItNearestFirst(t *testing.T) {
	s := newService(t)
	s.missing = []string{"lsst.alerts_v11_1", "lsst.alerts_v11_0", "lsst.alerts_v10_0"}
	s.answer = func(*api.Job) []row {
		var rows []row
		for i, arcsec := range []float64{3, 6, 1, 2, 4.999} {
			one := ztf(3000000000000000000+int64(i), 2460000.5, 18)
			one["candidate.ra"], one["candidate.dec"] = 10.0, 20+arcsec/3600
			rows = append(rows, one)
		}
		return rows
	}
	cone := sky.Cone{Center: sky.Position{RA: 10, Dec: 20}, Radius: sky.Arcseconds(5)}
	far := sky.Cone{Center: sky.Position{RA: 200, Dec: -20}, Radius: sky.Arcseconds(5)}
	small := sky.Cone{Center: cone.Center, Radius: sky.Arcseconds(1.5)}
	for _, one := range []struct {
		targets []archive.Target
		want    string
	}{
		{[]archive.Target{{Cone: &cone}}, "0:2 0:3 0:0 0:4"},
		{[]archive.Target{{Cone: &far}, {Cone: &small}, {Cone: &cone}}, "1:2 2:2 2:3 2:0 2:4"},
	} {
		hits, err := lookup1(t, s.open(Options{}), archive.Query{Targets: one.targets, Names: []string{"source_id", "separation"}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range hits {
			id := h.Message.Row().Get("source_id").String()
			got = append(got, fmt.Sprintf("%d:%s", h.Target, id[len(id)-1:]))
			if f, _ := h.Message.Row().Get("separation").Float(); f != h.Separation.Arcseconds() {
				t.Errorf("separation %v is not %v", f, h.Separation)
			}
		}
		if strings.Join(got, " ") != one.want {
			t.Errorf("%v, not %s", got, one.want)
		}
	}
}
