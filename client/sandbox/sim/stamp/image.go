package stamp

import (
	"math"
	"math/rand/v2"
	"sync"
)

// Image is a square image, row by row, pixel centres at whole numbers from 0.
type Image struct {
	Side   int
	Pixels []float32
}

// New gives an empty image.
func New(side int) *Image { return &Image{Side: side, Pixels: make([]float32, side*side)} }

// Clone gives a copy.
func (m *Image) Clone() *Image {
	return &Image{Side: m.Side, Pixels: append([]float32(nil), m.Pixels...)}
}

// Add adds another image of the same side.
func (m *Image) Add(o *Image) {
	for i, p := range o.Pixels {
		m.Pixels[i] += p
	}
}

// Offset adds a constant.
func (m *Image) Offset(level float64) {
	for i := range m.Pixels {
		m.Pixels[i] += float32(level)
	}
}

// Star adds a point source of the given flux, seen with a Gaussian point spread
// function of full width at half maximum fwhm (pixels).
func (m *Image) Star(x, y, flux, fwhm float64) {
	across, down := profile(m.Side, x, fwhm), profile(m.Side, y, fwhm)
	for j, d := range down {
		row := m.Pixels[j*m.Side : (j+1)*m.Side]
		k := flux * d
		for i, a := range across {
			row[i] += float32(k * a)
		}
	}
}

// profile gives a Gaussian of unit sum along one axis.
func profile(side int, centre, fwhm float64) []float64 {
	sigma := fwhm / (2 * math.Sqrt(2*math.Ln2))
	p := make([]float64, side)
	norm := 1 / (sigma * math.Sqrt(2*math.Pi))
	for i := range p {
		d := (float64(i) - centre) / sigma
		if d > -8 && d < 8 {
			p[i] = norm * math.Exp(-0.5*d*d)
		}
	}
	return p
}

// Galaxy adds an exponential disc of the given flux and scale length (pixels),
// axis ratio q and position angle (radian).
func (m *Image) Galaxy(x, y, flux, scale, q, pa float64) {
	s, c := math.Sincos(pa)
	peak := flux / (2 * math.Pi * scale * scale * q)
	for j := range m.Side {
		dy := float64(j) - y
		for i := range m.Side {
			dx := float64(i) - x
			u, v := (dx*c+dy*s)/scale, (dy*c-dx*s)/(scale*q)
			if r := u*u + v*v; r < 64 {
				m.Pixels[j*m.Side+i] += float32(peak * math.Exp(-math.Sqrt(r+0.1)))
			}
		}
	}
}

const noiseSize = 1 << 15

// noiseTable holds normal deviates, the same in every process.
var noiseTable = sync.OnceValue(func() []float32 {
	r := rand.New(rand.NewPCG(20, 26))
	t := make([]float32, noiseSize)
	for i := range t {
		t[i] = float32(r.NormFloat64())
	}
	return t
})

// Noise adds Gaussian noise of standard deviation sigma. It takes deviates from
// a table at a place drawn from r: a stamp needs thousands of them.
func (m *Image) Noise(r *rand.Rand, sigma float64) {
	t := noiseTable()
	at, step := r.IntN(noiseSize), 2*r.IntN(noiseSize/2)+1
	s := float32(sigma)
	for i := range m.Pixels {
		m.Pixels[i] += s * t[at&(noiseSize-1)]
		at += step
	}
}

// Blank sets what lies outside of [x0, x1) and [y0, y1) to NaN: pixels beyond
// the edge of the detector.
func (m *Image) Blank(x0, x1, y0, y1 int) {
	nan := float32(math.NaN())
	for j := range m.Side {
		for i := range m.Side {
			if i < x0 || i >= x1 || j < y0 || j >= y1 {
				m.Pixels[j*m.Side+i] = nan
			}
		}
	}
}

// ZTF gives the image as ZTF's packets carry it: a gzipped FITS file in DN.
func (m *Image) ZTF() []byte {
	cards := append(imageCards("", -32, m.Side), Text("BUNIT", "DN", ""))
	file := AppendHeader(make([]byte, 0, 4*blockSize+4*len(m.Pixels)), cards...)
	return Gzip(AppendFloat32(file, m.Pixels))
}

