package where

import (
	"math"

	"github.com/mwvgroup/pgb/client/sky"
)

// within gives a box around the cone: a belt of declination, and where no pole
// is near a range of right ascension. Positions outside 0 to 360 degrees pass.
func (t *translator) within(n *Within) sqlTest {
	ra, dec := t.boxColumn(raName), t.boxColumn(decName)
	if t.failed {
		return sqlTest{}
	}
	belt := n.RadiusArcsec/sky.ArcsecPerDegree*(1+1e-9) + 1e-9 // as on rows
	tests := []sqlTest{
		t.compareNumbers(greaterEqual, dec, degreesNumber(n.Dec0-belt)),
		t.compareNumbers(lessEqual, dec, degreesNumber(n.Dec0+belt)),
	}
	if math.Abs(n.Dec0)+belt >= 89.999 {
		tests = append(tests, someTest(ra.text))
	} else {
		tests = append(tests, t.meridians(n.RA0, n.Dec0, belt, ra))
	}
	box := chain(tests, bindsAnd)
	box.exact = false
	return box
}

// meridians bounds the right ascension of a cone that holds no pole: its edge
// is at most asin(sin radius / cos dec) away.
func (t *translator) meridians(ra0, dec0, radius float64, ra sqlNumber) sqlTest {
	const degree = math.Pi / 180
	reach := math.Asin(math.Sin(radius*degree)/math.Cos(dec0*degree))/degree + 1e-7
	if ra0 = math.Mod(ra0, 360); ra0 < 0 {
		ra0 += 360
	}
	lo, hi := ra0-reach, ra0+reach
	from := func(deg float64) sqlTest { return t.compareNumbers(greaterEqual, ra, degreesNumber(deg)) }
	upTo := func(deg float64) sqlTest { return t.compareNumbers(lessEqual, ra, degreesNumber(deg)) }
	var window []sqlTest
	switch {
	case lo <= 0:
		window = []sqlTest{upTo(hi), from(lo + 360)}
	case hi >= 360:
		window = []sqlTest{upTo(hi - 360), from(lo)}
	default:
		window = []sqlTest{chain([]sqlTest{from(lo), upTo(hi)}, bindsAnd)}
	}
	beyond := []sqlTest{{text: ra.text + " < 0", binds: bindsTest}, {text: ra.text + " > 360", binds: bindsTest}}
	return chain(append(window, beyond...), bindsOr)
}

// boxColumn reads a column as it is: whether what is not finite lies in the box
// does not matter.
func (t *translator) boxColumn(name string) sqlNumber {
	x := t.numberColumn(name)
	if x.width == sqlFloat && !t.failed {
		c, _ := t.column(name)
		x.text = c.Expr
	}
	return x
}

func degreesNumber(deg float64) sqlNumber {
	return sqlNumber{constant: float(deg), width: sqlFloat}
}
