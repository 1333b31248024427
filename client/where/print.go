package where

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/parser/utils"

	"github.com/mwvgroup/pgb/client/field"
)

// String prints the expression in one canonical way, which parses to the same
// tree.
func (e *Expr) String() string { return Print(e.root) }

// Print prints a tree as an expression.
func Print(n Node) string {
	var p printer
	p.print(n, lowest)
	return p.String()
}

// How tightly operators bind, as the parser sees it.
const (
	lowest = iota
	bindChoose
	bindOr
	bindAnd
	bindCompare
	bindSum
	bindProduct
	bindSign
	bindPower
	bindWord
)

func binding(n Node) int {
	switch n := n.(type) {
	case *Choose:
		return bindChoose
	case *Or:
		return bindOr
	case *And:
		return bindAnd
	case *Not, *Compare, *In, *Between, *Match:
		return bindCompare
	case *Arithmetic:
		switch n.Op {
		case "+", "-":
			return bindSum
		case "**":
			return bindPower
		}
		return bindProduct
	case *Negate:
		return bindSign
	case *Literal:
		if f, ok := n.Value.Float(); ok && f < 0 || ok && strings.HasPrefix(literal(n), "-") {
			return bindSign
		}
	}
	return bindWord
}

type printer struct{ strings.Builder }

// print writes n, in parentheses unless it binds at least as tightly as wanted.
func (p *printer) print(n Node, wanted int) {
	if binding(n) < wanted {
		p.WriteByte('(')
		defer p.WriteByte(')')
	}
	switch n := n.(type) {
	case *Literal:
		p.WriteString(literal(n))
	case *Name:
		p.WriteString(spell(n.Name))
	case *Negate:
		p.WriteByte('-')
		p.print(n.X, bindPower)
	case *Arithmetic:
		p.arithmetic(n)
	case *Call:
		p.WriteString(n.Func + "(")
		p.list(n.Args, ", ", lowest)
		p.WriteByte(')')
	case *Choose:
		p.print(n.If, bindOr)
		p.WriteString(" ? ")
		p.print(n.Then, bindOr)
		p.WriteString(" : ")
		p.print(n.Else, bindOr)
	case *Has:
		p.WriteString("has(")
		p.print(n.X, lowest)
		p.WriteByte(')')
	case *Within:
		fmt.Fprintf(p, "within(%s, %s, %s)", float64Text(n.RA0), float64Text(n.Dec0), literal(n.radius))
	case *And:
		p.list(n.Of, " and ", bindCompare)
	case *Or:
		p.list(n.Of, " or ", bindAnd)
	case *Not:
		p.WriteString("not ")
		p.print(n.X, bindWord)
	default:
		p.comparison(n)
	}
}

func (p *printer) arithmetic(n *Arithmetic) {
	left := binding(n)
	right := left + 1
	if n.Op == "**" {
		left, right = right, left
	}
	p.print(n.X, left)
	p.WriteString(" " + n.Op + " ")
	p.print(n.Y, right)
}

func (p *printer) comparison(n Node) {
	switch n := n.(type) {
	case *Compare:
		p.print(n.X, bindSum)
		p.WriteString(" " + n.Op + " ")
		p.print(n.Y, bindSum)
	case *In:
		p.print(n.X, bindSum)
		p.operator("in", n.Not)
		p.WriteByte('[')
		for i, l := range n.List {
			if i > 0 {
				p.WriteString(", ")
			}
			p.WriteString(literal(l))
		}
		p.WriteByte(']')
	case *Between:
		p.print(n.X, bindSum)
		p.operator("in", n.Not)
		p.print(n.Lo, bindSum)
		p.WriteString("..")
		p.print(n.Hi, bindSum)
	case *Match:
		p.print(n.X, bindSum)
		p.operator(n.Op, n.Not)
		p.print(n.Y, bindSum)
	}
}

func (p *printer) operator(op string, not bool) {
	if not {
		op = "not " + op
	}
	p.WriteString(" " + op + " ")
}

func (p *printer) list(nodes []Node, separator string, wanted int) {
	for i, n := range nodes {
		if i > 0 {
			p.WriteString(separator)
		}
		p.print(n, wanted)
	}
}

// literal prints a constant. A float keeps a mark that it is one.
func literal(l *Literal) string {
	switch l.Value.Kind() {
	case field.Text:
		return strconv.Quote(l.Value.String())
	case field.Float64:
		f, _ := l.Value.Float()
		return float64Text(f)
	}
	return l.Value.String()
}

func float64Text(f float64) string {
	text := string(field.AppendFloat64(nil, f))
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

// spell writes a canonical name as an expression: members that are no words go
// into brackets.
func spell(name string) string {
	if strings.HasSuffix(name, "]") && strings.HasPrefix(name, attrPart+"[") || strings.HasSuffix(name, ")") && strings.HasPrefix(name, "p(") {
		return name
	}
	var s strings.Builder
	for i, part := range strings.Split(name, ".") {
		switch {
		case i == 0:
			s.WriteString(part)
		case utils.IsValidIdentifier(part):
			s.WriteString("." + part)
		default:
			s.WriteString("[" + strconv.Quote(part) + "]")
		}
	}
	return s.String()
}
