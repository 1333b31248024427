package where

import (
	"regexp"

	"github.com/mwvgroup/pgb/client/field"
)

// Class is what an expression gives, as far as that is known before the first
// message.
type Class uint8

// The classes. A name is Any until [Expr.Check] has told its kind; attributes
// stay Any, because their text counts as a number next to a number.
const (
	Any     Class = iota
	Boolean       // a condition or a boolean column
	Number        // an integer or a float
	Text
	Opaque // a record, a list or raw bytes: only has() can test it
)

// String gives the class's name as it is used in messages.
func (c Class) String() string {
	switch c {
	case Boolean:
		return "a condition"
	case Number:
		return "a number"
	case Text:
		return "text"
	case Opaque:
		return "a record or list"
	}
	return "of any kind"
}

// Span is a place in the text of an expression, in bytes.
type Span struct{ Offset, Length int }

// Node is a node of the tree. The types that implement it are all in this
// package: [Literal], [Name], [Negate], [Arithmetic], [Call], [Choose],
// [Compare], [In], [Between], [Match], [Has], [Within], [And], [Or], [Not].
type Node interface {
	// Span says where the node stands in the text.
	Span() Span
	// Class says what the node gives.
	Class() Class
	node() *base
}

type base struct {
	span  Span
	class Class
}

func (b *base) Span() Span   { return b.span }
func (b *base) Class() Class { return b.class }
func (b *base) node() *base  { return b }

// Literal is a constant: a boolean, an integer, a 64-bit float or text.
type Literal struct {
	base
	Value field.Value
}

// Name is a column. Name is its canonical spelling: a generic name, a dotted
// path, attr["key"], p("class") or p("classifier", "class").
type Name struct {
	base
	Name string
	Kind field.Kind // as told to Check; Missing when not known
}

// Negate is -X.
type Negate struct {
	base
	X Node
}

// Arithmetic is X Op Y with one of + - * / % **. Integers stay integers in
// + - * %, and become 64-bit floats where they do not fit; / and ** give
// floats. % has the sign of X. What is not finite is missing.
type Arithmetic struct {
	base
	Op   string
	X, Y Node
}

// Call is a function of numbers: abs, log10, sqrt, min or max.
type Call struct {
	base
	Func string
	Args []Node
}

// Choose is If ? Then : Else, either of which counts as its class: the text of an
// attribute opposite a number counts as the number that it spells.
type Choose struct {
	base
	If, Then, Else Node
}

// Compare is X Op Y with one of == != < <= > >=. As says how the two sides
// compare: as numbers, as text (by bytes), as booleans, or, for Any, by what the
// values are. It is false when a side is missing.
type Compare struct {
	base
	Op   string
	X, Y Node
	As   Class
}

// In is X in [List] or, with Not, X not in [List]; both are false when X is
// missing. The list is not empty, and all of it is of class As.
type In struct {
	base
	X    Node
	Not  bool
	List []*Literal
	As   Class
}

// Between is X in Lo..Hi, which means Lo <= X <= Hi for integers and floats
// alike, or with Not its opposite; both are false when any part is missing.
type Between struct {
	base
	X, Lo, Hi Node
	Not       bool
}

// Match is a test of text: Op is contains, startsWith, endsWith or matches. With
// Not the test is turned round; either way it is false when a side is missing.
type Match struct {
	base
	Op     string
	Not    bool
	X, Y   Node
	Regexp *regexp.Regexp // the pattern of matches, RE2
}

// Has is has(X): X is not missing.
type Has struct {
	base
	X Node
}

// Within is within(ra0, dec0, radius): the column ra, dec is not farther than
// that from the centre. False when ra or dec is missing.
type Within struct {
	base
	RA0, Dec0    float64  // the centre, ICRS degrees
	RadiusArcsec float64  // the radius in arcseconds
	radius       *Literal // as it was written
}

// And is true when all of Of are; there are two or more.
type And struct {
	base
	Of []Node
}

// Or is true when one of Of is; there are two or more.
type Or struct {
	base
	Of []Node
}

// Not is true when X is false: not is plain logic, so a comparison that is false
// because a value is missing makes it true.
type Not struct {
	base
	X Node
}

// children gives the nodes right below n.
func children(n Node) []Node {
	switch n := n.(type) {
	case *Negate:
		return []Node{n.X}
	case *Arithmetic:
		return []Node{n.X, n.Y}
	case *Call:
		return n.Args
	case *Choose:
		return []Node{n.If, n.Then, n.Else}
	case *Compare:
		return []Node{n.X, n.Y}
	case *In:
		nodes := []Node{n.X}
		for _, l := range n.List {
			nodes = append(nodes, l)
		}
		return nodes
	case *Between:
		return []Node{n.X, n.Lo, n.Hi}
	case *Match:
		return []Node{n.X, n.Y}
	case *Has:
		return []Node{n.X}
	case *And:
		return n.Of
	case *Or:
		return n.Of
	case *Not:
		return []Node{n.X}
	}
	return nil
}

// Walk calls visit for n and every node below it, from left to right.
func Walk(n Node, visit func(Node)) {
	visit(n)
	for _, c := range children(n) {
		Walk(c, visit)
	}
}
