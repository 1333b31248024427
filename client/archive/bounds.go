package archive

import (
	"math"

	"github.com/mwvgroup/pgb/client/sky"
)

// instantSlack is half of a microsecond, to which an instant is known, and the
// rounding of a 64-bit MJD, in days.
const instantSlack = 1e-11

// MJD gives the bounds of the observation as MJD (UTC), both included, infinite
// where there is none. They are wider than Since and Until by less than a
// microsecond: the time of an alert, given as a bound, includes the alert.
func (q *Query) MJD() (since, until float64) {
	since, until = math.Inf(-1), math.Inf(1)
	if !q.Since.IsZero() {
		since = sky.MJDFromTime(q.Since) - instantSlack
	}
	if !q.Until.IsZero() {
		until = sky.MJDFromTime(q.Until) + instantSlack
	}
	return since, until
}
