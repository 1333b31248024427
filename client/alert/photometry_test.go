package alert

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// counts counts the points of each kind, and the triggers.
func counts(points []Point) (detections, forced, limits, triggers int) {
	for _, p := range points {
		switch p.Kind {
		case Detection:
			detections++
		case Forced:
			forced++
		case Limit:
			limits++
		}
		if p.Trigger {
			triggers++
		}
	}
	return
}

func isSorted(points []Point) bool {
	return slices.IsSortedFunc(points, func(a, b Point) int { return compareTimes(a.MJD, b.MJD) })
}

func TestLightCurvesOfARealSupernovaCandidateAreComplete(t *testing.T) {
	r := testReader()
	for _, d := range decodes(t, "ztf-ZTF21abiuvdk") {
		rec := d.record(t)
		points, err := r.Photometry(packetMessage(t, "ztf-alerts", d.File))
		if err != nil {
			t.Fatal(err)
		}
		wantDetections, wantLimits := 1, 0
		for _, earlier := range rec.list("prv_candidates") {
			if earlier.text("candid") != "" {
				wantDetections++
			} else {
				wantLimits++
			}
		}
		detections, forced, limits, triggers := counts(points)
		if detections != wantDetections || limits != wantLimits || forced != 0 || triggers != 1 || !isSorted(points) {
			t.Errorf("%s: %d detections (want %d), %d limits (want %d), %d forced, %d triggers, sorted %v",
				d.File, detections, wantDetections, limits, wantLimits, forced, triggers, isSorted(points))
		}
		last := points[len(points)-1]
		if !last.Trigger || last.SourceID != rec.text("candid") || math.Abs(last.Mag-rec.number("candidate.magpsf")) > 1e-6 {
			t.Errorf("%s: the trigger is not the last: %+v", d.File, last)
		}
		for _, p := range points {
			if t.Failed() {
				break
			}
			switch {
			case p.Band != "g" && p.Band != "r", p.MJD < 59300 || p.MJD > 59470:
				t.Errorf("%s: %+v", d.File, p)
			case p.Kind == Limit && (math.IsNaN(p.LimMag) || !math.IsNaN(p.Mag) || !math.IsNaN(p.Flux)):
				t.Errorf("%s: a limit with a flux: %+v", d.File, p)
			case p.Kind == Detection && (p.Mag < 12 || p.Mag > 21.5 || p.Flux <= 0 || p.SourceID == ""):
				t.Errorf("%s: a detection like %+v", d.File, p)
			}
		}
	}
}

func TestForcedPhotometryOfZTFJoinsTheImagesOfTheHistory(t *testing.T) {
	r := testReader()
	d := decodes(t, "ztf")[0]
	if d.Version != "4.02" {
		t.Fatal(d.File)
	}
	rec := d.record(t)
	points, err := r.Photometry(packetMessage(t, "ztf-alerts", d.File))
	if err != nil {
		t.Fatal(err)
	}
	// Each of the 14 forced measurements is on an image of the history, of
	// which 4 are detections and 10 are limits.
	detections, forced, limits, triggers := counts(points)
	if detections != 5 || forced != 10 || limits != 0 || triggers != 1 || len(points) != 15 || !isSorted(points) {
		t.Errorf("%d detections, %d forced, %d limits, %d triggers", detections, forced, limits, triggers)
	}
	for _, hist := range rec.list("fp_hists") {
		want := hist.number("forcediffimflux") * math.Pow(10, -0.4*(hist.number("magzpsci")-31.4))
		mjd := hist.number("jd") - 2400000.5 + 15.0/86400
		i := slices.IndexFunc(points, func(p Point) bool { return math.Abs(p.MJD-mjd) < 1e-6 })
		if i < 0 {
			t.Errorf("no point at %v", mjd)
			continue
		}
		p := points[i]
		if p.Kind == Forced && (math.Abs(p.Flux-want) > single*math.Abs(want) || math.IsNaN(p.LimMag)) {
			t.Errorf("forced flux %v at %v, want %v", p.Flux, mjd, want)
		}
		if p.Kind == Detection && (p.SourceID == "" || p.Flux > 0) {
			t.Errorf("%+v", p)
		}
	}
}

