package lightcurve

import (
	"strings"
	"unicode"
)

// longestText is where a text from outside is cut off, in characters.
const longestText = 200

// Clean leaves out of a text from outside what is not seen or does more than be
// seen: controls, marks of direction, characters that join others.
func Clean(text string) string {
	left := longestText
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' {
			r = ' '
		}
		if left == 0 || r == unicode.ReplacementChar || !unicode.IsPrint(r) || unicode.IsMark(r) {
			return -1
		}
		left--
		return r
	}, text)
}
