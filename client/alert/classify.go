package alert

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// The ways in which classes lie in a payload; see [registry.Classified].
const (
	styleClasses = "classes"
	styleBands   = "bands"
	styleFlag    = "flag"
	styleShares  = "shares"

	styleNamed     = "named"
	styleThreshold = "threshold"
)

// NoAttribute is the text by which the broker's attributes say that there is no
// value.
const NoAttribute = "None"

// classRule is what one classifier says in a payload.
type classRule struct {
	registry.Classified
	classes []registry.Class // in the classifier's order; may be empty
	// named are the classifiers that a row of any of them may be of.
	named map[string]*registry.Classifier
}

func newClassRule(c registry.Classified, classifier *registry.Classifier) *classRule {
	rule := &classRule{Classified: c}
	if classifier != nil {
		rule.classes = slices.Clone(classifier.Classes)
	}
	for _, code := range sortedKeys(c.Probs) {
		if rule.byCode(code) == nil {
			rule.classes = append(rule.classes, registry.Class{Name: code, Code: code})
		}
	}
	return rule
}

// byCode finds a class by what stands in the payload.
func (c *classRule) byCode(code string) *registry.Class {
	for i := range c.classes {
		if c.classes[i].Code == code {
			return &c.classes[i]
		}
	}
	for i := range c.classes {
		if c.classes[i].Name == code || slices.Contains(c.classes[i].Aliases, code) {
			return &c.classes[i]
		}
	}
	return nil
}

// byName finds a class by what a user may type: name, alias or code, in any
// letter case.
func (c *classRule) byName(name string) *registry.Class {
	for i := range c.classes {
		class := &c.classes[i]
		same := func(alias string) bool { return strings.EqualFold(alias, name) }
		if same(class.Name) || same(class.Code) || slices.ContainsFunc(class.Aliases, same) {
			return class
		}
	}
	return nil
}

// source is where one value of a classification stands: in slots, or in an
// attribute.
type source struct {
	slots     ref
	attribute string
}

// read gives the value; an attribute that says None is missing.
func (s source) read(m *Message, values []field.Value, none *sentinels) field.Value {
	if s.attribute != "" {
		return attributeOf(m, s.attribute)
	}
	return s.slots.first(values, none)
}

// attributeOf gives an attribute as text; absent and None are missing.
func attributeOf(m *Message, name string) field.Value {
	for i := range m.Headers {
		if m.Headers[i].Name == name {
			if string(m.Headers[i].Value) == NoAttribute {
				return field.Value{}
			}
			return field.OfText(m.Headers[i].Value)
		}
	}
	return field.Value{}
}

// classPlan reads what one classifier says of a message.
type classPlan struct {
	*classRule
	sentinels *sentinels
	predicted source
	probs     []classProb
	bands     []bandPlan
	// label, prob and version are those of a row of one classifier.
	label, prob, version source
}

type classProb struct {
	class *registry.Class
	prob  source
}

type bandPlan struct {
	band                      string
	label, prob, flag, points source
}

func newClassPlan(rule *classRule, p *payload, at place, to *slots) *classPlan {
	find := func(name string) source {
		switch {
		case name == "":
			return source{}
		case rule.At == "attributes":
			return source{attribute: name}
		case rule.At == "alert":
			return source{slots: to.add(crossed(at.alert, []field.Path{field.ParsePath(name)}))}
		case !at.has:
			return source{}
		}
		return source{slots: to.add([]field.Path{at.result.Join(field.ParsePath(name))})}
	}
	plan := &classPlan{classRule: rule, sentinels: &p.sentinels, predicted: find(rule.Predicted), version: find(rule.VersionField)}
	if rule.Style == styleNamed {
		plan.label, plan.prob = find(rule.Label), find(rule.Prob)
	}
	for i := range rule.classes {
		if name, ok := rule.Probs[rule.classes[i].Code]; ok {
			plan.probs = append(plan.probs, classProb{&rule.classes[i], find(name)})
		}
	}
	for _, band := range rule.Bands {
		in := func(name string) source { return find(strings.ReplaceAll(name, "{b}", band)) }
		plan.bands = append(plan.bands, bandPlan{band, in(rule.Label), in(rule.Prob), in(rule.Flag), in(rule.Points)})
	}
	return plan
}

// read appends what the classifier says.
func (p *classPlan) read(m *Message, values []field.Value, list []Classification) []Classification {
	from := len(list)
	list = p.readStyle(m, values, list)
	if p.VersionField != "" {
		version := versionText(p.version.read(m, values, p.sentinels))
		for i := range list[from:] {
			list[from+i].Version = version
		}
	}
	return list
}

