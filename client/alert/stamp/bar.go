package stamp

import (
	"fmt"
	"math"
)

// Bar gives the length of a scale bar: a round number of arcseconds that is at
// most a part of a width, and its name.
func Bar(width, part float64) (arcsec float64, label string) {
	unit, sign := 1.0, `"`
	if width*part >= 60 {
		unit, sign = 60, "'"
	}
	most := width * part / unit
	power := math.Pow(10, math.Floor(math.Log10(most)))
	for _, step := range []float64{5, 2, 1} {
		if step*power <= most || step == 1 {
			return step * power * unit, fmt.Sprintf("%.6g%s", step*power, sign)
		}
	}
	return 0, ""
}
