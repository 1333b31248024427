package targets

import (
	"math"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// missing are texts that stand for no value, in lower case.
var missing = map[string]bool{"": true, "null": true, "none": true, "nan": true, "n/a": true, "na": true, "<na>": true, "--": true, `\n`: true}

func isMissingText(text string) bool {
	return len(text) <= 4 && (text == "" || missing[strings.ToLower(text)])
}

// kindOf says what kind a text is: an integer that has no other way of being
// written, a number, a boolean or text.
func kindOf(text string) field.Kind {
	switch {
	case isMissingText(text):
		return field.Missing
	case text == "true" || text == "false" || text == "True" || text == "False" || text == "TRUE" || text == "FALSE":
		return field.Bool
	}
	if c := text[0]; c > '9' || c < '+' {
		return field.Text
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		if strconv.FormatInt(i, 10) == text {
			return field.Int
		}
		return field.Text // 007, +5
	}
	digits := strings.TrimLeft(text, "+-")
	if strings.Trim(digits, "0123456789") == "" || len(digits) > 1 && digits[0] == '0' && digits[1] != '.' && digits[1] != 'e' && digits[1] != 'E' {
		return field.Text
	}
	if _, ok := number(text); ok {
		return field.Float64
	}
	return field.Text
}

// number reads a finite decimal number.
func number(text string) (float64, bool) {
	if text == "" || len(text) > 64 || strings.Trim(text, "0123456789.eE+-") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// widen gives the kind that holds values of two kinds.
func widen(a, b field.Kind) field.Kind {
	isNumber := func(k field.Kind) bool { return k == field.Int || k == field.Float64 || k == field.Float32 }
	switch {
	case a == b || b == field.Missing:
		return a
	case a == field.Missing:
		return b
	case isNumber(a) && isNumber(b):
		return field.Float64
	}
	return field.Text
}

// cellKind is the kind of a cell, looking into text where a list has no types.
func cellKind(v field.Value, untyped bool) field.Kind {
	if v.Kind() == field.Text && untyped {
		return kindOf(v.String())
	}
	return v.Kind()
}

// asKind gives a cell as a value of a column's kind; ok is false where it is
// none.
func asKind(v field.Value, kind field.Kind, untyped bool) (as field.Value, ok bool) {
	own := cellKind(v, untyped)
	switch {
	case own == field.Missing:
		return field.Value{}, true
	case kind == field.Text:
		return field.OfString(v.String()), true
	case widen(kind, own) != kind:
		return field.Value{}, false
	case v.Kind() != field.Text || own == field.Text:
		if f, isNumber := v.Float(); isNumber && kind == field.Float64 && own != field.Float64 {
			return field.OfFloat64(f), true
		}
		return v, true
	}
	text := v.String()
	switch kind {
	case field.Bool:
		return field.OfBool(text[0] == 't' || text[0] == 'T'), true
	case field.Int:
		i, err := strconv.ParseInt(text, 10, 64)
		return field.OfInt(i), err == nil
	}
	f, ok := number(text)
	return field.OfFloat64(f), ok
}