func (p *classPlan) readStyle(m *Message, values []field.Value, list []Classification) []Classification {
	from := len(list)
	switch p.Style {
	case styleBands:
		return p.readBands(m, values, list)
	case styleNamed:
		return p.readNamed(m, values, list)
	case styleThreshold:
		return p.readThreshold(m, values, list)
	case styleShares:
		list = p.readProbs(m, values, list)
		best := -1
		for i := from; i < len(list); i++ {
			if best < 0 || float(list[i].Prob) > float(list[best].Prob) {
				best = i
			}
		}
		if best >= 0 {
			list[best].Primary = true
		}
		return list
	case styleClasses:
		list = p.readProbs(m, values, list)
	}
	var buf [20]byte
	code := textOf(p.predicted.read(m, values, p.sentinels), buf[:0])
	if len(code) == 0 {
		return list
	}
	for i := from; i < len(list); i++ {
		if list[i].Code == string(code) {
			list[i].Primary = true
			return list
		}
	}
	made := p.labelled(code)
	made.Primary = true
	return append(list, made)
}

// classification makes one of a code as it stands in the payload.
func (p *classPlan) classification(code string) Classification {
	c := Classification{Classifier: p.Classifier, Version: p.Version, Class: code, Code: code}
	if class := p.byCode(code); class != nil {
		c.Class, c.Code = class.Name, class.Code
	}
	return c
}

func (p *classPlan) readProbs(m *Message, values []field.Value, list []Classification) []Classification {
	for i := range p.probs {
		one := &p.probs[i]
		prob := probability(one.prob.read(m, values, p.sentinels))
		if prob.IsMissing() {
			continue
		}
		list = append(list, Classification{
			Classifier: p.Classifier, Version: p.Version, Class: one.class.Name, Code: one.class.Code, Prob: prob,
		})
	}
	return list
}

// readBands appends the class of each band that has one. Primary is the band
// with most points among those whose flag is good.
func (p *classPlan) readBands(m *Message, values []field.Value, list []Classification) []Classification {
	best, most := -1, int64(-1)
	for i := range p.bands {
		one := &p.bands[i]
		label := one.label.read(m, values, p.sentinels).Text()
		if len(label) == 0 || string(label) == NoAttribute {
			continue
		}
		c := p.labelled(label)
		c.Band, c.Prob = one.band, probability(one.prob.read(m, values, p.sentinels))
		list = append(list, c)

		var buf [20]byte
		flag := textOf(one.flag.read(m, values, p.sentinels), buf[:0])
		points, _ := integer(one.points.read(m, values, p.sentinels))
		if (p.Flag == "" || string(flag) == "0") && points > most {
			best, most = len(list)-1, points
		}
	}
	if best >= 0 {
		list[best].Primary = true
	}
	return list
}

// labelled makes a classification of a label without a copy of the label where
// the classifier's classes have it.
func (p *classPlan) labelled(label []byte) Classification {
	for i := range p.classes {
		if class := &p.classes[i]; class.Code == string(label) {
			return Classification{Classifier: p.Classifier, Version: p.Version, Class: class.Name, Code: class.Code}
		}
	}
	return p.classification(string(label))
}

// probability reads a number, also from the text of an attribute.
func probability(v field.Value) field.Value {
	if v.Kind() == field.Text {
		if f, err := strconv.ParseFloat(string(v.Text()), 64); err == nil {
			return field.OfFloat64(f)
		}
		return field.Value{}
	}
	return v
}

func integer(v field.Value) (int64, bool) {
	if v.Kind() == field.Text {
		i, err := strconv.ParseInt(string(v.Text()), 10, 64)
		return i, err == nil
	}
	return v.Int()
}

func float(v field.Value) float64 {
	f, _ := v.Float()
	return f
}

// probOf is a wanted p("class"): what a classification must say.
type probOf struct{ classifier, class string }

// newProbOf understands a wanted probability for a payload: one entry for each
// of its classifiers that may have the class.
func newProbOf(t *term, rules []*classRule) []probOf {
	var list []probOf
	for _, rule := range rules {
		if rule.Style == styleNamed {
			list = append(list, namedProbOf(t, rule.named)...)
			continue
		}
		if t.classifier != "" && !strings.EqualFold(t.classifier, rule.Classifier) {
			continue
		}
		if class := rule.byName(t.class); class != nil {
			list = append(list, probOf{rule.Classifier, class.Name})
		} else if len(rule.classes) == 0 {
			list = append(list, probOf{rule.Classifier, t.class})
		}
	}
	return list
}

// readProb gives the probability of a class: the primary classification's, or
// the largest of several bands'.
func readProb(wanted []probOf, list []Classification) field.Value {
	var best field.Value
	for i := range list {
		c := &list[i]
		for _, want := range wanted {
			if c.Classifier != want.classifier || !strings.EqualFold(c.Class, want.class) {
				continue
			}
			if c.Primary && !c.Prob.IsMissing() {
				return c.Prob
			}
			if best.IsMissing() || float(c.Prob) > float(best) {
				best = c.Prob
			}
		}
	}
	return best
}
