package where

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/where/wheretest"
)

// reference evaluates a tree in the plainest way: nil is missing, and numbers are
// *big.Int or float64, compared as exact fractions.
type reference map[string]any

func (r reference) eval(n Node) any {
	switch n := n.(type) {
	case *Literal:
		return plain(n.Value)
	case *Name:
		return r[n.Name]
	case *Negate:
		return refArithmetic("-", big.NewInt(0), refNumber(r.eval(n.X)))
	case *Arithmetic:
		return refArithmetic(n.Op, refNumber(r.eval(n.X)), refNumber(r.eval(n.Y)))
	case *Call:
		return r.call(n)
	case *Choose:
		chosen := n.Else
		if r.holds(n.If) {
			chosen = n.Then
		}
		switch v := r.eval(chosen); n.Class() {
		case Number:
			return refNumber(v)
		case Text:
			return refText(v)
		case Boolean:
			return refBool(v)
		default:
			return v
		}
	case *Has:
		return r.eval(n.X) != nil
	case *And:
		for _, x := range n.Of {
			if !r.holds(x) {
				return false
			}
		}
		return true
	case *Or:
		for _, x := range n.Of {
			if r.holds(x) {
				return true
			}
		}
		return false
	case *Not:
		return !r.holds(n.X)
	case *Compare:
		return refCompare(n.Op, n.As, r.eval(n.X), r.eval(n.Y))
	case *In:
		x := r.eval(n.X)
		found := false
		for _, l := range n.List {
			if refCompare("==", n.As, x, r.eval(l)) {
				found = true
			}
		}
		if n.As == Number {
			x = refNumber(x)
		}
		return x != nil && found != n.Not
	case *Between:
		x, lo, hi := refNumber(r.eval(n.X)), refNumber(r.eval(n.Lo)), refNumber(r.eval(n.Hi))
		if x == nil || lo == nil || hi == nil {
			return false
		}
		return (refCompare("<=", Number, lo, x) && refCompare("<=", Number, x, hi)) != n.Not
	case *Match:
		return r.match(n)
	}
	panic("no such node")
}

func (r reference) holds(n Node) bool { return refBool(r.eval(n)) == true }

func (r reference) call(n *Call) any {
	var args []any
	for _, arg := range n.Args {
		x := refNumber(r.eval(arg))
		if x == nil {
			return nil
		}
		args = append(args, x)
	}
	switch n.Func {
	case "abs":
		if refCompare("<", Number, args[0], 0.0) {
			return refArithmetic("-", big.NewInt(0), args[0])
		}
		return args[0]
	case "log10":
		return finite(math.Log10(refFloat(args[0])))
	case "sqrt":
		return finite(math.Sqrt(refFloat(args[0])))
	}
	best := args[0]
	for _, x := range args[1:] {
		if n.Func == "min" && refCompare("<", Number, x, best) || n.Func == "max" && refCompare(">", Number, x, best) {
			best = x
		}
	}
	return best
}

func (r reference) match(n *Match) bool {
	x, y := refText(r.eval(n.X)), refText(r.eval(n.Y))
	if x == nil || y == nil {
		return false
	}
	var is bool
	switch n.Op {
	case "contains":
		is = strings.Contains(x.(string), y.(string))
	case "startsWith":
		is = strings.HasPrefix(x.(string), y.(string))
	case "endsWith":
		is = strings.HasSuffix(x.(string), y.(string))
	case "matches":
		is = regexp.MustCompile(y.(string)).MatchString(x.(string))
	}
	return is != n.Not
}

// plain makes a reference value of a value of a row.
func plain(v field.Value) any {
	switch v.Kind() {
	case field.Bool:
		b, _ := v.Bool()
		return b
	case field.Int:
		i, _ := v.Int()
		return big.NewInt(i)
	case field.Float64:
		f, _ := v.Float()
		return f
	case field.Float32:
		f, _ := v.Float32()
		decimal, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
		return decimal
	case field.Text:
		return v.String()
	}
	return nil
}

var decimalNumber = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

func refNumber(v any) any {
	switch v := v.(type) {
	case bool:
		if v {
			return big.NewInt(1)
		}
		return big.NewInt(0)
	case string:
		if !decimalNumber.MatchString(v) {
			return nil
		}
		if i, ok := new(big.Int).SetString(strings.TrimPrefix(v, "+"), 10); ok && i.IsInt64() {
			return i
		}
		f, _ := strconv.ParseFloat(v, 64)
		return finite(f)
	}
	return v
}

func refText(v any) any {
	if i, ok := v.(*big.Int); ok {
		return i.String()
	}
	if s, ok := v.(string); ok {
		return s
	}
	return nil
}

