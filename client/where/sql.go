package where

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// Dialect is a dialect of SQL.
type Dialect uint8

// The dialects.
const (
	SQLite   Dialect = iota // 3.35 or newer with its mathematical functions
	BigQuery                // GoogleSQL
)

// SQLColumn says how a column of the filter language is read in SQL.
type SQLColumn struct {
	// Expr is the SQL expression of the column's value, NULL where it is
	// missing. It is taken as it is: it must not hold anything that came from
	// outside, and an operator in it wants parentheses around it. In SQLite
	// its floats are finite; in BigQuery NaN and infinities count as missing.
	// Text is UTF-8, stored as TEXT in SQLite; booleans are 0 and 1 there.
	Expr string
	// Kind is the kind of its values. Records, lists and bytes can only be
	// tested by has(); a column of kind field.Missing is not translated.
	Kind field.Kind
	// Widened is for 32-bit floats that are read as the 64-bit float of the
	// same value, where the language means their shortest decimal.
	Widened bool
}

// SQLParameter is a value that a condition takes by name.
type SQLParameter struct {
	Name  string // without the @
	Value any    // int64, float64 or string
}

// SQLCondition is what a filter becomes in SQL.
type SQLCondition struct {
	// Text is a condition for WHERE, with parameters as @p0; empty when
	// nothing could be translated. It passes every row that the expression
	// passes. It may be NULL where it does not pass, and holds no value of the
	// expression but TRUE and FALSE.
	Text string
	// Parameters are the values of the text's parameters, in order.
	Parameters []SQLParameter
	// Exact says that Text passes no other rows.
	Exact bool
	// Pushed are the operands of the outermost and that Text holds, Rest those
	// that must be tested on the rows that it passes, both in the filter
	// language and empty for none. What Text holds in part is in both.
	Pushed, Rest string
}

// Bounds on a condition: services and SQLite refuse longer ones.
const (
	maxSQLOperand    = 1 << 15 // bytes of one operand of the outermost and
	maxSQLText       = 1 << 18 // bytes of all
	maxSQLParameters = 5000
	maxSQLDepth      = 40  // nesting of the expression
	maxSQLChain      = 100 // operands of AND and OR without parentheses
)

// SQL translates the expression. column tells how each of its columns is read;
// ok is false where there is no way. Parameters are named p0, p1 and so on.
//
// Operands of the outermost and that have no translation are left out, and so
// are operands of an and further inside; where one of an or or below a not has
// none, the whole has none. Not translated are: patterns in SQLite, text read as
// a number, powers, and in BigQuery % of floats. Text that is only near the
// expression, never exact, is given for within (a box), for widened columns, for
// log10 compared with a constant, and for integer arithmetic in BigQuery, which
// fails there beyond 64 bits.
func (e *Expr) SQL(d Dialect, column func(name string) (SQLColumn, bool)) SQLCondition {
	return e.SQLPrefixed(d, "p", column)
}

// SQLPrefixed is SQL with another prefix for the names of parameters, which is
// a word of ASCII letters.
func (e *Expr) SQLPrefixed(d Dialect, prefix string, column func(name string) (SQLColumn, bool)) SQLCondition {
	operands := []Node{e.root}
	if and, ok := e.root.(*And); ok {
		operands = and.Of
	}
	t := &translator{dialect: d, prefix: prefix, column: column}
	var tests []sqlTest
	var pushed, rest []Node
	length := 0
	for _, n := range operands {
		before := len(t.parameters)
		test, ok := t.try(n, false)
		if ok && length+len(test.text) > maxSQLText {
			t.parameters, ok = t.parameters[:before], false
		}
		if ok {
			length += len(test.text)
			tests, pushed = append(tests, test), append(pushed, n)
		}
		if !ok || !test.exact {
			rest = append(rest, n)
		}
	}
	c := SQLCondition{Parameters: t.parameters, Pushed: printAll(pushed), Rest: printAll(rest)}
	c.Exact = len(rest) == 0
	if len(tests) > 0 {
		c.Text = chain(tests, bindsAnd).text
	}
	return c
}

// printAll prints nodes joined by and.
func printAll(nodes []Node) string {
	switch len(nodes) {
	case 0:
		return ""
	case 1:
		return Print(nodes[0])
	}
	return Print(&And{base{class: Boolean}, nodes})
}

// sqlBinding says what a condition must be wrapped against.
type sqlBinding uint8

const (
	bindsTight sqlBinding = iota // needs no parentheses
	bindsTest                    // a comparison: none in AND and OR
	bindsAnd
	bindsOr
)

// sqlTest is a condition in SQL. It may be NULL for false.
type sqlTest struct {
	text  string
	exact bool
	binds sqlBinding
	// opposite is a short way to write the opposite, where there is one.
	opposite string
}

// exactTest makes a test of a comparison.
func exactTest(text string) sqlTest { return sqlTest{text: text, exact: true, binds: bindsTest} }

// someTest is true where an expression of SQL has a value.
func someTest(text string) sqlTest {
	return sqlTest{text: text + " IS NOT NULL", exact: true, binds: bindsTest, opposite: text + " IS NULL"}
}

// noTest is never true.
func noTest() sqlTest { return sqlTest{text: "FALSE", exact: true, opposite: "TRUE"} }

// in gives the text in parentheses unless it may stand in an AND or OR as it is.
func (s sqlTest) in(by sqlBinding) string {
	if s.binds > bindsTest && s.binds != by {
		return "(" + s.text + ")"
	}
	return s.text
}

