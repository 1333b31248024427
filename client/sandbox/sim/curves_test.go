package sim

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// objects gives all things on a sky, and the sky.
func objects(t *testing.T, seed uint64) (*Sky, []*Object) {
	t.Helper()
	s, err := New(seed, Options{})
	if err != nil {
		t.Fatal(err)
	}
	list := []*Object{s.special}
	for slot := range s.kinds {
		list = append(list, s.alive(slot, s.first))
	}
	return s, list
}

func TestSupernovaeRiseAndFallAndRedden(t *testing.T) {
	s, all := objects(t, 1)
	for _, o := range all {
		if !o.Kind.transient() {
			continue
		}
		var peak, peakAt float64
		for p := -40.0; p < 200; p++ {
			if f := o.difference(s, 2, o.t0+p); f > peak {
				peak, peakAt = f, p
			}
		}
		if o.difference(s, 2, o.t0-30) != 0 {
			t.Errorf("%s %s shines before it explodes", o.Kind, o.ZTFName)
		}
		if peakAt < -3 || peakAt > 40 {
			t.Errorf("%s %s has its maximum at day %v", o.Kind, o.ZTFName, peakAt)
		}
		if late := o.difference(s, 2, o.t0+180); late > peak/8 || late <= 0 {
			t.Errorf("%s %s has %.3f of its maximum left after half a year", o.Kind, o.ZTFName, late/peak)
		}
		colour := func(p float64) float64 {
			return magOf(o.difference(s, 1, o.t0+p)) - magOf(o.difference(s, 2, o.t0+p))
		}
		if colour(50) < colour(8)+0.2 {
			t.Errorf("%s %s does not redden: g-r is %.2f, then %.2f", o.Kind, o.ZTFName, colour(8), colour(50))
		}
	}
}

func TestTypeIaDeclinesAsTheyDo(t *testing.T) {
	// The decline in 15 days after maximum is about 0.6 to 1 mag in g.
	f := func(p float64) float64 { return -2.5 * math.Log10(typeIa(1, p, 1)) }
	if d := f(15) - f(0); d < 0.5 || d > 1.1 {
		t.Errorf("g fades by %.2f mag in 15 days", d)
	}
	if d := f(-12) - f(0); d < 0.7 || d > 3 {
		t.Errorf("g is %.2f mag below its maximum 12 days before", d)
	}
}

func TestPeriodicStarsRepeat(t *testing.T) {
	s, all := objects(t, 2)
	for _, o := range all {
		if o.period == 0 || o.Kind == ActiveGalaxy {
			continue
		}
		var low, high float64
		for k := range 200 {
			at := float64(s.first) + o.period*float64(k)/200
			f := o.difference(s, 2, at)
			if g := o.difference(s, 2, at+37*o.period); math.Abs(f-g) > 1e-6*fluxOf(o.mag[2]) {
				t.Fatalf("%s %s: %v, and 37 periods later %v", o.Kind, o.ZTFName, f, g)
			}
			low, high = min(low, f), max(high, f)
		}
		swing := magOf(fluxOf(o.mag[2])+low) - magOf(fluxOf(o.mag[2])+high)
		if swing < 0.1 || swing > 1.6 {
			t.Errorf("%s %s varies by %.2f mag", o.Kind, o.ZTFName, swing)
		}
	}
}

