package lightcurve

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/sky"
)

// Tick is a labelled place on an axis.
type Tick struct {
	At    float64
	Label string
}

// Ticks gives round places in a range, about as many as wanted and at least two
// where two or more are wanted: steps of 1, 2 or 5 times a power of ten.
func Ticks(low, high float64, wanted int) []Tick {
	ticks := ticksNear(low, high, wanted)
	for more := wanted + 1; wanted > 1 && len(ticks) == 1; more++ {
		ticks = ticksNear(low, high, more)
	}
	return ticks
}

// ticksNear gives at most twice as many ticks as wanted, and maybe none.
func ticksNear(low, high float64, wanted int) []Tick {
	if !isRange(low, high) || wanted < 1 {
		return nil
	}
	rough := (high - low) / float64(wanted)
	power := math.Floor(math.Log10(rough))
	decimals := int(math.Max(0, -power))
	step := math.Pow(10, power)
	switch part := rough / step; {
	case part > 5:
		step *= 10
		decimals = int(math.Max(0, -power-1))
	case part > 2:
		step *= 5
	case part > 1:
		step *= 2
	}
	var ticks []Tick
	first := math.Ceil(low/step - 1e-9)
	for i := range 2*wanted + 2 {
		at := (first + float64(i)) * step
		if at > high+1e-9*step {
			break
		}
		if at == 0 {
			at = 0 // no "-0"
		}
		ticks = append(ticks, Tick{at, label(at, decimals)})
	}
	return ticks
}

func label(at float64, decimals int) string {
	if math.Abs(at) >= 1e7 || decimals > 8 {
		mantissa, exponent, ok := strings.Cut(strconv.FormatFloat(at, 'g', 4, 64), "e")
		if power, err := strconv.Atoi(exponent); ok && err == nil {
			return mantissa + "e" + strconv.Itoa(power)
		}
		return mantissa
	}
	return strconv.FormatFloat(at, 'f', decimals, 64)
}

// The times that a calendar shows: the years 1 to 9999.
const (
	firstMJD = -678575
	lastMJD  = 2973483
)

// Date gives the calendar date of an MJD (UTC), with the time of day where the
// ticks are less than a day apart. Times beyond the years 1 to 9999 have none.
func Date(mjd, step float64) string {
	if !(mjd >= firstMJD && mjd <= lastMJD) {
		return ""
	}
	t := sky.TimeFromMJD(mjd)
	switch {
	case step < 1.0/1440:
		return t.Round(time.Second).Format("15:04:05")
	case step < 1:
		return t.Round(time.Minute).Format("01-02 15:04")
	}
	return t.Round(time.Minute).Format("2006-01-02")
}

// calendarSteps are the steps of a calendar from a day up: years, months, days.
var calendarSteps = []struct {
	years, months, days int
	about               float64 // d
	layout              string
}{
	{0, 0, 1, 1, "2 Jan 2006"}, {0, 0, 2, 2, "2 Jan 2006"}, {0, 0, 5, 5, "2 Jan 2006"}, {0, 0, 10, 10, "2 Jan 2006"}, {0, 0, 15, 15, "2 Jan 2006"},
	{0, 1, 0, 30.4, "Jan 2006"}, {0, 2, 0, 61, "Jan 2006"}, {0, 3, 0, 91, "Jan 2006"}, {0, 6, 0, 183, "Jan 2006"},
	{1, 0, 0, 365, "2006"}, {2, 0, 0, 731, "2006"}, {5, 0, 0, 1826, "2006"}, {10, 0, 0, 3652, "2006"}, {50, 0, 0, 18262, "2006"}, {200, 0, 0, 73049, "2006"},
	{1000, 0, 0, 365243, "2006"},
}

// DateTicks gives round calendar dates (UTC) in a range of MJD, at most as many
// as wanted where there are so few.
func DateTicks(from, to float64, wanted int) []Tick {
	if !(from >= firstMJD && to <= lastMJD && to > from) || wanted < 1 {
		return nil
	}
	rough := (to - from) / float64(wanted)
	if rough < 0.5 {
		ticks := Ticks(from, to, wanted)
		for i := range ticks {
			ticks[i].Label = Date(ticks[i].At, rough)
		}
		return ticks
	}
	at := 0
	for at < len(calendarSteps)-1 && calendarSteps[at].about < rough {
		at++
	}
	step := calendarSteps[at]
	var ticks []Tick
	begin := sky.TimeFromMJD(from)
	day := time.Date(begin.Year(), begin.Month(), 1, 0, 0, 0, 0, time.UTC)
	if step.days == 0 {
		day = time.Date(begin.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if step.years > 0 {
		day = day.AddDate(-(begin.Year() % step.years), 0, 0)
	}
	for range 64 * (wanted + 1) {
		mjd := sky.MJDFromTime(day)
		if mjd > to {
			break
		}
		if mjd >= from {
			ticks = append(ticks, Tick{mjd, day.Format(step.layout)})
		}
		next := day.AddDate(step.years, step.months, step.days)
		// Days count anew with each month; a rest of a few days is no step.
		month := time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		if step.days > 1 && next.AddDate(0, 0, step.days/2).After(month) {
			next = month
		}
		day = next
	}
	return ticks
}
