package sim

import (
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
	"github.com/mwvgroup/pgb/client/sky"
)

// skymap is where on the sky a gravitational-wave event may have happened: an
// ellipse with a Gaussian profile, on top of a faint background.
type skymap struct {
	id              string
	ra, dec, pa     float64 // degree, degree, radian
	long, short     float64 // standard deviations, degree
	distance        float64 // Mpc
	instruments     []string
	merged, created time.Time
	mjd             float64
}

const (
	coarseOrder = 3 // 768 pixels: where there is next to nothing
	fineOrder   = 6 // split down to this where there is something
	mapRowSize  = 40
)

// cell is one pixel of a multi-order map.
type cell struct {
	order   int
	pixel   int64
	density float64 // per steradian
}

// density gives the probability density, not yet scaled, at a position.
func (m *skymap) density(ra, dec float64) float64 {
	sd, cd := math.Sincos(dec * degree)
	s0, c0 := math.Sincos(m.dec * degree)
	sa, ca := math.Sincos((ra - m.ra) * degree)
	// Gnomonic coordinates would fail on the far side: use the azimuthal
	// equidistant ones.
	cosine := s0*sd + c0*cd*ca
	r := math.Acos(max(-1, min(1, cosine))) / degree
	angle := math.Atan2(cd*sa, c0*sd-s0*cd*ca) - m.pa
	s, c := math.Sincos(angle)
	u, v := r*c/m.long, r*s/m.short
	return math.Exp(-0.5*(u*u+v*v)) + 1e-6
}

// cells covers the sky: pixels of the coarse order, split where the density is
// high, scaled so that the probability adds up to 1.
func (m *skymap) cells() []cell {
	var out []cell
	total := 0.0
	var split func(order int, pixel int64)
	split = func(order int, pixel int64) {
		ra, dec := pixelCentre(order, pixel)
		d := m.density(ra, dec)
		if order < fineOrder && (d > 0.02 || sky.Separation(ra, dec, m.ra, m.dec) < 3600*60/float64(int(1)<<order)) {
			for k := range int64(4) {
				split(order+1, 4*pixel+k)
			}
			return
		}
		out = append(out, cell{order, pixel, d})
		total += d * pixelArea(order)
	}
	for pixel := range int64(12) << (2 * coarseOrder) {
		split(coarseOrder, pixel)
	}
	for i := range out {
		out[i].density /= total
	}
	return out
}

// pixelArea gives the area of a HEALPix pixel in steradians.
func pixelArea(order int) float64 { return math.Pi / 3 / float64(int64(1)<<(2*order)) }

// pixelCentre gives the centre of a NESTED pixel (Gorski et al. 2005, ApJ 622,
// 759, equations 4 to 9).
func pixelCentre(order int, pixel int64) (ra, dec float64) {
	nside := int64(1) << order
	face := pixel >> (2 * order)
	var x, y int64
	for i := range order {
		x |= pixel >> (2 * i) & 1 << i
		y |= pixel >> (2*i + 1) & 1 << i
	}
	rows := [12]int64{2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4}
	columns := [12]int64{1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7}
	ring := rows[face]*nside - x - y - 1
	n, shift := nside, (ring-nside)&1
	z := float64(2*nside-ring) * 2 / (3 * float64(nside))
	switch {
	case ring < nside:
		n, shift = ring, 0
		z = 1 - float64(n*n)/(3*float64(nside*nside))
	case ring > 3*nside:
		n, shift = 4*nside-ring, 0
		z = float64(n*n)/(3*float64(nside*nside)) - 1
	}
	column := (columns[face]*n + x - y + 1 + shift) / 2
	if column > 4*n {
		column -= 4 * n
	}
	if column < 1 {
		column += 4 * n
	}
	ra = (float64(column) - float64(shift+1)/2) * 90 / float64(n)
	return ra, math.Asin(z) / degree
}

// fits writes the map as the notices carry it: a binary table of UNIQ pixels.
func (m *skymap) fits() []byte {
	cells := m.cells()
	rows := make([]byte, 0, len(cells)*mapRowSize)
	for _, c := range cells {
		rows = binary.BigEndian.AppendUint64(rows, uint64(c.pixel+4<<(2*c.order)))
		for _, x := range [...]float64{c.density, m.distance, 0.2 * m.distance, 1 / (m.distance * m.distance)} {
			rows = binary.BigEndian.AppendUint64(rows, math.Float64bits(x))
		}
	}
	file := stamp.AppendHeader(nil, stamp.Bool("SIMPLE", true, "conforms to FITS standard"), stamp.Int("BITPIX", 8, "array data type"),
		stamp.Int("NAXIS", 0, "number of array dimensions"), stamp.Bool("EXTEND", true, ""))
	file = stamp.AppendHeader(file,
		stamp.Text("XTENSION", "BINTABLE", "binary table extension"), stamp.Int("BITPIX", 8, "array data type"),
		stamp.Int("NAXIS", 2, "number of array dimensions"), stamp.Int("NAXIS1", mapRowSize, "length of dimension 1"),
		stamp.Int("NAXIS2", len(cells), "length of dimension 2"), stamp.Int("PCOUNT", 0, "number of group parameters"),
		stamp.Int("GCOUNT", 1, "number of groups"), stamp.Int("TFIELDS", 5, "number of table fields"),
		stamp.Text("TTYPE1", "UNIQ", ""), stamp.Text("TFORM1", "K", ""),
		stamp.Text("TTYPE2", "PROBDENSITY", ""), stamp.Text("TFORM2", "D", ""), stamp.Text("TUNIT2", "sr-1", ""),
		stamp.Text("TTYPE3", "DISTMU", ""), stamp.Text("TFORM3", "D", ""), stamp.Text("TUNIT3", "Mpc", ""),
		stamp.Text("TTYPE4", "DISTSIGMA", ""), stamp.Text("TFORM4", "D", ""), stamp.Text("TUNIT4", "Mpc", ""),
		stamp.Text("TTYPE5", "DISTNORM", ""), stamp.Text("TFORM5", "D", ""), stamp.Text("TUNIT5", "Mpc-2", ""),
		stamp.Text("PIXTYPE", "HEALPIX", "HEALPIX pixelisation"), stamp.Text("ORDERING", "NUNIQ", "Pixel ordering scheme"),
		stamp.Text("COORDSYS", "C", "Celestial (equatorial)"), stamp.Int("MOCORDER", fineOrder, "MOC resolution (best order)"),
		stamp.Text("INDXSCHM", "EXPLICIT", "Indexing: IMPLICIT or EXPLICIT"), stamp.Text("OBJECT", m.id, "Unique identifier for this event"),
		stamp.Text("INSTRUME", strings.Join(m.instruments, ","), "Instruments of this event"),
		stamp.Text("DATE-OBS", m.merged.Format("2006-01-02T15:04:05.000000"), "UTC date of the observation"),
		stamp.Float("MJD-OBS", m.mjd, "modified Julian date of the observation"),
		stamp.Text("DATE", m.created.Format("2006-01-02T15:04:05.000000"), "UTC date of file creation"),
		stamp.Text("CREATOR", "pgb sandbox", "simulated"), stamp.Text("ORIGIN", "pgb sandbox", "simulated"),
		stamp.Float("DISTMEAN", m.distance, "Posterior mean distance (Mpc)"),
		stamp.Float("DISTSTD", 0.2*m.distance, "Posterior standard deviation of distance (Mpc)"))
	return stamp.AppendTable(file, rows)
}
