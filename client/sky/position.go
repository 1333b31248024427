package sky

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PositionError says why a text is no position.
type PositionError struct {
	Text   string // as given
	Reason string
}

func (e *PositionError) Error() string {
	return fmt.Sprintf("%q is no position: %s", e.Text, e.Reason)
}

const positionForms = `give right ascension and declination in degrees (270.1 -30.2) or sexagesimal (18:00:24 -30:12:00, 18h00m24s -30d12m00s)`

// ParsePosition reads a position, right ascension first, from one text or from
// the words of a command line. A coordinate is
//
//   - decimal degrees: 270.1, 270.1d, 270.1°;
//   - sexagesimal with colons, or as three words: 18:00:24, 18 00 24. The right
//     ascension is then in hours;
//   - sexagesimal with units: 18h00m24s, 270d06m00s, -30°12′00″, -30d12'00".
//
// Spaces between the parts of a coordinate with units, and a comma between the
// coordinates, change nothing; typographic minus signs are minus signs. Only
// the last part of a coordinate may have a fraction. The declination keeps its
// sign when its degrees are 0. Right ascensions are from 0 to 360 degrees (360
// is given as 0), declinations from -90 to 90, minutes and seconds below 60.
// Errors are of type *PositionError.
func ParsePosition(words ...string) (Position, error) {
	text := strings.Join(words, " ")
	p, err := parsePosition(text)
	if err != nil {
		return Position{}, &PositionError{Text: text, Reason: err.Error()}
	}
	return p, nil
}

func parsePosition(text string) (p Position, err error) {
	parts, err := scanParts(text)
	if err != nil {
		return p, err
	}
	at, err := declinationAt(parts)
	if err != nil {
		return p, err
	}
	if p.RA, err = rightAscension(parts[:at]); err != nil {
		return p, err
	}
	p.Dec, err = declination(parts[at:])
	return p, err
}

// ParseCone reads a cone from the words of a command line: a position, as one
// quoted word, as two words or as six, and a radius after it (see ParseRadius).
// Where there is no radius, the cone gets the one given as otherwise and
// radiusGiven is false.
func ParseCone(words []string, otherwise Angle) (cone Cone, radiusGiven bool, err error) {
	cone.Radius = otherwise
	if n := len(words); n == 3 || n == 7 || n == 2 && isPosition(words[0]) {
		arcsec, err := ParseRadius(words[n-1])
		if err != nil {
			return Cone{}, false, err
		}
		cone.Radius, radiusGiven, words = Arcseconds(arcsec), true, words[:n-1]
	}
	cone.Center, err = ParsePosition(words...)
	return cone, radiusGiven, err
}

func isPosition(text string) bool {
	_, err := parsePosition(text)
	return err == nil
}

// part is one number of a position and what follows it.
type part struct {
	digits string // without its sign
	sign   byte   // '+', '-' or 0
	unit   byte   // 'h', 'd', 'm', 's', ':' or 0
	comma  bool   // a comma follows
}

// units are the spellings of the units of a coordinate's parts.
var units = map[string]byte{
	"h": 'h', "hr": 'h', "hour": 'h', "hours": 'h', "ʰ": 'h',
	"d": 'd', "deg": 'd', "degree": 'd', "degrees": 'd', "°": 'd', "º": 'd', "˚": 'd', "ᵈ": 'd',
	"m": 'm', "min": 'm', "arcmin": 'm', "'": 'm', "′": 'm', "’": 'm', "ʹ": 'm', "ᵐ": 'm',
	"s": 's', "sec": 's', "arcsec": 's', `"`: 's', "″": 's', "”": 's', "ʺ": 's', "''": 's', "′′": 's', "’’": 's', "ˢ": 's',
	":": ':',
}

// maxPositionText is far beyond any position, yet bounds the work on a text
// that is none.
const maxPositionText = 256

