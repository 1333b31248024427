package alert

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// formula says in one line what a generic field is made of, empty when the
// payload does not have it.
func (p *payload) formula(g *genericField) string {
	switch g.what {
	case fromEpoch:
		return p.epochFormula(g.quantity)
	case fromObjectID:
		return p.spell(p.layout.ObjectID)
	case fromSourceID:
		if len(p.layout.SourceID) == 0 {
			return p.spellTrigger(p.layout.Trigger.SourceID)
		}
		return p.spell(p.layout.SourceID)
	case fromSurvey:
		return p.surveyID
	case fromTopic:
		return "the message's topic"
	case fromMessageID:
		return "the message's id"
	case fromPublishTime:
		return "the message's publish time"
	case fromSimulated:
		return "attribute " + SimulatedAttr
	case fromClassifier, fromClassifierVersion, fromClass, fromProb:
		return p.classFormula(g.what)
	}
	return ""
}

func (p *payload) classFormula(w what) string {
	if len(p.classified) == 0 {
		return ""
	}
	c := p.classified[0]
	switch {
	case w == fromClassifier:
		return c.Classifier
	case w == fromClassifierVersion:
		return c.Version
	case c.Style == styleBands && w == fromClass:
		return c.Label + " of the band with most points"
	case c.Style == styleBands:
		return c.Prob + " of the band with most points"
	case c.Style == styleShares:
		return "the largest of " + strings.Join(probFields(c), ", ")
	case w == fromClass:
		return c.Predicted
	case len(c.Probs) == 0:
		return ""
	}
	return "of the class in " + c.Predicted + ": " + strings.Join(probFields(c), ", ")
}

func probFields(c *classRule) []string {
	var names []string
	for _, class := range c.classes {
		if name, ok := c.Probs[class.Code]; ok {
			names = append(names, name)
		}
	}
	return names
}

// spell writes alternatives, in order of preference: those that the payload's
// copy of the alert keeps.
func (p *payload) spell(paths registry.Paths) string {
	var words []string
	for _, path := range p.kept(paths) {
		words = append(words, p.at(path).String())
	}
	return strings.Join(words, ", else ")
}

// kept leaves out what the payload's copy of the alert does not keep.
func (p *payload) kept(paths registry.Paths) registry.Paths {
	var list registry.Paths
	for _, path := range paths {
		if p.keeps(path) {
			list = append(list, path)
		}
	}
	return list
}

// at gives where a field of the alert mostly is.
func (p *payload) at(path field.Path) field.Path {
	_, own := p.AlertFields[path.String()]
	if own && slices.ContainsFunc(p.alert, func(prefix field.Path) bool { return len(prefix) == 0 }) {
		return path // the payload's own name for it, in no copy of the alert
	}
	return p.usual().Join(path)
}

// usual gives where the copy of the alert mostly is. Where a copy may be inside
// another, that one is looked for first, for the outer would hide it, but it is
// the rare one.
func (p *payload) usual() field.Path {
	for _, outer := range p.alert[1:] {
		if _, ok := below(outer, p.alert[0]); ok && len(outer) > 0 {
			return outer
		}
	}
	return p.alert[0]
}

func (p *payload) spellTrigger(paths registry.Paths) string {
	return p.spell(crossed(p.layout.Trigger.Record, paths))
}

// epochFormula says what a quantity of the trigger is made of.
func (p *payload) epochFormula(q quantity) string {
	t := &p.layout.Trigger
	at := p.spellTrigger
	switch q {
	case qRA:
		return at(t.RA)
	case qDec:
		return at(t.Dec)
	case qMJD:
		return p.timeFormula(t)
	case qBand:
		return at(t.Band.Path)
	case qLimMag:
		return at(t.LimitMag)
	case qDetected:
		if detected := at(one(t.Detected)); detected != "" {
			return detected + " has a value"
		}
		if len(t.Flux)+len(t.Mag) > 0 {
			return "true"
		}
		return ""
	case qPositive:
		if sign := at(t.Sign.Path); sign != "" {
			return sign
		}
		return prefixed("sign of ", at(t.Flux))
	}
	return p.brightnessFormula(q, t)
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func (p *payload) timeFormula(t *registry.Point) string {
	text := p.spellTrigger(t.Time.Path)
	if text == "" {
		return ""
	}
	switch {
	case p.spellTrigger(t.Time.Exposure) != "":
		text += " + " + t.Time.Exposure[0].String() + "/2"
	case t.Time.DefaultExposure > 0:
		text += " + " + number64(t.Time.DefaultExposure/2) + " s"
	}
	switch t.Time.Scale {
	case "jd_utc":
		text += " - 2400000.5"
	case "mjd_tai":
		text += " - (TAI - UTC)"
	}
	return text
}

func number64(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func (p *payload) brightnessFormula(q quantity, t *registry.Point) string {
	at := p.spellTrigger
	byFlux := len(t.Flux) > 0
	unit := ""
	if len(t.ZeroPointPath) > 0 {
		unit = " * 10^(0.4 (31.4 - " + t.ZeroPointPath.String() + "))"
	} else if fluxScale(t.ZeroPoint) != 1 {
		unit = " * " + strconv.FormatFloat(fluxScale(t.ZeroPoint), 'g', 6, 64)
	}
	switch q {
	case qFlux:
		if byFlux {
			return at(t.Flux) + unit
		}
		return prefixed("sign * 10^(-0.4 (mag - 31.4)), mag = ", at(t.Mag))
	case qFluxErr:
		if byFlux {
			return at(t.FluxErr) + unit
		}
		return prefixed("flux * mag_err / 1.0857, mag_err = ", at(t.MagErr))
	case qMag:
		if byFlux {
			return "31.4 - 2.5 log10(|flux|), flux = " + at(t.Flux) + unit
		}
		return at(t.Mag)
	case qMagErr:
		if byFlux {
			return prefixed("1.0857 flux_err / |flux|, flux_err = ", at(t.FluxErr))
		}
		return at(t.MagErr)
	case qSNR:
		switch {
		case at(t.SNR) != "":
			return at(t.SNR)
		case byFlux && len(t.FluxErr) > 0:
			return "|flux| / flux_err"
		}
		return prefixed("1.0857 / ", at(t.MagErr))
	}
	return p.totalFormula(q, t, unit)
}

func (p *payload) totalFormula(q quantity, t *registry.Point, unit string) string {
	isErr := q == qFluxTotalErr || q == qMagTotalErr
	isMag := q == qMagTotal || q == qMagTotalErr
	var text string
	switch {
	case len(t.TotalFlux) > 0 && p.spellTrigger(t.TotalFlux) == "":
		return ""
	case len(t.TotalFlux) > 0 && isErr:
		text = p.spellTrigger(t.TotalFluxErr) + unit
	case len(t.TotalFlux) > 0:
		text = p.spellTrigger(t.TotalFlux) + unit
	case p.spellTrigger(one(t.RefMag)) != "":
		text = "flux of " + p.spellTrigger(one(t.RefMag)) + " + flux, where " + t.RefDistance.String() + " < " + number64(t.RefMaxArcsec) + " arcsec"
		if isErr {
			text = "error of (" + text + ")"
		}
	default:
		return ""
	}
	if isMag {
		return "AB magnitude of: " + text
	}
	return text
}
