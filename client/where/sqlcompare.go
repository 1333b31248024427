package where

import (
	"math"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// How SQL spells the operators, in the order of their constants.
var sqlOperators = [...]string{"=", "<>", "<", "<=", ">", ">="}

func (op operator) sql() string { return " " + sqlOperators[op] + " " }

// as tells as what two nodes compare where only the columns' kinds can say it.
func (t *translator) as(n *Compare) Class {
	if n.As != Any {
		return n.As
	}
	x, y := t.class(n.X), t.class(n.Y)
	switch {
	case x == Any || y == Any:
		return Any
	case (x == Boolean || y == Boolean) && (n.Op == "==" || n.Op == "!="):
		return Boolean
	case x == y:
		return x
	}
	return Any
}

// class gives the class of a node by the kinds of the columns in SQL.
func (t *translator) class(n Node) Class {
	switch n := n.(type) {
	case *Name:
		c, _ := t.column(n.Name)
		return classOf(c.Kind)
	case *Choose:
		if then := t.class(n.Then); then == t.class(n.Else) {
			return then
		}
		return Any
	}
	return n.Class()
}

func (t *translator) compare(n *Compare) sqlTest {
	op := operatorOf(n.Op)
	switch t.as(n) {
	case Number:
		return t.compareNumbers(op, t.number(n.X), t.number(n.Y))
	case Text:
		if test, ok := t.compareDigits(op, n.X, n.Y); ok {
			return test
		}
		return exactTest(t.text(n.X) + op.sql() + t.text(n.Y))
	case Boolean:
		return exactTest(t.logic(n.X) + op.sql() + t.logic(n.Y))
	}
	t.fail()
	return sqlTest{}
}

// compareDigits compares a column of integers that stand for their digits, as
// ids do, with a constant text, so that the column need not be printed.
func (t *translator) compareDigits(op operator, x, y Node) (test sqlTest, ok bool) {
	if _, ok := x.(*Literal); ok {
		x, y = y, x
	}
	l, ok := y.(*Literal)
	if !ok || op != equal && op != unequal {
		return sqlTest{}, false
	}
	expr, ok := t.digitsColumn(x)
	if !ok {
		return sqlTest{}, false
	}
	return t.oneOf(expr, digits([]*Literal{l}), op == unequal), true
}

// digitsColumn gives the SQL of a column of integers.
func (t *translator) digitsColumn(n Node) (expr string, ok bool) {
	name, ok := n.(*Name)
	if !ok {
		return "", false
	}
	c, ok := t.column(name.Name)
	return c.Expr, ok && c.Kind == field.Int
}

// digits gives the constants that an integer's digits can be.
func digits(list []*Literal) []any {
	var values []any
	for _, l := range list {
		text := l.Value.String()
		if i, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(i, 10) == text {
			values = append(values, i)
		}
	}
	return values
}

// oneOf tests for a value among others, or with not for one that is not.
func (t *translator) oneOf(expr string, values []any, not bool) sqlTest {
	switch {
	case len(values) == 0 && not:
		return someTest(expr)
	case len(values) == 0:
		return noTest()
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = t.put(v)
	}
	word := ""
	if not {
		word = "NOT "
	}
	if len(names) == 1 {
		op := equal
		if not {
			op = unequal
		}
		return exactTest(expr + op.sql() + names[0])
	}
	return exactTest(expr + " " + word + "IN (" + strings.Join(names, ", ") + ")")
}

func (t *translator) in(n *In) sqlTest {
	switch n.As {
	case Number:
		return t.inNumbers(t.number(n.X), n)
	case Boolean:
		return t.inBooleans(n)
	}
	if expr, ok := t.digitsColumn(n.X); ok {
		return t.oneOf(expr, digits(n.List), n.Not)
	}
	x := t.text(n.X)
	var values []any
	for _, l := range n.List {
		values = append(values, t.constantText(l))
	}
	return t.oneOf(x, values, n.Not)
}

func (t *translator) inNumbers(x sqlNumber, n *In) sqlTest {
	x = t.fixed(x)
	if x.near() {
		if n.Not {
			return unsure(someTest(x.text), x.doubt)
		}
		var tests []sqlTest
		for _, l := range n.List {
			tests = append(tests, t.compareNear(equal, x, numberOf(l.Value)))
		}
		return unsure(chain(tests, bindsOr), x.doubt)
	}
	var values []any
	for _, l := range n.List {
		if c, ok := t.equalIn(x, numberOf(l.Value)); ok {
			values = append(values, c.plain())
		}
	}
	return sure(t.oneOf(x.text, values, n.Not), x.doubt)
}

// plain gives a number as a parameter takes it.
func (n number) plain() any {
	if n.kind == isInteger {
		return n.i
	}
	return n.f
}

// equalIn gives a constant in the type of x; ok is false where x can't equal it.
// SQLite compares integers with floats exactly, BigQuery as floats.
func (t *translator) equalIn(x sqlNumber, c number) (number, bool) {
	switch {
	case t.dialect == SQLite:
		return c, true
	case x.width == sqlInteger && c.kind == isFloat:
		whole := c.f >= -1<<63 && c.f < 1<<63 && c.f == math.Trunc(c.f)
		if !whole {
			return number{}, false
		}
		return integer(int64(c.f)), true
	case x.width != sqlInteger && c.kind == isInteger:
		f := float64(c.i)
		return float(f), orderMixed(c.i, f) == 0
	}
	return c, true
}

func (t *translator) inBooleans(n *In) sqlTest {
	x := t.logic(n.X)
	var has [2]bool
	for _, l := range n.List {
		v, _ := logicOf(l.Value)
		has[boolIndex(v)] = true
	}
	switch {
	case has[0] && has[1] && n.Not:
		return noTest()
	case has[0] && has[1]:
		return someTest(x)
	case has[1] != n.Not:
		return exactTest(x + " = TRUE")
	}
	return exactTest(x + " = FALSE")
}

func (t *translator) between(n *Between) sqlTest {
	x, lo, hi := t.number(n.X), t.number(n.Lo), t.number(n.Hi)
	if !n.Not {
		return chain([]sqlTest{t.compareNumbers(greaterEqual, x, lo), t.compareNumbers(lessEqual, x, hi)}, bindsAnd)
	}
	outside := chain([]sqlTest{t.compareNumbers(less, x, lo), t.compareNumbers(greater, x, hi)}, bindsOr)
	tests := []sqlTest{outside}
	for _, end := range []sqlNumber{lo, hi} {
		if !end.isConstant() && len(end.doubt) == 0 {
			tests = append(tests, someTest(end.text))
		}
	}
	return chain(tests, bindsAnd)
}

// sure adds the conditions under which the numbers of a test are not known.
func sure(test sqlTest, doubt []string) sqlTest {
	if len(doubt) == 0 {
		return test
	}
	tests := []sqlTest{test}
	for _, d := range doubt {
		tests = append(tests, sqlTest{text: d})
	}
	test = chain(tests, bindsOr)
	test.exact = false
	return test
}

// unsure is sure for a test that is not exact.
func unsure(test sqlTest, doubt []string) sqlTest {
	test = sure(test, doubt)
	test.exact, test.opposite = false, ""
	return test
}

func (t *translator) compareNumbers(op operator, x, y sqlNumber) sqlTest {
	if x.isConstant() {
		x, y, op = y, x, op.mirrored()
	}
	doubt := append(append([]string(nil), x.doubt...), y.doubt...)
	switch {
	case x.isConstant():
		if op.holds(order(x.constant, y.constant)) {
			return sqlTest{text: "TRUE", exact: true, opposite: "FALSE"}
		}
		return noTest()
	case y.isConstant() && x.near():
		return unsure(t.compareNear(op, x, y.constant), doubt)
	case x.near() || y.near():
		t.fail()
		return sqlTest{}
	case y.isConstant():
		return sure(t.compareConstant(op, x, y.constant), doubt)
	case t.dialect == BigQuery && (x.width == sqlInteger) != (y.width == sqlInteger):
		return sure(t.compareMixed(op, x, y), doubt)
	}
	return sure(exactTest(x.text+op.sql()+y.text), doubt)
}

// compareNear compares a number that is not exactly known with a constant, so
// that whatever it may be passes. A shortest decimal of 32 bits is within half a
// step of its float, which is not more than 2^-24 of it or 2^-150.
func (t *translator) compareNear(op operator, x sqlNumber, c number) sqlTest {
	k := c.float64()
	slack := x.slack + math.Abs(k)*1e-15
	if x.widened {
		slack = math.Abs(k)*0x1p-23 + 0x1p-149
	}
	lo, hi := k-slack, k+slack
	if math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		t.fail()
		return sqlTest{}
	}
	var text string
	switch op {
	case equal:
		return sqlTest{text: x.text + " >= " + t.put(lo) + " AND " + x.text + " <= " + t.put(hi), binds: bindsAnd}
	case unequal:
		text = x.text + " IS NOT NULL"
	case less, lessEqual:
		text = x.text + " <= " + t.put(hi)
	default:
		text = x.text + " >= " + t.put(lo)
	}
	return sqlTest{text: text, binds: bindsTest}
}

