package sky_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
	"pgregory.net/rapid"
)

func TestParsePositionEqualsReference(t *testing.T) {
	for _, row := range reference(t, "sexagesimal.txt.gz", "|") {
		ra, dec := number(t, row[1]), number(t, row[2])
		for _, words := range [][]string{{row[0]}, strings.Fields(row[0])} {
			p, err := sky.ParsePosition(words...)
			if err != nil || math.Abs(p.RA-ra) > 1e-12 || math.Abs(p.Dec-dec) > 1e-13 {
				t.Errorf("%q: got %v, %v; want %v %v", words, p, err, ra, dec)
			}
		}
	}
}

func TestParsePositionReadsEveryForm(t *testing.T) {
	for text, want := range map[string]sky.Position{
		"270.1 -30.2":                  {RA: 270.1, Dec: -30.2},
		"  270.1,-30.2 ":               {RA: 270.1, Dec: -30.2},
		"270.1 , -30.2":                {RA: 270.1, Dec: -30.2},
		"270.1d -30.2d":                {RA: 270.1, Dec: -30.2},
		"270.1deg -30.2 deg":           {RA: 270.1, Dec: -30.2},
		"270.1° −30.2°":                {RA: 270.1, Dec: -30.2},
		"+270.1 +30.2":                 {RA: 270.1, Dec: 30.2},
		"270.1-30.2":                   {RA: 270.1, Dec: -30.2},
		"2.701e2 -3.02E+1":             {RA: 270.1, Dec: -30.2},
		"1e-5 -1e-5":                   {RA: 1e-5, Dec: -1e-5},
		".5 -.5":                       {RA: 0.5, Dec: -0.5},
		"10. 20.":                      {RA: 10, Dec: 20},
		"360 90":                       {RA: 0, Dec: 90},
		"0 -90":                        {RA: 0, Dec: -90},
		"18 00 24 -30 12 00":           {RA: 270.1, Dec: -30.2},
		"18 00 24 30 12 00":            {RA: 270.1, Dec: 30.2},
		"18:00:24 -30:12:00":           {RA: 270.1, Dec: -30.2},
		"18:00:24 30:12:00":            {RA: 270.1, Dec: 30.2},
		"18:00:24-30:12:00":            {RA: 270.1, Dec: -30.2},
		"18:00:24, -30:12:00":          {RA: 270.1, Dec: -30.2},
		"18 : 00 : 24 -30 : 12 : 00":   {RA: 270.1, Dec: -30.2},
		"18:00.4 -30:12":               {RA: 270.1, Dec: -30.2},
		"18h00m24s -30d12m00s":         {RA: 270.1, Dec: -30.2},
		"18H00M24S -30D12M00S":         {RA: 270.1, Dec: -30.2},
		"18h00m24s30d12m00s":           {RA: 270.1, Dec: 30.2},
		"18h00m24s-30d12m00s":          {RA: 270.1, Dec: -30.2},
		"18h 00m 24s -30d 12m 00s":     {RA: 270.1, Dec: -30.2},
		"18h 0.4m −30d 12m":            {RA: 270.1, Dec: -30.2},
		"18.00666666666666667h -30.2d": {RA: 270.1, Dec: -30.2},
		"18h00m24 -30d12m00":           {RA: 270.1, Dec: -30.2},
		"18ʰ00ᵐ24ˢ −30°12′00″":         {RA: 270.1, Dec: -30.2},
		`18h00m24s -30°12'00"`:         {RA: 270.1, Dec: -30.2},
		`18h00m24s –30° 12’ 0.0”`:      {RA: 270.1, Dec: -30.2},
		"18h00m24s -30º12'00''":        {RA: 270.1, Dec: -30.2},
		"270d06m00s -30d12m00s":        {RA: 270.1, Dec: -30.2},
		"270°06′00″ −30°12′00″":        {RA: 270.1, Dec: -30.2},
		"270.1 -30:12:00":              {RA: 270.1, Dec: -30.2},
		"18:00:24 -30.2":               {RA: 270.1, Dec: -30.2},
		"18:00:24 30.2":                {RA: 270.1, Dec: 30.2},
		"270d06m 30 12 00":             {RA: 270.1, Dec: 30.2},
		"270.1 30:12:00":               {RA: 270.1, Dec: 30.2},
		"18h00m24s 30 12 00":           {RA: 270.1, Dec: 30.2},
		"18 00 24 30d12m00s":           {RA: 270.1, Dec: 30.2},
		"00:00:00 -00:00:36":           {RA: 0, Dec: -0.01},
		"0h0m0s -0d0m36s":              {RA: 0, Dec: -0.01},
		"0 0 0 -0 0 36":                {RA: 0, Dec: -0.01},
		"24:00:00 -00 36 00":           {RA: 0, Dec: -0.6},
		"18\u00a000\t24\n-30 12 00":    {RA: 270.1, Dec: -30.2},
	} {
		p, err := sky.ParsePosition(text)
		if err != nil || math.Abs(p.RA-want.RA) > 1e-12 || math.Abs(p.Dec-want.Dec) > 1e-13 {
			t.Errorf("%q: got %v, %v; want %v", text, p, err, want)
		}
	}
}

func TestParsePositionSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "give right ascension",
		"270.1":                         "give right ascension",
		"360.1 0":                       "right ascension 360.1 is beyond 360 degrees",
		"-1 0":                          "right ascension is negative",
		"-0:00:01 0:0:0":                "right ascension is negative",
		"24:00:00.1 0":                  "right ascension is beyond 24 hours",
		"25h0m0s 0d0m0s":                "right ascension is beyond 24 hours",
		"0 90.1":                        "declination 90.1 is not between -90 and 90",
		"0 -90:00:00.1":                 "is not between -90 and 90",
		"0 1e999":                       "out of range",
		"12:60:00 10:00:00":             "right ascension has 60 minutes",
		"12:00:60 10:00:00":             "right ascension has 60 seconds",
		"12:00:00 10:61:00":             "declination has 61 minutes",
		"12.5:00:00 10:00:00":           "only its last part may have a fraction",
		"12:1e1:00 10:00:00":            "only its last part may have a fraction",
		"12 00 24":                      "it has 3 numbers",
		"12 00 24 10 00":                "it has 5 numbers",
		"1 2 3 4 5 6 7":                 "it has 7 numbers",
		"10 20 30 -40":                  "it has 4 numbers",
		"18 00 -30 12":                  "it has 4 numbers",
		"10 -20 30 40 50 60":            "it has 1 numbers before the declination and 5 in it",
		"18:00:24":                      "it has no declination",
		"18 00 30:12:00":                "right ascension has two parts",
		"12h00m00s 10h00m00s":           "declination is in hours",
		"12:00:00 10:-10:00":            "declination has a sign in its middle",
		"12m00s 10d":                    "do not fit together",
		"12h00s 10d":                    "do not fit together",
		"12:00m00s 10:00:00":            "do not fit together",
		"1:2:3:4 5":                     "more than three parts",
		"10,20,30":                      "more than one comma",
		"10,20,":                        "ends with a comma",
		"10 20 x":                       `"x" is no unit of a coordinate`,
		"10 x 20":                       `"x" is no unit of a coordinate`,
		"x 10 20":                       "'x' stands where a number should",
		"10 --20":                       "'-' stands where a number should",
		"10 -":                          "it ends with a sign",
		"10y 20":                        `"y" is no unit`,
		"NaN 0":                         "'N' stands where a number should",
		"0x10 0":                        `"x" is no unit`,
		". .":                           "'.' stands where a number should",
		"ZTF21abiuvdk":                  "stands where a number should",
		"1 " + strings.Repeat("9", 300): "more than 256 bytes",
	} {
		p, err := sky.ParsePosition(text)
		var wrong *sky.PositionError
		if !errors.As(err, &wrong) || wrong.Text != text || !strings.Contains(err.Error(), want) || p != (sky.Position{}) {
			t.Errorf("%q: got %v, %v; want an error with %q", text, p, err, want)
		}
	}
}

func TestParseConeTellsTheRadiusFromThePosition(t *testing.T) {
	for text, want := range map[string]struct {
		radius float64
		given  bool
	}{
		"270.1|-30.2":                {5, false},
		"270.1 -30.2":                {5, false},
		"270.1|-30.2|5s":             {5, true},
		"270.1|-30.2|2m":             {120, true},
		"270.1 -30.2|0.1d":           {360, true},
		"18:00:24 -30:12:00|7":       {7, true},
		"18:00:24|-30:12:00|7":       {7, true},
		"18|00|24|-30|12|00":         {5, false},
		"18|00|24|-30|12|00|1arcmin": {60, true},
	} {
		cone, given, err := sky.ParseCone(strings.Split(text, "|"), sky.Arcseconds(5))
		if err != nil || given != want.given || math.Abs(cone.Radius.Arcseconds()-want.radius) > 1e-9 ||
			cone.Center.Separation(sky.Position{RA: 270.1, Dec: -30.2}) > 1e-6 {
			t.Errorf("%s: got %v, %v, %v", text, cone, given, err)
		}
	}
	for _, text := range []string{"", "5s", "270.1", "270.1|-30.2|x", "270.1|-91", "1|2|3|4|5"} {
		if cone, _, err := sky.ParseCone(strings.Split(text, "|"), 5); err == nil {
			t.Errorf("%s: got %v, want an error", text, cone)
		}
	}
}

