package wheretest

import "pgregory.net/rapid"

// Condition draws a filter of a depth that names some of [Columns]. It parses;
// whether its kinds fit is left to chance. It has no cone.
func Condition(t *rapid.T, depth int) string { return writer{t}.condition(depth) }

// writer writes random expressions.
type writer struct{ t *rapid.T }

func (w writer) one(of ...string) string { return rapid.SampledFrom(of).Draw(w.t, "one") }

func (w writer) constant() string {
	return w.one("0", "1", "-1", "2", "3", "0.5", "0.1", "-0.1", "20.1", "20.100000381469727", "1e10", "16777217", "9007199254740992", "9007199254740993",
		"9007199254740993.0", "9223372036854775807", "1e300", "1.401298464324817e-45", "-7")
}

func (w writer) number(depth int) string {
	if depth <= 0 || rapid.IntRange(0, 2).Draw(w.t, "leaf") == 0 {
		return w.one(w.constant(), "snr", "mag", "lim_mag", "diaSource.snr", "nbad", "candid", `attr["n"]`, `p("SN Ia")`, "result.unknown")
	}
	x, y := w.number(depth-1), w.number(depth-1)
	return w.one("("+x+" + "+y+")", x+" - ("+y+")", "("+x+") * ("+y+")", "("+x+") / ("+y+")", "("+x+") % ("+y+")", "("+x+") ** ("+y+")",
		"-("+x+")", "abs("+x+")", "log10("+x+")", "sqrt("+x+")", "min("+x+", "+y+")", "max("+x+", "+y+", 1)",
		"("+w.condition(depth-1)+" ? "+x+" : "+y+")")
}

func (w writer) text(depth int) string {
	if depth > 0 && rapid.IntRange(0, 3).Draw(w.t, "choose") == 0 {
		return "(" + w.condition(depth-1) + " ? " + w.text(depth-1) + " : " + w.text(depth-1) + ")"
	}
	return w.one("band", "class", "object_id", "source_id", `attr["m"]`, `attr["n"]`, `"r"`, `"SN Ia"`, `"10"`, `"9007199254740993"`, `""`)
}

func (w writer) condition(depth int) string {
	if depth <= 0 {
		return w.one("detected", "positive", "result.unknown", "true", "has(mag)", "has(band)", "snr > 0.1", `band == "r"`, "nbad == 1")
	}
	x, y := w.number(depth-1), w.number(depth-1)
	op := w.one("==", "!=", "<", "<=", ">", ">=")
	not := w.one("", "not ")
	switch rapid.IntRange(0, 12).Draw(w.t, "condition") {
	case 0:
		return "(" + w.condition(depth-1) + w.one(" and ", " or ", " && ", " || ") + w.condition(depth-1) + ")"
	case 1:
		return w.one("not ", "!") + "(" + w.condition(depth-1) + ")"
	case 2, 3:
		return w.one("snr", "lim_mag", "diaSource.snr", "candid", `attr["n"]`, "nbad") + " " + op + " " + w.constant()
	case 4:
		return x + " " + op + " " + y
	case 5:
		return w.text(1) + " " + op + " " + w.text(1)
	case 6:
		return x + " " + not + "in [" + w.constant() + ", " + w.constant() + "]"
	case 7:
		return x + " " + not + "in " + w.number(0) + ".." + w.number(0)
	case 8:
		return w.text(1) + " " + not + w.one("contains", "startsWith", "endsWith") + " " + w.text(0)
	case 9:
		return w.one("band", "class", `attr["m"]`, "source_id") + " " + not + w.one(`matches "^[A-Z]+ I"`, `in ["r", "SN Ia", "10"]`, `matches "1"`)
	case 10:
		return "has(" + w.one(x, w.text(1)) + ")"
	case 11:
		name := w.one("snr", "mag", "lim_mag", "diaSource.snr", "candid")
		return w.one("2.5 * log10("+name+") - 1", "1 - log10("+name+") / 0.4", "abs("+name+")", "-("+name+")", "-(-log10(abs("+name+")))") + " " + op + " " + w.constant()
	}
	return w.one("source_id == 9007199254740993", "detected == "+w.one("1", "0", "true", "positive"), "nbad == true", "detected not in [0]",
		`attr["n"] == attr["m"]`, `result.unknown < attr["n"]`, "result.unknown == true", "source_id not in [10, 11]")
}
