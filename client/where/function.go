package where

import (
	"math"

	"github.com/mwvgroup/pgb/client/field"
)

type negative struct{ of numeric }

func (n negative) number(row []field.Value) number {
	return arithmetic('-', integer(0), n.of.number(row))
}

type operation struct {
	op   byte
	x, y numeric
}

func (o operation) number(row []field.Value) number {
	return arithmetic(o.op, o.x.number(row), o.y.number(row))
}

type absolute struct{ of numeric }

func (a absolute) number(row []field.Value) number {
	n := a.of.number(row)
	if n.kind == isFloat {
		n.f = math.Abs(n.f)
	} else if n.i < 0 {
		return arithmetic('-', integer(0), n)
	}
	return n
}

type logarithm struct{ of numeric }

func (l logarithm) number(row []field.Value) number {
	n := l.of.number(row)
	if n.kind == noNumber {
		return n
	}
	return float(math.Log10(n.float64()))
}

type root struct{ of numeric }

func (r root) number(row []field.Value) number {
	n := r.of.number(row)
	if n.kind == noNumber {
		return n
	}
	return float(math.Sqrt(n.float64()))
}

// extreme is min and max: the argument that compares as sign to all others.
type extreme struct {
	of   []numeric
	sign int
}

func (e extreme) number(row []field.Value) number {
	best := e.of[0].number(row)
	for _, arg := range e.of[1:] {
		n := arg.number(row)
		if n.kind == noNumber || best.kind == noNumber {
			return number{}
		}
		if order(n, best) == e.sign {
			best = n
		}
	}
	return best
}
