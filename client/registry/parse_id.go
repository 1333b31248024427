package registry

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxID bounds the length of an id in bytes, with its prefix; the longest that
// are known have 30.
const maxID = 128

// ParseID says what an id names. Its namespace is known by its form, by a prefix
// in any letter case ("ZTF:", "LSST:dia:", "LSST:ss:", "ZTF:candid:",
// "LSST:source:", "LVK:", ...) or by the survey that it must be of, which may be
// empty.
//
// A bare integer is taken for an object: an LSST object, or a solar-system
// object where its bytes are a designation. Small integers may be anything and
// need the survey or a prefix. The designation of a minor planet, readable or
// packed, becomes its ssObjectId.
//
// An id that is known but in no archive, such as a TNS name, is an
// [*UnresolvableError], and a text that is no id an [*UnknownError].
func (r *Registry) ParseID(text, survey string) (ID, error) {
	r.patternOnce.Do(r.compilePatterns)
	id := strings.TrimSpace(text)
	if err := checkIDText(id); err != nil {
		return ID{}, err
	}
	if survey != "" {
		known, ok := r.surveyKey(survey)
		if !ok {
			return ID{}, &UnknownError{What: "survey", Name: survey, Near: Near(survey, sortedKeys(r.Surveys))}
		}
		survey = known
	}
	i := strings.LastIndexByte(id, ':')
	if i < 0 {
		return r.bareID(id, id, survey)
	}
	prefix, rest := strings.TrimSpace(id[:i]), strings.TrimSpace(id[i+1:])
	if rest == "" {
		return ID{}, &UnknownError{What: "id", Name: id, Hint: "nothing stands behind its prefix"}
	}
	if named, ok := r.surveyKey(prefix); ok {
		if survey != "" && survey != named {
			return ID{}, otherSurvey(id, survey, "its prefix names "+named)
		}
		return r.bareID(id, rest, named)
	}
	return r.prefixedID(id, prefix, rest, survey)
}

func checkIDText(id string) error {
	switch {
	case id == "":
		return &UnknownError{What: "id", Hint: "it is empty"}
	case len(id) > maxID:
		return &UnknownError{What: "id", Name: printable(id[:maxNearText]) + "...", Hint: "it has more than " + strconv.Itoa(maxID) + " bytes"}
	case !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl):
		return &UnknownError{What: "id", Name: printable(id), Hint: "it has characters that no id has"}
	}
	return nil
}

