package sky

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	// MJDZero is the Julian date of MJD 0.
	MJDZero = 2400000.5
	// UnixMJD is the MJD of 1970-01-01T00:00:00 UTC.
	UnixMJD       = 40587
	secondsPerDay = 86400
)

// leapSeconds lists TAI-UTC in seconds from the MJD (UTC) on which it came into
// force (IERS Bulletin C; none after 2017).
var leapSeconds = [...]struct{ mjd, seconds float64 }{
	{41317, 10}, {41499, 11}, {41683, 12}, {42048, 13}, {42413, 14}, {42778, 15}, {43144, 16},
	{43509, 17}, {43874, 18}, {44239, 19}, {44786, 20}, {45151, 21}, {45516, 22}, {46247, 23},
	{47161, 24}, {47892, 25}, {48257, 26}, {48804, 27}, {49169, 28}, {49534, 29}, {50083, 30},
	{50630, 31}, {51179, 32}, {53736, 33}, {54832, 34}, {56109, 35}, {57204, 36}, {57754, 37},
}

// MJDFromTAI turns an MJD on the TAI scale into one on UTC. Days before 1972
// take the offset of 1972. Within a leap second UTC days are longer than 86400
// s; as astropy does, the day's fraction is then of 86401 s.
func MJDFromTAI(tai float64) float64 {
	for i := len(leapSeconds) - 1; i >= 0; i-- {
		step := leapSeconds[i]
		utc := tai - step.seconds/secondsPerDay
		if utc >= step.mjd || i == 0 {
			if i+1 < len(leapSeconds) && utc >= leapSeconds[i+1].mjd-1 {
				return stretchedDay(utc, leapSeconds[i+1].mjd-1)
			}
			return utc
		}
	}
	return tai
}

// stretchedDay gives the MJD of an instant in a UTC day of 86401 s, given days
// of 86400 s since the start of that day.
func stretchedDay(utc, day float64) float64 {
	return day + (utc-day)*secondsPerDay/(secondsPerDay+1)
}

// MJDFromTime gives the MJD (UTC) of an instant.
func MJDFromTime(t time.Time) float64 {
	return UnixMJD + float64(t.Unix())/secondsPerDay + float64(t.Nanosecond())/1e9/secondsPerDay
}

// TimeFromMJD gives the instant of an MJD (UTC), to the microsecond that a
// 64-bit MJD can hold.
func TimeFromMJD(mjd float64) time.Time {
	day := math.Floor(mjd)
	micros := math.Round((mjd - day) * secondsPerDay * 1e6)
	return time.Unix(int64(day-UnixMJD)*secondsPerDay, 0).Add(time.Duration(micros) * time.Microsecond).UTC()
}

// timeLayouts are the ISO 8601 forms that are read; those without a zone are
// UTC.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02",
}

// ParseISO reads an ISO 8601 time; without a zone it is UTC.
func ParseISO(text string) (time.Time, error) {
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no ISO 8601 time", text)
}

// ParseTime reads a time as it is typed on a command line: a date or an ISO
// 8601 time (UTC where it names no zone), an MJD (UTC, below 200000), a JD, or
// an age before now such as 2h, 30d, 90m, 1w or 1h30m.
func ParseTime(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if t, err := ParseISO(text); err == nil {
		return t, nil
	}
	if age, err := ParseAge(text); err == nil {
		return now.Add(-age), nil
	}
	number, prefixed := strings.CutPrefix(strings.ToUpper(text), "MJD")
	if !prefixed {
		number, _ = strings.CutPrefix(strings.ToUpper(text), "JD")
	}
	day, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case err != nil:
	case day >= 15000 && day < 200000:
		return TimeFromMJD(day), nil
	case day >= 2415000 && day < 2600000 && !prefixed:
		return TimeFromMJD(day - MJDZero), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time: give a date (2026-03-01), a time (2026-03-01T04:00Z), an MJD, a JD or an age (2h, 30d)", text)
}

// ageUnits are the units of an age that the standard library does not know.
var ageUnits = map[byte]time.Duration{'d': 24 * time.Hour, 'w': 7 * 24 * time.Hour}

// ParseAge reads a length of time: 30s, 5m, 2h, 1h30m, 30d or 1w.
func ParseAge(text string) (time.Duration, error) {
	var age time.Duration
	if text == "" {
		return 0, fmt.Errorf("no length of time given")
	}
	if unit, ok := ageUnits[text[len(text)-1]]; ok {
		n, err := strconv.ParseFloat(text[:len(text)-1], 64)
		if err == nil && n >= 0 && n*float64(unit) < math.MaxInt64 {
			return time.Duration(n * float64(unit)), nil
		}
	} else if d, err := time.ParseDuration(text); err == nil {
		age = d
		if age >= 0 {
			return age, nil
		}
	}
	return 0, fmt.Errorf("%q is no length of time: give 30s, 5m, 2h, 30d or 1w", text)
}
