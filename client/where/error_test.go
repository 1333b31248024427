package where

import (
	"errors"
	"strings"
	"testing"
)

const allFunctions = "there are abs, log10, sqrt, min, max, has, within, p"

func TestMistakesAreShownWhereTheyAre(t *testing.T) {
	cases := []struct{ text, at, message string }{
		// Names and kinds.
		{`snr > 5 && magg < 18`, "magg", `unknown name "magg"`},
		{`attr["zz"] == "x"`, `attr["zz"]`, `unknown name attr["zz"]`},
		{`has(nothing)`, "nothing", `unknown name "nothing"`},
		{`p("SN Ia") > 0.9 and p("SN II") > 0`, `p("SN II")`, `unknown name p("SN II")`},
		{`snr`, "snr", "snr is a number, not a condition: compare it, as in snr > 0"},
		{`detected and snr - 5`, "snr - 5", "snr - 5 is a number, not a condition: compare it, as in snr - 5 > 0"},
		{`!snr > 5`, "!snr > 5", "!snr is a condition and 5 is a number: put the comparison in parentheses, as in not (x > 5)"},
		{`band or detected`, "band", `band is text, not a condition: compare it, as in band == "..."`},
		{`attr["n"]`, `attr["n"]`, `attr["n"] is text, not a condition: compare it, as in attr["n"] == "1"`},
		{`alert.prvDiaSources`, "alert.prvDiaSources", "alert.prvDiaSources is a record or list, not a condition: has(x) tests for it"},
		{`band == 5`, "band == 5", `band is text and 5 is a number: write "5"`},
		{`mag < "18"`, `mag < "18"`, `mag is a number and "18" is text: write 18`},
		{`"18" < mag`, `"18" < mag`, `"18" is text and mag is a number: write 18`},
		{`mag == "x"`, `mag == "x"`, `mag is a number and "x" is text`},
		{`mag == band`, `mag == band`, `mag is a number and band is text`},
		{`candid == "5"`, `candid == "5"`, `candid is a number and "5" is text: write 5`},
		{`object_id < 5`, `object_id < 5`, `object_id is text and 5 is a number: write "5"`},
		{`object_id == 5.5`, `object_id == 5.5`, `object_id is text and 5.5 is a number: write "5.5"`},
		{`detected > 0`, `detected > 0`, `conditions and booleans have no order: compare them with == and !=`},
		{`detected < positive`, `detected < positive`, `conditions and booleans have no order: compare them with == and !=`},
		{`detected == 2`, `detected == 2`, `detected is a boolean and 2 is a number`},
		{`detected == snr`, `detected == snr`, `detected is a boolean and snr is a number`},
		{`detected == "yes"`, `detected == "yes"`, `detected is a boolean and "yes" is text`},
		{`(snr > 5) == 3`, `snr > 5) == 3`, `snr > 5 is a condition and 3 is a number`},
		{`alert.prvDiaSources == 5`, "alert.prvDiaSources", "alert.prvDiaSources is a record or list: only has(alert.prvDiaSources) can test it"},
		{`alert.cutout == "x"`, "alert.cutout", "alert.cutout is a record or list: only has(alert.cutout) can test it"},
		{`band + 1 > 5`, "band", "+ wants numbers, and band is text"},
		{`"a" + "b" == "ab"`, `"a"`, `+ wants numbers, and "a" is text`},
		{`-band == 5`, "band", "- wants numbers, and band is text"},
		{`abs(detected) > 5`, "detected", "abs wants numbers, and detected is a boolean"},
		{`log10(snr > 5) > 5`, "snr > 5", "log10 wants numbers, and snr > 5 is a condition"},
		{`min(1, band) > 5`, "band", "min wants numbers, and band is text"},
		{`band in 1..3`, "band", "a range wants numbers, and band is text"},
		{`mag in [1, "a"]`, `"a"`, `"a" is text: a list holds values of one kind`},
		{`mag in ["a", "b"]`, `"a"`, `mag is a number and "a" is text`},
		{`attr["n"] in [1, "a"]`, `"a"`, `"a" is text: a list holds values of one kind`},
		{`mag contains "x"`, "mag", "contains wants text, and mag is a number"},
		{`band startsWith 5`, "5", "startsWith wants text, and 5 is a number"},
		{`detected ? 1 : "a"`, `detected ? 1 : "a"`, `1 is a number and "a" is text: both sides of : are of one kind`},
		{`snr ? detected : positive`, "snr", "snr is a number, not a condition: compare it, as in snr > 0"},
		{`(detected ? alert.prvDiaSources : 1) > 1`, "alert.prvDiaSources", "alert.prvDiaSources is a record or list: only has(alert.prvDiaSources) can test it"},

		// Functions.
		{`lenght(band) > 5`, "lenght", `unknown function "lenght": ` + allFunctions},
		{`len(band) > 5`, "len", `unknown function "len": ` + allFunctions},
		{`filter(alert.prvDiaSources, .snr > 5)`, "filter", `unknown function "filter": ` + allFunctions},
		{`any(alert.prvDiaSources, {#.snr > 5})`, "any", `unknown function "any": ` + allFunctions},
		{`now() > 5`, "now", `unknown function "now": ` + allFunctions},
		{`log1(snr) > 5`, "log1", `unknown function "log1": ` + allFunctions},
		{`band.upper() == "R"`, "upper", "upper is no method: functions stand by themselves, as in abs(x)"},
		{`abs(snr, 5) > 5`, "abs(snr, 5)", "abs is called as abs(x)"},
		{`min(snr) > 5`, "min(snr)", "min is called as min(x, y, ...)"},
		{`has()`, "has()", "has is called as has(x)"},
		{`p("a", "b", "c") > 5`, `p("a", "b", "c")`, `p is called as p("class") or p("classifier", "class")`},
		{`p(Ia) > 0.5`, "Ia", `p wants names in quotes: p("class") or p("classifier", "class")`},
		{`within(1, 2)`, "within(1, 2)", `within is called as within(ra, dec, radius), as in within(270.1, -30.2, "5s")`},
		{`within(ra, 2, 3)`, "ra", "within wants a constant right ascension in degrees"},
		{`within(1, "2", 3)`, `"2"`, "within wants a declination in degrees, as a number"},
		{`within(361, 2, 3)`, "361", "the right ascension is not within 360 degrees"},
		{`within(1, -90.5, 3)`, "-90.5", "the declination is not within 90 degrees"},
		{`within(1, 2, snr)`, "snr", `within wants a constant radius, as in "5s", "2m", "0.1d" or arcseconds`},
		{`within(1, 2, true)`, "true", `within wants a radius, as in "5s", "2m", "0.1d" or arcseconds`},
		{`within(1, 2, "5x")`, `"5x"`, `"5x" is no radius: give a number with a unit, as in 5s, 2m or 0.1d`},
		{`within(1, 2, -5)`, "-5", "radius -5 is not between 0 and 180 degrees"},
		{`within(1, 2, 1 / 0)`, "1 / 0", "this has no value"},
		{`within(1, 2, 5s)`, "5s", `5s is no number: an angle or a text needs quotes, as in "5s"`},

		// Lists, ranges and patterns.
		{`band in []`, "[]", "the list is empty"},
		{`band in "gr"`, `"gr"`, `in wants a list or a range, as in band in ["g", "r"] or snr in 5..10`},
		{`mag in lim_mag`, "lim_mag", `in wants a list or a range, as in band in ["g", "r"] or snr in 5..10`},
		{`mag in [lim_mag]`, "lim_mag", `a list holds constants, as in band in ["g", "r"]`},
		{`mag == [1, 2]`, "[1, 2]", `a list stands only after in, as in band in ["g", "r"]`},
		{`mag == 1..2`, "1..2", "a range stands only after in, as in snr in 5..10"},
		{`band matches "("`, `"("`, "bad pattern: missing closing ): `(`"},
		{`band matches class`, "class", "matches wants a pattern in quotes"},

		// Names that are none.
		{`attr == "x"`, "attr", `attr wants a name in brackets, as in attr["kafka.topic"]`},
		{`attr.kafka.topic == "x"`, "attr.kafka.topic", `attributes have no members: perhaps attr["kafka.topic"]`},
		{`alert.prvDiaSources[0].snr > 5`, "alert.prvDiaSources[0].snr", `a name has texts in brackets, as in attr["kafka.topic"]; elements of lists have no names`},
		{`alert["a.b"] > 5`, `alert["a.b"]`, "the name of a member is not empty and has no dot in it"},
		{`abs(snr).x > 5`, `abs(snr).x`, "only a name has members"},
		{`band[1:2] == "a"`, "band[1:2]", "[a:b] is not in the language"},

		// What other languages have.
		{`snr = 5`, "=", "= is no comparison: write =="},
		{`snr <> 5`, "<", "<> is no comparison: write !="},
		{`snr > 5 & mag < 5`, "&", "& is no operator: write && or and"},
		{`snr > 5 | mag < 5`, "|", "| is no operator: write || or or"},
		{`snr > 5 AND mag < 5`, "AND", "AND is written in lower case: and"},
		{`class like "SN%"`, "like", "like is not in the language: write contains, startsWith, endsWith or matches"},
		{`mag == null`, "null", noNull}, {`mag != nil`, "nil", noNull}, {`mag == None`, "None", noNull},
		{`detected == True`, "True", "True is written in lower case: true"},
		{`mag ?? 5 > 3`, "??", "?? is not in the language: has(x) tests for a value, x ? a : b chooses"},
		{`alert?.x > 3`, "?.", "?. is not in the language: a missing part of a path is a missing value, write a dot"},
		{`let x = 5; snr > x`, "let", "let is not in the language: there are no variables"},
		{`snr > 5; mag < 5`, ";", "; is not in the language: there is one expression, joined by and and or"},
		{`if snr > 5 { true } else { false }`, "if", "if is not in the language: write condition ? a : b"},
		{`band in {"g": 1}`, "{", "{ is not in the language: there are no closures and maps"},
		{`# > 5`, "#", "# is not in the language: there are no closures"},
		{`::abs(snr) > 5`, "::", ":: is not in the language"},
		{`band == b"r"`, `b"r"`, `b"..." is not in the language: write "..."`},

		// Syntax.
		{``, "", "the expression is empty"}, {" \t ", "", "the expression is empty"},
		{`snr >`, "", "the expression ends too early"}, {`(snr > 5`, "", "the expression ends too early"},
		{`snr > 5)`, ")", "unexpected )"}, {`snr 5`, "5", "unexpected 5"}, {`> 5`, ">", "unexpected >"}, {`snr > 5 mag`, "mag", "unexpected mag"},
		{`snr > > 5`, ">", "unexpected >"}, {`not in [5]`, "in", "unexpected in"},
		{`band == "r`, "", "a text has no closing quote"}, {`band == 'r"`, "", "a text has no closing quote"},
		{`snr > 5 /* why`, "", "a comment has no end"},
		{`snr > 5deg`, "5deg", `5deg is no number: an angle or a text needs quotes, as in "5deg"`},
		{`candid == 9223372036854775808`, "9223372036854775808", "9223372036854775808 is beyond 64-bit integers"},
		{`snr > 1e999`, "1e999", "1e999 is beyond 64-bit floats"},
		{`snr > 5 @ 3`, "@", `"@" is not in the language`}, {`snr > 5°`, "°", `"°" is not in the language`},
		{"snr > \xff", "\xff", "the expression is not valid UTF-8"},
		{`band == "\q"`, "q", "invalid char escape"},
		{strings.Repeat("(", 401) + "snr" + strings.Repeat(")", 401) + " > 5", "(", "the brackets are nested deeper than 400"},
		{strings.Repeat("-", 300) + "snr > 5", strings.Repeat("-", 101) + "snr", "the expression is nested deeper than 200"},
		{strings.Repeat("snr + ", 300) + "snr > 5", strings.TrimSuffix(strings.Repeat("snr + ", 102), " + "), "the expression is nested deeper than 200"},
		{strings.Repeat("snr > 5 or ", 3000) + "true", "or", "the expression has too many parts"},
		{"snr > 5" + strings.Repeat(" ", MaxLength), "", "the expression is longer than 65536 bytes"},
	}
	for _, c := range cases {
		e, err := Parse(c.text)
		if err == nil {
			err = e.Check(testKind)
		}
		var fault *Error
		if !errors.As(err, &fault) {
			t.Errorf("%.80s: error %v, want %s", c.text, err, c.message)
			continue
		}
		if fault.Message != c.message || fault.Error() != c.message || fault.Text != c.text {
			t.Errorf("%.80s:\ngot  %s\nwant %s", c.text, fault, c.message)
		}
		if fault.Offset < 0 || fault.Offset+fault.Length > len(c.text) {
			t.Errorf("%.80s: fault at %d+%d, outside", c.text, fault.Offset, fault.Length)
		} else if at := c.text[fault.Offset : fault.Offset+fault.Length]; at != c.at {
			t.Errorf("%.80s: %s\nfault at %q, want %q", c.text, fault, at, c.at)
		}
	}
}

