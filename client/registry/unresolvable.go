package registry

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// UnresolvableError says that an id is known for what it is, but that no archive
// can be asked by it, or not as it stands.
type UnresolvableError struct {
	Given     string // the id, without a prefix
	Namespace string // "TNS", "ANTARES", ...
	What      string // "a name at the Transient Name Server"
	Instead   string // what can be done instead
	Page      string // where to look, empty where no page is known
}

// Error says what the id is: "SN 2023bip" is a name at the Transient Name
// Server, by which no archive can be asked.
func (e *UnresolvableError) Error() string {
	return `"` + e.Given + `" is ` + e.What + ", by which no archive can be asked"
}

func (n *Namespace) unresolvable(text string) *UnresolvableError {
	return &UnresolvableError{Given: text, Namespace: n.base(), What: article(n.Doc), Instead: n.insteadOf(text), Page: n.page(text)}
}

// insteadOf says what can be done about an id that no archive has. Babamul's ids
// hold what LSST calls the object.
func (n *Namespace) insteadOf(text string) string {
	if digits, ok := strings.CutPrefix(text, "sso"); ok && n.Name == "Babamul" && isCount(digits) {
		return n.Elsewhere + ", or LSST:ss:" + digits + " if its digits are an ssObjectId"
	}
	return n.Elsewhere
}

// page gives the web page of an id of the namespace. The Transient Name Server
// wants a name without what was put before it.
func (n *Namespace) page(text string) string {
	if n.Name == "TNS" {
		for _, prefix := range []string{"AT", "SN", "TDE"} {
			text = strings.TrimPrefix(text, prefix)
		}
		text = strings.TrimSpace(text)
	}
	return strings.ReplaceAll(n.Page, "{id}", strings.ReplaceAll(text, " ", "+"))
}

// smallInteger says of a bare integer that it may be too many things.
func (r *Registry) smallInteger(text string) *UnresolvableError {
	var forms, kinds []string
	for i, n := range r.Namespaces {
		if p := r.patterns[i]; p == nil || !n.Explicit || !p.MatchString(text) || !n.holds(text) {
			continue
		}
		kinds = append(kinds, article(n.Doc))
		if n.Elsewhere == "" {
			forms = append(forms, n.base()+":"+text)
		}
	}
	return &UnresolvableError{
		Given: text, Namespace: "integer", What: "a small integer that may be " + strings.Join(kinds, ", or "),
		Instead: "name the survey, or put a prefix before it: " + strings.Join(append(forms, "LSST:dia:"+text), ", "),
	}
}

// noID says why a text is no id, as far as that can be told.
func (r *Registry) noID(text string) (ID, error) {
	unknown := &UnknownError{What: "id", Name: text}
	digits := strings.Trim(text, "0123456789") == ""
	switch {
	case digits && strings.Trim(text, "0") == "":
		unknown.Hint = "0 means none"
	case digits && text[0] == '0':
		unknown.Hint = "an integer id does not begin with 0"
	case digits:
		unknown.Hint = "no id is so large; they end at 9223372036854775807"
	case isFloat(text):
		unknown.Hint = "an integer id that was kept as a floating-point number has lost digits; take it from its source again, as text"
	default:
		unknown.Near = r.nearIDs(text)
		if len(unknown.Near) > 0 {
			if n := r.match(unknown.Near[0], isNotExplicit); n != nil && n.Elsewhere != "" {
				return ID{}, n.unresolvable(unknown.Near[0])
			}
		}
		if strings.ContainsAny(text, "*%?") {
			unknown.Hint = "ids take no wildcards; the beginning of a ZTF id lists those that begin so"
		}
	}
	return ID{}, unknown
}

// isFloat says whether a text is a number with a point or an exponent.
func isFloat(text string) bool {
	return strings.ContainsAny(text, "0123456789") && strings.Trim(text, "0123456789.eE+-") == "" && text[0] != '-'
}

// nearIDs gives ids that a text may have been meant for: in other letter case,
// without separators, or without what is too long.
func (r *Registry) nearIDs(text string) []string {
	packed := strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || strings.ContainsRune("-_.", c) {
			return -1
		}
		return c
	}, text)
	var near []string
	add := func(form string) {
		if form != "" && form != text && len(near) < maxNear && !slices.Contains(near, form) && r.match(form, isNotExplicit) != nil {
			near = append(near, form)
		}
	}
	for _, form := range []string{text, packed} {
		if len(near) > 0 {
			break
		}
		letters := len(form) - len(strings.TrimLeft(form, asciiLetters))
		add(strings.ToUpper(form[:letters]) + strings.ToLower(form[letters:]))
		add(strings.ToUpper(form))
		add(form)
		if letters > 0 {
			add(strings.ToUpper(form[:1]) + strings.ToLower(form[1:]))
		}
		if whole := "ZTF" + strings.ToLower(form); len(whole) == ztfLength {
			add(whole)
		}
	}
	if upper := strings.ToUpper(packed); strings.HasPrefix(upper, "ZTF") && len(packed) > ztfLength {
		add("ZTF" + strings.ToLower(packed[3:ztfLength]))
	}
	return near
}

const (
	asciiLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	ztfLength    = 12
)

func otherSurvey(id, survey, why string) *UnknownError {
	return &UnknownError{What: survey + " id", Name: id, Hint: why}
}

// prefixes lists what may stand before an id, lookedUp those that archives are
// asked by.
func (r *Registry) prefixes() []string {
	var names []string
	for _, n := range r.Namespaces {
		names = append(names, n.base())
	}
	return slices.Compact(slices.Sorted(slices.Values(append(names, "MPC"))))
}

func (r *Registry) lookedUp() []string {
	var names []string
	for _, n := range r.Namespaces {
		if n.Elsewhere == "" {
			names = append(names, n.base())
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// article puts "a" or "an" before what a namespace is.
func article(doc string) string {
	if doc == "" {
		return "an id of another kind"
	}
	if strings.ContainsRune("aeioAEIO", rune(doc[0])) || strings.HasPrefix(doc, "LSST") || strings.HasPrefix(doc, "LVK") {
		return "an " + doc
	}
	return "a " + doc
}
