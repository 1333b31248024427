package alert

import (
	"strconv"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// readNamed appends what a row says that names its classifier. A classifier or
// class that the registry does not know keeps the text it has in the row.
func (p *classPlan) readNamed(m *Message, values []field.Value, list []Classification) []Classification {
	name := string(p.label.read(m, values, p.sentinels).Text())
	var buf [20]byte
	code := string(textOf(p.predicted.read(m, values, p.sentinels), buf[:0]))
	if name == "" || code == "" {
		return list
	}
	c := Classification{
		Classifier: name, Class: code, Code: code, Primary: true,
		Prob: probability(p.prob.read(m, values, p.sentinels)),
	}
	if known := p.named[name]; known != nil {
		rule := classRule{classes: known.Classes}
		if class := rule.byCode(code); class != nil {
			c.Class, c.Code = class.Name, class.Code
		}
	}
	return append(list, c)
}

// readThreshold appends the class that follows from the numbers of each band;
// nothing where no band has any.
func (p *classPlan) readThreshold(m *Message, values []field.Value, list []Classification) []Classification {
	code, any := p.Codes[1], false
	for i := range p.bands {
		one := &p.bands[i]
		points, ok := integer(one.points.read(m, values, p.sentinels))
		if !ok {
			continue
		}
		any = true
		number, ok := one.prob.read(m, values, p.sentinels).Float()
		if ok && points >= p.LeastPoints && number > p.Above {
			code = p.Codes[0]
			break
		}
	}
	if !any {
		return list
	}
	c := p.classification(code)
	c.Primary = true
	return append(list, c)
}

// versionText writes a version, which some tables hold as a number.
func versionText(v field.Value) string {
	var buf [20]byte
	if text := textOf(v, buf[:0]); len(text) > 0 {
		return string(text)
	}
	if number, ok := v.Float(); ok {
		return strconv.FormatFloat(number, 'g', -1, 64)
	}
	return ""
}

// namedProbOf understands a wanted probability where a row may be of any
// classifier.
func namedProbOf(t *term, classifiers map[string]*registry.Classifier) []probOf {
	var rules []*classRule
	for _, name := range sortedKeys(classifiers) {
		rules = append(rules, &classRule{
			Classified: registry.Classified{Classifier: name}, classes: classifiers[name].Classes,
		})
	}
	var list []probOf
	for _, one := range newProbOf(t, rules) {
		if classifiers[one.classifier] != nil && len(classifiers[one.classifier].Classes) > 0 {
			list = append(list, one)
		}
	}
	return list
}