// Frame says where an LSST stamp lies on the sky and on the detector.
type Frame struct {
	RA, Dec  float64 // degree, of the source
	X, Y     float64 // pixel of the source on the detector
	Rotation float64 // degree, from up to north through east
	Name     string  // what the stamp is taken from
}

// Pixels gives where something lies in the stamp, right of and above the source,
// that lies so far west and south of it on the sky, in pixels.
func (f Frame) Pixels(west, south float64) (x, y float64) {
	s, c := math.Sincos(f.Rotation * math.Pi / 180)
	return c*west - s*south, -s*west - c*south
}

const lsstScale = 0.2 / 3600 // degree per pixel

// LSST gives the image as LSST's packets carry it: a FITS file with the image
// (nJy), its variance and the point spread function of the given width (pixels)
// and side.
func (m *Image) LSST(f Frame, variance *Image, fwhm float64, side int) []byte {
	s, c := math.Sincos(f.Rotation * math.Pi / 180)
	minX, minY := int(f.X)-m.Side/2, int(f.Y)-m.Side/2
	cards := append(imageCards("", -32, m.Side),
		Bool("EXTEND", true, ""), Int("CUTMINX", minX, ""), Int("CUTMINY", minY, ""), Text("BUNIT", "nJy", ""),
		Int("WCSAXES", 2, "Number of coordinate axes"),
		Float("CRPIX1", f.X-float64(minX)+1, "Pixel coordinate of reference point"),
		Float("CRPIX2", f.Y-float64(minY)+1, "Pixel coordinate of reference point"),
		Float("PC1_1", -lsstScale*c, "Coordinate transformation matrix element"),
		Float("PC1_2", lsstScale*s, "Coordinate transformation matrix element"),
		Float("PC2_1", lsstScale*s, "Coordinate transformation matrix element"),
		Float("PC2_2", lsstScale*c, "Coordinate transformation matrix element"),
		Float("CDELT1", 1, "Coordinate increment at reference point"),
		Float("CDELT2", 1, "Coordinate increment at reference point"),
		Text("CUNIT1", "deg", "Units of coordinate increment and value"),
		Text("CUNIT2", "deg", "Units of coordinate increment and value"),
		Text("CTYPE1", "RA---TAN", "Right ascension, gnomonic projection"),
		Text("CTYPE2", "DEC--TAN", "Declination, gnomonic projection"),
		Float("CRVAL1", f.RA, "Coordinate value at reference point"),
		Float("CRVAL2", f.Dec, "Coordinate value at reference point"),
		Text("RADESYS", "ICRS", "Equatorial coordinate system"),
		Float("ROTPA", f.Rotation, "[deg] Rotation of the stamp"),
		Text("ORIGIN", "pgb sandbox", "simulated: "+f.Name))
	file := AppendHeader(make([]byte, 0, 24*blockSize), cards...)
	file = AppendFloat32(file, m.Pixels)
	file = AppendHeader(file, append(imageCards("UNCERT", -32, m.Side), Int("PCOUNT", 0, ""), Int("GCOUNT", 1, ""),
		Text("UTYPE", "VarianceUncertainty", ""), Text("EXTNAME", "UNCERT", "extension name"))...)
	file = AppendFloat32(file, variance.Pixels)
	file = AppendHeader(file, append(imageCards("PSFIMAGE", -64, side), Int("PCOUNT", 0, ""), Int("GCOUNT", 1, ""),
		Text("EXTNAME", "PSFIMAGE", "extension name"))...)
	return AppendFloat64(file, spread(side, fwhm))
}

// spread gives a Gaussian point spread function of unit sum.
func spread(side int, fwhm float64) []float64 {
	p := profile(side, float64(side/2), fwhm)
	out := make([]float64, 0, side*side)
	for _, d := range p {
		for _, a := range p {
			out = append(out, d*a)
		}
	}
	return out
}