// scanParts splits a text into its numbers and their units.
func scanParts(text string) ([]part, error) {
	if len(text) > maxPositionText {
		return nil, fmt.Errorf("it has more than %d bytes", maxPositionText)
	}
	var parts []part
	for rest := strings.TrimSpace(text); rest != ""; {
		var next part
		next.sign, rest = cutSign(rest)
		n := numberLength(rest)
		if n == 0 {
			found, _ := utf8.DecodeRuneInString(rest)
			if rest == "" {
				return nil, errors.New("it ends with a sign")
			}
			return nil, fmt.Errorf("%q stands where a number should", found)
		}
		next.digits, rest = rest[:n], strings.TrimLeftFunc(rest[n:], unicode.IsSpace)
		if n = unitLength(rest); n > 0 {
			unit, known := units[strings.ToLower(rest[:n])]
			if !known {
				return nil, fmt.Errorf("%q is no unit of a coordinate: h, d, m or s", rest[:n])
			}
			next.unit, rest = unit, strings.TrimLeftFunc(rest[n:], unicode.IsSpace)
		}
		if after, ok := strings.CutPrefix(rest, ","); ok {
			next.comma, rest = true, strings.TrimLeftFunc(after, unicode.IsSpace)
		}
		parts = append(parts, next)
	}
	return parts, nil
}

// cutSign takes the sign off a number. Papers and web pages print minus signs
// of many kinds.
func cutSign(text string) (sign byte, rest string) {
	r, n := utf8.DecodeRuneInString(text)
	switch r {
	case '+', '＋':
		return '+', text[n:]
	case '-', '−', '–', '‐', '‑', '﹣', '－':
		return '-', text[n:]
	}
	return 0, text
}

// numberLength gives the length of the unsigned decimal number, with or without
// an exponent, that a text begins with.
func numberLength(text string) int {
	digits := func(from int) int {
		for from < len(text) && text[from] >= '0' && text[from] <= '9' {
			from++
		}
		return from
	}
	whole := digits(0)
	end := whole
	if end < len(text) && text[end] == '.' {
		end = digits(whole + 1)
		if end == 1 {
			return 0
		}
	}
	if end > 0 && end < len(text) && text[end]|0x20 == 'e' {
		at := end + 1
		if at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		if stop := digits(at); stop > at {
			return stop
		}
	}
	return end
}

// unitLength gives the length of the unit a text begins with: a run of letters,
// or signs that stand for one.
func unitLength(text string) (n int) {
	first, size := utf8.DecodeRuneInString(text)
	switch {
	case text == "":
		return 0
	case strings.ContainsRune("'′’", first):
		if after, _ := utf8.DecodeRuneInString(text[size:]); after == first {
			return 2 * size
		}
		return size
	case strings.ContainsRune(":°º˚\"″”ʺʹʰᵈᵐˢ", first):
		return size
	}
	for _, r := range text {
		if !unicode.IsLetter(r) || units[string(r)] != 0 && r >= utf8.RuneSelf {
			break
		}
		n += utf8.RuneLen(r)
	}
	return n
}

// declinationAt gives the index of the first part of the declination: after a
// comma, else at a sign, else at a part in hours or degrees, else where the
// right ascension's units or colons end, else in the middle.
func declinationAt(parts []part) (int, error) {
	n := len(parts)
	if n < 2 {
		return 0, errors.New(positionForms)
	}
	if parts[n-1].comma {
		return 0, errors.New("it ends with a comma")
	}
	at := slices.IndexFunc(parts, func(p part) bool { return p.comma }) + 1
	if at > 0 && slices.ContainsFunc(parts[at:], func(p part) bool { return p.comma }) {
		return 0, errors.New("it has more than one comma")
	}
	for i := 1; i < n && at == 0; i++ {
		if parts[i].sign != 0 && parts[i-1].unit != ':' {
			at = i
		}
	}
	for i := 1; i < n && at == 0; i++ {
		if parts[i].unit == 'h' || parts[i].unit == 'd' {
			at = i
		}
	}
	if at == 0 {
		at = rightAscensionLength(parts)
	}
	plain := !slices.ContainsFunc(parts, func(p part) bool { return p.unit != 0 })
	switch {
	case plain && n != 2 && n != 6:
		return 0, fmt.Errorf("it has %d numbers: %s", n, positionForms)
	case plain && at != n/2:
		return 0, fmt.Errorf("it has %d numbers before the declination and %d in it", at, n-at)
	case at == n:
		return 0, fmt.Errorf("it has no declination: %s", positionForms)
	}
	return at, nil
}

