package sky_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
	"pgregory.net/rapid"
)

func TestCoverHoldsAllReferencePointsInside(t *testing.T) {
	covers := map[string]sky.Ranges{}
	var inside int
	for _, row := range reference(t, "cones.csv.gz", ",") {
		cover, known := covers[row[0]]
		if !known {
			cone := sky.Cone{
				Center: sky.Position{RA: number(t, row[1]), Dec: number(t, row[2])},
				Radius: sky.Arcseconds(number(t, row[3])),
			}
			cover = cone.Cover(min(sky.MaxOrder, sky.CoverOrder(cone.Radius)+3))
			covers[row[0]] = cover
		}
		if row[7] == "1" {
			inside++
			if p := (sky.Position{RA: number(t, row[4]), Dec: number(t, row[5])}); !cover.ContainsPosition(p) {
				t.Errorf("cone %v: the point is not in the cover", row)
			}
		}
	}
	if inside == 0 {
		t.Error("no points inside")
	}
}

func TestCoverIsAsTightAsReference(t *testing.T) {
	for _, row := range reference(t, "cover_sizes.csv.gz", ",") {
		cone := sky.Cone{
			Center: sky.Position{RA: number(t, row[0]), Dec: number(t, row[1])},
			Radius: sky.Arcseconds(number(t, row[2])),
		}
		order, _ := strconv.Atoi(row[3])
		cover := cone.Cover(order).AtOrder(order)
		if most := 1.02*number(t, row[4]) + 1; float64(cover.Pixels()) > most {
			t.Errorf("%v: %d pixels", row, cover.Pixels())
		}
		if most := 1.02*number(t, row[5]) + 1; float64(len(cover)) > most {
			t.Errorf("%v: %d ranges", row, len(cover))
		}
	}
}

// positions draws a position, often one near a pole, the seam in right
// ascension or the edge of the polar caps.
func positions(t *rapid.T) sky.Position {
	near := func(label string, low, high float64, special ...float64) float64 {
		if rapid.Bool().Draw(t, label+" anywhere") {
			return rapid.Float64Range(low, high).Draw(t, label)
		}
		off := math.Pow(10, rapid.Float64Range(-13, 0).Draw(t, label+" log off")) * rapid.SampledFrom([]float64{-1, 0, 1}).Draw(t, label+" side")
		return max(low, min(high, rapid.SampledFrom(special).Draw(t, label+" near")+off))
	}
	return sky.Position{
		RA:  near("ra", 0, 360, 0, 45, 90, 180, 270, 360),
		Dec: near("dec", -90, 90, -90, -41.810314895778596, 0, 41.810314895778596, 90),
	}
}

// cones draws a cone of 0.1 arcsec to 180 degrees.
func cones(t *rapid.T) sky.Cone {
	radius := sky.Arcseconds(math.Pow(10, rapid.Float64Range(-1, math.Log10(648000)).Draw(t, "log radius")))
	if rapid.IntRange(0, 9).Draw(t, "round radius") == 0 {
		radius = rapid.SampledFrom([]sky.Angle{0, 5, 60, sky.Degrees(1), sky.Degrees(90), sky.HalfCircle - 1, sky.HalfCircle}).Draw(t, "radius")
	}
	return sky.Cone{Center: positions(t), Radius: min(radius, sky.HalfCircle)}
}

// offset goes an angle away from a position in a direction (from north by east,
// radians).
func offset(p sky.Position, away sky.Angle, direction float64) sky.Position {
	sinDec, cosDec := math.Sincos(p.Dec * math.Pi / 180)
	sinAway, cosAway := math.Sincos(away.Radians())
	sinDir, cosDir := math.Sincos(direction)
	north := cosAway*cosDec - sinAway*cosDir*sinDec
	east := sinAway * sinDir
	up := cosAway*sinDec + sinAway*cosDir*cosDec
	ra := math.Mod(p.RA+math.Atan2(east, north)*180/math.Pi+720, 360)
	return sky.Position{RA: ra, Dec: math.Atan2(up, math.Hypot(north, east)) * 180 / math.Pi}
}