func TestNearNamesComeWithTheError(t *testing.T) {
	for text, want := range map[string]string{
		`snr > 5 && magg < 18`: "mag", `log1(snr) > 5`: "log10", `witin(1, 2, 3)`: "within", `absolute(snr) > 1`: "", `mx(snr, 1) > 1`: "max,min",
	} {
		e, err := Parse(text)
		if err == nil {
			err = e.Check(testKind)
		}
		var fault *Error
		if !errors.As(err, &fault) || strings.Join(fault.Near, ",") != want {
			t.Errorf("%s: near %q, want %q", text, fault.Near, want)
		}
	}
}

func TestCaretsStandUnderTheFault(t *testing.T) {
	cases := []struct{ text, want string }{
		{`snr > 5 && magg < 18`, "snr > 5 && magg < 18\n           ^^^^"},
		{`band == "é" && magg < 18`, "band == \"é\" && magg < 18\n               ^^^^"},
		{"band == \"超\"\t&& magg < 18", "band == \"超\"\t&& magg < 18\n            \t   ^^^^"},
		{"band == \"e\u0301\" && magg < 18", "band == \"e\u0301\" && magg < 18\n               ^^^^"},
		{"snr > 5 &&\nmagg < 18", "snr > 5 && magg < 18\n           ^^^^"},
		{"band\t+ 1 > magg", "band\t+ 1 > magg\n^^^^"},
		{"snr >\t", "snr >\t\n     \t^"},
		{"band == \"é", "band == \"é\n          ^"},
		{`"超超" + 1 > 5`, "\"超超\" + 1 > 5\n^^^^^^"},
		{"mag\t== \"x\"", "mag == \"x\"\n^^^^^^^^^^"},
	}
	for _, c := range cases {
		e, err := Parse(c.text)
		if err == nil {
			err = e.Check(testKind)
		}
		var fault *Error
		if !errors.As(err, &fault) {
			t.Errorf("%s: %v", c.text, err)
		} else if got := fault.Caret(); got != c.want {
			t.Errorf("%q:\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
	for _, wild := range []*Error{{Text: "abc", Offset: 7, Length: 9}, {Text: "abc", Offset: -2, Length: -1}, {Text: "é", Offset: 1, Length: 1}} {
		if lines := strings.Count(wild.Caret(), "\n"); lines != 1 {
			t.Errorf("%+v: %d line ends", wild, lines)
		}
	}
}
