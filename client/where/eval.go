package where

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"

	"github.com/mwvgroup/pgb/client/field"
)

// operator is a comparison.
type operator uint8

const (
	equal operator = iota
	unequal
	less
	lessEqual
	greater
	greaterEqual
)

func operatorOf(text string) operator {
	return operator(slices.Index([]string{"==", "!=", "<", "<=", ">", ">="}, text))
}

// mirrored is the operator with its sides exchanged.
func (op operator) mirrored() operator {
	return [...]operator{equal, unequal, greater, greaterEqual, less, lessEqual}[op]
}

// holds says whether the operator holds for two things that compare as c.
func (op operator) holds(c int) bool {
	switch op {
	case equal:
		return c == 0
	case unequal:
		return c != 0
	case less:
		return c < 0
	case lessEqual:
		return c <= 0
	case greater:
		return c > 0
	}
	return c >= 0
}

// column reads a value of the row; a negative one is missing.
type column int

func (c column) value(row []field.Value) field.Value {
	if c < 0 || int(c) >= len(row) {
		return field.Value{}
	}
	return row[c]
}

func (c column) number(row []field.Value) number         { return numberOf(c.value(row)) }
func (c column) text(row []field.Value) text             { return textOf(c.value(row)) }
func (c column) logic(row []field.Value) (b, ok bool)    { return logicOf(c.value(row)) }
func (c constantValue) value([]field.Value) field.Value  { return field.Value(c) }
func (c constantNumber) number([]field.Value) number     { return number(c) }
func (c constantText) text([]field.Value) text           { return text{bytes: []byte(c), ok: true} }
func (c constantLogic) logic([]field.Value) (bool, bool) { return c.v, c.ok }
func (c constantLogic) test([]field.Value) bool          { return c.v }
func (k known) logic(row []field.Value) (bool, bool)     { return k.of.test(row), true }
func (c choice) number(row []field.Value) number         { return pick(c.If, c.Then, c.Else, row).number(row) }
func (c textChoice) text(row []field.Value) text         { return pick(c.If, c.Then, c.Else, row).text(row) }
func (c logicChoice) logic(row []field.Value) (bool, bool) {
	return pick(c.If, c.Then, c.Else, row).logic(row)
}
func (c valueChoice) value(row []field.Value) field.Value {
	return pick(c.If, c.Then, c.Else, row).value(row)
}

type (
	constantValue  field.Value
	constantNumber number
	constantText   []byte
	constantLogic  struct{ v, ok bool }
	known          struct{ of condition }
	choice         struct {
		If         condition
		Then, Else numeric
	}
	textChoice struct {
		If         condition
		Then, Else textual
	}
	logicChoice struct {
		If         condition
		Then, Else logical
	}
	valueChoice struct {
		If         condition
		Then, Else valued
	}
)

func pick[T any](which condition, then, other T, row []field.Value) T {
	if which.test(row) {
		return then
	}
	return other
}

// text is a text on its way through an expression; an integer stands for its
// digits, which are printed only where they are needed.
type text struct {
	bytes  []byte
	digits int64
	number bool
	ok     bool
}

func textOf(v field.Value) text {
	switch v.Kind() {
	case field.Text:
		return text{bytes: v.Text(), ok: true}
	case field.Int:
		i, _ := v.Int()
		return text{digits: i, number: true, ok: true}
	}
	return text{}
}

// in gives the text's bytes, those of an integer in storage.
func (t text) in(storage []byte) []byte {
	if t.number {
		return strconv.AppendInt(storage, t.digits, 10)
	}
	return t.bytes
}

// logicOf reads a value as a boolean: 1 and 0 are flags, and so are the texts
// that languages print for booleans.
func logicOf(v field.Value) (b, ok bool) {
	switch v.Kind() {
	case field.Bool:
		return v.Bool()
	case field.Int:
		i, _ := v.Int()
		return i == 1, i == 0 || i == 1
	case field.Text:
		switch string(v.Text()) {
		case "true", "True", "1":
			return true, true
		case "false", "False", "0":
			return false, true
		}
	}
	return false, false
}

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}

type allOf []condition

func (all allOf) test(row []field.Value) bool {
	for _, c := range all {
		if !c.test(row) {
			return false
		}
	}
	return true
}

type anyOf []condition

func (any anyOf) test(row []field.Value) bool {
	for _, c := range any {
		if c.test(row) {
			return true
		}
	}
	return false
}

type negated struct{ of condition }

func (n negated) test(row []field.Value) bool { return !n.of.test(row) }

// isTrue is a boolean that stands alone.
type isTrue struct{ of logical }

func (t isTrue) test(row []field.Value) bool {
	b, ok := t.of.logic(row)
	return b && ok
}

// numberConstant compares a column with a constant, the most usual condition.
type numberConstant struct {
	column
	op operator
	to number
}

