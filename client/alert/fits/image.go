package fits

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Image is a two-dimensional image of a file.
type Image struct {
	Name          string // EXTNAME; empty for most primary images
	Width, Height int    // pixels: NAXIS1, NAXIS2
	// Pixels are physical values row by row, in BUNIT of the header. The first
	// pixel has the coordinates (1, 1): where an image is shown as astronomers
	// do, it is the lower left one. What is not known is NaN.
	Pixels []float64
	Header Header
}

// At gives the pixel in a column and a row, which count from 0.
func (m *Image) At(x, y int) float64 { return m.Pixels[y*m.Width+x] }

// Images gives the two-dimensional images of a file: that of the primary unit
// and those of IMAGE extensions. Further axes of length 1 do not count; units
// without an image, cubes and spectra are passed over. What was read before a
// fault comes with the error.
func Images(data []byte) ([]Image, error) {
	list, err := units(data)
	var images []Image
	left := MaxPixels
	for i := range list {
		u := &list[i]
		if kind := u.kind(); kind != "" && kind != "IMAGE" || !u.isFlat() {
			continue
		}
		m, faulty := u.image(left)
		if faulty != nil {
			return images, fmt.Errorf("fits: the image at offset %d: %w", u.at, faulty)
		}
		left -= len(m.Pixels)
		images = append(images, m)
	}
	return images, err
}

// isFlat says whether the data have two axes, and pixels.
func (u *unit) isFlat() bool {
	if len(u.axes) < 2 || u.groups || len(u.data) == 0 {
		return false
	}
	for _, length := range u.axes[2:] {
		if length != 1 {
			return false
		}
	}
	return true
}

func (u *unit) image(most int) (Image, error) {
	m := Image{Name: u.name(), Width: u.axes[0], Height: u.axes[1], Header: u.header}
	n := m.Width * m.Height
	if n > most {
		return Image{}, fmt.Errorf("%d x %d pixels are more than a file may have: %d", m.Width, m.Height, MaxPixels)
	}
	if len(u.data) < n*max(u.bits, -u.bits)/8 { // GCOUNT of 0
		return Image{}, fmt.Errorf("there are no pixels")
	}
	m.Pixels = make([]float64, n)
	scale, zero := u.header.or("BSCALE", 1), u.header.or("BZERO", 0)
	if u.bits < 0 {
		u.readFloats(m.Pixels)
	} else {
		u.readIntegers(m.Pixels)
	}
	if scale != 1 || zero != 0 { // section 4.4.2.5
		for i, p := range m.Pixels {
			m.Pixels[i] = zero + scale*p
		}
	}
	return m, nil
}

func (u *unit) readFloats(pixels []float64) {
	if u.bits == -64 {
		for i := range pixels {
			pixels[i] = math.Float64frombits(binary.BigEndian.Uint64(u.data[8*i:]))
		}
		return
	}
	for i := range pixels {
		pixels[i] = float64(math.Float32frombits(binary.BigEndian.Uint32(u.data[4*i:])))
	}
}

// readIntegers reads whole numbers; BLANK stands for no value.
func (u *unit) readIntegers(pixels []float64) {
	blank, hasBlank := u.header.Int("BLANK")
	for i := range pixels {
		value := integer(u.data, i, u.bits)
		if hasBlank && value == blank {
			pixels[i] = math.NaN()
			continue
		}
		pixels[i] = float64(value)
	}
}

// integer gives one of the whole numbers in an array (section 5.2): bytes are
// unsigned, the others are signed.
func integer(data []byte, i, bits int) int64 {
	switch bits {
	case 8:
		return int64(data[i])
	case 16:
		return int64(int16(binary.BigEndian.Uint16(data[2*i:])))
	case 32:
		return int64(int32(binary.BigEndian.Uint32(data[4*i:])))
	default:
		return int64(binary.BigEndian.Uint64(data[8*i:]))
	}
}
