package sim

import (
	"math"
	"math/rand/v2"
)

type survey uint8

const (
	ztf survey = iota
	lsst
	surveyCount
)

// Names of the surveys, as [Options] takes them and [Event] gives them.
const (
	SurveyZTF  = "ztf"
	SurveyLSST = "lsst"
	SurveyLVK  = "lvk"
)

// visit is one exposure of a field of the sky.
type visit struct {
	mjd    float64 // mid-exposure, UTC
	band   int     // 0-5 for u g r i z y
	limit  float64 // 5-sigma limit, AB mag
	seeing float64 // FWHM, arcsec
	field  int
}

const (
	fieldCount = 24 * 18 // cells of 15 by 10 degrees
	lsstTop    = 15.0    // degree of declination
	ztfBottom  = -30.0
	sunGap     = 50.0 // degrees of right ascension around the Sun that are not seen
)

func fieldOf(ra, dec float64) int {
	return min(23, int(ra/15)) + 24*min(17, int((dec+90)/10))
}

// sees says whether the survey can see a position on a night.
func (v survey) sees(night int, ra, dec float64) bool {
	if v == ztf && dec <= ztfBottom || v == lsst && dec >= lsstTop {
		return false
	}
	d := math.Abs(math.Mod(ra-sunRA(night)+900, 360) - 180)
	return d > sunGap
}

var (
	ztfLimit  = [6]float64{0, 20.7, 20.55, 20.0, 0, 0}
	lsstLimit = [6]float64{23.9, 24.9, 24.6, 24.0, 23.3, 22.2}
	lsstShare = [...]int{0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5}
)

// visits gives a survey's exposures of a field on a night. Its first one of the
// star's field comes first of all.
func (s *Sky) visits(dst []visit, v survey, field, night int) []visit {
	dst = dst[:0]
	starField := field == s.starField
	pace := int(mix(s.seed, forFields, uint64(v), uint64(field)) % 24)
	deep := v == lsst && pace == 0
	r := generator(s.seed, forVisit, uint64(v), uint64(field), uint64(night))
	cloudy := r.Float64() < 0.12
	start := 0.13 + 0.3*r.Float64()
	switch {
	case starField:
		start = 0.13 + 0.002*float64(v)
	case cloudy, v == ztf && (night+pace)%2 != 0, v == lsst && deep && night%2 != 0, v == lsst && !deep && (night+pace)%3 != 0:
		return dst
	}
	bands, gap := []int{1, 2}, 0.025+0.03*r.Float64()
	switch {
	case v == ztf && (night+pace)%8 == 0:
		bands = []int{1, 2, 3}
	case v == lsst && deep:
		bands = []int{lsstShare[r.IntN(17)], 1 + r.IntN(3), 3 + r.IntN(2)}
		gap = 0.004
	case v == lsst:
		bands = []int{lsstShare[r.IntN(17)], lsstShare[r.IntN(17)]}
		gap = 0.012 + 0.012*r.Float64()
	}
	for i, band := range bands {
		dst = append(dst, v.expose(r, float64(night)+start+float64(i)*gap, night, field, band))
	}
	return dst
}

func (v survey) expose(r *rand.Rand, mjd float64, night, field, band int) visit {
	moon := 0.5 - 0.5*math.Cos(2*math.Pi*(float64(night)-51550)/29.530589)
	x := visit{mjd: mjd, band: band, field: field}
	if v == ztf {
		x.seeing = 1.6 + 0.5*math.Abs(r.NormFloat64())
		x.limit = ztfLimit[band] - 0.7*moon - 0.6*(x.seeing-1.6) + 0.1*r.NormFloat64()
		return x
	}
	x.seeing = 0.65 + 0.2*math.Abs(r.NormFloat64())
	x.limit = lsstLimit[band] - 0.5*moon/(1+float64(band)) - 0.8*(x.seeing-0.65) + 0.08*r.NormFloat64()
	return x
}
