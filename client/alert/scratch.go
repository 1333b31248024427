package alert

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
)

// scratch is storage that a row keeps from message to message.
type scratch struct {
	container  avro.Container
	projection field.Projection
	epoch      epoch
	text       []byte // of values that had to be made
	inflated   []byte // a body that came compressed
	parts      parts
}

func (r *Reader) borrow() *scratch    { return r.spare.Get().(*scratch) }
func (r *Reader) giveBack(s *scratch) { r.spare.Put(s) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
