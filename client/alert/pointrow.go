package alert

import (
	"github.com/mwvgroup/pgb/client/field"
)

// pointColumns are the columns of light curves.
var pointColumns = []Column{
	{Name: "object_id", Kind: field.Text, UCD: "meta.id;meta.main", Doc: "id of the object, as text"},
	{Name: "survey", Kind: field.Text, UCD: "meta.id;meta.dataset", Doc: "the survey that took the image"},
	{Name: "kind", Kind: field.Text, UCD: "meta.code", Doc: "detection, forced or limit"},
	{Name: "source_id", Kind: field.Text, UCD: "meta.id;src", Doc: "id of the source of a detection, as text"},
	{Name: "mjd", Unit: "d", Kind: field.Float64, UCD: "time.epoch", Doc: "middle of the exposure, MJD UTC"},
	{Name: "band", Kind: field.Text, UCD: "meta.id;instr.bandpass", Doc: "the band of the image"},
	{Name: "flux", Unit: "nJy", Kind: field.Float64, UCD: "phot.flux.density", Doc: "signed difference flux"},
	{Name: "flux_err", Unit: "nJy", Kind: field.Float64, UCD: "stat.error;phot.flux.density", Doc: "error of flux"},
	{Name: "mag", Unit: "mag", Kind: field.Float64, UCD: "phot.mag", Doc: "AB magnitude of the absolute difference flux"},
	{Name: "mag_err", Unit: "mag", Kind: field.Float64, UCD: "stat.error;phot.mag", Doc: "error of mag"},
	{Name: "flux_total", Unit: "nJy", Kind: field.Float64, UCD: "phot.flux.density", Doc: "flux of source plus reference"},
	{Name: "mag_total", Unit: "mag", Kind: field.Float64, UCD: "phot.mag", Doc: "AB magnitude of source plus reference"},
	{Name: "lim_mag", Unit: "mag", Kind: field.Float64, UCD: "phot.mag;stat.max", Doc: "5-sigma limit of the image, AB"},
	{Name: "snr", Kind: field.Float64, UCD: "stat.snr", Doc: "signal to noise of the absolute difference flux"},
	{Name: "ra", Unit: "deg", Kind: field.Float64, UCD: "pos.eq.ra;meta.main", Doc: "right ascension, ICRS"},
	{Name: "dec", Unit: "deg", Kind: field.Float64, UCD: "pos.eq.dec;meta.main", Doc: "declination, ICRS"},
	{Name: "visit", Kind: field.Int, UCD: "meta.id;obs", Doc: "the image: LSST's visit, ZTF's pid"},
	{Name: "detector", Kind: field.Int, UCD: "meta.id;instr.det", Doc: "the detector of the image"},
	{Name: "trigger", Kind: field.Bool, UCD: "meta.code", Doc: "whether it caused an alert"},
	{Name: "simulated", Kind: field.Bool, UCD: "meta.code;meta.modelled", Doc: "true for anything that came from a sandbox"},
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
