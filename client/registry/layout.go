package registry

import "github.com/mwvgroup/pgb/client/field"

// Paths lists alternative paths, in order of preference: the first that has a
// value counts. In YAML it is one text or a list of texts.
type Paths []field.Path

// Layout says which generic field is which path of an alert. Paths are relative
// to the copy of the alert in the payload.
type Layout struct {
	Name     string    `yaml:"-"`
	Survey   string    `yaml:"survey"`
	ObjectID Paths     `yaml:"object_id"`
	SourceID Paths     `yaml:"source_id"`
	Trigger  Point     `yaml:"trigger"` // the source that caused the alert
	History  []History `yaml:"history"`
	Cutouts  []Cutout  `yaml:"cutouts"`
	// SkyMap is where an event may have happened: a FITS file with a
	// multi-order table of probability densities.
	SkyMap Paths `yaml:"sky_map"`
	// Visit and detector of the trigger, by which epochs are joined.
}

// Point says how one photometric epoch is read from a record. Its paths are
// relative to Record. What a survey does not have stays empty.
type Point struct {
	Record   Paths      `yaml:"record"` // alternatives; empty is the alert itself
	SourceID Paths      `yaml:"source_id"`
	Visit    field.Path `yaml:"visit"`
	Detector field.Path `yaml:"detector"`
	RA       Paths      `yaml:"ra"`  // degree
	Dec      Paths      `yaml:"dec"` // degree
	Time     Time       `yaml:"time"`
	Band     Band       `yaml:"band"`

	// Flux and FluxErr, with the AB zero point of their unit; or Mag and
	// MagErr of the absolute difference flux, with Sign.
	Flux          Paths      `yaml:"flux"`
	FluxErr       Paths      `yaml:"flux_err"`
	ZeroPoint     float64    `yaml:"zero_point"`      // AB mag of one unit of flux: 31.4 for nJy
	ZeroPointPath field.Path `yaml:"zero_point_path"` // or where the record says it
	Mag           Paths      `yaml:"mag"`
	MagErr        Paths      `yaml:"mag_err"`
	Sign          Sign       `yaml:"sign"`

	SNR      Paths `yaml:"snr"`       // else flux / flux_err
	LimitMag Paths `yaml:"limit_mag"` // 5-sigma limit, AB mag
	// Detected is a field that has a value only where the source was
	// detected; empty means that every record is a detection.
	Detected field.Path `yaml:"detected"`
	// Good lists the values of a status field with which the record counts.
	Good Good `yaml:"good"`

	// The total brightness: a flux on the direct image in the unit of Flux,
	// or the reference source's magnitude and distance.
	TotalFlux    Paths      `yaml:"total_flux"`
	TotalFluxErr Paths      `yaml:"total_flux_err"`
	RefMag       field.Path `yaml:"ref_mag"`
	RefMagErr    field.Path `yaml:"ref_mag_err"`
	RefDistance  field.Path `yaml:"ref_distance"`     // arcsec
	RefMaxArcsec float64    `yaml:"ref_max_distance"` // the reference counts below it
}

// Time says how the time of an epoch is read.
type Time struct {
	Path  Paths  `yaml:"path"`
	Scale string `yaml:"scale"` // jd_utc, mjd_utc, mjd_tai or iso_utc
	// Exposure is the exposure time in seconds where Path is the start of
	// the exposure: half of it is added. DefaultExposure stands in.
	Exposure        Paths   `yaml:"exposure"`
	DefaultExposure float64 `yaml:"default_exposure"`
}

// Band says how the band of an epoch is read; Names maps what the record holds
// to a band's name, and what it does not list stays as it is.
type Band struct {
	Path  Paths             `yaml:"path"`
	Names map[string]string `yaml:"names"`
}

// Sign says how the sign of a difference flux is read: the texts of the values
// (booleans as true and false, integers as digits) that mean each.
type Sign struct {
	Path     Paths    `yaml:"path"`
	Positive []string `yaml:"positive"`
	Negative []string `yaml:"negative"`
}

// Good lists the values of a status field with which a record counts. A record
// with another value is left out of light curves.
type Good struct {
	Path   field.Path `yaml:"path"`
	Values []string   `yaml:"values"`
}

// History is a list of earlier or forced epochs in the alert.
type History struct {
	List  Paths  `yaml:"list"` // an array of records
	Kind  string `yaml:"kind"` // "detection" (a limit where not Detected) or "forced"
	Point Point  `yaml:"point"`
}

