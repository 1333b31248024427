package avro

import "github.com/mwvgroup/pgb/client/field"

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
