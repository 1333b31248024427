package sky_test

import (
	"fmt"

	"github.com/mwvgroup/pgb/client/sky"
)

func ExampleParsePosition() {
	for _, text := range []string{"270.1 -30.2", "18:00:24 -30:12:00", "18h00m24s −30°12′00″"} {
		p, err := sky.ParsePosition(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%.4f %.4f = %s\n", p.RA, p.Dec, p.Sexagesimal(1))
	}
	_, err := sky.ParsePosition("18:00:24 -90:12:00")
	fmt.Println(err)
	// Output:
	// 270.1000 -30.2000 = 18:00:24.00 -30:12:00.0
	// 270.1000 -30.2000 = 18:00:24.00 -30:12:00.0
	// 270.1000 -30.2000 = 18:00:24.00 -30:12:00.0
	// "18:00:24 -90:12:00" is no position: declination -90.2 is not between -90 and 90 degrees
}

// A search first asks an index for ranges of pixels, and then keeps what is
// really within the radius.
func ExampleCone_Cover() {
	cone := sky.Cone{Center: sky.Position{RA: 270.1, Dec: -30.2}, Radius: sky.Arcminutes(2)}
	for _, r := range cone.Cover(sky.CoverOrder(cone.Radius)).AtMost(3) {
		fmt.Printf("healpix29 between %d and %d\n", r.Lo, r.Hi-1)
	}
	// For a column of coarser pixels.
	fmt.Println(cone.Cover(9).AtOrder(9))

	p := sky.Position{RA: 270.12, Dec: -30.19}
	fmt.Println(cone.Contains(p), cone.Center.Separation(p))
	// Output:
	// healpix29 between 2022107140243587072 and 2022107161718423551
	// healpix29 between 2022107342107049984 and 2022107346402017279
	// healpix29 between 2022112955629305856 and 2022113763083157503
	// [{1839095 1839096} {1839101 1839102}]
	// true 1.19823 arcmin
}

func ExampleMap_Region() {
	// Two pixels of order 1 and the four pixels of a third.
	uniq := []int64{sky.Uniq(1, 20), sky.Uniq(1, 21), sky.Uniq(2, 88), sky.Uniq(2, 89), sky.Uniq(2, 90), sky.Uniq(2, 91)}
	probability := []float64{0.05, 0.05, 0.4, 0.3, 0.15, 0.05}
	density := make([]float64, len(uniq)) // per steradian
	for i := range uniq {
		order, _, _ := sky.FromUniq(uniq[i])
		density[i] = probability[i] / sky.PixelSteradians(order)
	}
	m, err := sky.NewMap(uniq, density)
	if err != nil {
		fmt.Println(err)
		return
	}
	region, err := m.Region(0.8)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f square degrees hold %.0f %%\n", region.SquareDegrees, 100*region.Probability)
	fmt.Printf("credible level of the densest pixel: %.2f\n", m.CredibleLevel(sky.PixelCenter(2, 88)))
	// Output:
	// 645 square degrees hold 85 %
	// credible level of the densest pixel: 0.40
}