// Cutout is a stamp image in the alert.
type Cutout struct {
	Kind string `yaml:"kind"` // science, template or difference
	// Path is the image's bytes.
	Path field.Path `yaml:"path"`
	// Encoding is "fits" or "fits.gz".
	Encoding string `yaml:"encoding"`
}

// Classifier assigns classes.
type Classifier struct {
	Name    string  `yaml:"-"`
	Doc     string  `yaml:"doc"`
	Classes []Class `yaml:"classes"`
}

// Class is one class of a classifier.
type Class struct {
	Name    string   `yaml:"name"`
	Code    string   `yaml:"code"`    // as it stands in the payload
	Aliases []string `yaml:"aliases"` // other names a user may type
	Doc     string   `yaml:"doc"`
}

// Classified says how what a classifier says is read from a payload. Paths are
// relative to the result, or to the alert where At is "alert".
type Classified struct {
	Classifier string `yaml:"classifier"`
	Version    string `yaml:"version"`
	At         string `yaml:"at"` // "result" (default), "alert" or "attributes"
	// Style is how the classes lie in the payload:
	//   classes     a probability field for each class code in Probs, and the
	//               predicted class's code in Predicted
	//   bands       for each band {b} in Bands: Label, Prob, Flag (0 is good)
	//               and Points; primary is the good-flag band with most points
	//   flag        one field, Predicted, holds the class's code; no probability
	//   shares      a probability field for each class; primary is the largest
	//   named       a row of one of several classifiers: Label holds its name,
	//               Predicted the class's code, Prob the probability
	//   threshold   the first of two Codes where in any band {b} of Bands the
	//               number Prob is above Above with at least LeastPoints in
	//               Points, else the second; no probability
	Style     string            `yaml:"style"`
	Predicted string            `yaml:"predicted"`
	Probs     map[string]string `yaml:"probs"` // class code -> field
	Bands     []string          `yaml:"bands"`
	Label     string            `yaml:"label"`
	Prob      string            `yaml:"prob"`
	Flag      string            `yaml:"flag"`
	Points    string            `yaml:"points"`
	// VersionField is the field that holds the classifier's version, where it
	// is not always Version.
	VersionField string   `yaml:"version_field"`
	Above        float64  `yaml:"above"`
	LeastPoints  int64    `yaml:"least_points"`
	Codes        []string `yaml:"codes"`
}

// Namespace is a family of object ids.
type Namespace struct {
	Name    string   `yaml:"name"`    // "ZTF", "LSST:dia"
	Pattern string   `yaml:"pattern"` // regular expression of the whole id
	Kind    string   `yaml:"kind"`    // text or int64
	Survey  string   `yaml:"survey"`
	Doc     string   `yaml:"doc"`
	Example []string `yaml:"examples"`
	// Min and Max bound an int64 id; 0 is no bound.
	Min int64 `yaml:"min"`
	Max int64 `yaml:"max"`
	// Packed asks that the bytes of an int64 id are the text of a packed
	// provisional designation; see [Designation].
	Packed bool `yaml:"packed"`
	// Simulated marks ids that only a sandbox makes.
	Simulated bool `yaml:"simulated"`
	// Base is the name that its ids count under, "ZTF" for "ZTF:simulated";
	// empty for its own.
	Base string `yaml:"base"`
	// Alert marks ids of single alerts, Prefix ids that others may begin with.
	Alert  bool `yaml:"alert"`
	Prefix bool `yaml:"prefix"`
	// Explicit marks ids that count only where a prefix or the survey names
	// them: small integers may be anything.
	Explicit bool `yaml:"explicit"`
	// Elsewhere marks ids that no archive has, and says what can be done
	// instead; Page is where to look then, {id} stands for the id.
	Elsewhere string `yaml:"elsewhere"`
	Page      string `yaml:"page"`
}

// Column is a generic field.
type Column struct {
	Name string `yaml:"name"`
	Unit string `yaml:"unit"`
	Kind string `yaml:"kind"` // boolean, integer, number, text, time
	UCD  string `yaml:"ucd"`  // what it is, in words of the IVOA's UCD1+: "phot.mag"
	Doc  string `yaml:"doc"`
	// Priority orders the columns that a narrow table keeps, 1 first; 0 is
	// not shown unless asked for.
	Priority int `yaml:"priority"`
}