// TestMeasuredRRLyraeFoldsOnItsPeriod takes the points from the packets.
func TestMeasuredRRLyraeFoldsOnItsPeriod(t *testing.T) {
	s, all := objects(t, 3)
	tried := 0
	for _, o := range all {
		if o.Kind != RRLyrae || o.mag[2] > 16 || o.odd {
			continue
		}
		type point struct{ turn, flux float64 }
		var points []point
		for _, e := range s.history(ztf, o, float64(s.first)) {
			if e.band == 1 {
				points = append(points, point{math.Mod(math.Mod((e.mjd-o.t0)/o.period, 1)+1, 1), e.flux})
			}
		}
		if len(points) < 40 {
			continue
		}
		tried++
		scatter := func() (sum float64) {
			for i := 1; i < len(points); i++ {
				sum += math.Abs(points[i].flux - points[i-1].flux)
			}
			return sum
		}
		byTime := scatter()
		slices.SortFunc(points, func(a, b point) int {
			if a.turn < b.turn {
				return -1
			}
			return 1
		})
		if folded := scatter(); folded > byTime/2.5 {
			t.Errorf("%s: folding takes the scatter from %.3g to %.3g only", o.ZTFName, byTime, folded)
		}
	}
	if tried < 3 {
		t.Errorf("only %d stars were tried", tried)
	}
}

func TestActiveGalaxiesWanderAround(t *testing.T) {
	s, all := objects(t, 4)
	for _, o := range all {
		if o.Kind != ActiveGalaxy {
			continue
		}
		var sum2, step2, n float64
		for d := -700.0; d < 0; d++ {
			m := o.wander(s, float64(s.first)+d)
			next := o.wander(s, float64(s.first)+d+1)
			sum2, step2, n = sum2+m*m, step2+(next-m)*(next-m), n+1
		}
		if rms, step := math.Sqrt(sum2/n), math.Sqrt(step2/n); rms > 4*o.size || step > o.size/2 || step == 0 {
			t.Errorf("%s: %.3f mag around its mean, %.3f from day to day, amplitude %.3f", o.ZTFName, rms, step, o.size)
		}
	}
}

func TestAsteroidsObeyGravity(t *testing.T) {
	for n := range uint64(20) {
		o := newOrbit(1, n)
		p, v := o.helio(61000)
		if e := v.dot(v)/2 - gauss*gauss/p.length() + gauss*gauss/2/o.a; math.Abs(e) > 1e-12 {
			t.Errorf("orbit %d: energy is off by %g", n, e)
		}
		later, _ := o.helio(61000.001)
		if d := later.plus(p, -1).plus(v, -0.001).length(); d > 1e-9 {
			t.Errorf("orbit %d: velocity is not the change of position (%g)", n, d)
		}
		b := o.at(61000)
		if b.mag < 11 || b.mag > 24 || b.topo.length() < 0.5 || b.topo.length() > 5.5 {
			t.Errorf("orbit %d: %+v", n, b)
		}
	}
}

func TestHistoryWindowsAreTheSurveys(t *testing.T) {
	limits, forcedBad, forced := 0, 0, 0
	unsorted := false
	for _, e := range take(t, 9, 300, Options{NoCutouts: true}) {
		if e.ZTF != nil {
			last := 0.0
			for _, p := range e.ZTF.PrvCandidates {
				if p.Jd < last || p.Jd >= e.ZTF.Candidate.Jd || e.ZTF.Candidate.Jd-p.Jd > 30 {
					t.Fatalf("%s: row of %v before %v", e.ObjectID, p.Jd, e.ZTF.Candidate.Jd)
				}
				last = p.Jd
				if p.Candid == nil {
					limits++
					if p.Magpsf != nil || p.RA != nil || p.Isdiffpos != nil || p.Diffmaglim == nil || p.Pdiffimfilename == nil {
						t.Fatalf("%s: a non-detection has a magnitude or no limit", e.ObjectID)
					}
				}
			}
			last = 0
			for _, p := range e.ZTF.FpHists {
				unsorted = unsorted || p.Jd < last
				last = p.Jd
				forced++
				if *p.Forcediffimflux == noForced {
					forcedBad++
				}
			}
		}
		if e.LSST != nil && e.LSST.DiaObject != nil {
			checkLSSTHistory(t, e.LSST)
		}
	}
	if limits == 0 || !unsorted || forcedBad == 0 || forcedBad > forced/4 {
		t.Errorf("%d limits; forced photometry unsorted: %v; %d of %d rows without a value", limits, unsorted, forcedBad, forced)
	}
}

