package field

import "strings"

// Path names a field of a packet, from the outermost record inwards.
type Path []string

// ParsePath takes a dotted path apart: "diaSource.psfFlux". The empty text is
// the packet itself.
func ParsePath(text string) Path {
	if text == "" {
		return nil
	}
	return strings.Split(text, ".")
}

// String gives the dotted path.
func (p Path) String() string { return strings.Join(p, ".") }

// Join gives the path of q below p.
func (p Path) Join(q Path) Path {
	joined := make(Path, 0, len(p)+len(q))
	return append(append(joined, p...), q...)
}

// Wanted says what a plan picks out of a packet.
type Wanted struct {
	// Scalars are the fields wanted, one slot of [Projection.Values] each. A
	// path that ends at a record or a list gives its JSON text. A path that
	// the packet does not have gives a missing value.
	Scalars []Scalar
	// FirstOf lists alternatives: slots of Scalars in order of preference, of
	// which only the first that has a value counts (the integer 0 is none).
	// A reader need not go on for a later one when an earlier one was found,
	// and may then leave it missing.
	FirstOf [][]int
	// Lists are the arrays of records wanted, row by row.
	Lists []List
}

// Scalar is one wanted field.
type Scalar struct {
	Path Path
	// Hint is what a reader of a format without types takes the value for:
	// Float32 and Float64 a number of that width, Int a whole number, Text
	// the number as it is written, Bytes a record or list as it stands,
	// neither checked nor made compact. Missing leaves it to the text: Int
	// for plain digits, else Float64.
	Hint Kind
}

// List is a wanted array of records: for each record, its Fields in order.
type List struct {
	Path   Path
	Fields []Scalar
}

// Projection is what a plan found. It is reused from packet to packet: a plan
// resets it and keeps its storage. Values alias the packet.
type Projection struct {
	// Values has one value for each of [Wanted.Scalars].
	Values []Value
	// Lists has, for each of [Wanted.Lists], the fields of all records one
	// after the other: len = records * len(Fields).
	Lists [][]Value
	// Text is storage for values that are not in the packet as they are
	// (unescaped text, JSON of a record).
	Text []byte
}

// Reset prepares the projection for a packet read with w.
func (p *Projection) Reset(w *Wanted) {
	if cap(p.Values) < len(w.Scalars) {
		p.Values = make([]Value, len(w.Scalars))
	}
	p.Values = p.Values[:len(w.Scalars)]
	clear(p.Values)
	for len(p.Lists) < len(w.Lists) {
		p.Lists = append(p.Lists, nil)
	}
	p.Lists = p.Lists[:len(w.Lists)]
	for i := range p.Lists {
		p.Lists[i] = p.Lists[i][:0]
	}
	p.Text = p.Text[:0]
}