func (c numberConstant) test(row []field.Value) bool {
	order, ok := orderValue(c.value(row), c.to)
	return ok && c.op.holds(order)
}

type numbers struct {
	x, y numeric
	op   operator
}

func (n numbers) test(row []field.Value) bool {
	x, y := n.x.number(row), n.y.number(row)
	return x.kind != noNumber && y.kind != noNumber && n.op.holds(order(x, y))
}

type between struct {
	x, lo, hi numeric
	not       bool
}

func (b between) test(row []field.Value) bool {
	x, lo, hi := b.x.number(row), b.lo.number(row), b.hi.number(row)
	if x.kind == noNumber || lo.kind == noNumber || hi.kind == noNumber {
		return false
	}
	return (order(lo, x) <= 0 && order(x, hi) <= 0) != b.not
}

type inNumbers struct {
	x    numeric
	list []number // ascending
	not  bool
}

func (in inNumbers) test(row []field.Value) bool {
	x := in.x.number(row)
	if x.kind == noNumber {
		return false
	}
	_, found := slices.BinarySearchFunc(in.list, x, order)
	return found != in.not
}

type textConstant struct {
	column
	op operator
	to string
}

func (c textConstant) test(row []field.Value) bool {
	v := c.value(row)
	if v.Kind() == field.Text {
		switch c.op {
		case equal:
			return string(v.Text()) == c.to
		case unequal:
			return string(v.Text()) != c.to
		}
		return c.op.holds(cmp.Compare(string(v.Text()), c.to))
	}
	var digits [20]byte
	t := textOf(v)
	return t.ok && c.op.holds(cmp.Compare(string(t.in(digits[:0])), c.to))
}

type texts struct {
	x, y textual
	op   operator
}

func (c texts) test(row []field.Value) bool {
	x, y := c.x.text(row), c.y.text(row)
	if !x.ok || !y.ok {
		return false
	}
	var xDigits, yDigits [20]byte
	return c.op.holds(bytes.Compare(x.in(xDigits[:0]), y.in(yDigits[:0])))
}

type inTexts struct {
	x   textual
	set map[string]struct{}
	not bool
}

func (in inTexts) test(row []field.Value) bool {
	x := in.x.text(row)
	if !x.ok {
		return false
	}
	var digits [20]byte
	_, found := in.set[string(x.in(digits[:0]))]
	return found != in.not
}

type textTest struct {
	x, y textual
	is   func(text, part []byte) bool
	not  bool
}

func (t textTest) test(row []field.Value) bool {
	x, y := t.x.text(row), t.y.text(row)
	if !x.ok || !y.ok {
		return false
	}
	if x.number || y.number {
		return t.is(x.in(nil), y.in(nil)) != t.not
	}
	return t.is(x.bytes, y.bytes) != t.not
}

type matches struct {
	x   textual
	re  *regexp.Regexp
	not bool
}

func (m matches) test(row []field.Value) bool {
	x := m.x.text(row)
	return x.ok && m.re.Match(x.in(nil)) != m.not
}

type booleans struct {
	x, y logical
	not  bool
}

func (c booleans) test(row []field.Value) bool {
	x, okX := c.x.logic(row)
	y, okY := c.y.logic(row)
	return okX && okY && (x == y) != c.not
}

type inBooleans struct {
	x   logical
	has [2]bool
	not bool
}

func (in inBooleans) test(row []field.Value) bool {
	x, ok := in.x.logic(row)
	return ok && in.has[boolIndex(x)] != in.not
}

// anything compares two columns of unknown kind by what their values are: texts
// as text, a boolean and another as booleans, else as numbers.
type anything struct {
	x, y valued
	op   operator
}

func (c anything) test(row []field.Value) bool {
	x, y := c.x.value(row), c.y.value(row)
	switch {
	case x.IsMissing() || y.IsMissing():
		return false
	case x.Kind() == field.Text && y.Kind() == field.Text:
		return c.op.holds(bytes.Compare(x.Text(), y.Text()))
	case x.Kind() == field.Bool || y.Kind() == field.Bool:
		a, okX := logicOf(x)
		b, okY := logicOf(y)
		return okX && okY && (c.op == equal && a == b || c.op == unequal && a != b)
	}
	a, b := numberOf(x), numberOf(y)
	return a.kind != noNumber && b.kind != noNumber && c.op.holds(order(a, b))
}

type (
	present       struct{ of valued }
	presentNumber struct{ of numeric }
	presentText   struct{ of textual }
	presentLogic  struct{ of logical }
)

func (p present) test(row []field.Value) bool       { return !p.of.value(row).IsMissing() }
func (p presentNumber) test(row []field.Value) bool { return p.of.number(row).kind != noNumber }
func (p presentText) test(row []field.Value) bool   { return p.of.text(row).ok }
func (p presentLogic) test(row []field.Value) bool {
	_, ok := p.of.logic(row)
	return ok
}