func checkLSSTHistory(t *testing.T, a *packet.LSST) {
	t.Helper()
	if int(a.DiaObject.NDiaSources) != len(a.PrvDiaSources)+1 {
		t.Fatalf("nDiaSources %d, %d before", a.DiaObject.NDiaSources, len(a.PrvDiaSources))
	}
	last := 0.0
	for _, d := range a.PrvDiaSources {
		if d.MidpointMjdTai < last || d.MidpointMjdTai >= a.DiaSource.MidpointMjdTai || a.DiaSource.MidpointMjdTai-d.MidpointMjdTai > 365 ||
			math.Abs(float64(d.PsfFlux)) < 5*float64(d.PsfFluxErr)*0.999 || d.SsObjectID != nil {
			t.Fatalf("earlier source at %v, before %v: flux %v +- %v", d.MidpointMjdTai, a.DiaSource.MidpointMjdTai, d.PsfFlux, d.PsfFluxErr)
		}
		last = d.MidpointMjdTai
	}
	own := slices.ContainsFunc(a.PrvDiaForcedSources, func(f packet.DiaForcedSource) bool {
		return f.Visit == a.DiaSource.Visit && f.Detector == a.DiaSource.Detector
	})
	if !own {
		t.Fatalf("the trigger's visit is not among the forced photometry of %d", a.DiaObject.DiaObjectID)
	}
}

// TestHistoriesOfOneObjectAgree compares what two alerts say of one detection.
func TestHistoriesOfOneObjectAgree(t *testing.T) {
	triggers := make(map[int64]packet.Candidate)
	before := make(map[string][]packet.Candidate)
	compared := 0
	for _, e := range take(t, 10, 700, Options{NoCutouts: true, Surveys: []string{SurveyZTF}}) {
		for _, c := range before[e.ObjectID] {
			known := slices.ContainsFunc(e.ZTF.PrvCandidates, func(p packet.PrvCandidate) bool { return p.Candid != nil && *p.Candid == c.Candid })
			if !known && e.ZTF.Candidate.Jd-c.Jd < 29.9 {
				t.Fatalf("%s: candid %d of %v is not in the history at %v", e.ObjectID, c.Candid, c.Jd, e.ZTF.Candidate.Jd)
			}
		}
		before[e.ObjectID] = append(before[e.ObjectID], e.ZTF.Candidate)
		for _, p := range e.ZTF.PrvCandidates {
			if p.Candid == nil {
				continue
			}
			if c, ok := triggers[*p.Candid]; ok {
				compared++
				if c.Magpsf != *p.Magpsf || c.RA != *p.RA || *c.Rb != *p.Rb || c.Jd != p.Jd {
					t.Fatalf("candid %d has mag %v in its own alert and %v in a later one", *p.Candid, c.Magpsf, *p.Magpsf)
				}
			}
		}
		triggers[e.ZTF.Candid] = e.ZTF.Candidate
	}
	if compared < 300 {
		t.Errorf("only %d detections were met again", compared)
	}
}

func TestHistoryLeadsUpToTheStream(t *testing.T) {
	s, err := New(1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	last := time.Time{}
	seen := make(map[string]int)
	for e, err := range s.History(HistoryOptions{Months: 3, Objects: 60, SpacingDays: 15, NoCutouts: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Time.Before(last) || e.Time.After(start) {
			t.Fatalf("alert at %s, after %s", e.Time, last)
		}
		last = e.Time
		seen[e.ObjectID]++
	}
	if seen[StarName] < 3 || len(seen) < 40 {
		t.Errorf("%d objects, %d alerts of %s", len(seen), seen[StarName], StarName)
	}
	if start.Sub(last) > 24*time.Hour {
		t.Errorf("the last alert comes %s before the stream begins", start.Sub(last))
	}
	for _, err := range s.History(HistoryOptions{Months: 50}) {
		if err == nil {
			t.Error("50 months were taken")
		}
		return
	}
}
