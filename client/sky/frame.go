package sky

import "math"

// Vector is a direction as the Cartesian coordinates of a point on the unit
// sphere: X towards longitude 0 on the equator, Z towards the north pole.
type Vector struct{ X, Y, Z float64 }

// VectorOf gives the direction of a longitude and a latitude in degrees.
func VectorOf(lon, lat float64) Vector {
	sinLon, cosLon := math.Sincos(lon * degree)
	sinLat, cosLat := math.Sincos(lat * degree)
	return Vector{cosLat * cosLon, cosLat * sinLon, sinLat}
}

// LonLat gives the longitude, from 0 to 360, and the latitude in degrees. The
// vector may have any length but 0.
func (v Vector) LonLat() (lon, lat float64) {
	if lon = math.Atan2(v.Y, v.X) / degree; lon < 0 {
		lon += 360
	}
	if lon >= 360 { // a tiny negative angle rounds up
		lon = 0
	}
	return lon, math.Atan2(v.Z, math.Hypot(v.X, v.Y)) / degree
}

// Dot gives the scalar product.
func (v Vector) Dot(w Vector) float64 { return v.X*w.X + v.Y*w.Y + v.Z*w.Z }

// Cross gives the vector product.
func (v Vector) Cross(w Vector) Vector {
	return Vector{v.Y*w.Z - v.Z*w.Y, v.Z*w.X - v.X*w.Z, v.X*w.Y - v.Y*w.X}
}

// Frame is a system of coordinates on the sky. The zero Frame is ICRS.
type Frame uint8

const (
	// ICRS are right ascension and declination.
	ICRS Frame = iota
	// Galactic are galactic longitude and latitude, l and b.
	Galactic
	// Ecliptic are the longitude and latitude of the mean ecliptic of J2000.
	Ecliptic
)

// String names the frame.
func (f Frame) String() string { return [...]string{"equatorial", "galactic", "ecliptic"}[f] }

// Axes names the longitude and the latitude of the frame.
func (f Frame) Axes() (lon, lat string) {
	axes := [...][2]string{{"RA", "Dec"}, {"l", "b"}, {"lon", "lat"}}[f]
	return axes[0], axes[1]
}

// FromICRS gives the longitude, from 0 to 360, and the latitude of a position in
// the frame, in degrees.
func (f Frame) FromICRS(p Position) (lon, lat float64) {
	if f == ICRS {
		return p.RA, p.Dec
	}
	return f.Rotate(VectorOf(p.RA, p.Dec)).LonLat()
}

// ToICRS gives the position of a longitude and a latitude of the frame in
// degrees.
func (f Frame) ToICRS(lon, lat float64) Position {
	if f == ICRS {
		return Position{RA: lon, Dec: lat}
	}
	ra, dec := f.Unrotate(VectorOf(lon, lat)).LonLat()
	return Position{RA: ra, Dec: dec}
}

// Rotate turns an ICRS vector into one of the frame.
func (f Frame) Rotate(v Vector) Vector {
	m := &rotations[f]
	return Vector{m[0].Dot(v), m[1].Dot(v), m[2].Dot(v)}
}

// Unrotate turns a vector of the frame into an ICRS one.
func (f Frame) Unrotate(v Vector) Vector {
	m := &rotations[f]
	return Vector{
		m[0].X*v.X + m[1].X*v.Y + m[2].X*v.Z,
		m[0].Y*v.X + m[1].Y*v.Y + m[2].Y*v.Z,
		m[0].Z*v.X + m[1].Z*v.Y + m[2].Z*v.Z,
	}
}

// matrix is a rotation: its rows are the axes of the new frame in the old one.
type matrix [3]Vector

var rotations = [...]matrix{ICRS: about('z', 0), Galactic: galactic(), Ecliptic: ecliptic()}

// The galactic frame is that of the IAU, defined for B1950 (Blaauw et al. 1960,
// MNRAS 121, 123): the north galactic pole, and the galactic longitude of the
// north celestial pole, carried over to J2000 (FK5). The digits are astropy's,
// chosen there so that ways over FK4 and FK5 agree.
const (
	galacticPoleRA  = 192.8594812065348
	galacticPoleDec = 27.12825118085622
	celestialPoleL  = 122.9319185680026
)

// FK5 is turned against ICRS by these angles in milliarcseconds (IERS Technical
// Note 29, chapter 2; Mignard and Froeschle 2000, A&A 354, 732).
const (
	fk5Eta, fk5Xi, fk5Alpha = -19.9, 9.1, -22.9
	milliarcsecond          = 1.0 / 3600e3 // degree
)

func galactic() matrix {
	fk5 := about('x', -fk5Eta*milliarcsecond).after(about('y', fk5Xi*milliarcsecond)).after(about('z', fk5Alpha*milliarcsecond))
	return about('z', 180-celestialPoleL).after(about('y', 90-galacticPoleDec)).after(about('z', galacticPoleRA)).after(fk5)
}

// The mean ecliptic of J2000 against ICRS: the Fukushima-Williams angles of the
// IAU 2006 precession at J2000 in arcseconds (Capitaine and Wallace 2006, A&A
// 450, 855, equations 36 and 37). The last of the four, the obliquity 84381.406,
// would lead on to the equator, from there back again.
const eclipticGamma, eclipticPhi, eclipticPsi = -0.052928, 84381.412819, -0.041775

func ecliptic() matrix {
	return about('z', -eclipticPsi/ArcsecPerDegree).after(about('x', eclipticPhi/ArcsecPerDegree)).after(about('z', eclipticGamma/ArcsecPerDegree))
}

// about gives the rotation of the axes about one of them by an angle in degrees.
func about(axis byte, angle float64) matrix {
	s, c := math.Sincos(angle * degree)
	switch axis {
	case 'x':
		return matrix{{1, 0, 0}, {0, c, s}, {0, -s, c}}
	case 'y':
		return matrix{{c, 0, -s}, {0, 1, 0}, {s, 0, c}}
	default:
		return matrix{{c, s, 0}, {-s, c, 0}, {0, 0, 1}}
	}
}

// after gives the rotation that does another one first.
func (m matrix) after(first matrix) (both matrix) {
	for i, row := range m {
		both[i] = Vector{
			row.X*first[0].X + row.Y*first[1].X + row.Z*first[2].X,
			row.X*first[0].Y + row.Y*first[1].Y + row.Z*first[2].Y,
			row.X*first[0].Z + row.Y*first[1].Z + row.Z*first[2].Z,
		}
	}
	return both
}