func TestCoverNeverMisses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cone := cones(t)
		finest := min(sky.MaxOrder, sky.CoverOrder(cone.Radius)+2)
		cover := cone.Cover(rapid.IntRange(max(0, finest-6), finest).Draw(t, "order"))
		for range 50 {
			// Mostly at the very edge, where a miss would be.
			part := 1 - math.Pow(10, rapid.Float64Range(-14, 0).Draw(t, "log part"))
			p := offset(cone.Center, cone.Radius*sky.Angle(part), rapid.Float64Range(0, 2*math.Pi).Draw(t, "direction"))
			if cone.Contains(p) && !cover.ContainsPosition(p) {
				t.Fatalf("%v is %v from %v, yet not in the cover", p, cone.Center.Separation(p), cone)
			}
		}
		if p := positions(t); cone.Contains(p) && !cover.ContainsPosition(p) {
			t.Fatalf("%v is in %v, yet not in the cover", p, cone)
		}
	})
}

// The finest orders are where rounding could lose a point.
func TestFinestCoverNeverMisses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cone := sky.Cone{Center: positions(t), Radius: sky.Arcseconds(math.Pow(10, rapid.Float64Range(-6, -2).Draw(t, "log radius")))}
		cover := cone.Cover(sky.MaxOrder)
		for range 20 {
			p := offset(cone.Center, cone.Radius*sky.Angle(rapid.Float64Range(0.9, 1).Draw(t, "part")), rapid.Float64Range(0, 2*math.Pi).Draw(t, "direction"))
			if cone.Contains(p) && !cover.ContainsPosition(p) {
				t.Fatalf("%v is %v from %v, yet not in the cover", p, cone.Center.Separation(p), cone)
			}
		}
		if !cover.ContainsPosition(cone.Center) {
			t.Fatalf("%v lacks its own centre", cone)
		}
	})
}

func TestCoverRangesAscendAndFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cone := cones(t)
		order := min(rapid.IntRange(0, sky.MaxOrder).Draw(t, "order"), sky.CoverOrder(cone.Radius)+2)
		cover := cone.Cover(order)
		size := int64(1) << (2 * (sky.MaxOrder - order))
		last := int64(-1)
		for _, r := range cover {
			if r.Lo <= last || r.Hi <= r.Lo || r.Lo%size != 0 || r.Hi%size != 0 || r.Hi > sky.PixelCount(sky.MaxOrder) {
				t.Fatalf("range %v of pixels of %d after %d", r, size, last)
			}
			last = r.Hi
		}
		coarse := rapid.IntRange(0, order).Draw(t, "coarse order")
		want := cone.Cover(coarse).AtOrder(coarse)
		got := slices.Clone(cover).AtOrder(coarse)
		for _, r := range got {
			for pixel := r.Lo; pixel < r.Hi; pixel += max(1, (r.Hi-r.Lo)/64) {
				if !want.Contains(pixel) {
					t.Fatalf("pixel %d of order %d is in the cover of order %d alone", pixel, coarse, order)
				}
			}
		}
	})
}

func TestAtMostClosesTheSmallestGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all sky.Ranges
		at := int64(0)
		for range rapid.IntRange(0, 20).Draw(t, "ranges") {
			lo := at + rapid.Int64Range(1, 5).Draw(t, "gap")
			at = lo + rapid.Int64Range(1, 5).Draw(t, "length")
			all = append(all, sky.Range{Lo: lo, Hi: at})
		}
		most := rapid.IntRange(1, 25).Draw(t, "most")
		few := slices.Clone(all).AtMost(most)
		var gaps []int64
		for i := 1; i < len(all); i++ {
			gaps = append(gaps, all[i].Lo-all[i-1].Hi)
		}
		slices.Sort(gaps)
		pixels := all.Pixels()
		for _, gap := range gaps[:max(0, len(all)-most)] {
			pixels += gap
		}
		if len(few) != min(most, len(all)) || few.Pixels() != pixels {
			t.Fatalf("at most %d of %v: %v, not of %d pixels", most, all, few, pixels)
		}
		for pixel := range at + 2 {
			if all.Contains(pixel) && !few.Contains(pixel) {
				t.Fatalf("at most %d of %v: %v lacks %d", most, all, few, pixel)
			}
		}
	})
}

