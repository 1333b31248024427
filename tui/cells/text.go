package cells

import (
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// condition counts cells the same wherever the program runs.
var condition = runewidth.Condition{StrictEmojiNeutral: true}

func runeWidth(r rune) int {
	if r >= ' ' && r <= '~' {
		return 1
	}
	return condition.RuneWidth(r)
}

// Width says how many cells a text takes once it is cleaned.
func Width(text string) int {
	n := 0
	for _, r := range Clean(text) {
		n += runeWidth(r)
	}
	return n
}

// Clean leaves out of a text what is not seen, what does more than be seen, and
// what terminals join in different ways: controls, marks of direction,
// combining characters, joiners, variants and shades of emoji. Letters of flags become letters.
func Clean(text string) string {
	if isPlain(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x1F1E6 && r <= 0x1F1FF:
			return 'A' + r - 0x1F1E6
		case r >= 0x1F3FB && r <= 0x1F3FF, r == '\uFFFD':
			return '?'
		case runeWidth(r) == 0:
			return -1
		}
		return r
	}, lightcurve.Clean(text))
}

// ASCII makes a text of 7 bits.
func ASCII(text string) string {
	if isPlain(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r > '~' {
			return '?'
		}
		return r
	}, Clean(text))
}

func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// Cut gives as much of a text as fits a width, cleaned, with an ellipsis where
// some is missing.
func Cut(text string, width int) string {
	if isPlain(text) && len(text) <= width {
		return text
	}
	if width <= 0 {
		return ""
	}
	text = Clean(text)
	n, fits := 0, 0 // cells so far; bytes that leave room for the ellipsis
	for i, r := range text {
		w := runeWidth(r)
		if n+w > width {
			return text[:fits] + "…"
		}
		if n += w; n < width {
			fits = i + len(string(r))
		}
	}
	return text
}
