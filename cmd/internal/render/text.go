package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"
)

// Truncate cuts text to a number of cells; what is cut ends in "…".
func Truncate(text string, cells int) string {
	if cells <= 0 {
		return ""
	}
	return runewidth.Truncate(text, cells, "…")
}

// Width gives the number of cells that text takes.
func Width(text string) int { return runewidth.StringWidth(text) }

// Count writes a number with separators: 1,234,567.
func Count[T ~int | ~int64 | ~uint64](n T) string {
	digits := fmt.Sprint(n)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Bytes writes a number of bytes in decimal units: 1.2 GB.
func Bytes(n float64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB"}
	i := 0
	for n >= 999.5 && i < len(units)-1 {
		n /= 1000
		i++
	}
	if i == 0 || n >= 99.5 {
		return fmt.Sprintf("%.0f %s", n, units[i])
	}
	return fmt.Sprintf("%.3g %s", n, units[i])
}

// Dollars writes a price: less than a cent is said so.
func Dollars(usd float64) string {
	switch {
	case usd == 0:
		return "$0"
	case usd < 0.01:
		return "<$0.01"
	case usd < 100:
		return fmt.Sprintf("$%.2f", usd)
	}
	return "$" + Count(int64(usd+0.5))
}

// Duration writes a length of time in the unit that fits: 250 ms, 2.1 s, 3 min,
// 5 h, 4 d.
func Duration(d time.Duration) string {
	switch {
	case d > 0 && d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f d", d.Hours()/24)
}

// Plural gives a count with its noun: 1 message, 2 messages.
func Plural[T ~int | ~int64 | ~uint64](n T, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}