// chain joins tests by AND or OR. Long chains get parentheses, because SQLite
// bounds the depth of its trees.
func chain(tests []sqlTest, by sqlBinding) sqlTest {
	if len(tests) == 1 {
		return tests[0]
	}
	exact := !slices.ContainsFunc(tests, func(s sqlTest) bool { return !s.exact })
	if len(tests) > maxSQLChain {
		var groups []sqlTest
		for group := range slices.Chunk(tests, maxSQLChain) {
			groups = append(groups, sqlTest{text: "(" + chain(group, by).text + ")"})
		}
		tests = groups
	}
	word := " AND "
	if by == bindsOr {
		word = " OR "
	}
	parts := make([]string, len(tests))
	for i, test := range tests {
		parts[i] = test.in(by)
	}
	return sqlTest{text: strings.Join(parts, word), exact: exact, binds: by}
}

// translator writes SQL. failed is set by whatever finds that it can't; it is
// looked at, and taken back, by try.
type translator struct {
	dialect    Dialect
	prefix     string
	column     func(name string) (SQLColumn, bool)
	parameters []SQLParameter
	next       int // number of the next parameter
	depth      int
	failed     bool
}

func (t *translator) fail() { t.failed = true }

// try translates a condition, or with not its opposite. ok is false, and nothing
// is left behind, where that can't be done.
func (t *translator) try(n Node, not bool) (test sqlTest, ok bool) {
	before, next := len(t.parameters), t.next
	test = t.test(n, not)
	if t.failed || len(test.text) > maxSQLOperand || len(t.parameters) > maxSQLParameters {
		t.parameters, t.next, t.failed = t.parameters[:before], next, false
		return sqlTest{}, false
	}
	// A comparison that is never true has no use for its operands.
	kept := slices.DeleteFunc(t.parameters[before:], func(p SQLParameter) bool { return !names(test.text, p.Name) })
	t.parameters = t.parameters[:before+len(kept)]
	return test, true
}

// names says whether a parameter occurs in a text.
func names(text, parameter string) bool {
	for {
		_, after, ok := strings.Cut(text, "@"+parameter)
		if !ok || after == "" || !isDigit(after[0]) {
			return ok
		}
		text = after
	}
}

// exactly translates a condition that must be neither more nor less.
func (t *translator) exactly(n Node) sqlTest {
	test := t.test(n, false)
	if !test.exact {
		t.fail()
	}
	return test
}

// enter counts the nesting and stops what has grown too long or too deep; its
// result leaves.
func (t *translator) enter() (leave func()) {
	t.depth++
	if t.depth > maxSQLDepth {
		t.fail()
	}
	return func() { t.depth-- }
}

// bound fails where a text has grown too long, which keeps the whole in bounds
// although some operands are written twice.
func (t *translator) bound(text string) string {
	if len(text) > maxSQLOperand {
		t.fail()
		return ""
	}
	return text
}

// put makes a parameter of a value and gives its name in SQL.
func (t *translator) put(value any) string {
	name := fmt.Sprintf("%s%d", t.prefix, t.next)
	t.next++
	t.parameters = append(t.parameters, SQLParameter{name, value})
	return "@" + name
}

// test translates a condition, or with not its opposite. not is carried down to
// the comparisons: only there is it known whether what is missing made one false.
func (t *translator) test(n Node, not bool) sqlTest {
	defer t.enter()()
	if t.failed {
		return sqlTest{}
	}
	switch n := n.(type) {
	case *And:
		return t.several(n.Of, not, bindsAnd)
	case *Or:
		return t.several(n.Of, not, bindsOr)
	case *Not:
		return t.test(n.X, !not)
	}
	test := t.leaf(n)
	test.text = t.bound(test.text)
	if !not {
		return test
	}
	if !test.exact {
		t.fail()
	}
	if test.opposite != "" {
		return sqlTest{text: test.opposite, exact: true, binds: bindsTest}
	}
	return sqlTest{text: "NOT " + t.orFalse(test), exact: true, binds: bindsTest}
}

// several translates the operands of an and or an or. One of an and that has no
// translation is left out.
func (t *translator) several(nodes []Node, not bool, by sqlBinding) sqlTest {
	if not {
		by = bindsAnd + bindsOr - by
	}
	var tests []sqlTest
	exact := true
	for _, n := range nodes {
		test, ok := t.try(n, not)
		switch {
		case ok:
			tests = append(tests, test)
		case by == bindsOr:
			t.fail()
			return sqlTest{}
		default:
			exact = false
		}
	}
	if len(tests) == 0 {
		t.fail()
		return sqlTest{}
	}
	joined := chain(tests, by)
	joined.exact = joined.exact && exact
	return joined
}

// orFalse writes a test so that it is never NULL.
func (t *translator) orFalse(test sqlTest) string {
	if t.dialect == SQLite {
		return "coalesce(" + test.text + ", FALSE)"
	}
	return "IFNULL(" + test.text + ", FALSE)"
}

// leaf translates a condition that is no and, or, not.
func (t *translator) leaf(n Node) sqlTest {
	switch n := n.(type) {
	case *Compare:
		return t.compare(n)
	case *In:
		return t.in(n)
	case *Between:
		return t.between(n)
	case *Match:
		return t.match(n)
	case *Has:
		return t.has(n.X)
	case *Within:
		return t.within(n)
	case *Choose:
		// An ELSE is taken where the condition is NULL, as it should be.
		cond := t.exactly(n.If)
		yes, no := t.test(n.Then, false), t.test(n.Else, false)
		return sqlTest{text: "CASE WHEN " + cond.text + " THEN " + yes.text + " ELSE " + no.text + " END", exact: yes.exact && no.exact}
	}
	return exactTest(t.logic(n))
}
