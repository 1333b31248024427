// Package where is the filter language of pgb: the conditions that follow
// --where.
//
//	snr > 20 && band == "r" && abs(dec) < 10
//	p("SN Ia") > 0.9 and within(270.1, -30.2, "2m")
//	attr["n_previous_detections"] > 5 or not has(diaObject.diaObjectId)
//
// [Parse] reads an expression and finds what is wrong with it by itself,
// [Expr.Check] finds names and kinds that do not fit the columns there are, and
// [Expr.Bind] makes the [Filter] that runs on rows.
//
// # Language
//
// Conditions are joined by and, or, not (&&, ||, !). Values are compared with
// == != < <= > >=, in [a, b], in lo..hi (both ends included), and the negated not
// in; text also with contains, startsWith, endsWith and matches (RE2, anywhere in
// the text). Numbers know + - * / % **, abs, log10, sqrt, min and max. a ? b : c
// chooses.
//
// A name is a generic name, a dotted path of the survey's own alert, or a part
// of the message: alert.x, result.x, attr["kafka.topic"]. p("SN Ia") and
// p("SuperNNova", "SN Ia") are probabilities of a class, within(ra0, dec0,
// radius) is true for a position not farther than radius from a centre in ICRS
// degrees, where radius is a text with a unit ("5s", "2m", "0.1d") or a number of
// arcseconds, and has(x) is true where x has a value.
//
// # Missing values
//
// What is missing makes all arithmetic and every function of it missing, and
// so does what is not a finite number: 1/0, log10(-1). Each comparison with it is
// false: == and !=, in and not in, contains and not contains. and, or, not are
// plain logic after that: not (mag < 18) is true where there is no mag, mag >= 18
// is not.
//
// # Numbers and text
//
// Integers compare exactly, also with floats and beyond 2^53. A 32-bit float
// counts as its shortest decimal, so that 0.1 is 0.1. Text compares by bytes. An
// attribute is text; next to a number it is the number that it spells, or
// missing. object_id, source_id and message_id are text and may also be compared
// with a plain integer, which stands for its digits. Booleans and integers may be
// compared with true, false, 1 and 0.
package where

import (
	"slices"

	"github.com/mwvgroup/pgb/client/field"
)

// Bounds on what Parse takes. An expression comes from a command line, a
// configuration file or a request, and must not be able to exhaust the stack.
const (
	MaxLength = 1 << 16 // bytes of text
	MaxDepth  = 200     // nesting
)

// Expr is a parsed expression.
type Expr struct {
	text string
	root Node
}

// Parse reads an expression. Its error is an [*Error].
func Parse(text string) (*Expr, error) {
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	e := &Expr{text: text, root: root}
	if err := e.Check(nil); err != nil {
		return nil, err
	}
	return e, nil
}

// Text gives the expression as it was written.
func (e *Expr) Text() string { return e.text }

// Tree gives the expression's tree, with what Check found out.
func (e *Expr) Tree() Node { return e.root }

// Use is a place where an expression names a column.
type Use struct {
	Name string // canonical
	Span
}

// Uses gives every place where a column is named, in the order of the text. A
// within() uses ra and dec.
func (e *Expr) Uses() []Use {
	var uses []Use
	Walk(e.root, func(n Node) {
		switch n := n.(type) {
		case *Name:
			uses = append(uses, Use{n.Name, n.span})
		case *Within:
			uses = append(uses, Use{raName, n.span}, Use{decName, n.span})
		}
	})
	return uses
}

// Names gives the canonical names of the columns the expression needs, each
// once, in the order of the text.
func (e *Expr) Names() []string {
	var names []string
	for _, use := range e.Uses() {
		if !slices.Contains(names, use.Name) {
			names = append(names, use.Name)
		}
	}
	return names
}

// Check finds names and kinds that do not fit. kind tells the kind of a column by
// its canonical name, field.Missing where it is not known before a message is
// read. An error of it is reported at the name; one with a method Nearest()
// []string says that there is no such name, and which were perhaps meant. Names of
// class probabilities are asked for too. The error is an [*Error].
//
// Check writes the kinds into the tree, for Bind and for other readers of it: do
// not call it while they are at work. Without it every column is of any kind,
// and values are compared by what they are.
func (e *Expr) Check(kind func(name string) (field.Kind, error)) error {
	c := &checker{text: e.text, kind: kind}
	return c.run(e.root)
}

// Bind makes the filter that runs on rows, in which index tells the column of
// each name; a name with a negative index is always missing. The filter is safe
// for concurrent use and does not depend on the expression afterwards.
func (e *Expr) Bind(index func(name string) int) *Filter {
	b := binder{index: index}
	return &Filter{root: b.condition(e.root)}
}

// Filter tests rows.
type Filter struct{ root condition }

// Pass says whether a row passes. It allocates nothing.
func (f *Filter) Pass(values []field.Value) bool { return f.root.test(values) }
