package alert

import (
	"github.com/mwvgroup/pgb/client/field"
)

// pointColumns are the columns of light curves.
var pointColumns = []Column{
	{"object_id", "", field.Text, "id of the object, as text"},
	{"survey", "", field.Text, "the survey that took the image"},
	{"kind", "", field.Text, "detection, forced or limit"},
	{"source_id", "", field.Text, "id of the source of a detection, as text"},
	{"mjd", "d", field.Float64, "middle of the exposure, MJD UTC"},
	{"band", "", field.Text, "the band of the image"},
	{"flux", "nJy", field.Float64, "signed difference flux"},
	{"flux_err", "nJy", field.Float64, "error of flux"},
	{"mag", "mag", field.Float64, "AB magnitude of the absolute difference flux"},
	{"mag_err", "mag", field.Float64, "error of mag"},
	{"flux_total", "nJy", field.Float64, "flux of source plus reference"},
	{"mag_total", "mag", field.Float64, "AB magnitude of source plus reference"},
	{"lim_mag", "mag", field.Float64, "5-sigma limit of the image, AB"},
	{"snr", "", field.Float64, "signal to noise of the absolute difference flux"},
	{"ra", "deg", field.Float64, "right ascension, ICRS"},
	{"dec", "deg", field.Float64, "declination, ICRS"},
	{"visit", "", field.Int, "the image: LSST's visit, ZTF's pid"},
	{"detector", "", field.Int, "the detector of the image"},
	{"trigger", "", field.Bool, "whether it caused an alert"},
	{"simulated", "", field.Bool, "true for anything that came from a sandbox"},
}

// PointColumns gives the columns of a light curve's points, in the order of
// [Point.AppendValues].
func PointColumns() []Column { return append([]Column(nil), pointColumns...) }

// AppendValues appends a value for each of [PointColumns]. The object's id, the
// survey and whether the data are simulated are not in a point.
func (p *Point) AppendValues(dst []field.Value, objectID, survey string, simulated bool) []field.Value {
	visit, detector := field.OfInt(p.Visit), field.OfInt(p.Detector)
	if p.Visit == 0 {
		visit, detector = field.Value{}, field.Value{}
	}
	return append(dst, textValue(objectID), textValue(survey), field.OfString(p.Kind.String()), textValue(p.SourceID),
		field.OfFloat64(p.MJD), textValue(p.Band),
		field.OfFloat64(p.Flux), field.OfFloat64(p.FluxErr), field.OfFloat64(p.Mag), field.OfFloat64(p.MagErr),
		field.OfFloat64(p.FluxTotal), field.OfFloat64(p.MagTotal), field.OfFloat64(p.LimMag), field.OfFloat64(p.SNR),
		field.OfFloat64(p.RA), field.OfFloat64(p.Dec), visit, detector, field.OfBool(p.Trigger), field.OfBool(simulated))
}

// textValue gives a text; an empty one is missing.
func textValue(text string) field.Value {
	if text == "" {
		return field.Value{}
	}
	return field.OfString(text)
}
