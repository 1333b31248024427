package format

// SetMaxPadding sets how much texts of FITS are filled up, in bytes, until what it
// gives is called.
func SetMaxPadding(bytes int64) (restore func()) {
	before := maxPadding
	maxPadding = bytes
	return func() { maxPadding = before }
}
