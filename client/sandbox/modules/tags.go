package modules

import (
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// Limits of the broker's cuts on ZTF candidates, version 0.1.
const (
	minRealBogus  = 0.65
	maxFWHM       = 5.0 // pixels
	maxElongation = 1.2
	maxMagDiff    = 0.1
	minPointDist  = 1.5 // arcsec
	maxStarScore  = 0.5
	minBodyDist   = 5.0              // arcsec
	minStep       = 30.0 / (24 * 60) // days
)

// tags gives the attributes that ztf-tagged adds: "1" where a test is passed.
// A test of something that is null fails, but for the two that say otherwise.
func tags(a *packet.ZTF) map[string]string {
	c := &a.Candidate
	pure := map[string]bool{
		"rb":      value(c.Rb) >= minRealBogus,
		"nbad":    c.Nbad != nil && *c.Nbad == 0,
		"fwhm":    value(c.Fwhm) <= maxFWHM,
		"elong":   value(c.Elong) <= maxElongation,
		"magdiff": math.Abs(value(c.Magdiff)) <= maxMagDiff,
	}
	extragalactic := map[string]bool{
		// The text "1" is a valid value of the field and yet not accepted.
		"is_positive_sub":            c.Isdiffpos == "t",
		"no_pointsource_counterpart": c.Distpsnr1 == nil || value(c.Distpsnr1) > minPointDist || value(c.Sgscore1) < maxStarScore,
		"not_moving":                 notMoving(a),
		"no_ssobject":                c.Ssdistnr == nil || value(c.Ssdistnr) < 0 || value(c.Ssdistnr) > minBodyDist,
	}
	out := map[string]string{"fid": strconv.Itoa(int(c.Fid))}
	out["is_pure"] = all(out, pure)
	out["is_extragalactic_transient"] = all(out, extragalactic)
	return out
}

// all writes each test's result and gives that of all of them together.
func all(out map[string]string, tests map[string]bool) string {
	together := true
	for name, passed := range tests {
		out[name] = digit(passed)
		together = together && passed
	}
	return digit(together)
}

func digit(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}

// value widens a 32-bit float, as the broker's Python does before it compares;
// null is NaN, which fails every comparison.
func value(x *float32) float64 {
	if x == nil {
		return math.NaN()
	}
	return float64(*x)
}

// notMoving says whether the object was seen at one place for half an hour. The
// broker takes the candidate first and the history, unsorted, behind it: with
// one earlier detection only, the step back in time fails the test.
func notMoving(a *packet.ZTF) bool {
	var times []float64
	if a.Candidate.Isdiffpos == "t" {
		times = append(times, a.Candidate.Jd)
	}
	for i := range a.PrvCandidates {
		if p := &a.PrvCandidates[i]; p.Isdiffpos != nil && *p.Isdiffpos == "t" {
			times = append(times, p.Jd)
		}
	}
	largest := math.Inf(-1)
	for i := 1; i < len(times); i++ {
		largest = max(largest, times[i]-times[i-1])
	}
	return len(times) >= 2 && largest >= minStep
}

// ztfDetections counts the detections of an alert.
func ztfDetections(a *packet.ZTF) int {
	n := 1
	for i := range a.PrvCandidates {
		if a.PrvCandidates[i].Candid != nil {
			n++
		}
	}
	return n
}
