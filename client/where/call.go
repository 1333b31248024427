package where

import (
	"math"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

// The columns that within() reads, and the parts of a message that a name may
// begin with.
const (
	raName   = "ra"
	decName  = "dec"
	attrPart = "attr"
)

// functions are all there are, in the order in which they are listed.
var functions = []string{"abs", "log10", "sqrt", "min", "max", "has", "within", "p"}

// Functions shows how each function of the language is called, in the order in
// which they are listed: "abs(x)".
func Functions() []string {
	shown := make([]string, len(functions))
	for i, name := range functions {
		shown[i] = usage[name]
	}
	return shown
}

// AttrName gives the canonical name of a message's attribute: attr["key"].
func AttrName(key string) string { return attrPart + "[" + strconv.Quote(key) + "]" }

// ProbName gives the canonical name of a class's probability, p("class"), or
// p("classifier", "class") where the classifier is named.
func ProbName(classifier, class string) string {
	if classifier == "" {
		return "p(" + strconv.Quote(class) + ")"
	}
	return "p(" + strconv.Quote(classifier) + ", " + strconv.Quote(class) + ")"
}

// usage shows how each function is called.
var usage = map[string]string{
	"abs":    "abs(x)",
	"log10":  "log10(x)",
	"sqrt":   "sqrt(x)",
	"min":    "min(x, y, ...)",
	"max":    "max(x, y, ...)",
	"has":    "has(x)",
	"within": `within(ra, dec, radius), as in within(270.1, -30.2, "5s")`,
	"p":      `p("class") or p("classifier", "class")`,
}

// arity is the least and the greatest number of arguments.
var arity = map[string][2]int{
	"abs": {1, 1}, "log10": {1, 1}, "sqrt": {1, 1}, "min": {2, 1000}, "max": {2, 1000},
	"has": {1, 1}, "within": {3, 3}, "p": {1, 2},
}

func (b *builder) call(function string, n ast.Node, arguments []ast.Node) (Node, error) {
	at := base{span: b.where(n)}
	bounds, ok := arity[function]
	if !ok {
		return nil, b.fail(at.span, "unknown function %q: there are %s", function, strings.Join(functions, ", "))
	}
	if len(arguments) < bounds[0] || len(arguments) > bounds[1] {
		return nil, b.fail(at.span, "%s is called as %s", function, usage[function])
	}
	args, err := b.all(arguments...)
	if err != nil {
		return nil, err
	}
	switch function {
	case "has":
		return &Has{at, args[0]}, nil
	case "p":
		var texts []string
		for _, arg := range args {
			l, ok := arg.(*Literal)
			if !ok || l.Value.Kind() != field.Text {
				return nil, b.fail(arg.Span(), "p wants names in quotes: %s", usage[function])
			}
			texts = append(texts, l.Value.String())
		}
		class := texts[len(texts)-1]
		return &Name{base: at, Name: ProbName(strings.Join(texts[:len(texts)-1], ""), class)}, nil
	case "within":
		return b.within(at, args)
	}
	return &Call{at, function, args}, nil
}

func (b *builder) within(at base, args []Node) (Node, error) {
	w := &Within{base: at}
	var centre [2]float64
	for i, bound := range []float64{360, 90} {
		what := [...]string{"right ascension", "declination"}[i]
		l, err := b.constant(args[i], "within wants a constant "+what+" in degrees")
		if err != nil {
			return nil, err
		}
		f, ok := l.Value.Float()
		if !ok {
			return nil, b.fail(l.span, "within wants a %s in degrees, as a number", what)
		}
		if math.Abs(f) > bound {
			return nil, b.fail(l.span, "the %s is not within %g degrees", what, bound)
		}
		centre[i] = f
	}
	w.RA0, w.Dec0 = centre[0], centre[1]
	l, err := b.constant(args[2], `within wants a constant radius, as in "5s", "2m", "0.1d" or arcseconds`)
	if err != nil {
		return nil, err
	}
	w.radius = l
	text := l.Value.String()
	if l.Value.Kind() == field.Bool {
		return nil, b.fail(l.span, "within wants a radius, as in \"5s\", \"2m\", \"0.1d\" or arcseconds")
	}
	if w.RadiusArcsec, err = sky.ParseRadius(text); err != nil {
		return nil, b.fail(l.span, "%s", err)
	}
	return w, nil
}

// near gives the names that differ in few letters from a misspelt one.
func near(name string, among []string) []string {
	var found []string
	for d := 1; d <= 2; d++ {
		for _, candidate := range among {
			if distance(strings.ToLower(name), candidate) == d && len(candidate) > d {
				found = append(found, candidate)
			}
		}
	}
	return found
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, last+1, row[j]+1)
		}
	}
	return row[len(b)]
}
