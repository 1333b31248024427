package alert

import (
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// genericField is a column that every survey has under the same name.
type genericField struct {
	Column
	what     what
	quantity quantity
}

// what says where a column's value comes from.
type what uint8

const (
	fromNowhere what = iota // always missing here
	fromEpoch               // a quantity of the triggering source
	fromObjectID
	fromSourceID
	fromSurvey
	fromTopic
	fromMessageID
	fromPublishTime
	fromSimulated
	fromClassifier
	fromClassifierVersion
	fromClass
	fromProb
	fromField     // a field of the alert or the result
	fromAttribute // an attribute of the message
	fromClassProb // p("class")
)

// genericFields are the generic columns in their order, with their units.
var genericFields = []genericField{
	{Column{"object_id", "", field.Text, "id of the object, as text"}, fromObjectID, 0},
	{Column{"source_id", "", field.Text, "id of the triggering source, as text"}, fromSourceID, 0},
	{Column{"survey", "", field.Text, "the survey that took the image"}, fromSurvey, 0},
	{Column{"topic", "", field.Text, "the topic of the message"}, fromTopic, 0},
	{Column{"message_id", "", field.Text, "the broker's id of the message"}, fromMessageID, 0},
	{Column{"publish_time", "", field.Text, "when the broker took the message, RFC 3339 UTC"}, fromPublishTime, 0},
	{Column{"simulated", "", field.Bool, "true for anything that came from a sandbox"}, fromSimulated, 0},
	{Column{"ra", "deg", field.Float64, "right ascension of the triggering source, ICRS"}, fromEpoch, qRA},
	{Column{"dec", "deg", field.Float64, "declination of the triggering source, ICRS"}, fromEpoch, qDec},
	{Column{"mjd", "d", field.Float64, "middle of the exposure, MJD UTC"}, fromEpoch, qMJD},
	{Column{"band", "", field.Text, "the band of the image"}, fromEpoch, qBand},
	{Column{"flux", "nJy", field.Float64, "signed difference flux"}, fromEpoch, qFlux},
	{Column{"flux_err", "nJy", field.Float64, "error of flux"}, fromEpoch, qFluxErr},
	{Column{"mag", "mag", field.Float64, "AB magnitude of the absolute difference flux"}, fromEpoch, qMag},
	{Column{"mag_err", "mag", field.Float64, "error of mag"}, fromEpoch, qMagErr},
	{Column{"mag_total", "mag", field.Float64, "AB magnitude of source plus reference"}, fromEpoch, qMagTotal},
	{Column{"mag_total_err", "mag", field.Float64, "error of mag_total"}, fromEpoch, qMagTotalErr},
	{Column{"flux_total", "nJy", field.Float64, "flux of source plus reference"}, fromEpoch, qFluxTotal},
	{Column{"flux_total_err", "nJy", field.Float64, "error of flux_total"}, fromEpoch, qFluxTotalErr},
	{Column{"snr", "", field.Float64, "signal to noise of the absolute difference flux"}, fromEpoch, qSNR},
	{Column{"lim_mag", "mag", field.Float64, "5-sigma limit of the image, AB"}, fromEpoch, qLimMag},
	{Column{"detected", "", field.Bool, "whether the source was detected"}, fromEpoch, qDetected},
	{Column{"positive", "", field.Bool, "sign of the difference"}, fromEpoch, qPositive},
	{Column{"classifier", "", field.Text, "the classifier whose class follows"}, fromClassifier, 0},
	{Column{"classifier_version", "", field.Text, "version of the classifier"}, fromClassifierVersion, 0},
	{Column{"class", "", field.Text, "the class that the classifier predicts"}, fromClass, 0},
	{Column{"prob", "", field.Float64, "probability of that class"}, fromProb, 0},
	{Column{"separation", "arcsec", field.Float64, "distance from the centre of a cone"}, fromNowhere, 0},
}

// notDefault are the generic fields that have to be asked for.
var notDefault = map[string]bool{"mag_total_err": true, "flux_total_err": true, "separation": true}

// DefaultColumns gives the names of the generic columns of a row, in their order.
func DefaultColumns() []string {
	var names []string
	for _, g := range genericFields {
		if !notDefault[g.Name] {
			names = append(names, g.Name)
		}
	}
	return names
}

// described gives a generic column with the registry's words for it.
func described(c Column, reg *registry.Registry) Column {
	for _, entry := range reg.Columns {
		if entry.Name != c.Name {
			continue
		}
		if entry.Doc != "" {
			c.Doc = entry.Doc
		}
		if entry.Unit != "" {
			c.Unit = entry.Unit
		}
	}
	return c
}

// part is the part of a message that a field's name reaches into.
type part uint8

const (
	anyPart part = iota
	alertPart
	resultPart
)

// term is a column's name, understood.
type term struct {
	name    string // canonical
	what    what
	generic *genericField

	part part // of fromField
	path field.Path

	attribute         string // of fromAttribute
	classifier, class string // of fromClassProb; classifier may be empty
}

// CanonicalName gives the one spelling of a column's name: attr["k"] and
// p("classifier", "class") with double quotes and single spaces.
func CanonicalName(name string) string { return parseTerm(name).name }

// AttributeName gives the name of the attribute that a column is: attr["name"].
func AttributeName(column string) (name string, ok bool) {
	t := parseTerm(column)
	return t.attribute, t.what == fromAttribute
}

// parseTerm understands a column's name. Generic names come first; what is
// neither an attribute nor a probability is a path of the survey.
func parseTerm(name string) term {
	name = strings.TrimSpace(name)
	if args, ok := call(name, "attr", '[', ']'); ok && len(args) == 1 {
		return term{name: "attr[" + strconv.Quote(args[0]) + "]", what: fromAttribute, attribute: args[0]}
	}
	if args, ok := call(name, "p", '(', ')'); ok && (len(args) == 1 || len(args) == 2) {
		t := term{what: fromClassProb, class: args[len(args)-1]}
		if len(args) == 1 {
			t.name = "p(" + strconv.Quote(t.class) + ")"
		} else {
			t.classifier = args[0]
			t.name = "p(" + strconv.Quote(t.classifier) + ", " + strconv.Quote(t.class) + ")"
		}
		return t
	}
	for i := range genericFields {
		if g := &genericFields[i]; g.Name == name {
			return term{name: name, what: g.what, generic: g}
		}
	}
	t := term{name: name, what: fromField, path: field.ParsePath(name)}
	if rest, ok := strings.CutPrefix(name, "alert."); ok {
		t.part, t.path = alertPart, field.ParsePath(rest)
	}
	if rest, ok := strings.CutPrefix(name, "result."); ok {
		t.part, t.path = resultPart, field.ParsePath(rest)
	}
	if name == "result" {
		t.part, t.path = resultPart, nil
	}
	return t
}

// call takes a name of the form word("a", 'b') apart.
func call(text, word string, opening, closing byte) (args []string, ok bool) {
	rest, ok := strings.CutPrefix(text, word)
	rest = strings.TrimSpace(rest)
	if !ok || len(rest) < 2 || rest[0] != opening || rest[len(rest)-1] != closing {
		return nil, false
	}
	rest = strings.TrimSpace(rest[1 : len(rest)-1])
	for {
		arg, after, ok := quoted(rest)
		if !ok {
			return nil, false
		}
		args = append(args, arg)
		if after = strings.TrimSpace(after); after == "" {
			return args, true
		}
		if after[0] != ',' {
			return nil, false
		}
		rest = strings.TrimSpace(after[1:])
	}
}

// quoted reads a text in double or single quotes, with backslash escapes.
func quoted(text string) (value, rest string, ok bool) {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		return "", "", false
	}
	quote := text[0]
	var b strings.Builder
	for left := text[1:]; left != ""; {
		if left[0] == quote {
			return b.String(), left[1:], true
		}
		r, multibyte, tail, err := strconv.UnquoteChar(left, quote)
		if err != nil {
			return "", "", false
		}
		if multibyte {
			b.WriteRune(r)
		} else {
			b.WriteByte(byte(r))
		}
		left = tail
	}
	return "", "", false
}
