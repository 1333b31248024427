package where

import (
	"bytes"
	"slices"

	"github.com/mwvgroup/pgb/client/field"
)

// The parts a filter is made of: what gives a condition, a number, a text, or
// a value as it is in the row.
type (
	condition interface{ test(row []field.Value) bool }
	numeric   interface {
		number(row []field.Value) number
	}
	textual interface{ text(row []field.Value) text }
	valued  interface {
		value(row []field.Value) field.Value
	}
	// logical gives a boolean that may be missing.
	logical interface {
		logic(row []field.Value) (b, ok bool)
	}
)

// binder makes a filter of a tree.
type binder struct{ index func(name string) int }

func (b binder) column(name string) column { return column(b.index(name)) }

func (b binder) condition(n Node) condition {
	switch n := n.(type) {
	case *And:
		return allOf(b.conditions(n.Of))
	case *Or:
		return anyOf(b.conditions(n.Of))
	case *Not:
		return negated{b.condition(n.X)}
	case *Compare:
		return b.compare(n)
	case *In:
		return b.in(n)
	case *Between:
		return between{b.number(n.X), b.number(n.Lo), b.number(n.Hi), n.Not}
	case *Match:
		return b.match(n)
	case *Has:
		return b.has(n.X)
	case *Within:
		return newCone(n, b.column(raName), b.column(decName))
	}
	return isTrue{b.logic(n)}
}

func (b binder) conditions(nodes []Node) []condition {
	conditions := make([]condition, len(nodes))
	for i, n := range nodes {
		conditions[i] = b.condition(n)
	}
	return conditions
}

func (b binder) compare(n *Compare) condition {
	op := operatorOf(n.Op)
	switch n.As {
	case Number:
		x, y := n.X, n.Y
		if _, ok := x.(*Literal); ok {
			x, y, op = y, x, op.mirrored()
		}
		name, ok := x.(*Name)
		if l, also := y.(*Literal); ok && also {
			return numberConstant{b.column(name.Name), op, numberOf(l.Value)}
		}
		return numbers{b.number(x), b.number(y), op}
	case Text:
		x, y := n.X, n.Y
		if _, ok := x.(*Literal); ok {
			x, y, op = y, x, op.mirrored()
		}
		name, ok := x.(*Name)
		if l, also := y.(*Literal); ok && also {
			return textConstant{b.column(name.Name), op, l.Value.String()}
		}
		return texts{b.text(x), b.text(y), op}
	case Boolean:
		return booleans{b.logic(n.X), b.logic(n.Y), op == unequal}
	}
	return anything{b.value(n.X), b.value(n.Y), op}
}

func (b binder) in(n *In) condition {
	switch n.As {
	case Number:
		list := make([]number, len(n.List))
		for i, l := range n.List {
			list[i] = numberOf(l.Value)
		}
		slices.SortFunc(list, order)
		return inNumbers{b.number(n.X), list, n.Not}
	case Boolean:
		var has [2]bool
		for _, l := range n.List {
			v, _ := logicOf(l.Value)
			has[boolIndex(v)] = true
		}
		return inBooleans{b.logic(n.X), has, n.Not}
	}
	set := make(map[string]struct{}, len(n.List))
	for _, l := range n.List {
		set[l.Value.String()] = struct{}{}
	}
	return inTexts{b.text(n.X), set, n.Not}
}

func (b binder) match(n *Match) condition {
	x := b.text(n.X)
	if n.Op == "matches" {
		return matches{x, n.Regexp, n.Not}
	}
	test := bytes.Contains
	switch n.Op {
	case "startsWith":
		test = bytes.HasPrefix
	case "endsWith":
		test = bytes.HasSuffix
	}
	return textTest{x, b.text(n.Y), test, n.Not}
}

// has reads a column as it is, and computes what is computed.
func (b binder) has(n Node) condition {
	switch n := n.(type) {
	case *Name:
		return present{b.column(n.Name)}
	case *Literal:
		return constantLogic{true, true}
	}
	switch n.Class() {
	case Number:
		return presentNumber{b.number(n)}
	case Text:
		return presentText{b.text(n)}
	case Boolean:
		return presentLogic{b.logic(n)}
	}
	return present{b.value(n)}
}

func (b binder) number(n Node) numeric {
	switch n := n.(type) {
	case *Literal:
		return constantNumber(numberOf(n.Value))
	case *Name:
		return b.column(n.Name)
	case *Negate:
		return negative{b.number(n.X)}
	case *Arithmetic:
		op := n.Op[0]
		if n.Op == "**" {
			op = '^'
		}
		return operation{op, b.number(n.X), b.number(n.Y)}
	case *Call:
		return b.call(n)
	case *Choose:
		return choice{b.condition(n.If), b.number(n.Then), b.number(n.Else)}
	}
	return constantNumber{}
}

func (b binder) call(n *Call) numeric {
	args := make([]numeric, len(n.Args))
	for i, arg := range n.Args {
		args[i] = b.number(arg)
	}
	switch n.Func {
	case "abs":
		return absolute{args[0]}
	case "log10":
		return logarithm{args[0]}
	case "sqrt":
		return root{args[0]}
	case "min":
		return extreme{args, -1}
	}
	return extreme{args, 1}
}

func (b binder) text(n Node) textual {
	switch n := n.(type) {
	case *Literal:
		return constantText(n.Value.String())
	case *Name:
		return b.column(n.Name)
	case *Choose:
		return textChoice{b.condition(n.If), b.text(n.Then), b.text(n.Else)}
	}
	return constantText("")
}

func (b binder) logic(n Node) logical {
	switch n := n.(type) {
	case *Literal:
		v, ok := logicOf(n.Value)
		return constantLogic{v, ok}
	case *Name:
		return b.column(n.Name)
	case *Choose:
		return logicChoice{b.condition(n.If), b.logic(n.Then), b.logic(n.Else)}
	}
	return known{b.condition(n)}
}

// value is for what is of any kind: names, and choices between them.
func (b binder) value(n Node) valued {
	switch n := n.(type) {
	case *Literal:
		return constantValue(n.Value)
	case *Name:
		return b.column(n.Name)
	case *Choose:
		return valueChoice{b.condition(n.If), b.value(n.Then), b.value(n.Else)}
	}
	return constantValue(field.Value{})
}
