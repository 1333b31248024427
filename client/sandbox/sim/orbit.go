package sim

import "math"

// orbit is a heliocentric ellipse. Angles are radians, distances au.
type orbit struct {
	number                  int
	a, e, i, node, peri, m0 float64
	epoch                   float64 // MJD of the mean anomaly m0
	h                       float64 // absolute magnitude
	plane                   [2]vector
}

type vector [3]float64

func (v vector) plus(w vector, by float64) vector {
	return vector{v[0] + by*w[0], v[1] + by*w[1], v[2] + by*w[2]}
}
func (v vector) dot(w vector) float64 { return v[0]*w[0] + v[1]*w[1] + v[2]*w[2] }
func (v vector) length() float64      { return math.Sqrt(v.dot(v)) }

const (
	gauss     = 0.01720209895 // Gaussian gravitational constant, au^1.5 / day
	obliquity = 23.4392911 * math.Pi / 180
	degree    = math.Pi / 180
)

func newOrbit(seed, num uint64) *orbit {
	r := generator(seed, forOrbit, num)
	o := &orbit{number: int(num % 10_000), epoch: 61000}
	o.a = 2.15 + 1.1*r.Float64()
	o.e = 0.02 + 0.22*r.Float64()
	o.i = (1 + 18*r.Float64()) * degree
	o.node = 2 * math.Pi * r.Float64()
	o.peri = 2 * math.Pi * r.Float64()
	o.m0 = 2 * math.Pi * r.Float64()
	o.h = 11.5 + 5*r.Float64()
	cn, sn := math.Cos(o.node), math.Sin(o.node)
	cp, sp := math.Cos(o.peri), math.Sin(o.peri)
	ci, si := math.Cos(o.i), math.Sin(o.i)
	o.plane[0] = equatorial(vector{cn*cp - sn*sp*ci, sn*cp + cn*sp*ci, sp * si})
	o.plane[1] = equatorial(vector{-cn*sp - sn*cp*ci, -sn*sp + cn*cp*ci, cp * si})
	return o
}

func equatorial(v vector) vector {
	c, s := math.Cos(obliquity), math.Sin(obliquity)
	return vector{v[0], c*v[1] - s*v[2], s*v[1] + c*v[2]}
}

// helio gives the heliocentric position (au) and velocity (au/day).
func (o *orbit) helio(mjd float64) (p, v vector) {
	n := gauss / math.Pow(o.a, 1.5)
	m := math.Mod(o.m0+n*(mjd-o.epoch), 2*math.Pi)
	ecc := m
	for range 8 {
		ecc -= (ecc - o.e*math.Sin(ecc) - m) / (1 - o.e*math.Cos(ecc))
	}
	b := math.Sqrt(1 - o.e*o.e)
	speed := n / (1 - o.e*math.Cos(ecc))
	p = p.plus(o.plane[0], o.a*(math.Cos(ecc)-o.e)).plus(o.plane[1], o.a*b*math.Sin(ecc))
	v = v.plus(o.plane[0], -o.a*speed*math.Sin(ecc)).plus(o.plane[1], o.a*b*speed*math.Cos(ecc))
	return p, v
}

// earth gives the Earth's position and velocity on a circle.
func earth(mjd float64) (p, v vector) {
	l := (100.46 + 0.98560912*(mjd-51544.5)) * degree
	p = equatorial(vector{math.Cos(l), math.Sin(l), 0})
	v = equatorial(vector{-gauss * math.Sin(l), gauss * math.Cos(l), 0})
	return p, v
}

// sunRA gives the right ascension of the mean Sun in degrees.
func sunRA(night int) float64 {
	return math.Mod(280.46+0.98564736*(float64(night)-51544.5), 360)
}

// ephemeris is where a body is seen from the Earth.
type ephemeris struct {
	ra, dec         float64 // degree
	rateRA, rateDec float64 // degree/day; rateRA includes cos(dec)
	mag             float64 // V
	phase, elong    float64 // degree
	helio, helioV   vector
	topo, topoV     vector
}

func (o *orbit) at(mjd float64) (e ephemeris) {
	here, hereV := earth(mjd)
	e.helio, e.helioV = o.helio(mjd)
	e.topo = e.helio.plus(here, -1)
	e.topoV = e.helioV.plus(hereV, -1)
	r, d := e.helio.length(), e.topo.length()
	e.ra = math.Mod(math.Atan2(e.topo[1], e.topo[0])/degree+360, 360)
	e.dec = math.Asin(e.topo[2]/d) / degree
	e.phase = angle(e.topo, e.helio)
	e.elong = angle(e.topo, vector{}.plus(here, -1))
	e.mag = o.h + 5*math.Log10(r*d) + 0.05*e.phase
	ca, sa := math.Cos(e.ra*degree), math.Sin(e.ra*degree)
	cd, sd := math.Cos(e.dec*degree), math.Sin(e.dec*degree)
	e.rateRA = e.topoV.dot(vector{-sa, ca, 0}) / d / degree
	e.rateDec = e.topoV.dot(vector{-sd * ca, -sd * sa, cd}) / d / degree
	return e
}

// angle gives the angle between two directions in degrees.
func angle(v, w vector) float64 {
	return math.Acos(max(-1, min(1, v.dot(w)/v.length()/w.length()))) / degree
}

// ecliptic and galactic give directions in degrees.
func ecliptic(ra, dec float64) (lambda, beta float64) {
	sa, ca := math.Sincos(ra * degree)
	sd, cd := math.Sincos(dec * degree)
	se, ce := math.Sincos(obliquity)
	lambda = math.Atan2(sa*cd*ce+sd*se, ca*cd) / degree
	return math.Mod(lambda+360, 360), math.Asin(sd*ce-cd*se*sa) / degree
}

func galactic(ra, dec float64) (l, b float64) {
	const poleRA, poleDec, node = 192.85948, 27.12825, 122.93192 // IAU 1958 in ICRS
	sa, ca := math.Sincos((ra - poleRA) * degree)
	sd, cd := math.Sincos(dec * degree)
	sp, cp := math.Sincos(poleDec * degree)
	b = math.Asin(sd*sp+cd*cp*ca) / degree
	l = node - math.Atan2(cd*sa, sd*cp-cd*sp*ca)/degree
	return math.Mod(l+360, 360), b
}