func TestSexagesimalRoundsWithoutSixties(t *testing.T) {
	for _, test := range []struct {
		position sky.Position
		decimals int
		want     string
	}{
		{sky.Position{RA: 270.1, Dec: -30.2}, 1, "18:00:24.00 -30:12:00.0"},
		{sky.Position{RA: 270.1, Dec: 30.2}, 0, "18:00:24.0 +30:12:00"},
		{sky.Position{RA: 359.9999999999, Dec: -0.00001}, 2, "00:00:00.000 -00:00:00.04"},
		{sky.Position{RA: 14.9999999999, Dec: 89.9999999999}, 3, "01:00:00.0000 +90:00:00.000"},
		{sky.Position{RA: -15, Dec: 0}, 0, "23:00:00.0 +00:00:00"},
		{sky.Position{RA: math.NaN(), Dec: math.Inf(-1)}, 0, "NaN NaN"},
	} {
		if got := test.position.Sexagesimal(test.decimals); got != test.want {
			t.Errorf("%v: got %s, want %s", test.position, got, test.want)
		}
	}
}

func TestPositionsSurviveTheirTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sky.Position{
			RA:  rapid.Float64Range(0, 360).Filter(func(ra float64) bool { return ra < 360 }).Draw(t, "ra"),
			Dec: rapid.Float64Range(-90, 90).Draw(t, "dec"),
		}
		if back, err := sky.ParsePosition(p.String()); err != nil || back != p {
			t.Fatalf("%s comes back as %v, %v", p, back, err)
		}
		text := p.Sexagesimal(9)
		colons, err := sky.ParsePosition(text)
		words, errWords := sky.ParsePosition(strings.Fields(strings.ReplaceAll(text, ":", " "))...)
		if err != nil || errWords != nil || colons != words || p.Separation(colons).Arcseconds() > 2e-9 {
			t.Fatalf("%s comes back as %v, %v and %v, %v", text, colons, err, words, errWords)
		}
		if math.Signbit(colons.Dec) != math.Signbit(p.Dec) && p.Dec != 0 {
			t.Fatalf("%s loses its sign: %v", text, colons)
		}
	})
}

func TestAnglesKeepTheirUnits(t *testing.T) {
	for text, angle := range map[string]sky.Angle{
		"5 arcsec": sky.Arcseconds(5), "2 arcmin": sky.Arcminutes(2), "0.1 arcsec": sky.Arcseconds(0.1),
		"1.5 deg": sky.Degrees(1.5), "180 deg": sky.Radians(math.Pi), "1e-06 arcsec": sky.Arcseconds(1e-6),
	} {
		if angle.String() != text {
			t.Errorf("got %s, want %s", angle, text)
		}
		if back, err := sky.ParseRadius(angle.String()); err != nil || math.Abs(back-angle.Arcseconds()) > 1e-5*back {
			t.Errorf("%s comes back as %v, %v", angle, back, err)
		}
		if back := sky.Radians(angle.Radians()); math.Abs(back.Degrees()*60-angle.Arcminutes()) > 1e-12*angle.Arcminutes() {
			t.Errorf("%s comes back as %s", angle, back)
		}
	}
}

func FuzzParsePosition(f *testing.F) {
	for _, text := range []string{"270.1 -30.2", "18:00:24 -30:12:00", "18h00m24s −30°12′00″", "1e5,2", "0 0 0 -0 0 0.1", "1:2:3:4", "''", "\xff 1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := sky.ParsePosition(text)
		if err != nil {
			return
		}
		if !(p.RA >= 0 && p.RA < 360 && p.Dec >= -90 && p.Dec <= 90) {
			t.Fatalf("%q gives %v", text, p)
		}
		if back, err := sky.ParsePosition(p.String()); err != nil || back != p {
			t.Fatalf("%q gives %v, which comes back as %v, %v", text, p, back, err)
		}
	})
}
