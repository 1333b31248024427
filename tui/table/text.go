package table

import (
	"math"
	"strconv"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/feed"
)

const (
	none     = "-" // a missing value
	longest  = 512 // bytes of a text that are looked at: no column shows more
	enormous = 1e9 // from here on, numbers have exponents
	tiny     = 1e-3
)

// text gives what a column shows of an alert.
func (t *Table) text(c *column, e *feed.Entry) string {
	buf := t.scratch[:0]
	switch {
	case c.index == published:
		buf = appendClock(buf, publishTime(e))
	case c.isError:
		buf = t.appendError(buf, e.Value(c.index))
	default:
		buf = appendValue(buf, &t.columns[c.index], e.Value(c.index))
	}
	t.scratch = buf
	return t.Theme.Text(string(buf))
}

// publishTime is when the broker took an alert; zero when not known.
func publishTime(e *feed.Entry) time.Time {
	if e.Message == nil {
		return time.Time{}
	}
	return e.Message.PublishTime
}

// appendClock appends the time of day in UTC.
func appendClock(dst []byte, at time.Time) []byte {
	if at.IsZero() {
		return append(dst, none...)
	}
	return at.UTC().AppendFormat(dst, time.TimeOnly)
}

// appendError appends an error, nothing where there is none.
func (t *Table) appendError(dst []byte, v field.Value) []byte {
	f, ok := v.Decimal()
	if !ok {
		return dst
	}
	sign := "±"
	if t.Theme.ASCII {
		sign = "+-"
	}
	return appendFloat(append(dst, sign...), f, 3)
}

// appendValue appends a value, rounded to what its unit needs.
func appendValue(dst []byte, c *alert.Column, v field.Value) []byte {
	switch v.Kind() {
	case field.Missing:
		return append(dst, none...)
	case field.Float32, field.Float64:
		f, _ := v.Decimal()
		return appendFloat(dst, f, decimals(c, f))
	case field.Bytes:
		return append(strconv.AppendInt(dst, int64(len(v.Text())), 10), " bytes"...)
	case field.Text, field.JSON:
		return append(dst, v.Text()[:min(len(v.Text()), longest)]...)
	}
	return v.AppendJSON(dst)
}

func appendFloat(dst []byte, f float64, decimals int) []byte {
	if size := math.Abs(f); size >= enormous || decimals < 0 {
		return strconv.AppendFloat(dst, f, 'e', 4, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', decimals, 64)
}

// decimals is how many decimals of a number are shown; less than none where it
// needs an exponent.
func decimals(c *alert.Column, f float64) int {
	switch c.Unit {
	case "d", "deg":
		return 5
	case "mag", "arcsec":
		return 3
	case "nJy":
		return 1
	}
	switch {
	case c.Name == "snr":
		return 1
	case c.Name == "prob":
		return 3
	case f != 0 && math.Abs(f) < tiny:
		return -1
	}
	return 4
}