// rightAscensionLength gives the number of parts that a right ascension at the
// beginning of unsigned parts has, by its units.
func rightAscensionLength(parts []part) int {
	n := 1
	switch parts[0].unit {
	case ':':
		for n < len(parts) && parts[n-1].unit == ':' {
			n++
		}
	case 'h', 'd':
		for n < min(3, len(parts)) && parts[n].unit == "_ms"[n] {
			n++
		}
	default:
		if n = slices.IndexFunc(parts, func(p part) bool { return p.unit != 0 }); n < 0 {
			n = len(parts) / 2
		}
	}
	return n
}

func rightAscension(parts []part) (float64, error) {
	const what = "right ascension"
	value, err := coordinate(what, parts)
	if err != nil {
		return 0, err
	}
	hours := parts[0].unit == 'h' || parts[0].unit != 'd' && len(parts) > 1
	if parts[0].sign == '-' {
		return 0, fmt.Errorf("%s is negative", what)
	}
	ra := value / 3600
	if hours {
		if ra = value / 240; value > 24*3600 {
			return 0, fmt.Errorf("%s is beyond 24 hours", what)
		}
	}
	if len(parts) == 1 && !hours {
		ra, _ = strconv.ParseFloat(parts[0].digits, 64)
	}
	if ra > 360 {
		return 0, fmt.Errorf("%s %v is beyond 360 degrees", what, ra)
	}
	return math.Mod(ra, 360), nil
}

func declination(parts []part) (float64, error) {
	const what = "declination"
	value, err := coordinate(what, parts)
	if err != nil {
		return 0, err
	}
	if parts[0].unit == 'h' {
		return 0, fmt.Errorf("%s is in hours; right ascension comes first", what)
	}
	dec := value / 3600
	if len(parts) == 1 {
		dec, _ = strconv.ParseFloat(parts[0].digits, 64)
	}
	if parts[0].sign == '-' {
		dec = -dec
	}
	if dec < -90 || dec > 90 {
		return 0, fmt.Errorf("%s %v is not between -90 and 90 degrees", what, dec)
	}
	return dec, nil
}

// coordinate gives the value of one coordinate in seconds, without its sign.
func coordinate(what string, parts []part) (seconds float64, err error) {
	if err := checkUnits(what, parts); err != nil {
		return 0, err
	}
	scale := 3600.0
	for i, p := range parts {
		value, err := strconv.ParseFloat(p.digits, 64)
		switch {
		case err != nil:
			return 0, fmt.Errorf("%s has the number %s, which is out of range", what, p.digits)
		case i > 0 && p.sign != 0:
			return 0, fmt.Errorf("%s has a sign in its middle", what)
		case i > 0 && value >= 60:
			return 0, fmt.Errorf("%s has %s %s; they go to 59", what, p.digits, []string{"", "minutes", "seconds"}[i])
		case len(parts) > 1 && (strings.ContainsAny(p.digits, "eE") || i < len(parts)-1 && strings.Contains(p.digits, ".")):
			return 0, fmt.Errorf("%s has the part %s; only its last part may have a fraction", what, p.digits)
		}
		seconds += value * scale
		scale /= 60
	}
	return seconds, nil
}

// checkUnits says whether the units of a coordinate's parts fit one another:
// all named, all colons, or none.
func checkUnits(what string, parts []part) error {
	names := make([]byte, 0, 8)
	for i, p := range parts {
		unit := p.unit
		if unit == 0 {
			unit = '_'
		}
		names = append(names, unit)
		if i == 3 {
			return fmt.Errorf("%s has more than three parts", what)
		}
	}
	switch string(names) {
	case "_", "h", "d", "___", ":_", "::_", "hm", "hms", "dm", "dms", "h_", "hm_", "d_", "dm_":
		return nil
	case "__":
		return fmt.Errorf("%s has two parts: give one (degrees) or three (sexagesimal)", what)
	}
	return fmt.Errorf("the parts of the %s do not fit together: %s", what, positionForms)
}
