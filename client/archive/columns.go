package archive

import (
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// verdictColumns are the columns of classifications.
var verdictColumns = []alert.Column{
	{Name: "object_id", Kind: field.Text, UCD: "meta.id;meta.main", Doc: "id of the object, as text"},
	{Name: "source_id", Kind: field.Text, UCD: "meta.id;src", Doc: "id of the triggering source, as text"},
	{Name: "survey", Kind: field.Text, UCD: "meta.id;meta.dataset", Doc: "the survey that took the image"},
	{Name: "mjd", Unit: "d", Kind: field.Float64, UCD: "time.epoch", Doc: "middle of the alert's exposure, MJD UTC"},
	{Name: "classifier", Kind: field.Text, UCD: "meta.id;meta.software", Doc: "the classifier"},
	{Name: "classifier_version", Kind: field.Text, UCD: "meta.version;meta.software", Doc: "version of the classifier"},
	{Name: "class", Kind: field.Text, UCD: "src.class", Doc: "the class"},
	{Name: "prob", Kind: field.Float64, UCD: "stat.probability;src.class", Doc: "probability of the class"},
	{Name: "band", Kind: field.Text, UCD: "meta.id;instr.bandpass", Doc: "the band it was made in"},
	{Name: "primary", Kind: field.Bool, UCD: "meta.code", Doc: "whether it is the class that the classifier predicts"},
	{Name: "topic", Kind: field.Text, UCD: "meta.id", Doc: "the topic of the message, or the table"},
	{Name: "publish_time", Kind: field.Text, UCD: "time.release", Doc: "when the broker took the message, RFC 3339 UTC"},
	{Name: "simulated", Kind: field.Bool, UCD: "meta.code;meta.modelled", Doc: "true for anything that came from a sandbox"},
}

// VerdictColumns gives the columns of classifications, in the order of
// [Verdict.AppendValues].
func VerdictColumns() []alert.Column { return append([]alert.Column(nil), verdictColumns...) }

// AppendValues appends a value for each of [VerdictColumns].
func (v *Verdict) AppendValues(dst []field.Value) []field.Value {
	text := func(s string) field.Value {
		if s == "" {
			return field.Value{}
		}
		return field.OfString(s)
	}
	var published field.Value
	if !v.PublishTime.IsZero() {
		published = field.OfString(v.PublishTime.UTC().Format(time.RFC3339Nano))
	}
	return append(dst, text(v.ObjectID), text(v.SourceID), text(v.Survey), field.OfFloat64(v.MJD),
		text(v.Classifier), text(v.Version), text(v.Class), v.Prob, text(v.Band), field.OfBool(v.Primary),
		text(v.Topic), published, field.OfBool(v.Simulated))
}

// AppendValues appends the values of one point of the light curve, one for each
// of [alert.PointColumns].
func (c *LightCurve) AppendValues(dst []field.Value, point int) []field.Value {
	return c.Points[point].AppendValues(dst, c.ObjectID, c.Survey, c.Simulated)
}