// compareConstant compares exactly. BigQuery would compare integers with floats
// as floats, so that the constant becomes the nearest of the other type that
// gives the same answer.
func (t *translator) compareConstant(op operator, x sqlNumber, c number) sqlTest {
	if same, ok := t.equalIn(x, c); ok {
		return exactTest(x.text + op.sql() + t.put(same.plain()))
	}
	var below, above number
	if c.kind == isFloat {
		below, above = integersAround(c.f)
	} else {
		below, above = floatsAround(c.i)
	}
	switch {
	case op == equal, below.kind == noNumber && (op == less || op == lessEqual), above.kind == noNumber && (op == greater || op == greaterEqual):
		return noTest()
	case op == unequal, below.kind == noNumber, above.kind == noNumber:
		return someTest(x.text)
	case op == less || op == lessEqual:
		return exactTest(x.text + " <= " + t.put(below.plain()))
	}
	return exactTest(x.text + " >= " + t.put(above.plain()))
}

// integersAround gives the integers next to a float that is none of 64 bits.
func integersAround(f float64) (below, above number) {
	switch {
	case f >= 1<<63:
		return integer(math.MaxInt64), number{}
	case f < -1<<63:
		return number{}, integer(math.MinInt64)
	}
	return integer(int64(math.Floor(f))), integer(int64(math.Floor(f)) + 1)
}

