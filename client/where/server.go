package where

import (
	"fmt"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// MaxServerFilter is Pub/Sub's limit on a filter, in bytes.
const MaxServerFilter = 256

// ServerAttribute says how a column can be tested by the attributes of a message
// alone.
type ServerAttribute struct {
	// Name is the attribute that holds the column's value.
	Name string
	// Text gives the one text that the attribute has when the column equals a
	// value; ok is false where the column may equal it with another text. nil
	// is for columns that are the attribute's text itself.
	Text func(field.Value) (text string, ok bool)
	// Missing are the texts by which the attribute says that there is no
	// value, such as "None". Without the attribute there is never a value.
	Missing []string
}

// ServerFilter gives the part of the expression that Pub/Sub can take over, as a
// filter in its own language, and the rest, which is nil when nothing remains.
// attr tells by which attribute a column can be tested, ok is false for columns
// that can't.
//
// Both together pass exactly the messages that the expression passes. Only whole
// operands of the outermost and are taken, as many as fit into
// [MaxServerFilter]: equality of text, in, startsWith and has(), joined by and,
// or and not. Attributes that Pub/Sub may treat in its own way when they are
// missing are always asked for first.
func (e *Expr) ServerFilter(attr func(name string) (ServerAttribute, bool)) (filter string, rest *Expr) {
	operands := []Node{e.root}
	if and, ok := e.root.(*And); ok {
		operands = and.Of
	}
	var remaining []Node
	var taken []clause
	for _, n := range operands {
		text, binds := server{attr}.node(n, false)
		if text != "" && len(conjunction(append(taken, clause{text, binds}))) <= MaxServerFilter {
			taken = append(taken, clause{text, binds})
		} else {
			remaining = append(remaining, n)
		}
	}
	filter = conjunction(taken)
	switch len(remaining) {
	case 0:
		return filter, nil
	case len(operands):
		return "", e
	case 1:
		return filter, e.part(remaining[0])
	}
	span := join(remaining[0].Span(), remaining[len(remaining)-1].Span())
	return filter, e.part(&And{base{span, Boolean}, remaining})
}

// part makes an expression of a part of the tree, with a text of its own.
func (e *Expr) part(root Node) *Expr {
	text := Print(root)
	if part, err := Parse(text); err == nil {
		kinds := map[string]field.Kind{}
		Walk(e.root, func(n Node) {
			if name, ok := n.(*Name); ok {
				kinds[name.Name] = name.Kind
			}
		})
		if part.Check(func(name string) (field.Kind, error) { return kinds[name], nil }) == nil {
			return part
		}
	}
	return &Expr{text: e.text, root: root}
}

// joint says what a piece of a filter is joined by, because Pub/Sub does not mix
// AND and OR without parentheses.
type joint uint8

const (
	single joint = iota
	joinsAnd
	joinsOr
)

// clause is a piece of a filter.
type clause struct {
	text  string
	binds joint
}

// conjunction joins clauses by AND.
func conjunction(clauses []clause) string {
	if len(clauses) == 1 {
		return clauses[0].text
	}
	var all []string
	for _, c := range clauses {
		if c.binds == joinsOr {
			c.text = "(" + c.text + ")"
		}
		all = append(all, c.text)
	}
	return strings.Join(all, " AND ")
}

// server writes conditions in Pub/Sub's language; what it can't write is empty.
type server struct {
	attr func(name string) (ServerAttribute, bool)
}

// node writes n, or with not its opposite: negation is carried down to the
// comparisons, so that a missing attribute never depends on how NOT treats it.
func (s server) node(n Node, not bool) (string, joint) {
	switch n := n.(type) {
	case *And:
		return s.join(n.Of, not, joinsAnd)
	case *Or:
		return s.join(n.Of, not, joinsOr)
	case *Not:
		return s.node(n.X, !not)
	case *Has:
		if name, ok := n.X.(*Name); ok {
			return s.has(name, not)
		}
	case *Compare:
		return s.compare(n, not)
	case *In:
		return s.in(n, not)
	case *Match:
		return s.match(n, not)
	}
	return "", single
}

func (s server) join(nodes []Node, not bool, by joint) (string, joint) {
	if not {
		by = joinsAnd + joinsOr - by
	}
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		text, inner := s.node(n, not)
		if text == "" {
			return "", single
		}
		if inner != single && inner != by {
			text = "(" + text + ")"
		}
		parts[i] = text
	}
	return glue(parts, by)
}

func glue(parts []string, by joint) (string, joint) {
	if len(parts) == 1 {
		return parts[0], single
	}
	if by == joinsOr {
		return strings.Join(parts, " OR "), joinsOr
	}
	return strings.Join(parts, " AND "), joinsAnd
}

