package where

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/field"
)

// constantText gives a constant's text. Text that is not UTF-8 can't be told to
// every service.
func (t *translator) constantText(l *Literal) string {
	text := l.Value.String()
	if !utf8.ValidString(text) {
		t.fail()
	}
	return text
}

// text gives the SQL of a text, NULL where it is missing.
func (t *translator) text(n Node) string {
	defer t.enter()()
	if t.failed {
		return ""
	}
	switch n := n.(type) {
	case *Literal:
		return t.put(t.constantText(n))
	case *Name:
		c, ok := t.column(n.Name)
		switch {
		case ok && c.Kind == field.Text:
			return c.Expr
		case ok && c.Kind == field.Int && t.dialect == SQLite:
			return "CAST(" + c.Expr + " AS TEXT)"
		case ok && c.Kind == field.Int:
			return "CAST(" + c.Expr + " AS STRING)"
		}
	case *Choose:
		cond := t.exactly(n.If)
		return t.bound("CASE WHEN " + cond.text + " THEN " + t.text(n.Then) + " ELSE " + t.text(n.Else) + " END")
	}
	t.fail()
	return ""
}

// logic gives the SQL of a boolean, NULL where it is missing.
func (t *translator) logic(n Node) string {
	defer t.enter()()
	if t.failed {
		return ""
	}
	switch n := n.(type) {
	case *Literal:
		switch v, ok := logicOf(n.Value); {
		case !ok:
			t.fail()
		case v:
			return "TRUE"
		}
		return "FALSE"
	case *Name:
		c, ok := t.column(n.Name)
		switch {
		case ok && c.Kind == field.Bool:
			return c.Expr
		case ok && c.Kind == field.Int:
			return "CASE " + c.Expr + " WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"
		}
		t.fail()
		return ""
	case *Choose:
		cond := t.exactly(n.If)
		return t.bound("CASE WHEN " + cond.text + " THEN " + t.logic(n.Then) + " ELSE " + t.logic(n.Else) + " END")
	}
	return t.bound(t.orFalse(t.exactly(n)))
}

// has is true where there is a value.
func (t *translator) has(n Node) sqlTest {
	switch n := n.(type) {
	case *Literal:
		return sqlTest{text: "TRUE", exact: true, opposite: "FALSE"}
	case *Name:
		c, ok := t.column(n.Name)
		if !ok || c.Kind == field.Missing {
			t.fail()
		}
		if c.Kind == field.Float32 || c.Kind == field.Float64 {
			c.Expr = t.finiteColumn(c.Expr)
		}
		return someTest(c.Expr)
	}
	switch n.Class() {
	case Number:
		x := t.fixed(t.number(n))
		return sure(someTest(x.text), x.doubt)
	case Text:
		return someTest(t.text(n))
	case Boolean:
		return someTest(t.logic(n))
	}
	t.fail()
	return sqlTest{}
}

func (t *translator) match(n *Match) sqlTest {
	if n.Op == "matches" {
		return t.matches(n)
	}
	if l, ok := n.Y.(*Literal); ok && len(l.Value.Text()) == 0 {
		if n.Not {
			return noTest()
		}
		return someTest(t.text(n.X)) // the empty text is in every text
	}
	x, y := t.text(n.X), t.text(n.Y)
	var text string
	switch {
	case t.dialect == SQLite && n.Op == "contains":
		text = "instr(" + x + ", " + y + ") > 0"
	case t.dialect == SQLite && n.Op == "startsWith":
		text = "instr(" + x + ", " + y + ") = 1"
	case t.dialect == SQLite:
		// Bytes, because length and substr of text stop at a NUL; and one more,
		// because substr of no bytes is NULL.
		part := "CAST(" + y + " || '$' AS BLOB)"
		text = "substr(CAST(" + x + " || '$' AS BLOB), -length(" + part + "), length(" + part + ")) = " + part
	case n.Op == "contains":
		text = "STRPOS(" + x + ", " + y + ") > 0"
	case n.Op == "startsWith":
		text = "STARTS_WITH(" + x + ", " + y + ")"
	default:
		text = "ENDS_WITH(" + x + ", " + y + ")"
	}
	if n.Not {
		return exactTest("NOT (" + text + ")")
	}
	return exactTest(text)
}

// maxSQLPattern bounds the size of a pattern's program, because RE2 in BigQuery
// has a bound in bytes.
const maxSQLPattern = 2000

// matches is translated for BigQuery, which has RE2 as well. Left to the filter
// are patterns whose meaning depends on the version of Unicode, or that not every
// version of RE2 reads.
func (t *translator) matches(n *Match) sqlTest {
	pattern := n.Regexp.String()
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if t.dialect != BigQuery || err != nil || strings.Contains(pattern, "(?") || strings.Contains(pattern, `\p`) || strings.Contains(pattern, `\P`) || !utf8.ValidString(pattern) {
		t.fail()
		return sqlTest{}
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil || len(program.Inst) > maxSQLPattern {
		t.fail()
		return sqlTest{}
	}
	text := "REGEXP_CONTAINS(" + t.text(n.X) + ", " + t.put(pattern) + ")"
	if n.Not {
		return exactTest("NOT " + text)
	}
	return exactTest(text)
}