// floatsAround gives the floats next to an integer that is none.
func floatsAround(i int64) (below, above number) {
	f := float64(i)
	if orderMixed(i, f) > 0 {
		return float(f), float(math.Nextafter(f, math.Inf(1)))
	}
	return float(math.Nextafter(f, math.Inf(-1))), float(f)
}

// compareMixed compares an integer with a float exactly, in BigQuery: as floats,
// and where these are equal as decimals.
func (t *translator) compareMixed(op operator, x, y sqlNumber) sqlTest {
	if x.width != sqlInteger {
		x, y, op = y, x, op.mirrored()
	}
	wide := "CAST(" + x.text + " AS FLOAT64)"
	exact := "SAFE_CAST(" + x.text + " AS BIGNUMERIC)" + op.sql() + "SAFE_CAST(" + y.text + " AS BIGNUMERIC)"
	switch op {
	case equal:
		return sqlTest{text: wide + " = " + y.text + " AND " + exact, exact: true, binds: bindsAnd}
	case unequal:
		return sqlTest{text: wide + " <> " + y.text + " OR " + exact, exact: true, binds: bindsOr}
	}
	strict := op
	if op == lessEqual || op == greaterEqual {
		strict--
	}
	return sqlTest{text: wide + strict.sql() + y.text + " OR " + wide + " = " + y.text + " AND " + exact, exact: true, binds: bindsOr}
}
