package skymap

import (
	"slices"

	"github.com/mwvgroup/pgb/client/sky"
)

// region is a credible region: parts of the sky, each with the one before it
// inside.
type region struct {
	name  string
	parts []sky.Region
}

func newRegion(name string, parts []sky.Region) *region {
	r := &region{name: name, parts: slices.Clone(parts)}
	slices.SortFunc(r.parts, func(a, b sky.Region) int {
		switch {
		case a.Level < b.Level:
			return -1
		case a.Level > b.Level:
			return 1
		}
		return 0
	})
	return r
}

const (
	// spreadOrder is the order of the pixels, 0.23 degree wide, by which small
	// parts of a region are found that lie between the middles of cells.
	spreadOrder = 8
	// spreadPixels bounds them: a larger region is seen without.
	spreadPixels = 20000
)

// fill says for each cell of a view how many parts of the region it is in.
func (r *region) fill(depths []uint8, v *view) []uint8 {
	depths = zeroed(depths, v.width*v.height)
	if r == nil {
		return depths
	}
	for y := range v.height {
		for x := range v.width {
			d, ok := v.direction(float64(x)+0.5, float64(y)+0.5)
			if !ok {
				continue
			}
			ra, dec := d.LonLat()
			pixel := sky.Ang2PixNested(sky.MaxOrder, ra, dec)
			for i := range r.parts {
				if r.parts[i].Ranges.Contains(pixel) {
					depths[y*v.width+x]++
				}
			}
		}
	}
	if !binned(v) {
		return depths
	}
	for i := range r.parts {
		deep := uint8(len(r.parts) - i)
		pixels := slices.Clone(r.parts[i].Ranges).AtOrder(spreadOrder)
		if pixels.Pixels() > spreadPixels {
			continue
		}
		for _, run := range pixels {
			for pixel := run.Lo; pixel < run.Hi; pixel++ {
				if x, y, ok := v.place(sky.VectorOf(sky.Pix2AngNested(spreadOrder, pixel))); ok {
					at, _ := v.cell(x, y)
					depths[at] = max(depths[at], deep)
				}
			}
		}
	}
	return depths
}
