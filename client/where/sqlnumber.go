package where

import (
	"math"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// sqlWidth says whether a number in SQL is an integer or a float, on which
// arithmetic depends.
type sqlWidth uint8

const (
	sqlInteger sqlWidth = iota
	sqlFloat
	sqlDynamic // SQLite: either, as the language has it
	sqlEither  // either, of which the language may have the other
)

// sqlNumber is a number in SQL, NULL where it is missing.
type sqlNumber struct {
	text     string
	width    sqlWidth
	constant number // of a literal; its text is written when it is asked for
	// doubt are conditions under which the number is not known.
	doubt []string
	// widened is for a widened 32-bit float, slack for a number that is only
	// known as closely as that. bound is the greatest size of one with slack.
	widened      bool
	slack, bound float64
}

// near says that a number is not exactly known.
func (x sqlNumber) near() bool { return x.widened || x.slack > 0 }

func (x sqlNumber) isConstant() bool { return x.constant.kind != noNumber }

// write gives the SQL of a number; that of a literal is a parameter.
func (t *translator) write(x sqlNumber) string {
	if x.text != "" || !x.isConstant() {
		return x.text
	}
	if x.constant.kind == isInteger && x.width == sqlInteger {
		return t.put(x.constant.i)
	}
	return t.put(x.constant.float64())
}

// fixed writes literals, so that a number can be used more than once.
func (t *translator) fixed(x sqlNumber) sqlNumber {
	x.text = t.write(x)
	return x
}

func (t *translator) numbers(nodes ...Node) []sqlNumber {
	all := make([]sqlNumber, len(nodes))
	for i, n := range nodes {
		all[i] = t.number(n)
	}
	return all
}

func (t *translator) number(n Node) sqlNumber {
	defer t.enter()()
	if t.failed {
		return sqlNumber{}
	}
	x := sqlNumber{}
	switch n := n.(type) {
	case *Literal:
		x = literalNumber(n.Value)
	case *Name:
		x = t.numberColumn(n.Name)
	case *Negate:
		x = t.negate(t.number(n.X))
	case *Arithmetic:
		x = t.arithmetic(n.Op, t.number(n.X), t.number(n.Y))
	case *Call:
		x = t.call(n)
	case *Choose:
		cond := t.exactly(n.If)
		both := t.alike(t.numbers(n.Then, n.Else))
		x = both.sqlNumber
		if t.dialect == SQLite && both.typed {
			x.width = sqlDynamic // whichever is chosen keeps its type
		}
		x.text = "CASE WHEN " + cond.text + " THEN " + both.parts[0] + " ELSE " + both.parts[1] + " END"
	default:
		t.fail()
	}
	x.text = t.bound(x.text)
	return x
}

func literalNumber(v field.Value) sqlNumber {
	n := numberOf(v)
	if n.kind == isInteger {
		return sqlNumber{constant: n, width: sqlInteger}
	}
	return sqlNumber{constant: n, width: sqlFloat}
}

func (t *translator) numberColumn(name string) sqlNumber {
	c, ok := t.column(name)
	if !ok {
		t.fail()
		return sqlNumber{}
	}
	switch c.Kind {
	case field.Int:
		return sqlNumber{text: c.Expr, width: sqlInteger}
	case field.Bool:
		if t.dialect == BigQuery {
			c.Expr = "CAST(" + c.Expr + " AS INT64)"
		}
		return sqlNumber{text: c.Expr, width: sqlInteger}
	case field.Float32, field.Float64:
		return sqlNumber{text: t.finiteColumn(c.Expr), width: sqlFloat, widened: c.Widened}
	}
	t.fail()
	return sqlNumber{}
}

// finiteColumn makes NULL of what is no finite number in a column.
func (t *translator) finiteColumn(expr string) string {
	if t.dialect == SQLite {
		return expr
	}
	return "IF(IS_NAN(" + expr + ") OR IS_INF(" + expr + "), NULL, " + expr + ")"
}

// finiteSQLite makes NULL of infinities. SQLite makes NULL of NaN by itself.
func finiteSQLite(text string) string { return "nullif(nullif(" + text + ", 9e999), -9e999)" }

// precise fails for numbers that are not exactly known.
func (t *translator) precise(numbers ...sqlNumber) {
	for _, x := range numbers {
		if x.near() {
			t.fail()
		}
	}
}

func (t *translator) negate(x sqlNumber) sqlNumber {
	if x.near() {
		x.text = "(-" + x.text + ")"
		return x
	}
	return t.arithmetic("-", sqlNumber{constant: integer(0), text: "0"}, x)
}

func (t *translator) arithmetic(op string, x, y sqlNumber) sqlNumber {
	switch {
	case x.slack > 0 && y.isConstant(), y.slack > 0 && x.isConstant():
		return t.nearArithmetic(op, x, y)
	case op == "**" || x.near() || y.near():
		t.fail()
		return sqlNumber{}
	}
	width := sqlFloat
	if op != "/" && x.width != sqlFloat && y.width != sqlFloat {
		if width = sqlInteger; x.width == sqlDynamic || y.width == sqlDynamic {
			width = sqlDynamic
		}
		if x.width == sqlEither || y.width == sqlEither {
			t.fail()
		}
	}
	z := sqlNumber{width: width, doubt: append(append([]string(nil), x.doubt...), y.doubt...)}
	if t.dialect == SQLite {
		t.arithmeticSQLite(op, x, y, &z)
	} else {
		t.arithmeticBigQuery(op, x, y, &z)
	}
	return z
}

// arithmeticSQLite relies on SQLite for what the language says of integers: + - *
// become floats beyond 64 bits, and % of zero is NULL.
func (t *translator) arithmeticSQLite(op string, x, y sqlNumber, z *sqlNumber) {
	a, b := t.write(x), t.write(y)
	switch {
	case op == "/":
		z.text = finiteSQLite("(CAST(" + a + " AS REAL) / " + b + ")")
	case op == "%" && z.width == sqlInteger:
		z.text = "(" + a + " % " + b + ")"
	case op == "%" && z.width == sqlFloat:
		z.text = "mod(" + a + ", " + b + ")"
	case op == "%":
		t.fail()
	case z.width == sqlFloat && x.text == "0":
		z.text = "(0 - " + b + ")"
	case z.width == sqlFloat:
		z.text = finiteSQLite("(" + a + " " + op + " " + b + ")")
	default:
		z.text, z.width = "("+a+" "+op+" "+b+")", sqlDynamic
	}
}

func (t *translator) arithmeticBigQuery(op string, x, y sqlNumber, z *sqlNumber) {
	function := map[string]string{"+": "SAFE_ADD", "-": "SAFE_SUBTRACT", "*": "SAFE_MULTIPLY", "/": "SAFE_DIVIDE"}[op]
	if z.width == sqlFloat {
		x, y = asFloat(x), asFloat(y)
	}
	a, b := t.write(x), t.write(y)
	switch {
	case op == "%" && z.width == sqlInteger:
		z.text = "MOD(" + a + ", NULLIF(" + b + ", 0))"
	case op == "%":
		t.fail()
	default:
		z.text = function + "(" + a + ", " + b + ")"
		if z.width == sqlFloat {
			z.text = "NULLIF(NULLIF(" + z.text + ", IEEE_DIVIDE(1, 0)), IEEE_DIVIDE(-1, 0))"
		} else {
			z.doubt = append(z.doubt, t.bound("("+z.text+" IS NULL AND "+a+" IS NOT NULL AND "+b+" IS NOT NULL)"))
		}
	}
}

// asFloat takes an integer literal for a float, as arithmetic with floats does.
func asFloat(x sqlNumber) sqlNumber {
	if x.isConstant() && x.text == "" {
		x.constant, x.width = float(x.constant.float64()), sqlFloat
	}
	return x
}

// nearArithmetic is arithmetic of a number that is known as closely as its slack,
// with a constant.
func (t *translator) nearArithmetic(op string, x, y sqlNumber) sqlNumber {
	z, c := x, y
	if x.isConstant() {
		z, c = y, x
	}
	size := math.Abs(c.constant.float64())
	switch {
	case op == "*":
		z.slack, z.bound = z.slack*size, z.bound*size
	case op == "/" && !x.isConstant() && size > 0:
		z.slack, z.bound = z.slack/size, z.bound/size
	case op == "+" || op == "-":
		z.bound += size
	default:
		t.fail()
		return sqlNumber{}
	}
	z.slack += z.bound * 1e-15
	if !(z.bound < 1e300) || z.slack == 0 {
		t.fail()
	}
	z.text = "(" + t.write(asFloat(x)) + " " + op + " " + t.write(asFloat(y)) + ")"
	return z
}

func (t *translator) call(n *Call) sqlNumber {
	args := t.numbers(n.Args...)
	switch n.Func {
	case "abs":
		return t.absolute(t.fixed(args[0]))
	case "sqrt":
		x := t.fixed(args[0])
		t.precise(x)
		x.width, x.constant = sqlFloat, number{}
		if t.dialect == SQLite {
			x.text = "sqrt(" + x.text + ")"
		} else {
			x.text = "SQRT(IF(" + x.text + " >= 0, " + x.text + ", NULL))"
		}
		return x
	case "log10":
		return t.logarithm(t.fixed(args[0]))
	}
	most := t.alike(args)
	name := map[string]string{"min": "LEAST", "max": "GREATEST"}[n.Func]
	if t.dialect == SQLite {
		name = n.Func
	}
	extreme := most.sqlNumber
	extreme.text = name + "(" + strings.Join(most.parts, ", ") + ")"
	return extreme
}

// absolute is written without abs for integers, of which the least has none.
func (t *translator) absolute(x sqlNumber) sqlNumber {
	x.constant = number{}
	switch {
	case t.dialect == SQLite && x.width == sqlFloat:
		x.text = "abs(" + x.text + ")"
	case t.dialect == SQLite:
		x.text = "max(" + x.text + ", 0 - " + x.text + ")"
		if x.width == sqlInteger {
			x.width = sqlDynamic
		}
	case x.width == sqlInteger:
		negative := "SAFE_NEGATE(" + x.text + ")"
		x.doubt = append(x.doubt[:len(x.doubt):len(x.doubt)], t.bound("("+x.text+" < "+t.put(int64(-math.MaxInt64))+")"))
		x.text = "GREATEST(" + x.text + ", " + negative + ")"
	default:
		x.text = "ABS(" + x.text + ")"
	}
	return x
}

// logarithm differs in the last digits from one library to the next. Around a
// widened argument it is known as closely as that.
func (t *translator) logarithm(x sqlNumber) sqlNumber {
	if x.slack > 0 {
		t.fail()
	}
	x.slack, x.bound = 1e-11, 330
	if x.widened {
		// The steps of subnormal floats are great beside them.
		x.slack = 1e-6
		x.doubt = append(x.doubt[:len(x.doubt):len(x.doubt)], "("+x.text+" > 0 AND "+x.text+" < "+t.put(0x1p-125)+")")
	}
	x.widened, x.width, x.constant = false, sqlFloat, number{}
	if t.dialect == SQLite {
		x.text = "log10(" + x.text + ")"
	} else {
		x.text = "LOG10(IF(" + x.text + " > 0, " + x.text + ", NULL))"
	}
	return x
}

// sqlNumbers are several numbers of which one is chosen, and what is known of
// that one. typed says that SQLite has each in the type that the language has.
type sqlNumbers struct {
	sqlNumber
	parts []string
	typed bool
}

// alike writes numbers of which one is chosen. BigQuery makes one type of them,
// so that integers that a float can't hold must not meet floats there.
func (t *translator) alike(numbers []sqlNumber) sqlNumbers {
	t.precise(numbers...)
	z := sqlNumbers{typed: true}
	integers, floats := 0, 0
	for _, x := range numbers {
		switch x.width {
		case sqlInteger:
			integers++
		case sqlFloat:
			floats++
		case sqlEither:
			z.typed = false
		}
		z.doubt = append(z.doubt, x.doubt...)
	}
	switch len(numbers) {
	case integers:
		z.width = sqlInteger
	case floats:
		z.width = sqlFloat
	default:
		z.width = sqlEither
	}
	for _, x := range numbers {
		if t.dialect == BigQuery && z.width == sqlEither && x.width == sqlInteger {
			if !x.isConstant() || x.constant.i > 1<<53 || x.constant.i < -1<<53 {
				t.fail()
			}
			if x.text == "" {
				x = asFloat(x)
			}
		}
		z.parts = append(z.parts, t.write(x))
	}
	return z
}