func (s server) has(name *Name, not bool) (string, joint) {
	a, ok := s.attr(name.Name)
	if !ok {
		return "", single
	}
	if not {
		return glue(a.absent(), joinsOr)
	}
	return glue(a.present(), joinsAnd)
}

// present are the tests that together say that there is a value.
func (a ServerAttribute) present() []string {
	key := serverKey(a.Name)
	parts := []string{"attributes:" + key}
	for _, none := range a.Missing {
		parts = append(parts, fmt.Sprintf("attributes.%s != %s", key, serverText(none)))
	}
	return parts
}

// absent are the tests of which one holds when there is no value.
func (a ServerAttribute) absent() []string {
	key := serverKey(a.Name)
	parts := []string{"NOT attributes:" + key}
	for _, none := range a.Missing {
		parts = append(parts, fmt.Sprintf("attributes.%s = %s", key, serverText(none)))
	}
	return parts
}

func (s server) compare(n *Compare, not bool) (string, joint) {
	if n.Op != "==" && n.Op != "!=" {
		return "", single
	}
	x, y := n.X, n.Y
	if _, ok := x.(*Literal); ok {
		x, y = y, x
	}
	name, ok := x.(*Name)
	l, also := y.(*Literal)
	if !ok || !also {
		return "", single
	}
	return s.oneOf(name, []*Literal{l}, n.Op == "!=", not)
}

func (s server) in(n *In, not bool) (string, joint) {
	name, ok := n.X.(*Name)
	if !ok {
		return "", single
	}
	return s.oneOf(name, n.List, n.Not, not)
}

// oneOf writes name in list, with other its opposite among the values there are,
// and with not the plain opposite of either.
func (s server) oneOf(name *Name, list []*Literal, other, not bool) (string, joint) {
	a, ok := s.attr(name.Name)
	if !ok {
		return "", single
	}
	key := serverKey(a.Name)
	op, by := "=", joinsOr
	if other != not {
		op, by = "!=", joinsAnd
	}
	var tests []string
	for _, l := range list {
		text, ok := a.text(l.Value)
		if !ok {
			return "", single
		}
		tests = append(tests, fmt.Sprintf("attributes.%s %s %s", key, op, serverText(text)))
	}
	return a.guard(tests, by, other, not)
}

// text gives the attribute's text for a value.
func (a ServerAttribute) text(v field.Value) (text string, ok bool) {
	if a.Text != nil {
		text, ok = a.Text(v)
	} else {
		text, ok = v.String(), v.Kind() == field.Text
	}
	for _, none := range a.Missing {
		ok = ok && text != none
	}
	return text, ok
}

// guard adds to tests of an attribute what makes them right when it is missing:
// positive ones are false without a value anyway, negative ones must be made so,
// and the plain opposite of any is true without a value.
func (a ServerAttribute) guard(tests []string, by joint, negative, not bool) (string, joint) {
	if not {
		text, inner := glue(tests, by)
		if inner == joinsAnd {
			text = "(" + text + ")"
		}
		return glue(append(a.absent(), text), joinsOr)
	}
	if !negative {
		return glue(tests, by)
	}
	return glue(append(a.present(), tests...), joinsAnd)
}

func (s server) match(n *Match, not bool) (string, joint) {
	name, ok := n.X.(*Name)
	l, also := n.Y.(*Literal)
	if !ok || !also || n.Op != "startsWith" {
		return "", single
	}
	a, ok := s.attr(name.Name)
	prefix := l.Value.String()
	if !ok || a.Text != nil || len(prefix) == 0 {
		return "", single
	}
	for _, none := range a.Missing {
		if strings.HasPrefix(none, prefix) {
			return "", single
		}
	}
	key := serverKey(a.Name)
	test := fmt.Sprintf("hasPrefix(attributes.%s, %s)", key, serverText(prefix))
	if n.Not != not {
		test = "NOT " + test
	}
	return a.guard([]string{test}, joinsAnd, n.Not, not)
}

// serverKey writes an attribute's name: in quotes unless it is a plain word.
func serverKey(name string) string {
	for i := range len(name) {
		c := name[i]
		if c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && (c != '-' || i == 0) {
			return serverText(name)
		}
	}
	switch name {
	case "", "AND", "OR", "NOT":
		return serverText(name)
	}
	return name
}

// serverText writes a text in double quotes.
func serverText(text string) string {
	var q strings.Builder
	q.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			q.WriteByte('\\')
			q.WriteRune(r)
		case r < 0x20 || r >= 0x7f && r < 0xa0:
			fmt.Fprintf(&q, `\u%04x`, r)
		default:
			q.WriteRune(r)
		}
	}
	q.WriteByte('"')
	return q.String()
}
