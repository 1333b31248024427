package skymap

import (
	"math"
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
	"pgregory.net/rapid"
)

func TestProjectionsEqualTheirReferences(t *testing.T) {
	// Longitude and latitude, Mollweide and Aitoff on a sphere of radius 1, by
	// PROJ 9 (pyproj 3.7.2). The row of 15, -50 is also Snyder's example (1987,
	// p. 365): 0.1788845, -0.9208758.
	for _, row := range [][6]float64{
		{0, 0, 0, 0, 0, 0},
		{180, 0, 2.828427125, 0, 3.141592654, 0},
		{-180, 0, -2.828427125, 0, -3.141592654, 0},
		{90, 0, 1.414213562, 0, 1.570796327, 0},
		{0, 90, 0, 1.414213562, 0, 1.570796327},
		{0, -90, 0, -1.414213562, 0, -1.570796327},
		{75, -50, 0.894422446, -0.920875791, 0.942243059, -0.922300180},
		{15, -50, 0.178884489, -0.920875791, 0.191578427, -0.874591815},
		{120, 30, 1.724908773, 0.571303747, 1.868724937, 0.622908312},
		{-150, 75, -0.997395723, 1.281355781, -0.753572067, 1.455789442},
		{179, -60, 1.820170115, -1.078176746, 1.566388311, -1.356583724},
		{-179.9, 89, -0.200782450, 1.410641838, -0.054827799, 1.570541859},
		{45, 1, 0.707040347, 0.019385357, 0.785316737, 0.017910045},
	} {
		for p := range projectionCount {
			x, y := p.flat(sky.VectorOf(row[0], row[1]))
			if wantX, wantY := row[2+2*p], row[3+2*p]; math.Abs(x-wantX) > 1e-8 || math.Abs(y-wantY) > 1e-8 {
				t.Errorf("%v of %v %v: %.9f %.9f, want %.9f %.9f", p, row[0], row[1], x, y, wantX, wantY)
			}
		}
	}
	// Snyder's example of the oblique stereographic projection (1987, p. 312):
	// around 40 N 100 W, the place 30 N 75 W.
	v := newView(look{fov: 90, lon: -100, lat: 40}, 100, 50)
	x, y, _ := v.place(sky.VectorOf(-75, 30))
	if x, y = (50-x)/v.scale, (25-y)*cellShape/v.scale; math.Abs(x-0.3807224) > 1e-7 || math.Abs(y+0.1263802) > 1e-7 {
		t.Errorf("stereographic: %.7f %.7f", x, y)
	}
}

// looks draws a view.
func looks(t *rapid.T) *view {
	l := look{
		frame:      rapid.SampledFrom([]sky.Frame{sky.ICRS, sky.Galactic, sky.Ecliptic}).Draw(t, "frame"),
		projection: rapid.SampledFrom([]Projection{Mollweide, Aitoff}).Draw(t, "projection"),
		turn:       rapid.Float64Range(0, 360).Draw(t, "turn"),
	}
	if rapid.Bool().Draw(t, "patch") {
		l.fov = math.Exp(rapid.Float64Range(math.Log(leastFov), math.Log(widestFov)).Draw(t, "fov"))
		l.lon, l.lat = rapid.Float64Range(0, 360).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")
	}
	return newView(l, rapid.IntRange(1, 400).Draw(t, "width"), rapid.IntRange(1, 100).Draw(t, "height"))
}

func TestPlacesTurnBackIntoDirections(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := looks(t)
		x := rapid.Float64Range(0, 1).Draw(t, "x") * float64(v.width)
		y := rapid.Float64Range(0, 1).Draw(t, "y") * float64(v.height)
		d, ok := v.direction(x, y)
		// The two sides of the whole sky are one meridian: just inside of it
		// rounding decides.
		further := func(z float64, size int) float64 { return z + 1e-6*(z-float64(size)/2) }
		if _, within := v.direction(further(x, v.width), further(y, v.height)); !ok || !within {
			return
		}
		if long := d.Dot(d); math.Abs(long-1) > 1e-9 {
			t.Fatalf("the direction has the length %v", long)
		}
		backX, backY, _ := v.place(d)
		if math.Abs(backX-x) > 1e-3 || math.Abs(backY-y) > 1e-3 {
			t.Fatalf("%v %v came back as %v %v", x, y, backX, backY)
		}
	})
}

func TestTheWholeSkyIsOnTheMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := looks(t)
		d := sky.VectorOf(rapid.Float64Range(0, 360).Draw(t, "ra"), rapid.Float64Range(-90, 90).Draw(t, "dec"))
		x, y, ok := v.place(d)
		if ok != (x >= 0 && y >= 0 && x < float64(v.width) && y < float64(v.height)) && ok || v.whole() && !ok {
			t.Fatalf("%v is at %v %v, %v", d, x, y, ok)
		}
		back, found := v.direction(x, y)
		// What lies at the very edge may come back from beyond it.
		if ok && found && back.Dot(d) < 1-1e-6 {
			t.Fatalf("%v came back as %v", d, back)
		}
	})
}

func TestTheMapEndsAtItsEllipse(t *testing.T) {
	for p := range projectionCount {
		v := newView(look{projection: p}, 200, 50) // all of it is the map's
		for _, place := range [][2]float64{{0.1, 25}, {199.9, 25}, {100, 0.1}, {100, 49.9}, {100 - 70, 25 - 17.6}} {
			if _, ok := v.direction(place[0], place[1]); !ok {
				t.Errorf("%v: no sky at %v", p, place)
			}
		}
		for _, place := range [][2]float64{{-0.1, 25}, {200.1, 25}, {100, -0.1}, {0, 0}, {199, 49}, {100 - 71, 25 - 17.8}} {
			if d, ok := v.direction(place[0], place[1]); ok {
				t.Errorf("%v: %v at %v", p, d, place)
			}
		}
	}
}

func TestRightAscensionGrowsToTheLeftAndDeclinationUpwards(t *testing.T) {
	for _, l := range []look{{}, {projection: Aitoff}, {fov: 60}, {fov: 0.1}} {
		v := newView(l, 100, 25)
		x0, y0, _ := v.place(sky.VectorOf(0, 0))
		x, _, ok := v.place(sky.VectorOf(0.01, 0))
		_, y, ok2 := v.place(sky.VectorOf(0, 0.01))
		if math.Abs(x0-50) > 1e-9 || math.Abs(y0-12.5) > 1e-9 || !ok || !ok2 || x >= x0 || y >= y0 {
			t.Errorf("%+v: the middle is at %v %v, east of it %v, north of it %v", l, x0, y0, x, y)
		}
	}
}

func TestTheGalaxyLiesAlongTheMiddleOfItsMap(t *testing.T) {
	v := newView(look{frame: sky.Galactic}, 200, 50)
	for name, want := range map[string]struct{ ra, dec, x, y float64 }{
		"centre":     {266.405, -28.936, 100, 25},
		"north pole": {192.859, 27.128, 100, 0},
		"south pole": {12.859, -27.128, 100, 50},
		"Cygnus":     {318.0044, 48.3296, 50, 25}, // l 90, b 0
	} {
		x, y, _ := v.place(sky.VectorOf(want.ra, want.dec))
		if math.Abs(x-want.x) > 0.05 || math.Abs(y-want.y) > 0.05 {
			t.Errorf("%s: at %v %v, want %v %v", name, x, y, want.x, want.y)
		}
	}
}
