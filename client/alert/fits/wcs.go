package fits

import (
	"math"
	"strings"
)

// Sky says how an image lies on the sky near its reference pixel.
type Sky struct {
	// PixelScale is the side of a pixel in arcseconds: of a square of the same
	// area where it is none.
	PixelScale float64
	// North and East are the directions on the image in which declination and
	// right ascension grow: of length 1, X along a row, Y to the next rows.
	North, East Direction
}

// Direction is a direction on an image.
type Direction struct{ X, Y float64 }

// Sky reads the part of an image's world coordinates that is linear: a matrix
// CDi_j, or PCi_j with CDELTi, or CDELTi with CROTA2 (Greisen and Calabretta
// 2002, A&A 395, 1061; Calabretta and Greisen 2002, A&A 395, 1077). Without
// CTYPEi, as LSST leaves it out, the axes are right ascension and declination.
// It is false where there is no such matrix, or one of other axes.
func (h Header) Sky() (Sky, bool) {
	longitude, latitude, ok := h.skyAxes()
	if !ok {
		return Sky{}, false
	}
	matrix, ok := h.matrix()
	if !ok {
		return Sky{}, false
	}
	// Degrees on the sky for a step of one pixel along x and along y.
	ax, ay := matrix[longitude][0], matrix[longitude][1]
	dx, dy := matrix[latitude][0], matrix[latitude][1]
	area := ax*dy - ay*dx
	if area == 0 || math.IsNaN(area) || math.IsInf(area, 0) {
		return Sky{}, false
	}
	return Sky{
		PixelScale: 3600 * math.Sqrt(math.Abs(area)),
		North:      direction(-ay/area, ax/area),
		East:       direction(dy/area, -dx/area),
	}, true
}

func direction(x, y float64) Direction {
	length := math.Hypot(x, y)
	return Direction{x / length, y / length}
}

// skyAxes gives which of the first two axes is right ascension and which is
// declination.
func (h Header) skyAxes() (longitude, latitude int, ok bool) {
	for _, key := range []string{"CUNIT1", "CUNIT2"} {
		if unit, has := h.Text(key); has && unit != "deg" && unit != "" {
			return 0, 0, false
		}
	}
	first, _ := h.Text("CTYPE1")
	second, _ := h.Text("CTYPE2")
	switch {
	case first == "" && second == "":
		return 0, 1, true
	case strings.HasPrefix(first, "RA--") && strings.HasPrefix(second, "DEC-"):
		return 0, 1, true
	case strings.HasPrefix(first, "DEC-") && strings.HasPrefix(second, "RA--"):
		return 1, 0, true
	}
	return 0, 0, false
}

// matrix gives degrees per pixel: of each axis of the world, along x and y.
func (h Header) matrix() (m [2][2]float64, ok bool) {
	keys := [2][2]string{{"1_1", "1_2"}, {"2_1", "2_2"}}
	hasCD, hasPC := false, false
	for i, row := range keys {
		for j, key := range row {
			if value, has := h.Float("CD" + key); has {
				m[i][j], hasCD = value, true
			}
		}
	}
	if hasCD {
		return m, true
	}
	steps := [2]float64{h.or("CDELT1", 1), h.or("CDELT2", 1)}
	for i, row := range keys {
		for j, key := range row {
			unity := 0.0
			if i == j {
				unity = 1
			}
			_, has := h.Float("PC" + key)
			hasPC = hasPC || has
			m[i][j] = steps[i] * h.or("PC"+key, unity)
		}
	}
	if hasPC {
		return m, true
	}
	if _, has := h.Float("CDELT1"); !has {
		return m, false
	}
	s, c := math.Sincos(h.or("CROTA2", 0) * math.Pi / 180)
	return [2][2]float64{{steps[0] * c, -steps[1] * s}, {steps[0] * s, steps[1] * c}}, true
}
