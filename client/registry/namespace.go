package registry

import (
	"regexp"
	"strconv"
	"strings"
)

// Namespace gives the namespaces that an id may belong to, the likeliest first.
// None means that it is no id that is known; of several, the id alone does not
// tell which.
func (r *Registry) Namespace(id string) []*Namespace {
	r.patternOnce.Do(r.compilePatterns)
	id = strings.TrimSpace(id)
	var found []*Namespace
	for i, n := range r.Namespaces {
		if p := r.patterns[i]; p != nil && p.MatchString(id) && n.holds(id) {
			found = append(found, n)
		}
	}
	return found
}

// SimulatedID says whether an id is one that only a sandbox makes.
func (r *Registry) SimulatedID(id string) bool {
	r.patternOnce.Do(r.compilePatterns)
	for i, n := range r.Namespaces {
		if n.Simulated && r.patterns[i] != nil && r.patterns[i].MatchString(id) && n.holds(id) {
			return true
		}
	}
	return false
}

func (r *Registry) compilePatterns() {
	r.patterns = make([]*regexp.Regexp, len(r.Namespaces))
	r.literals = make([]string, len(r.Namespaces))
	for i, n := range r.Namespaces {
		r.patterns[i], _ = n.compile() // Validate has the error
		if p, err := regexp.Compile(n.Pattern); err == nil {
			r.literals[i], _ = p.LiteralPrefix()
		}
	}
}

// compile makes the pattern one of the whole id.
func (n *Namespace) compile() (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + n.Pattern + `)$`)
}

// holds checks what a pattern cannot say of a number: its bounds and its bytes.
func (n *Namespace) holds(id string) bool {
	if n.Kind != namespaceInt64 {
		return true
	}
	if i := strings.LastIndexByte(id, ' '); i >= 0 {
		id = id[i+1:]
	}
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n.Min != 0 && number < n.Min || n.Max != 0 && number > n.Max {
		return false
	}
	if n.Packed {
		_, _, ok := Designation(number)
		return ok
	}
	return true
}

// The kinds of id, as in [Namespace.Kind].
const (
	namespaceText  = "text"
	namespaceInt64 = "int64"
)
