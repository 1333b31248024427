package sky_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
	"pgregory.net/rapid"
)

func TestPixelCentresEqualReference(t *testing.T) {
	for _, row := range reference(t, "pixel_centres.csv.gz", ",") {
		order, _ := strconv.Atoi(row[0])
		pixel, _ := strconv.ParseInt(row[1], 10, 64)
		ra, dec := sky.Pix2AngNested(order, pixel)
		if math.Abs(math.Remainder(ra-number(t, row[2]), 360)) > 1e-12 || math.Abs(dec-number(t, row[3])) > 1e-12 || ra < 0 || ra >= 360 {
			t.Errorf("%v: got %.17g %.17g", row, ra, dec)
		}
	}
}

// pixels draws an order and one of its pixels.
func pixels(t *rapid.T) (order int, pixel int64) {
	order = rapid.IntRange(0, sky.MaxOrder).Draw(t, "order")
	return order, rapid.Int64Range(0, sky.PixelCount(order)-1).Draw(t, "pixel")
}

func TestPixelHoldsItsCentre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order, pixel := pixels(t)
		center := sky.PixelCenter(order, pixel)
		if got := center.Pixel(order); got != pixel {
			t.Fatalf("order %d: the centre of %d, %v, is in %d", order, pixel, center, got)
		}
		if got := center.Pixel(0); got != pixel>>(2*order) {
			t.Fatalf("order %d: the centre of %d is on face %d", order, pixel, got)
		}
	})
}

// Ring numbers go around the sky in rings of falling declination, each ring by
// rising right ascension: that alone defines them.
func TestRingNumbersFollowTheRings(t *testing.T) {
	for order := range 7 {
		lastRA, lastDec := -1.0, 91.0
		for ring := range sky.PixelCount(order) {
			nested := sky.NestedFromRing(order, ring)
			ra, dec := sky.Pix2AngNested(order, nested)
			if back := sky.RingFromNested(order, nested); back != ring {
				t.Fatalf("order %d: ring pixel %d is nested %d, which is ring %d", order, ring, nested, back)
			}
			if dec > lastDec-1e-9 && (dec > lastDec+1e-9 || ra <= lastRA) {
				t.Fatalf("order %d: ring pixel %d at %v %v comes after %v %v", order, ring, ra, dec, lastRA, lastDec)
			}
			lastRA, lastDec = ra, dec
		}
	}
}

func TestRingAndNestedAreOneToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order, pixel := pixels(t)
		if back := sky.RingFromNested(order, sky.NestedFromRing(order, pixel)); back != pixel {
			t.Fatalf("order %d: ring pixel %d comes back as %d", order, pixel, back)
		}
		if back := sky.NestedFromRing(order, sky.RingFromNested(order, pixel)); back != pixel {
			t.Fatalf("order %d: nested pixel %d comes back as %d", order, pixel, back)
		}
	})
}

func TestPixelsOutOfRangeAreNone(t *testing.T) {
	for _, none := range []struct {
		order int
		pixel int64
	}{{-1, 0}, {30, 0}, {0, 12}, {0, -1}, {29, sky.PixelCount(29)}} {
		ra, dec := sky.Pix2AngNested(none.order, none.pixel)
		if !math.IsNaN(ra) || !math.IsNaN(dec) || sky.RingFromNested(none.order, none.pixel) != -1 ||
			sky.NestedFromRing(none.order, none.pixel) != -1 || sky.Uniq(none.order, none.pixel) != -1 {
			t.Errorf("%v is a pixel", none)
		}
	}
	for nside, want := range map[int64]int{1: 0, 2: 1, 512: 9, 1 << 29: 29} {
		if order, ok := sky.OrderOfNside(nside); !ok || order != want {
			t.Errorf("nside %d: got %d, %v", nside, order, ok)
		}
	}
	for _, nside := range []int64{0, -1, 3, 1 << 30, math.MinInt64} {
		if order, ok := sky.OrderOfNside(nside); ok {
			t.Errorf("nside %d has order %d", nside, order)
		}
	}
}

func TestPixelAreasMakeUpTheSphere(t *testing.T) {
	for order := range sky.MaxOrder + 1 {
		if sum := float64(sky.PixelCount(order)) * sky.PixelSteradians(order); math.Abs(sum-4*math.Pi) > 1e-12 {
			t.Errorf("order %d: %v sr", order, sum)
		}
	}
	if got := sky.PixelSquareDegrees(0); math.Abs(got-3437.746770784939) > 1e-9 {
		t.Errorf("order 0: %v square degrees", got)
	}
	if got := sky.PixelSide(9).Arcminutes(); math.Abs(got-6.870972823634812) > 1e-9 {
		t.Errorf("order 9: %v arcmin", got)
	}
}