func TestForcedRowsThatAreNotGoodAreLeftOut(t *testing.T) {
	r := testReader()
	rec := decodes(t, "ztf")[0].record(t)
	body := maps.Clone(object(rec))
	hists := []any{}
	for i, hist := range rec.list("fp_hists")[:4] {
		one := maps.Clone(object(hist))
		one["jd"], one["pid"] = 2460000.5+float64(i), 17+i
		switch i {
		case 1:
			one["forcediffimflux"], one["forcediffimfluxunc"] = -99999.0, -99999.0
		case 2:
			one["procstatus"] = "61"
		}
		hists = append(hists, one)
	}
	slices.Reverse(hists)
	body["fp_hists"], body["prv_candidates"] = hists, nil
	line := append([]byte(`{"topic":"ztf-alerts","schema":"ztf 4.02","alert":`), mustJSON(t, body)...)
	points, err := r.Photometry(&Message{Topic: "ztf-alerts", Form: Line, Schema: "ztf 4.02", Body: append(line, '}')})
	if err != nil {
		t.Fatal(err)
	}
	if detections, forced, _, _ := counts(points); detections != 1 || forced != 2 || !isSorted(points) {
		t.Errorf("%d detections, %d forced: %+v", detections, forced, points)
	}
}

// deepField makes an alert of a deep field: forced photometry on the trigger's
// visit and on most of the earlier ones, and an earlier source that repeats.
func deepField(rec record, lite bool) object {
	source := maps.Clone(rec["diaSource"].(object))
	source["visit"], source["detector"] = 1000, 7
	at := func(i int) object {
		one := maps.Clone(source)
		one["diaSourceId"], one["visit"], one["midpointMjdTai"] = 900-i, 1000-i, 60961.25-float64(i)
		return one
	}
	source["midpointMjdTai"] = 60961.25
	earlier := []any{}
	for i := 10; i > 0; i-- {
		earlier = append(earlier, at(i))
	}
	earlier = append(earlier, at(3), source)
	forced := []any{}
	for i := 14; i >= 0; i-- {
		if i == 5 {
			continue
		}
		forced = append(forced, object{
			"diaForcedSourceId": 5000 + i, "visit": 1000 - i, "detector": 7, "midpointMjdTai": 60961.25 - float64(i), "band": "r",
			"ra": 55.75, "dec": -32.27, "psfFlux": -50.0, "psfFluxErr": 100.0, "scienceFlux": 44000.0, "scienceFluxErr": 200.0,
		})
	}
	body := maps.Clone(object(rec))
	body["diaSource"], body["prvDiaSources"], body["prvDiaForcedSources"] = source, earlier, forced
	if lite {
		return object{"alert_lite": lsstLite(record(body))}
	}
	return body
}

func TestForcedPhotometryOfLSSTIsJoinedByVisitAndDetector(t *testing.T) {
	r := testReader()
	rec := parsed(t, string(mustJSON(t, deepField(lsstRecord(t), false))))
	for topic, body := range map[string]object{"lsst-alerts-json": object(rec), "lsst-lite": {"alert_lite": lsstLite(rec)}} {
		points, err := r.Photometry(jsonMessage(t, topic, body))
		if err != nil {
			t.Fatal(err)
		}
		// 11 visits with a source, the trigger among them, and 4 without.
		detections, forced, limits, triggers := counts(points)
		if detections != 11 || forced != 4 || limits != 0 || triggers != 1 || !isSorted(points) {
			t.Errorf("%s: %d detections, %d forced, %d limits, %d triggers", topic, detections, forced, limits, triggers)
		}
		last := points[len(points)-1]
		if !last.Trigger || math.Abs(last.Flux-rec.number("diaSource.psfFlux")) > 1e-3 || last.Visit != 1000 || last.Detector != 7 {
			t.Errorf("%s: %+v", topic, last)
		}
		for _, p := range points {
			if p.Kind == Forced && (!math.IsNaN(p.Mag) || p.Flux != -50 || p.SNR != 0.5) {
				t.Errorf("%s: below 1 sigma: %+v", topic, p)
			}
			if p.Visit != 995 && p.FluxTotal == 0 {
				t.Errorf("%s: %+v", topic, p)
			}
		}
	}
}

func TestTwoSourcesOnOneImageStayTwo(t *testing.T) {
	r := testReader()
	found := false
	for _, d := range decodes(t, "ztf-mixed") {
		if !strings.Contains(d.File, "ZTF18abefmzp") {
			continue
		}
		found = true
		points, err := r.Photometry(packetMessage(t, "ztf-alerts", d.File))
		if err != nil {
			t.Fatal(err)
		}
		if detections, _, limits, _ := counts(points); detections != 11 || detections+limits != 16 {
			t.Errorf("%d detections, %d limits", detections, limits)
		}
	}
	if !found {
		t.Error("the packet is not there")
	}
}
