package alert

import "github.com/mwvgroup/pgb/client/field"

// Column is a named column of rows.
type Column struct {
	Name string     // a generic name, a path of the survey, or a part of the message
	Unit string     // "deg", "d", "nJy", "mag", ... or empty
	Kind field.Kind // what most topics give; JSON for records and lists
	Doc  string     // one line on what it holds
	UCD  string     // what it is, in words of the IVOA's UCD1+, or empty
	// Items says what a list holds; nil for what is no list, and for a list of
	// whose items nothing is known.
	Items *Items
}

// Items says what the lists of a column hold.
type Items struct {
	// Fields are the fields of records, in the order of their schema. Where the
	// items are single values it is the one field, without a name.
	Fields []Column
}

// Records says whether the items are records.
func (i *Items) Records() bool { return len(i.Fields) != 1 || i.Fields[0].Name != "" }

// Row is what was read from one message: a value for each column of the [View]
// that read it, and its classifications. Values alias the message's body and
// the row's own storage; a row read again overwrites them.
type Row struct {
	Columns         []Column // the view's; shared by all its rows
	Values          []field.Value
	Classifications []Classification

	scratch *scratch // of rows that a view reads; others have none
}

// Get gives the value of a column by name, missing when there is none.
func (r *Row) Get(name string) field.Value {
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return r.Values[i]
		}
	}
	return field.Value{}
}

// Classification is what one classifier says of a message.
type Classification struct {
	Classifier string      // "SuperNNova"
	Version    string      // empty when not known
	Class      string      // the class's name
	Code       string      // the class's code in the payload, as text
	Prob       field.Value // probability of the class, or missing
	Band       string      // the band it was made in, or empty
	Primary    bool        // the classifier's own predicted class
}

// Point is one epoch of an object's light curve.
type Point struct {
	Kind                PointKind
	SourceID            string // of a detection; empty for others where the survey has none
	MJD                 float64
	Band                string
	Flux, FluxErr       float64 // signed difference flux, nJy; NaN when missing
	Mag, MagErr         float64 // AB magnitude of the absolute difference flux; NaN when missing
	FluxTotal, MagTotal float64 // source plus reference, where the survey allows it; NaN when missing
	LimMag              float64 // limit of a non-detection, AB mag; NaN when missing
	SNR                 float64
	RA, Dec             float64 // ICRS degree; NaN when missing
	Visit, Detector     int64   // the image: LSST's visit and detector, ZTF's pid; 0 when not known
	Trigger             bool    // the source that caused the alert
}

// PointKind says how a point of a light curve was measured.
type PointKind uint8

const (
	Detection PointKind = iota // found on the difference image
	Forced                     // measured at the object's position
	Limit                      // not detected; only the limit is known
)

// String gives "detection", "forced" or "limit".
func (k PointKind) String() string { return [...]string{"detection", "forced", "limit"}[k] }

// Cutout is one stamp image of an alert.
type Cutout struct {
	Kind string // "science", "template" or "difference"
	FITS []byte // the FITS file, uncompressed
}
