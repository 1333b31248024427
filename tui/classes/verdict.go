package classes

import "github.com/mwvgroup/pgb/client/alert"

// Verdict is what a classifier said of one alert.
type Verdict struct {
	alert.Classification
	Topic string  // or the table
	MJD   float64 // of the alert, UTC; NaN when not known
}
