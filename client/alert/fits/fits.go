// Package fits reads the FITS files that ride along with alerts: stamp images
// and sky maps. It follows the FITS standard, version 4.0 (NASA/IAU FITS Working
// Group, 2018).
//
//   - [Images] gives the images of a file, with their headers, as physical values.
//   - [Tables] gives its binary tables, whose columns are read by name.
//
// Both take the bytes of a file, gzipped or not. What a file claims is held
// against what is there before memory is taken for it.
package fits

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/gzip"
)

const (
	blockSize = 2880
	cardSize  = 80

	// MaxUnpacked is the most bytes that a gzipped file may unpack to.
	MaxUnpacked = 64 << 20
	// MaxPixels is the most pixels that the images of a file may have together.
	MaxPixels = 1 << 24

	maxCards = 36 * 1024 // of one header
	maxAxes  = 999       // section 4.4.1
	maxUnits = 1024      // header and data units of a file
)

// unit is a header and data unit (section 3.1).
type unit struct {
	header Header
	offset int // of the header in the unpacked file
	data   []byte
	at     int   // offset of the data
	bits   int   // BITPIX
	axes   []int // NAXISn
	groups bool  // random groups, which are no image
}

// kind is "" for the primary unit, or the type of an extension.
func (u *unit) kind() string {
	kind, _ := u.header.Text("XTENSION")
	return kind
}

// name is what the unit is called.
func (u *unit) name() string {
	name, _ := u.header.Text("EXTNAME")
	return name
}

// units gives the units of a file. Those before a fault come with the error.
func units(data []byte) ([]unit, error) {
	data, err := unpacked(data)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("fits: the file is empty")
	}
	var list []unit
	for offset := 0; offset < len(data); {
		// What follows the last extension may be anything (section 3.5).
		if offset > 0 && !bytes.HasPrefix(data[offset:], []byte("XTENSION")) {
			break
		}
		if len(list) == maxUnits {
			return list, fmt.Errorf("fits: more than %d headers", maxUnits)
		}
		u, err := readUnit(data, offset)
		if err != nil {
			return list, err
		}
		list = append(list, u)
		end := u.at + len(u.data)
		offset = end + (blockSize-end%blockSize)%blockSize
	}
	return list, nil
}

func unpacked(data []byte) ([]byte, error) {
	if len(data) < 2 || data[0] != 0x1f || data[1] != 0x8b {
		return data, nil
	}
	from, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("fits: gzip: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(from, MaxUnpacked+1))
	if err != nil {
		return nil, fmt.Errorf("fits: gzip: %w", err)
	}
	if len(plain) > MaxUnpacked {
		return nil, fmt.Errorf("fits: the gzipped file is larger than %d bytes", MaxUnpacked)
	}
	return plain, nil
}

func readUnit(data []byte, offset int) (unit, error) {
	header, size, err := readHeader(data[offset:], offset)
	if err != nil {
		return unit{}, err
	}
	u := unit{header: header, offset: offset, at: offset + size}
	need, err := u.measure()
	if err != nil {
		return unit{}, fmt.Errorf("fits: the header at offset %d: %w", offset, err)
	}
	if have := int64(len(data) - u.at); need > have {
		return unit{}, fmt.Errorf("fits: the data at offset %d should be %d bytes, %d are there", u.at, need, max(have, 0))
	}
	u.data = data[u.at : u.at+int(need)]
	return u, nil
}

// measure reads the keywords that say how large the data are (sections 4.4.1
// and 6.1.1) and gives their number of bytes.
func (u *unit) measure() (int64, error) {
	bits, ok := u.header.Int("BITPIX")
	switch bits {
	case 8, 16, 32, 64, -32, -64:
		u.bits = int(bits)
	default:
		return 0, mandatory("BITPIX", bits, ok)
	}
	n, ok := u.header.Int("NAXIS")
	if !ok || n < 0 || n > maxAxes {
		return 0, mandatory("NAXIS", n, ok)
	}
	pixels := int64(1)
	for i := range int(n) {
		key := fmt.Sprintf("NAXIS%d", i+1)
		length, ok := u.header.Int(key)
		if !ok || length < 0 || length > math.MaxInt32 {
			return 0, mandatory(key, length, ok)
		}
		u.axes = append(u.axes, int(length))
		if u.groups = u.groups || u.isGroups(i, length); u.groups && i == 0 {
			continue
		}
		if pixels, ok = times(pixels, length); !ok {
			return 0, fmt.Errorf("its axes have more pixels than any file")
		}
	}
	if n == 0 {
		return 0, nil
	}
	extra, _ := u.header.Int("PCOUNT")
	groups, ok := u.header.Int("GCOUNT")
	if !ok {
		groups = 1
	}
	if extra < 0 || extra > math.MaxInt32 || groups < 0 {
		return 0, fmt.Errorf("PCOUNT is %d, GCOUNT is %d", extra, groups)
	}
	size, ok := times(pixels+extra, groups)
	if ok {
		size, ok = times(size, int64(max(u.bits, -u.bits)/8))
	}
	if !ok {
		return 0, fmt.Errorf("it claims more bytes than any file has")
	}
	return size, nil
}

// isGroups says whether an axis is the mark of random groups: a first one of no
// length, and GROUPS (section 6).
func (u *unit) isGroups(axis int, length int64) bool {
	groups, _ := u.header.Bool("GROUPS")
	return axis == 0 && length == 0 && groups
}

func mandatory(key string, value int64, ok bool) error {
	if !ok {
		return fmt.Errorf("there is no %s with a whole number", key)
	}
	return fmt.Errorf("%s is %d", key, value)
}

// times multiplies, within what sizes can be.
func times(a, b int64) (int64, bool) {
	const most = 1 << 40
	if b != 0 && a > most/b {
		return 0, false
	}
	return a * b, true
}
