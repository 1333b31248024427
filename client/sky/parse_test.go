package sky_test

import (
	"math"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/sky"
)

func TestParseRadius(t *testing.T) {
	for text, want := range map[string]float64{
		"5": 5, "5s": 5, "5arcsec": 5, `5"`: 5, "2m": 120, "2'": 120, "2arcmin": 120, "0.1d": 360, "1deg": 3600,
		" 1.5 m ": 90, "0": 0, "180d": 648000, "1e-3s": 0.001,
	} {
		if got, err := sky.ParseRadius(text); err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "s", "-1s", "181d", "nan", "inf", "5x", "0x10", "1_0"} {
		if got, err := sky.ParseRadius(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

func TestParseTime(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-03-01":                "2026-03-01T00:00:00Z",
		"2026-03-01T04:05":          "2026-03-01T04:05:00Z",
		"2026-03-01 04:05:06.5":     "2026-03-01T04:05:06.5Z",
		"2026-03-01T04:05:06+02:00": "2026-03-01T02:05:06Z",
		"2h":                        "2026-03-02T10:00:00Z",
		"1h30m":                     "2026-03-02T10:30:00Z",
		"30d":                       "2026-01-31T12:00:00Z",
		"1w":                        "2026-02-23T12:00:00Z",
		"61100.25":                  "2026-03-01T06:00:00Z",
		"MJD 61100.25":              "2026-03-01T06:00:00Z",
		"2461100.75":                "2026-03-01T06:00:00Z",
		"JD2461100.75":              "2026-03-01T06:00:00Z",
	} {
		got, err := sky.ParseTime(text, now)
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q: got %v, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "yesterday", "-2h", "2026-13-01", "17", "1e300d", "NaN", "MJD", "2h3", "d"} {
		if got, err := sky.ParseTime(text, now); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}
