package alert

import (
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// ref names the slots of a projection in which a field may stand, in order of
// preference.
type ref []int

// first gives the first of the slots' values that there is.
func (r ref) first(values []field.Value, s *sentinels) field.Value {
	for _, i := range r {
		if v := s.clean(values[i]); !v.IsMissing() {
			return v
		}
	}
	return field.Value{}
}

// firstID is first for ids, of which the integer 0 is none.
func (r ref) firstID(values []field.Value, s *sentinels) field.Value {
	for _, i := range r {
		if v := s.clean(values[i]); !v.IsMissing() && !v.IsZero() {
			return v
		}
	}
	return field.Value{}
}

// slots collects the fields wanted of a packet, each of them once.
type slots struct {
	scalars []field.Scalar
	firstOf [][]int
	index   map[string]int
	uses    []int // how many refs name a slot
	// kind gives the kind that a number in JSON takes, by absolute path.
	kind func(field.Path) field.Kind
}

func newSlots(kind func(field.Path) field.Kind) *slots {
	return &slots{index: map[string]int{}, kind: kind}
}

// add wants the first of some paths that has a value.
func (s *slots) add(paths []field.Path) ref {
	var r ref
	for _, path := range paths {
		key := strings.Join(path, "\x00")
		i, ok := s.index[key]
		if !ok {
			i = len(s.scalars)
			s.index[key] = i
			s.scalars = append(s.scalars, field.Scalar{Path: path, Hint: s.kind(path)})
			s.uses = append(s.uses, 0)
		}
		s.uses[i]++
		r = append(r, i)
	}
	if len(r) > 1 {
		s.firstOf = append(s.firstOf, r)
	}
	return r
}

// wanted gives the scalars, and those alternatives of which a reader may leave
// out the later ones: they are wanted for nothing else.
func (s *slots) wanted() field.Wanted {
	w := field.Wanted{Scalars: s.scalars}
	for _, group := range s.firstOf {
		if !slices.ContainsFunc(group[1:], func(i int) bool { return s.uses[i] > 1 }) {
			w.FirstOf = append(w.FirstOf, group)
		}
	}
	return w
}

// crossed gives every path below every prefix, prefixes first in preference.
func crossed(prefixes, paths []field.Path) []field.Path {
	if len(prefixes) == 0 {
		return paths
	}
	all := make([]field.Path, 0, len(prefixes)*len(paths))
	for _, prefix := range prefixes {
		for _, path := range paths {
			all = append(all, prefix.Join(path))
		}
	}
	return all
}

// one makes a list of a path that may be empty.
func one(path field.Path) registry.Paths {
	if len(path) == 0 {
		return nil
	}
	return registry.Paths{path}
}
