package avro

import (
	"iter"

	"github.com/mwvgroup/pgb/client/field"
)

// Type says what a field of a schema holds.
type Type struct {
	// Kind is the kind of value that a [Plan] gives: JSON for records, lists
	// and maps, Float64 (seconds since 1970) for timestamps. For a union of
	// several types it is the kind of the first that is not null.
	Kind field.Kind
	// Nullable says that the field, or a record around it, may be null.
	Nullable bool
	// List says that the field is an array.
	List bool
	// Record says that the field is a record, or an array of records.
	Record bool
	// InList says that the field is inside the records of an array: it can
	// be wanted in [field.List], not as a scalar.
	InList bool
	// Logical is the Avro logical type ("timestamp-micros"), or empty.
	Logical string
}

// Lookup gives the type of the field at a path, which may lead through lists.
func (s *Schema) Lookup(path field.Path) (Type, bool) {
	return lookup(s.root, path, Type{})
}

func lookup(n *node, path field.Path, around Type) (Type, bool) {
	switch n.kind {
	case kindUnion:
		return lookupUnion(n, path, around)
	case kindArray:
		if len(path) > 0 {
			around.InList = true
			return lookup(n.items, path, around)
		}
	case kindRecord:
		if len(path) == 0 {
			break
		}
		for _, f := range n.fields {
			if f.name == path[0] {
				return lookup(f.node, path[1:], around)
			}
		}
		return Type{}, false
	}
	if len(path) > 0 {
		return Type{}, false
	}
	return leafType(n, around), true
}

func lookupUnion(n *node, path field.Path, around Type) (Type, bool) {
	var first Type
	found := false
	for _, b := range n.branches {
		if b.kind == kindNull {
			around.Nullable = true
		}
	}
	for _, b := range n.branches {
		if b.kind == kindNull && len(n.branches) > 1 {
			continue
		}
		if t, ok := lookup(b, path, around); ok && !found {
			first, found = t, true
		}
	}
	return first, found
}

func leafType(n *node, t Type) Type {
	t.Kind, t.Logical = n.valueKind(), n.logical
	switch n.kind {
	case kindNull:
		t.Nullable = true
	case kindRecord:
		t.Record = true
	case kindArray:
		t.List = true
		items := n.items
		if inner, _, ok := items.nullable(); ok {
			items = inner
		}
		t.Record = items.kind == kindRecord
	}
	return t
}

// Fields gives the path and type of every field that is not a record, in the
// order of the schema: an array of records is followed by the fields of its
// records. A record inside itself is not entered again.
func (s *Schema) Fields() iter.Seq2[field.Path, Type] {
	return func(yield func(field.Path, Type) bool) {
		w := fieldWalk{yield: yield, inside: make(map[*node]bool)}
		w.walk(s.root, nil, Type{})
	}
}

type fieldWalk struct {
	yield  func(field.Path, Type) bool
	inside map[*node]bool
}

func (w *fieldWalk) walk(n *node, path field.Path, around Type) bool {
	switch n.kind {
	case kindRecord:
		if w.inside[n] {
			return true
		}
		w.inside[n] = true
		defer delete(w.inside, n)
		for _, f := range n.fields {
			if !w.walk(f.node, path.Join(field.Path{f.name}), around) {
				return false
			}
		}
		return true
	case kindUnion:
		return w.walkUnion(n, path, around)
	case kindArray:
		t := leafType(n, around)
		if !w.yield(path, t) {
			return false
		}
		if !t.Record {
			return true
		}
		around.InList = true
		return w.walk(n.items, path, around)
	default:
		return w.yield(path, leafType(n, around))
	}
}

// walkUnion goes into every record of a union, and into the first other branch
// when there is no record.
func (w *fieldWalk) walkUnion(n *node, path field.Path, around Type) bool {
	var first *node
	records := false
	for _, b := range n.branches {
		switch {
		case b.kind == kindNull:
			around.Nullable = true
		case first == nil:
			first = b
		}
		records = records || b.kind == kindRecord
	}
	if first == nil {
		return w.yield(path, leafType(n.branches[0], around))
	}
	if !records {
		return w.walk(first, path, around)
	}
	for _, b := range n.branches {
		if b.kind == kindRecord && !w.walk(b, path, around) {
			return false
		}
	}
	return true
}
