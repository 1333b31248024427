package where

import (
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

// columns are the columns of most tests, with their kinds.
var testColumns = []struct {
	name string
	kind field.Kind
}{
	{"snr", field.Float64}, {"mag", field.Float64}, {"lim_mag", field.Float32}, {"ra", field.Float64}, {"dec", field.Float64},
	{"band", field.Text}, {"object_id", field.Text}, {"source_id", field.Text}, {"class", field.Text}, {"publish_time", field.Text},
	{"detected", field.Bool}, {"positive", field.Bool}, {"nbad", field.Int}, {"candid", field.Int},
	{"diaSource.snr", field.Float32}, {"diaSource.isDipole", field.Bool}, {"alert.prvDiaSources", field.JSON}, {"alert.cutout", field.Bytes},
	{"result.unknown", field.Missing},
	{`attr["n"]`, field.Text}, {`attr["m"]`, field.Text}, {`attr["kafka.topic"]`, field.Text},
	{`p("SN Ia")`, field.Float64}, {`p("SuperNNova", "SN Ia")`, field.Float64},
}

type unknownName struct{ name string }

func (u unknownName) Error() string { return "no field " + u.name }
func (u unknownName) Nearest() []string {
	return near(u.name, []string{"mag", "snr", "band"})
}

func testKind(name string) (field.Kind, error) {
	for _, c := range testColumns {
		if c.name == name {
			return c.kind, nil
		}
	}
	return 0, unknownName{name}
}

func testIndex(name string) int {
	for i, c := range testColumns {
		if c.name == name {
			return i
		}
	}
	return -1
}

// row makes a row from name, value pairs.
func row(pairs map[string]any) []field.Value {
	values := make([]field.Value, len(testColumns))
	for name, v := range pairs {
		i := testIndex(name)
		if i < 0 {
			panic(name)
		}
		values[i] = valueOf(v)
	}
	return values
}

func valueOf(v any) field.Value {
	switch v := v.(type) {
	case int:
		return field.OfInt(int64(v))
	case int64:
		return field.OfInt(v)
	case float64:
		return field.OfFloat64(v)
	case float32:
		return field.OfFloat32(v)
	case string:
		return field.OfString(v)
	case bool:
		return field.OfBool(v)
	case nil:
		return field.Value{}
	case field.Value:
		return v
	}
	panic(v)
}

func mustParse(t testing.TB, text string) *Expr {
	t.Helper()
	e, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return e
}

type m = map[string]any

func TestConditionsMeanWhatTheLanguageSays(t *testing.T) {
	full := m{
		"snr": 25.0, "mag": 18.5, "lim_mag": float32(20.1), "ra": 270.1, "dec": -30.2, "band": "r", "object_id": "ZTF21abc",
		"source_id": "9100000000000000001", "class": "SN Ia", "publish_time": "2026-01-02T03:04:05Z", "detected": true, "positive": false,
		"nbad": 0, "candid": int64(1<<53 + 1), "diaSource.snr": float32(0.1), "diaSource.isDipole": false,
		"alert.prvDiaSources": field.OfJSON([]byte("[]")), `attr["n"]`: "10", `attr["m"]`: "9", `attr["kafka.topic"]`: "ztf_public",
		`p("SN Ia")`: 0.95, `p("SuperNNova", "SN Ia")`: float32(0.9),
	}
	none := m{}
	cases := []struct {
		text string
		row  m
		want bool
	}{
		{`snr > 20 && band == "r" && abs(dec) < 40`, full, true},
		{`snr > 20 and band == 'r' and not (abs(dec) < 30)`, full, true},
		{`snr > 30 || mag < 18`, full, false},
		{`snr > 30 or mag < 19`, full, true},
		{`!(snr > 30)`, full, true},
		{`20 < snr`, full, true}, {`20 >= snr`, full, false},
		{`snr == 25`, full, true}, {`snr != 25`, full, false}, {`snr <= 25 and snr >= 25`, full, true},
		{`20 < snr < 30`, full, true}, {`20 < snr < 25`, full, false},
		{`not 20 < snr < 25`, full, true}, {`band == "r" and not 20 < snr < 25`, full, true},

		// not reaches as far as everybody thinks.
		{`not snr > 30`, full, true}, {`not snr > 20`, full, false}, {`not snr + 1 > 20`, full, false},
		{`not snr > 20 or detected`, full, true}, {`not detected`, full, false}, {`not not detected`, full, true},
		{`not not snr > 20`, full, true}, {`(not detected) == false`, full, true},

		// Lists and ranges.
		{`band in ["g", "r"]`, full, true}, {`band not in ["g", "r"]`, full, false}, {`not (band in ["g"])`, full, true},
		{`snr in [25, 26]`, full, true}, {`snr in [24.5]`, full, false}, {`nbad in [0, 1]`, full, true},
		{`snr in 5..25`, full, true}, {`snr in 25.5..30.5`, full, false}, {`snr not in 5..25`, full, false}, {`mag in 18..19`, full, true},
		{`mag in snr - 7..lim_mag`, full, true}, {`not band in ["g"]`, full, true},
		{`nbad in [-1, 2 * 0]`, full, true},

		// Missing values: each comparison is false, logic is plain.
		{`mag == 18`, none, false}, {`mag != 18`, none, false}, {`mag < 18`, none, false}, {`mag >= 18`, none, false},
		{`not (mag < 18)`, none, true}, {`not mag < 18`, none, true},
		{`mag in [18]`, none, false}, {`mag not in [18]`, none, false}, {`not (mag in [18])`, none, true},
		{`mag in 1..3`, none, false}, {`mag not in 1..3`, none, false}, {`mag in 1..lim_mag`, m{"mag": 2.0}, false},
		{`band == "r"`, none, false}, {`band != "r"`, none, false}, {`band not in ["g"]`, none, false},
		{`class contains "SN"`, none, false}, {`class not contains "SN"`, none, false}, {`class not matches "SN"`, none, false},
		{`mag == mag`, none, false}, {`mag != lim_mag`, none, false}, {`abs(mag) > 0`, none, false}, {`mag - lim_mag < 1`, m{"mag": 3.0}, false},
		{`min(mag, 5) < 6`, none, false}, {`max(mag, lim_mag) > 0`, m{"mag": 3.0}, false}, {`detected`, none, false}, {`not detected`, none, true},
		{`detected == false`, none, false}, {`detected != true`, none, false}, {`detected in [true, false]`, none, false},
		{`has(mag)`, none, false}, {`not has(mag)`, none, true}, {`has(mag) or snr > 5`, none, false},
		{`within(0, 0, 5)`, none, false}, {`within(0, 0, "180d")`, m{"ra": 1.0}, false}, {`within(0, 0, "180d")`, m{"dec": 1.0}, false},
		{`attr["n"] > 5`, none, false}, {`attr["n"] == attr["m"]`, none, false}, {`has(attr["n"])`, none, false},
		{`(mag > 5 ? 1 : 2) == 2`, none, true},

		// Numbers.
		{`snr + 5 == 30 and snr - 5 == 20 and snr * 2 == 50 and snr / 2 == 12.5 and snr % 7 == 4 and snr ** 2 == 625`, full, true},
		{`snr ^ 2 == 625 and -snr == -25 and -2 ** 2 == -4 and 2 ** 3 ** 2 == 512`, full, true},
		{`7 / 2 == 3.5 and 7 % 4 == 3 and -7 % 4 == -3 and 7.5 % 2 == 1.5`, full, true},
		{`has(1 / nbad)`, full, false}, {`has(1 % nbad)`, full, false}, {`has(log10(nbad))`, full, false}, {`has(sqrt(-snr))`, full, false},
		{`1 / nbad != 3`, full, false}, {`has(1e308 * snr)`, full, false},
		{`log10(snr * 4) == 2 and sqrt(snr) == 5 and min(snr, 3, 7) == 3 and max(snr, 3, 70) == 70`, full, true},
		{`abs(positive ? 1 : -2) == 2`, full, true},
		{`0x10 == 16 and 1_000 == 1e3 and .5 == 0.5`, full, true},

		// Exact integers.
		{`candid == 9007199254740993`, full, true}, {`candid == 9007199254740992`, full, false}, {`candid == 9007199254740992.0`, full, false},
		{`candid > 9007199254740992.0`, full, true}, {`candid + 1 == 9007199254740994`, full, true}, {`candid * 1000 > 9e18`, full, true},
		{`candid in [9007199254740992]`, full, false}, {`candid in [9007199254740992.0, 9007199254740993]`, full, true},
		{`candid < 1e300 and candid > -1e300 and candid < 9007199254740993.5`, full, true},
		{`9223372036854775807 + 1 == 9223372036854775808.0`, full, true},
		{`abs(-9223372036854775807 - 1) == 9223372036854775808.0`, full, true},

		// 32-bit floats count as their shortest decimal.
		{`diaSource.snr == 0.1`, full, true}, {`diaSource.snr > 0.1`, full, false}, {`diaSource.snr * 10 == 1`, full, true},
		{`lim_mag == 20.1 and lim_mag in [20.1] and lim_mag <= 20.1 and lim_mag in 20.1..21`, full, true},
		{`p("SuperNNova", "SN Ia") >= 0.9`, full, true}, {`p("SN Ia") > 0.9`, full, true}, {`p('SN Ia') > 0.96`, full, false},

		// Text.
		{`class == "SN Ia" and class != "SN II" and class < "SN Ib" and "SN" <= class`, full, true},
		{`class contains "N I" and class startsWith "SN" and class endsWith "Ia" and class matches "^SN I[ab]$"`, full, true},
		{`class not contains "II" and class not startsWith "AGN" and not (class matches "II")`, full, true},
		{`publish_time >= "2026-01-02" and publish_time < "2026-01-03"`, full, true},
		{`class in ["AGN", "SN Ia"]`, full, true}, {`(detected ? class : band) == "SN Ia"`, full, true}, {`class == band`, full, false},
		{`object_id == "ZTF21abc"`, full, true}, {`source_id == 9100000000000000001`, full, true}, {`9100000000000000001 == source_id`, full, true},
		{`source_id != 9100000000000000001`, full, false}, {`source_id in [1, 9100000000000000001]`, full, true},
		{`source_id == 1`, m{"source_id": 1}, true}, {`source_id == "1"`, m{"source_id": 1}, true}, {`source_id contains "2"`, m{"source_id": 123}, true},
		{`band == "\u0072"`, full, true}, {"band == `r`", full, true},

		// Booleans and flags.
		{`detected`, full, true}, {`positive`, full, false}, {`detected == 1 and positive == 0 and detected != 0`, full, true},
		{`detected == true and detected != positive`, full, true}, {`nbad == false`, full, true}, {`detected in [1]`, full, true},
		{`(snr > 5) == detected`, full, true}, {`true`, none, true}, {`false or detected`, full, true}, {`detected ? snr > 20 : false`, full, true},
		{`diaSource.isDipole == false`, full, true},

		// Attributes are text, and numbers next to numbers.
		{`attr["n"] > 5`, full, true}, {`attr["n"] == 10`, full, true}, {`attr["n"] == "10"`, full, true}, {`attr["n"] == "10.0"`, full, false},
		{`attr["n"] == 10.0`, full, true}, {`attr["n"] < attr["m"]`, full, true}, {`attr.n + 0 > attr.m + 0`, full, true}, {`attr["n"] in [10]`, full, true},
		{`attr["n"] in 5..10`, full, true}, {`attr["kafka.topic"] > 5`, full, false}, {`attr["kafka.topic"] != 5`, full, false},
		{`attr["n"] != 5`, m{`attr["n"]`: "None"}, false}, {`attr["n"] > 5`, m{`attr["n"]`: ""}, false}, {`attr["n"] > 5`, m{`attr["n"]`: "0x10"}, false},
		{`attr["n"] > 5`, m{`attr["n"]`: "Infinity"}, false}, {`attr["n"] == 9007199254740993`, m{`attr["n"]`: "9007199254740993"}, true},
		{`attr["n"] == 9007199254740992`, m{`attr["n"]`: "9007199254740993"}, false}, {`attr["n"] > 1`, m{`attr["n"]`: "1.5e3"}, true},
		{`attr["kafka.topic"] startsWith "ztf"`, full, true}, {`attr["n"] == true`, m{`attr["n"]`: "1"}, true}, {`attr["n"] == snr - 15`, full, true},
		{`has(attr["n"]) and not has(attr["m"])`, m{`attr["n"]`: "None"}, true},

		// Parts of any kind are compared by what they are.
		{`has(alert.prvDiaSources)`, full, true}, {`result.unknown == 5`, m{"result.unknown": 5}, true}, {`result.unknown == "5"`, m{"result.unknown": 5}, true},
		{`result.unknown == "x"`, m{"result.unknown": "x"}, true}, {`result.unknown == 5`, m{"result.unknown": "x"}, false}, {`result.unknown`, m{"result.unknown": true}, true},
		{`result.unknown`, m{"result.unknown": 7}, false}, {`result.unknown == attr["n"]`, m{"result.unknown": 10, `attr["n"]`: "10.0"}, true},
		{`result.unknown == result.unknown`, m{"result.unknown": "x"}, true},
		{`result.unknown < attr["n"]`, m{"result.unknown": true, `attr["n"]`: "1"}, false}, {`result.unknown == attr["n"]`, m{"result.unknown": true, `attr["n"]`: "1"}, true},
		{`result["unknown"] == 5`, m{"result.unknown": 5.0}, true}, {`has(detected ? result.unknown : attr["n"])`, m{"result.unknown": 5.0}, false},

		// Positions.
		{`within(270.1, -30.2, 0.001)`, full, true}, {`within(270.1, -30.201, "3.5s")`, full, false}, {`within(270.1, -30.201, "3.7s")`, full, true},
		{`within(270.1, -30.201, '3.7"')`, full, true}, {`within(270.1, -30.3, "6.1m")`, full, true}, {`within(270.1, -30.3, "0.09d")`, full, false},
		{`within(-89.9, -30.2, 1)`, full, true}, {`within(90.1, 30.2, "180d")`, full, true}, {`within(15 * 18, -30.2, "400s")`, full, true},
		{`within(180, 89.9999, "0.71s")`, m{"ra": 0.0, "dec": 89.9999}, false}, {`within(180, 89.9999, "1s")`, m{"ra": 180.0, "dec": 89.9999}, true},
		{`within(180, 89.9999, "0.73s")`, m{"ra": 0.0, "dec": 89.9999}, true},
		{`not within(0, 0, 5)`, full, true}, {`within(270.1, -30.2, 0)`, full, true},
	}
	for _, c := range cases {
		e, err := Parse(c.text)
		if err != nil {
			t.Errorf("Parse(%s): %v", c.text, err)
			continue
		}
		values := row(c.row)
		unchecked := e.Bind(testIndex).Pass(values)
		if err := e.Check(testKind); err != nil {
			t.Errorf("Check(%s): %v", c.text, err)
			continue
		}
		if got := e.Bind(testIndex).Pass(values); got != c.want || unchecked != c.want {
			t.Errorf("%s on %v: %v checked, %v unchecked, want %v", c.text, c.row, got, unchecked, c.want)
		}
	}
}

func TestCanonicalText(t *testing.T) {
	cases := []struct{ text, want string }{
		{`snr>5&&band=='r'||!detected`, `snr > 5 and band == "r" or not detected`},
		{`snr > 5 and (band == "r" or detected)`, `snr > 5 and (band == "r" or detected)`},
		{`not snr > 5`, `not (snr > 5)`},
		{`band not in ["g"]`, `band not in ["g"]`},
		{`not (band in ["g"])`, `not (band in ["g"])`},
		{`1 < snr < 5`, `1 < snr and snr < 5`},
		{`-2 ** 2 + (-2) ** 2 - (1 - mag) > 2.0`, `-2 ** 2 + (-2) ** 2 - (1 - mag) > 2.0`},
		{`attr.n == "a\"b"`, `attr["n"] == "a\"b"`},
		{`alert["diaSource"]["snr"] > 1 and alert["odd key"] > 1`, `alert.diaSource.snr > 1 and alert["odd key"] > 1`},
		{`p('SN Ia')>.5 and p("SuperNNova","SN Ia")>.5`, `p("SN Ia") > 0.5 and p("SuperNNova", "SN Ia") > 0.5`},
		{`within(270.1,-30.2,'5s') and within(1, 2, 3)`, `within(270.1, -30.2, "5s") and within(1.0, 2.0, 3)`},
		{`snr in 1..(mag+1)`, `snr in 1..mag + 1`},
		{`(detected ? 1 : 2) > 1`, `(detected ? 1 : 2) > 1`},
		{`snr ^ 2 > 1e30`, `snr ** 2 > 1e+30`},
	}
	for _, c := range cases {
		if got := mustParse(t, c.text).String(); got != c.want {
			t.Errorf("%s prints as %s, want %s", c.text, got, c.want)
		}
	}
}

func TestNamesAreListedOnceWithTheirPlaces(t *testing.T) {
	e := mustParse(t, `  snr > 5 && attr [ "kafka.topic" ] == "é" && p("SN Ia") > diaSource . snr && within(1, 2, 3) && snr < 9`)
	want := []string{"snr", `attr["kafka.topic"]`, `p("SN Ia")`, "diaSource.snr", "ra", "dec"}
	if got := e.Names(); !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	var places []string
	for _, use := range e.Uses() {
		places = append(places, e.Text()[use.Offset:use.Offset+use.Length])
	}
	if got, want := strings.Join(places, "|"), `snr|attr [ "kafka.topic" ]|p("SN Ia")|diaSource . snr|within(1, 2, 3)|within(1, 2, 3)|snr`; got != want {
		t.Errorf("places %s, want %s", got, want)
	}
}
