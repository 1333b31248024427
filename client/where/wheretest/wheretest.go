// Package wheretest draws random filters and random rows, for tests that hold
// another reader of the filter language, such as a database, to package where.
package wheretest

import (
	"fmt"
	"math"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/field"
)

// Column is a column of the rows.
type Column struct {
	Name string // in the filter language
	Kind field.Kind
}

// Columns are the columns that the filters name, in the order of a row's values.
// Kind field.Missing is for a column whose values are of any kind.
var Columns = []Column{
	{"snr", field.Float64}, {"mag", field.Float64}, {"lim_mag", field.Float32}, {"ra", field.Float64}, {"dec", field.Float64},
	{"band", field.Text}, {"class", field.Text}, {"object_id", field.Text}, {"source_id", field.Text},
	{"detected", field.Bool}, {"positive", field.Bool}, {"nbad", field.Int}, {"candid", field.Int},
	{"diaSource.snr", field.Float32}, {"result.unknown", field.Missing},
	{`attr["n"]`, field.Text}, {`attr["m"]`, field.Text}, {`p("SN Ia")`, field.Float64},
}

// Index gives the column of a name, or -1.
func Index(name string) int {
	for i, c := range Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// Kind gives the kind of a name, as Expr.Check of package where asks for it.
func Kind(name string) (field.Kind, error) {
	if i := Index(name); i >= 0 {
		return Columns[i].Kind, nil
	}
	return field.Missing, fmt.Errorf("no column %s", name)
}

// Positions around which rows and cones lie, in degrees: the ends of right
// ascension, the poles, and places in between.
var positions = [][2]float64{{0, 0}, {360, -30.2}, {359.9999, 60}, {270.1, -30.2}, {10, 89.9999}, {200, -90}, {180, 85}}

func offset(t *rapid.T) float64 {
	return rapid.SampledFrom([]float64{0, 0, 1e-9, 0.0001, -0.0001, 0.1, -0.1, 1.5, -20}).Draw(t, "offset")
}

// Cone draws a condition within(ra, dec, radius).
func Cone(t *rapid.T) string {
	at := rapid.SampledFrom(positions).Draw(t, "centre")
	radius := rapid.SampledFrom([]string{`"1s"`, `"0.36s"`, `"0.1d"`, `"2d"`, `"30d"`, `"89d"`, `"120d"`}).Draw(t, "radius")
	return fmt.Sprintf("within(%v, %v, %s)", at[0], at[1], radius)
}

// Row draws a value for each of the columns; one in four is missing. Floats are
// finite.
func Row(t *rapid.T) []field.Value {
	at := rapid.SampledFrom(positions).Draw(t, "position")
	values := make([]field.Value, len(Columns))
	for i, c := range Columns {
		switch values[i] = Value(t, c.Kind); {
		case values[i].IsMissing():
		case c.Name == "ra":
			values[i] = field.OfFloat64(math.Mod(at[0]+offset(t)+360, 360))
		case c.Name == "dec":
			values[i] = field.OfFloat64(max(-90, min(90, at[1]+offset(t))))
		}
	}
	return values
}

// Value draws a value of a kind, or of any kind for field.Missing; one in four
// is missing.
func Value(t *rapid.T, kind field.Kind) field.Value {
	if rapid.IntRange(0, 3).Draw(t, "missing") == 0 {
		return field.Value{}
	}
	switch kind {
	case field.Bool:
		return field.OfBool(rapid.Bool().Draw(t, "bool"))
	case field.Int:
		return field.OfInt(rapid.SampledFrom([]int64{0, 1, -1, 2, 7, 1 << 53, 1<<53 + 1, math.MaxInt64, math.MinInt64}).Draw(t, "int"))
	case field.Float32:
		return field.OfFloat32(rapid.SampledFrom([]float32{0, 1, 0.1, -0.1, 20.1, 0.5, 1e10, 16777216, 1e-45, 3.4e38}).Draw(t, "float32"))
	case field.Float64:
		return field.OfFloat64(rapid.SampledFrom([]float64{0, 1, 0.1, -0.1, 20.1, 0.5, 1e10, 1 << 53, 1e300, 1 << 63}).Draw(t, "float64"))
	case field.Text:
		return field.OfString(rapid.SampledFrom([]string{"", "r", "SN Ia", "SN II", "10", "9", "-1.5e1", "None", "1", "true", "9007199254740993", "é"}).Draw(t, "text"))
	}
	return Value(t, rapid.SampledFrom([]field.Kind{field.Bool, field.Int, field.Float32, field.Text}).Draw(t, "kind"))
}