// printable gives a text as it can be shown: in escapes where it has characters
// that a terminal obeys or that are none.
func printable(text string) string {
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// surveyKey gives the name of a survey as the registry has it.
func (r *Registry) surveyKey(name string) (string, bool) {
	name = strings.ToLower(name)
	_, ok := r.Surveys[name]
	return name, ok
}

// prefixedID reads an id behind the prefix of a namespace.
func (r *Registry) prefixedID(given, prefix, text, survey string) (ID, error) {
	chosen := func(n *Namespace) bool { return n.under(prefix) }
	first := r.firstNamespace(chosen)
	if first == nil {
		return ID{}, &UnknownError{What: "prefix of an id", Name: prefix, Near: Near(prefix, r.prefixes()), Hint: "id prefixes are " + strings.Join(r.lookedUp(), ", ")}
	}
	if survey != "" && first.Survey != survey && first.Survey != "" {
		return ID{}, otherSurvey(given, survey, "its prefix names "+first.Survey)
	}
	n := r.match(text, chosen)
	if n == nil && first.Elsewhere == "" && isCount(text) {
		n = r.firstNamespace(func(n *Namespace) bool { return chosen(n) && n.Kind == namespaceInt64 && !n.Simulated })
	}
	if n == nil {
		if other := r.match(text, isNotExplicit); other != nil && !isCount(text) {
			return ID{}, &UnknownError{What: first.base() + " id", Name: text, Hint: "it is " + article(other.Doc), Near: []string{text}}
		}
		hint := ""
		if len(first.Example) > 0 {
			hint = "such an id looks like " + first.Example[0]
		}
		return ID{}, &UnknownError{What: first.base() + " id", Name: text, Near: r.nearIDs(text), Hint: hint}
	}
	return r.resolved(given, text, n)
}

// bareID reads an id by its form, of one survey or of any.
func (r *Registry) bareID(given, text, survey string) (ID, error) {
	if survey != "" {
		return r.surveyID(given, text, survey)
	}
	n := r.match(text, isAny)
	switch {
	case n == nil:
		return r.noID(text)
	case n.Explicit && isCount(text):
		return ID{}, r.smallInteger(text)
	case n.base() == "LSST:ss" && n.Kind == namespaceText && len(text) == 6:
		return ID{}, &UnresolvableError{
			Given: text, Namespace: "MPC or TNS", What: "the designation of a minor planet or a name at the Transient Name Server",
			Instead: "for the minor planet write " + text[:4] + " " + text[4:] + "; TNS names are in no archive: ask for the place with a cone",
		}
	}
	id, err := r.resolved(given, text, n)
	id.MaybeAlert = isCount(text) && !id.Alert && !id.Simulated && err == nil
	return id, err
}

// surveyID reads an id that is known to be of a survey.
func (r *Registry) surveyID(given, text, survey string) (ID, error) {
	ofSurvey := func(n *Namespace) bool { return n.Survey == survey }
	n := r.match(text, ofSurvey)
	if n == nil && isCount(text) {
		n = r.firstNamespace(func(n *Namespace) bool {
			return ofSurvey(n) && n.Kind == namespaceInt64 && !n.Simulated && !n.Packed
		})
	}
	if n == nil {
		if r.firstNamespace(ofSurvey) == nil {
			return ID{Given: given, Text: text, Survey: survey, Named: true, Simulated: r.SimulatedID(text)}, nil
		}
		other := r.match(text, isNotExplicit)
		switch {
		case other == nil:
			return r.noID(text)
		case other.Elsewhere != "":
			return ID{}, other.unresolvable(text)
		}
		return ID{}, otherSurvey(text, survey, "it is "+article(other.Doc))
	}
	id, err := r.resolved(given, text, n)
	id.Named = err == nil
	id.MaybeAlert = isCount(text) && !id.Alert && !id.Simulated && err == nil
	return id, err
}

// resolved gives the id of a namespace that was found for it.
func (r *Registry) resolved(given, text string, n *Namespace) (ID, error) {
	if n.Elsewhere != "" {
		return ID{}, n.unresolvable(text)
	}
	id := ID{Given: given, Text: text, Survey: n.Survey, Namespace: n.base(), Alert: n.Alert, Prefix: n.Prefix, Simulated: n.Simulated}
	if !id.Simulated && isCount(text) {
		id.Simulated = r.SimulatedID(text)
	}
	if n.base() == "LSST:ss" && n.Kind == namespaceText {
		number, ok := PackDesignation(text)
		if !ok {
			return ID{}, &UnresolvableError{
				Given: text, Namespace: n.Name, What: article(n.Doc), Page: n.page(text),
				Instead: "it has no packed form of seven characters, which an ssObjectId is made of: give the ssObjectId itself",
			}
		}
		id.Text = strconv.FormatInt(number, 10)
	}
	return id, nil
}

// match gives the first of some namespaces that holds an id.
func (r *Registry) match(id string, among func(*Namespace) bool) *Namespace {
	number := isCount(id)
	for i, n := range r.Namespaces {
		p := r.patterns[i]
		if p == nil || !among(n) || number && n.Kind == namespaceInt64 && !n.holds(id) || !strings.HasPrefix(id, r.literals[i]) {
			continue
		}
		if p.MatchString(id) && n.holds(id) {
			return n
		}
	}
	return nil
}

func (r *Registry) firstNamespace(among func(*Namespace) bool) *Namespace {
	var simulated *Namespace
	for _, n := range r.Namespaces {
		switch {
		case !among(n):
		case !n.Simulated:
			return n
		case simulated == nil:
			simulated = n
		}
	}
	return simulated
}

func isAny(*Namespace) bool { return true }

func isNotExplicit(n *Namespace) bool { return !n.Explicit }

// base is the name that the ids of a namespace count under.
func (n *Namespace) base() string {
	if n.Base != "" {
		return n.Base
	}
	return n.Name
}

// under says whether a prefix names a namespace: by its name, that of its base,
// or the part of its name before a colon.
func (n *Namespace) under(prefix string) bool {
	return strings.EqualFold(n.Name, prefix) || strings.EqualFold(n.base(), prefix) ||
		len(n.Name) > len(prefix) && n.Name[len(prefix)] == ':' && strings.EqualFold(n.Name[:len(prefix)], prefix)
}

// isCount says whether a text is a positive integer of 64 bits in plain digits.
func isCount(text string) bool {
	if text == "" || text[0] < '1' || text[0] > '9' {
		return false
	}
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil
}
