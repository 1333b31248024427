package sim

import (
	"math"
	"math/rand/v2"
)

// Kind is what an object of the simulated sky truly is.
type Kind uint8

// The kinds of objects.
const (
	TypeIa Kind = iota
	CoreCollapse
	RRLyrae
	Cepheid
	EclipsingBinary
	ActiveGalaxy
	FlareStar
	Asteroid
	Artefact
	Merger // a gravitational-wave event
)

// String gives the kind in words, as in "SN Ia".
func (k Kind) String() string {
	return [...]string{"SN Ia", "core-collapse SN", "RR Lyrae", "Cepheid", "eclipsing binary", "AGN",
		"flare star", "asteroid", "artefact", "merger"}[k]
}

// transient says whether objects of the kind come and go.
func (k Kind) transient() bool { return k == TypeIa || k == CoreCollapse }

// stellar says whether a star sits at the object's place.
func (k Kind) stellar() bool { return k >= RRLyrae && k <= EclipsingBinary || k == FlareStar }

// mixture says how many of a hundred places on the sky hold which kind.
var mixture = [...]struct {
	kind  Kind
	share int
}{{TypeIa, 20}, {CoreCollapse, 12}, {RRLyrae, 14}, {Cepheid, 7}, {EclipsingBinary, 10}, {ActiveGalaxy, 16}, {FlareStar, 5}, {Asteroid, 9}, {Artefact, 7}}

// Object is one thing on the simulated sky.
type Object struct {
	Kind    Kind
	RA, Dec float64 // ICRS degree; of an asteroid: not used
	ZTFName string  // empty for an asteroid, which gets a name with each detection
	DiaID   int64   // LSST diaObjectId, 0 for an asteroid

	num     uint64
	mag     [6]float64 // reference (stars, galaxies) or maximum (supernovae), AB
	t0      float64    // MJD of maximum, explosion or zero phase
	period  float64    // day
	size    float64    // amplitude in mag, stretch, or length of the plateau in days
	second  float64    // depth of the second eclipse, mag
	odd     bool       // fundamental mode, stripped envelope, detached
	host    float64    // AB mag of the host galaxy in r
	hostSep float64    // arcsec from the host's centre
	hostPA  float64    // radian
	orbit   *orbit
	walk    []float64 // AGN: deviation in mag for each night from walkStart on
	walk0   int

	seen [surveyCount]record
}

// place gives the object of a place on the sky in one of its lives: transients
// are followed by others at other positions, all else stays.
func (s *Sky) place(slot int, life int) *Object {
	kind := s.kinds[slot]
	num := uint64(slot)
	if kind.transient() {
		num += uint64(len(s.kinds) * (life + lifeOffset))
	}
	r := generator(s.seed, forObject, num)
	o := &Object{Kind: kind, num: num}
	o.RA = 360 * r.Float64()
	o.Dec = math.Asin(-0.97+1.93*r.Float64()) * 180 / math.Pi
	if kind == Asteroid {
		o.orbit = newOrbit(s.seed, num)
		o.mag = shifted(0, rockColour)
		return o
	}
	o.DiaID = objectID(s.seed, DiaObjectBase, num)
	year := 18 + r.IntN(8)
	s.shape(o, r, slot, life)
	if kind.transient() {
		year = timeOf(o.t0).Year() % 100
	}
	o.ZTFName = ztfName(s.seed, year, int(num)%fixedNames)
	return o
}

// shape draws the light curve.
func (s *Sky) shape(o *Object, r *rand.Rand, slot, life int) {
	o.host = 15.5 + 5*r.Float64()
	o.hostPA = 2 * math.Pi * r.Float64()
	o.t0 = float64(s.first) - 100*r.Float64()
	o.odd = r.Float64() < 0.35
	switch o.Kind {
	case TypeIa:
		o.size = 0.85 + 0.3*r.Float64()
		peak := 15.8 + 3.6*math.Sqrt(r.Float64())
		o.mag = [6]float64{peak, peak, peak, peak, peak, peak}
		o.t0 = s.birth(slot, life) + 18
		o.hostSep = 1.7 + 9*r.Float64()
		o.host = peak - 1 + 3*r.Float64()
	case CoreCollapse:
		o.size = 80 + 30*r.Float64()
		peak := 16.4 + 2.8*math.Sqrt(r.Float64())
		o.mag = [6]float64{peak, peak, peak, peak, peak, peak}
		o.t0 = s.birth(slot, life)
		o.hostSep = 1.7 + 12*r.Float64()
		o.host = peak - 1.5 + 3*r.Float64()
	case RRLyrae:
		o.period = 0.32 + 0.4*r.Float64()
		o.size = 0.6 + 0.6*r.Float64()
		o.odd = o.period < 0.42
		if o.odd {
			o.size *= 0.5
		}
		o.mag = shifted(14.5+4*r.Float64(), starColour)
	case Cepheid:
		o.period = 3 + 25*r.Float64()*r.Float64()
		o.size = 0.5 + 0.5*r.Float64()
		o.mag = shifted(14+3.5*r.Float64(), starColour)
	case EclipsingBinary:
		o.period = 0.35 + 3*r.Float64()*r.Float64()
		o.size = 0.35 + 0.5*r.Float64()
		o.second = o.size * (0.3 + 0.6*r.Float64())
		o.mag = shifted(14.5+4*r.Float64(), starColour)
	case ActiveGalaxy:
		o.period = 80 + 250*r.Float64()
		o.size = 0.18 + 0.2*r.Float64()
		o.mag = shifted(16.8+2.4*r.Float64(), agnColour)
		o.hostSep = 0.1 * r.Float64()
		o.host = o.mag[2] + 0.4
	case FlareStar:
		o.size = 0.35 + 0.3*r.Float64() // chance of a flare in a night
		o.mag = shifted(16+3*r.Float64(), dwarfColour)
	case Artefact:
		o.mag = shifted(17+3*r.Float64(), starColour)
	}
}

