package status

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

var (
	bars      = []rune("▁▂▃▄▅▆▇█")
	asciiBars = []rune(" .:-=+*#")
)

// spark draws the rate of the last seconds, at most so many.
func (b *Bar) spark(width int) string {
	rates := b.Figures.Spark
	rates = rates[max(0, len(rates)-width):]
	chars := bars
	if b.Theme.ASCII {
		chars = asciiBars
	}
	most := 0.0
	for _, rate := range rates {
		most = max(most, rate)
	}
	line := make([]rune, len(rates))
	for i, rate := range rates {
		level := 0
		if rate > 0 {
			level = max(1, min(int(math.Ceil(rate/most*float64(len(chars)-1))), len(chars)-1))
		}
		line[i] = chars[level]
	}
	return string(line)
}

// perSecond names a rate with three digits.
func perSecond(rate float64) string {
	switch {
	case !(rate > 0):
		return "0"
	case rate < 0.01:
		return "<0.01"
	case rate < 9.995:
		return strconv.FormatFloat(rate, 'f', 2, 64)
	}
	return digits(rate)
}

// short names a number with three digits.
func short(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return digits(float64(n))
}

// digits names a number of 10 or more with three digits.
func digits(n float64) string {
	unit := ""
	for _, next := range []string{"k", "M", "G", "T"} {
		if n < 999.5 {
			break
		}
		n /= 1000
		unit = next
	}
	switch {
	case n < 9.995:
		return strconv.FormatFloat(n, 'f', 2, 64) + unit
	case n < 99.95:
		return strconv.FormatFloat(n, 'f', 1, 64) + unit
	}
	return strconv.FormatFloat(n, 'f', 0, 64) + unit
}

// count names a number with all its digits: 1,204.
func count(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

func bytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 999_500:
		return fmt.Sprintf("%.3g kB", float64(n)/1e3)
	case n < 999_500_000:
		return fmt.Sprintf("%.3g MB", float64(n)/1e6)
	case n < 999_500_000_000:
		return fmt.Sprintf("%.3g GB", float64(n)/1e9)
	}
	return fmt.Sprintf("%.4g TB", float64(n)/1e12)
}

func dollars(usd float64) string {
	if usd < 0.01 {
		return "<$0.01"
	}
	return fmt.Sprintf("$%.2f", usd)
}

// span names a duration in the two largest units that matter.
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second && d%time.Second != 0:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}
