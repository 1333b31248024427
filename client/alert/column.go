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
	{Column{Name: "object_id", Kind: field.Text, Doc: "id of the object, as text"}, fromObjectID, 0},
	{Column{Name: "source_id", Kind: field.Text, Doc: "id of the triggering source, as text"}, fromSourceID, 0},
	{Column{Name: "survey", Kind: field.Text, Doc: "the survey that took the image"}, fromSurvey, 0},
	{Column{Name: "topic", Kind: field.Text, Doc: "the topic of the message"}, fromTopic, 0},
	{Column{Name: "message_id", Kind: field.Text, Doc: "the broker's id of the message"}, fromMessageID, 0},
	{Column{Name: "publish_time", Kind: field.Text, Doc: "when the broker took the message, RFC 3339 UTC"}, fromPublishTime, 0},
	{Column{Name: "simulated", Kind: field.Bool, Doc: "true for anything that came from a sandbox"}, fromSimulated, 0},
	{Column{Name: "ra", Unit: "deg", Kind: field.Float64, Doc: "right ascension of the triggering source, ICRS"}, fromEpoch, qRA},
	{Column{Name: "dec", Unit: "deg", Kind: field.Float64, Doc: "declination of the triggering source, ICRS"}, fromEpoch, qDec},
	{Column{Name: "mjd", Unit: "d", Kind: field.Float64, Doc: "middle of the exposure, MJD UTC"}, fromEpoch, qMJD},
	{Column{Name: "band", Kind: field.Text, Doc: "the band of the image"}, fromEpoch, qBand},
	{Column{Name: "flux", Unit: "nJy", Kind: field.Float64, Doc: "signed difference flux"}, fromEpoch, qFlux},
	{Column{Name: "flux_err", Unit: "nJy", Kind: field.Float64, Doc: "error of flux"}, fromEpoch, qFluxErr},
	{Column{Name: "mag", Unit: "mag", Kind: field.Float64, Doc: "AB magnitude of the absolute difference flux"}, fromEpoch, qMag},
	{Column{Name: "mag_err", Unit: "mag", Kind: field.Float64, Doc: "error of mag"}, fromEpoch, qMagErr},
	{Column{Name: "mag_total", Unit: "mag", Kind: field.Float64, Doc: "AB magnitude of source plus reference"}, fromEpoch, qMagTotal},
	{Column{Name: "mag_total_err", Unit: "mag", Kind: field.Float64, Doc: "error of mag_total"}, fromEpoch, qMagTotalErr},
	{Column{Name: "flux_total", Unit: "nJy", Kind: field.Float64, Doc: "flux of source plus reference"}, fromEpoch, qFluxTotal},
	{Column{Name: "flux_total_err", Unit: "nJy", Kind: field.Float64, Doc: "error of flux_total"}, fromEpoch, qFluxTotalErr},
	{Column{Name: "snr", Kind: field.Float64, Doc: "signal to noise of the absolute difference flux"}, fromEpoch, qSNR},
	{Column{Name: "lim_mag", Unit: "mag", Kind: field.Float64, Doc: "5-sigma limit of the image, AB"}, fromEpoch, qLimMag},
	{Column{Name: "detected", Kind: field.Bool, Doc: "whether the source was detected"}, fromEpoch, qDetected},
	{Column{Name: "positive", Kind: field.Bool, Doc: "sign of the difference"}, fromEpoch, qPositive},
	{Column{Name: "classifier", Kind: field.Text, Doc: "the classifier whose class follows"}, fromClassifier, 0},
	{Column{Name: "classifier_version", Kind: field.Text, Doc: "version of the classifier"}, fromClassifierVersion, 0},
	{Column{Name: "class", Kind: field.Text, Doc: "the class that the classifier predicts"}, fromClass, 0},
	{Column{Name: "prob", Kind: field.Float64, Doc: "probability of that class"}, fromProb, 0},
	{Column{Name: "separation", Unit: "arcsec", Kind: field.Float64, Doc: "distance from the centre of a cone"}, fromNowhere, 0},
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
		if entry.UCD != "" {
			c.UCD = entry.UCD
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