func refBool(v any) any {
	switch v := refText(v); v {
	case "1", "true", "True":
		return true
	case "0", "false", "False":
		return false
	}
	if b, ok := v.(bool); ok {
		return b
	}
	return nil
}

func finite(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return f
}

func refFloat(v any) float64 {
	if i, ok := v.(*big.Int); ok {
		return float64(i.Int64())
	}
	return v.(float64)
}

func refArithmetic(op string, x, y any) any {
	if x == nil || y == nil {
		return nil
	}
	a, okA := x.(*big.Int)
	b, okB := y.(*big.Int)
	if okA && okB {
		exact := new(big.Int)
		switch op {
		case "+":
			exact.Add(a, b)
		case "-":
			exact.Sub(a, b)
		case "*":
			exact.Mul(a, b)
		case "%":
			if b.Sign() == 0 {
				return nil
			}
			exact.Rem(a, b)
		}
		if op != "/" && op != "**" && exact.IsInt64() {
			return exact
		}
	}
	f, g := refFloat(x), refFloat(y)
	switch op {
	case "+":
		return finite(f + g)
	case "-":
		return finite(f - g)
	case "*":
		return finite(f * g)
	case "/":
		return finite(f / g)
	case "%":
		return finite(math.Mod(f, g))
	}
	return finite(math.Pow(f, g))
}

func fraction(v any) *big.Rat {
	if i, ok := v.(*big.Int); ok {
		return new(big.Rat).SetInt(i)
	}
	return new(big.Rat).SetFloat64(v.(float64))
}

func refCompare(op string, as Class, x, y any) bool {
	if x == nil || y == nil {
		return false
	}
	if as == Any {
		_, textX := x.(string)
		_, textY := y.(string)
		_, boolX := x.(bool)
		_, boolY := y.(bool)
		switch {
		case textX && textY:
			as = Text
		case (boolX || boolY) && op != "==" && op != "!=":
			return false
		case boolX || boolY:
			as = Boolean
		default:
			as = Number
		}
	}
	var c int
	switch as {
	case Number:
		if x, y = refNumber(x), refNumber(y); x == nil || y == nil {
			return false
		}
		c = fraction(x).Cmp(fraction(y))
	case Text:
		if x, y = refText(x), refText(y); x == nil || y == nil {
			return false
		}
		c = strings.Compare(x.(string), y.(string))
	case Boolean:
		if x, y = refBool(x), refBool(y); x == nil || y == nil {
			return false
		}
		if x != y {
			c = 1
		}
	}
	switch op {
	case "==":
		return c == 0
	case "!=":
		return c != 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

func TestFiltersAgreeWithThePlainReference(t *testing.T) {
	passed := 0
	rapid.Check(t, func(t *rapid.T) {
		text := wheretest.Condition(t, 3)
		e, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		checked := rapid.Bool().Draw(t, "checked")
		if checked {
			if err := e.Check(testKind); err != nil {
				t.Skip(err) // a random choice between text and a number, say
			}
		}
		values := make([]field.Value, len(testColumns))
		ref := reference{}
		for i, c := range testColumns {
			values[i] = wheretest.Value(t, c.kind)
			ref[c.name] = plain(values[i])
		}
		got := e.Bind(testIndex).Pass(values)
		if want := ref.holds(e.Tree()); got != want {
			t.Fatalf("%s\non %v: %v, want %v", text, ref, got, want)
		}
		if got {
			passed++
		}
		again, err := Parse(e.String())
		if err != nil {
			t.Fatalf("%s prints as %s: %v", text, e, err)
		}
		if shape(again.Tree()) != shape(e.Tree()) || again.String() != e.String() {
			t.Fatalf("%s prints as %s, which is another tree", text, e)
		}
	})
	t.Logf("%d passed", passed)
}

func TestFloat32ComparesAsItsDecimalWithAnyConstant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := math.Float32frombits(rapid.Uint32().Draw(t, "bits"))
		v := field.OfFloat32(f)
		if v.IsMissing() {
			t.Skip()
		}
		decimal := plain(v).(float64)
		wide := float64(f)
		steps := rapid.IntRange(-3, 3).Draw(t, "steps")
		for _, near := range []float64{decimal, wide, (wide + float64(math.Nextafter32(f, 0))) / 2, wide * (1 + 0x1p-23), wide * (1 + 0x1p-24)} {
			for range max(steps, -steps) {
				near = math.Nextafter(near, math.Inf(steps))
			}
			if near-near != 0 {
				continue
			}
			got, ok := orderValue(v, float(near))
			if want := fraction(decimal).Cmp(fraction(near)); got != want || !ok {
				t.Fatalf("%v (%v) against %v: %d, want %d", f, decimal, near, got, want)
			}
		}
	})
}
