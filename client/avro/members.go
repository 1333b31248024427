package avro

import (
	"slices"

	"github.com/mwvgroup/pgb/client/field"
)

// Member is a field of a record with what is inside of it.
type Member struct {
	Name string
	// Type is that of the field alone: Nullable does not tell of the records
	// around it. For a list, Kind, Record and Logical are those of its items.
	Type Type
	// Fields are the fields of a record, or of the records of a list. A record
	// inside itself is not entered again.
	Fields []Member
}

// Members gives the fields of the schema's record as a tree, in their order; nil
// for a schema that is not a record.
func (s *Schema) Members() []Member {
	return membersOf(s.root, map[*node]bool{})
}

// Items gives what the array at a path holds, as a member without a name: the type
// of its items, and their fields where they are records. ok is false where there
// is no array, or where the path leads through one.
func (s *Schema) Items(path field.Path) (items Member, ok bool) {
	n, _ := s.root.plain()
	for _, name := range path {
		i := slices.IndexFunc(n.fields, func(f member) bool { return f.name == name })
		if i < 0 {
			return Member{}, false
		}
		n, _ = n.fields[i].node.plain()
	}
	if n.kind != kindArray {
		return Member{}, false
	}
	return memberOf(member{node: n.items}, map[*node]bool{}), true
}

func membersOf(n *node, inside map[*node]bool) []Member {
	if n.kind != kindRecord || inside[n] {
		return nil
	}
	inside[n] = true
	defer delete(inside, n)
	list := make([]Member, len(n.fields))
	for i, f := range n.fields {
		list[i] = memberOf(f, inside)
	}
	return list
}

func memberOf(f member, inside map[*node]bool) Member {
	m := Member{Name: f.name}
	n, nullable := f.node.plain()
	if n.kind == kindArray {
		m.Type.List = true
		n, _ = n.items.plain()
	}
	m.Type.Kind, m.Type.Logical, m.Type.Nullable = n.valueKind(), n.logical, nullable
	if n.kind == kindRecord {
		m.Type.Record, m.Type.Kind = true, field.JSON
		m.Fields = membersOf(n, inside)
	}
	return m
}

// plain gives the first branch of a union that is not null, and whether null is
// another; a type that is no union is itself.
func (n *node) plain() (first *node, nullable bool) {
	if n.kind != kindUnion {
		return n, n.kind == kindNull
	}
	for _, b := range n.branches {
		switch {
		case b.kind == kindNull:
			nullable = true
		case first == nil:
			first = b
		}
	}
	if first == nil {
		first = n.branches[0]
	}
	return first, nullable
}