func TestCoverOfEdgeCases(t *testing.T) {
	whole := sky.Cone{Center: sky.Position{RA: 10, Dec: 20}, Radius: sky.HalfCircle}
	if got := whole.Cover(sky.MaxOrder); !slices.Equal(got, sky.Ranges{{Lo: 0, Hi: sky.PixelCount(sky.MaxOrder)}}) {
		t.Errorf("whole sky: %v", got)
	}
	half := sky.Cone{Center: sky.Position{Dec: 90}, Radius: sky.Degrees(90)}
	if got := half.Cover(6).SquareDegrees(); got < 20626.48 || got > 20626.48*1.03 {
		t.Errorf("half of the sky: %v square degrees", got)
	}
	point := sky.Cone{Center: sky.Position{RA: 12.3, Dec: 45.6}}
	if got := point.Cover(19).AtOrder(19); !slices.Equal(got, sky.Ranges{{Lo: point.Center.Pixel(19), Hi: point.Center.Pixel(19) + 1}}) {
		t.Errorf("point: %v", got)
	}
	turned := sky.Cone{Center: sky.Position{RA: 12.3 - 720, Dec: 45.6}, Radius: 100}
	if got, want := turned.Cover(12), (sky.Cone{Center: point.Center, Radius: 100}).Cover(12); !slices.Equal(got, want) {
		t.Errorf("turned twice: %v, want %v", got, want)
	}
	for _, none := range []sky.Cone{
		{Center: sky.Position{Dec: 91}, Radius: 1}, {Center: sky.Position{RA: math.NaN()}, Radius: 1},
		{Radius: -1}, {Radius: sky.Angle(math.NaN())},
	} {
		if got := none.Cover(9); len(got) != 0 {
			t.Errorf("%v has the cover %v", none, got)
		}
	}
}

// A cover that is asked to be finer than is sane stays of bounded size.
func TestCoverStaysBounded(t *testing.T) {
	wide := sky.Cone{Center: sky.Position{RA: 1, Dec: 2}, Radius: sky.Degrees(0.5)}
	if got := wide.Cover(sky.MaxOrder); len(got) > 1<<19 || got.SquareDegrees() > math.Pi/4*1.0001 {
		t.Errorf("%d ranges, %v square degrees", len(got), got.SquareDegrees())
	}
}

func TestCoverOrderKeepsCoversSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cone := cones(t)
		cone.Radius = max(0.1, min(cone.Radius, sky.Degrees(30)))
		order := sky.CoverOrder(cone.Radius)
		pixels := cone.Cover(order).AtOrder(order).Pixels()
		if pixels < 30 || pixels > 320 {
			t.Fatalf("%v: %d pixels of order %d", cone, pixels, order)
		}
	})
}

func TestConeKnowsItsEdge(t *testing.T) {
	cone := sky.Cone{Center: sky.Position{RA: 359.9995, Dec: 0}, Radius: sky.Arcseconds(5)}
	if !cone.Contains(sky.Position{RA: 0.0005}) || cone.Contains(sky.Position{RA: 0.001}) {
		t.Error("the cone does not reach over the seam as far as it should")
	}
}

func TestAppendCoverAllocatesNothing(t *testing.T) {
	cone := sky.Cone{Center: sky.Position{RA: 83.6, Dec: 22}, Radius: sky.Arcminutes(1)}
	order := sky.CoverOrder(cone.Radius)
	buffer := cone.Cover(order)
	if n := testing.AllocsPerRun(100, func() { buffer = cone.AppendCover(buffer, order) }); n != 0 {
		t.Errorf("%v allocations into a buffer", n)
	}
	if n := testing.AllocsPerRun(100, func() { cone.Cover(order) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}