// lifeOffset keeps the number of a life positive: histories reach back before 0.
const lifeOffset = 8

// lifeDays is the time from one transient of a place to the next.
const lifeDays = 260

// birth gives the MJD of the explosion of a place's transient.
func (s *Sky) birth(slot, life int) float64 {
	return float64(s.first) + lifeDays*(chance(s.seed, forObject, uint64(slot), 99)+float64(life)-1)
}

// star makes the supernova that every sky has: up for months around the start,
// in the reach of both surveys.
func (s *Sky) star() *Object {
	r := generator(s.seed, forObject, maxNum-1)
	o := &Object{Kind: TypeIa, num: maxNum - 1, ZTFName: StarName}
	o.RA = math.Mod(sunRA(s.first)+180+25+15*r.Float64(), 360)
	o.Dec = -4 + 14*r.Float64()
	o.DiaID = objectID(s.seed, DiaObjectBase, o.num)
	o.t0 = float64(s.first) - 17 + 2*r.Float64()
	o.size = 1.02
	peak := 15.2 + 0.2*r.Float64()
	o.mag = [6]float64{peak, peak, peak, peak, peak, peak}
	o.host, o.hostSep, o.hostPA = 15.7, 6.2, 2*math.Pi*r.Float64()
	return o
}

func shifted(r float64, colour [6]float64) (mags [6]float64) {
	for i, c := range colour {
		mags[i] = r + c
	}
	return mags
}

// reference gives the flux (nJy) at the object's place in the template image.
func (o *Object) reference(band int) float64 {
	switch {
	case o.Kind == Asteroid:
		return 0
	case o.Kind.transient():
		return fluxOf(o.host+hostColour[band]) * 0.12 * math.Exp(-o.hostSep/4)
	}
	return fluxOf(o.mag[band])
}

// difference gives the true flux (nJy) on the difference image at an MJD UTC.
// Artefacts have none: they are made where they are measured.
func (o *Object) difference(s *Sky, band int, mjd float64) float64 {
	base := fluxOf(o.mag[band])
	turn := 0.0
	if o.period > 0 {
		turn = math.Mod((mjd-o.t0)/o.period, 1)
	}
	var dm float64 // fainter than the reference by
	switch o.Kind {
	case TypeIa:
		return base * typeIa(band, mjd-o.t0, o.size)
	case CoreCollapse:
		return base * coreCollapse(band, mjd-o.t0, o.size, o.odd)
	case RRLyrae:
		harmonics := 5
		if o.odd {
			harmonics = 1
		}
		dm = -o.size * pulsation[band] * sawtooth(turn, harmonics)
	case Cepheid:
		dm = -o.size * pulsation[band] * sawtooth(turn, 3)
	case EclipsingBinary:
		width := 0.03
		if o.odd {
			width = 0.1
		}
		return -base * (1 - math.Pow(10, -0.4*eclipses(turn, o.size, o.second, width)))
	case ActiveGalaxy:
		dm = walkColour[band] * o.wander(s, mjd)
	case FlareStar:
		return o.flare(s, band, mjd)
	default:
		return 0
	}
	return base * (math.Pow(10, -0.4*dm) - 1)
}

// wander gives the damped random walk of an active galaxy: Kelly et al. 2009
// (ApJ 698, 895), in steps of a day from 440 days before the start.
func (o *Object) wander(s *Sky, mjd float64) float64 {
	if o.walk == nil {
		o.walk0 = s.first - 800
	}
	day := max(0, int(math.Floor(mjd))-o.walk0)
	for len(o.walk) <= day+1 {
		n := len(o.walk)
		x := generator(s.seed, forWalk, o.num, uint64(n)).NormFloat64() * o.size
		if n > 0 {
			keep := math.Exp(-1 / o.period)
			x = o.walk[n-1]*keep + x*math.Sqrt(1-keep*keep)
		}
		o.walk = append(o.walk, x)
	}
	f := mjd - math.Floor(mjd)
	return o.walk[day]*(1-f) + o.walk[day+1]*f
}

// flare gives the flux of a flare star's burst: one in some nights, hot, rising
// at once and gone within an hour or two.
func (o *Object) flare(s *Sky, band int, mjd float64) float64 {
	night := math.Floor(mjd)
	r := generator(s.seed, forFlare, o.num, uint64(night))
	if r.Float64() > o.size {
		return 0
	}
	start := night + 0.03 + 0.4*r.Float64()
	strength := fluxOf(o.mag[1] - 1.5*r.Float64())
	age := mjd - start
	if age < 0 || age > 0.4 {
		return 0
	}
	colour := [6]float64{1.6, 1, 0.6, 0.35, 0.25, 0.2}
	return strength * colour[band] * (0.75*math.Exp(-age/0.015) + 0.25*math.Exp(-age/0.08))
}
