package where

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// checker finds the class of every node, and what does not fit together. With a
// kind of nil, names are of any kind.
type checker struct {
	text string
	kind func(name string) (field.Kind, error)
}

func (c *checker) run(root Node) error {
	class, err := c.class(root)
	if err != nil {
		return err
	}
	return c.condition(root, class)
}

func (c *checker) fail(n Node, format string, args ...any) error {
	at := n.Span()
	return &Error{Text: c.text, Offset: at.Offset, Length: at.Length, Message: fmt.Sprintf(format, args...)}
}

// words is a node as it was written, for messages.
func (c *checker) words(n Node) string {
	at := n.Span()
	text := strings.Join(strings.Fields(c.text[at.Offset:at.Offset+at.Length]), " ")
	if short := []rune(text); len(short) > 40 {
		return string(short[:37]) + "..."
	}
	return text
}

// class finds the class of n and of all below it, and stores them.
func (c *checker) class(n Node) (Class, error) {
	class, err := c.find(n)
	if err != nil {
		return Any, err
	}
	n.node().class = class
	return class, nil
}

func (c *checker) find(n Node) (Class, error) {
	switch n := n.(type) {
	case *Literal:
		return classOf(n.Value.Kind()), nil
	case *Name:
		return c.name(n)
	case *Negate:
		return Number, c.numbers("-", n.X)
	case *Arithmetic:
		return Number, c.numbers(n.Op, n.X, n.Y)
	case *Call:
		return Number, c.numbers(n.Func, n.Args...)
	case *Choose:
		return c.choose(n)
	case *Compare:
		return Boolean, c.compare(n)
	case *In:
		return Boolean, c.in(n)
	case *Between:
		return Boolean, c.numbers("a range", n.X, n.Lo, n.Hi)
	case *Match:
		return Boolean, c.match(n)
	case *Has:
		_, err := c.class(n.X)
		return Boolean, err
	case *Within:
		return Boolean, c.within(n)
	}
	for _, x := range children(n) { // of And, Or, Not
		class, err := c.class(x)
		if err != nil {
			return Any, err
		}
		if err := c.condition(x, class); err != nil {
			return Any, err
		}
	}
	return Boolean, nil
}

func classOf(k field.Kind) Class {
	switch k {
	case field.Bool:
		return Boolean
	case field.Int, field.Float32, field.Float64:
		return Number
	case field.Text:
		return Text
	case field.Bytes, field.JSON:
		return Opaque
	}
	return Any
}

// isAttr says whether a node is an attribute of the message, whose text may
// spell a number.
func isAttr(n Node) bool {
	name, ok := n.(*Name)
	return ok && strings.HasPrefix(name.Name, attrPart+"[")
}

// isID says whether a node is one of the identifiers that are text in rows but
// digits in most surveys.
func isID(n Node) bool {
	name, ok := n.(*Name)
	return ok && (name.Name == "object_id" || name.Name == "source_id" || name.Name == "message_id")
}

func (c *checker) name(n *Name) (Class, error) {
	if c.kind == nil {
		return Any, nil
	}
	kind, err := c.ask(n.Name, n)
	if err != nil {
		return Any, err
	}
	n.Kind = kind
	if isAttr(n) && kind == field.Text {
		return Any, nil
	}
	return classOf(kind), nil
}

// ask gives the kind of a column, and reports at n what is wrong with it.
func (c *checker) ask(name string, n Node) (field.Kind, error) {
	kind, err := c.kind(name)
	if err == nil {
		return kind, nil
	}
	at := n.Span()
	e := &Error{Text: c.text, Offset: at.Offset, Length: at.Length, Message: err.Error()}
	var unknown interface{ Nearest() []string }
	if errors.As(err, &unknown) {
		e.Message = "unknown name " + name
		if !strings.Contains(name, `"`) {
			e.Message = "unknown name " + strconv.Quote(name)
		}
		e.Near = unknown.Nearest()
	}
	return field.Missing, e
}

func (c *checker) condition(n Node, class Class) error {
	switch {
	case class == Boolean:
		return nil
	case class == Any && !isAttr(n):
		return nil
	case isAttr(n):
		return c.fail(n, `%s is text, not a condition: compare it, as in %s == "1"`, c.words(n), c.words(n))
	case class == Number:
		return c.fail(n, "%s is a number, not a condition: compare it, as in %s > 0", c.words(n), c.words(n))
	case class == Text:
		return c.fail(n, `%s is text, not a condition: compare it, as in %s == "..."`, c.words(n), c.words(n))
	}
	return c.fail(n, "%s is %s, not a condition: has(x) tests for it", c.words(n), class)
}

// numbers wants all nodes to be numbers for an operator or a function.
func (c *checker) numbers(what string, nodes ...Node) error {
	for _, n := range nodes {
		class, err := c.class(n)
		if err != nil {
			return err
		}
		if class != Number && class != Any {
			return c.fail(n, "%s wants numbers, and %s is %s", what, c.words(n), named(n, class))
		}
	}
	return nil
}

// named gives the class of a node for a message; a column is not a condition.
func named(n Node, class Class) string {
	switch n.(type) {
	case *Name, *Literal:
		if class == Boolean {
			return "a boolean"
		}
	}
	return class.String()
}

func (c *checker) choose(n *Choose) (Class, error) {
	class, err := c.class(n.If)
	if err == nil {
		err = c.condition(n.If, class)
	}
	if err != nil {
		return Any, err
	}
	then, err := c.class(n.Then)
	if err != nil {
		return Any, err
	}
	other, err := c.class(n.Else)
	if err != nil {
		return Any, err
	}
	switch {
	case then == Opaque:
		return Any, c.opaque(n.Then)
	case other == Opaque:
		return Any, c.opaque(n.Else)
	case then == other || other == Any:
		return then, nil
	case then == Any:
		return other, nil
	}
	return Any, c.fail(n, "%s is %s and %s is %s: both sides of : are of one kind",
		c.words(n.Then), named(n.Then, then), c.words(n.Else), named(n.Else, other))
}

func (c *checker) opaque(n Node) error {
	return c.fail(n, "%s is a record or list: only has(%s) can test it", c.words(n), c.words(n))
}

func (c *checker) compare(n *Compare) error {
	x, err := c.class(n.X)
	if err != nil {
		return err
	}
	y, err := c.class(n.Y)
	if err != nil {
		return err
	}
	order := n.Op != "==" && n.Op != "!="
	n.As, err = c.unify(n, n.X, x, n.Y, y, order)
	if err == nil && order && n.As == Boolean {
		return c.fail(n, "conditions and booleans have no order: compare them with == and !=")
	}
	return err
}

// unify tells as what two nodes compare.
func (c *checker) unify(at, nx Node, x Class, ny Node, y Class, order bool) (Class, error) {
	switch {
	case x == Opaque:
		return Any, c.opaque(nx)
	case y == Opaque:
		return Any, c.opaque(ny)
	case x == y:
		return x, nil
	case x == Any && isID(nx) && isInt(ny) && !order, y == Any && isID(ny) && isInt(nx) && !order:
		return Text, nil
	case x == Any:
		return y, nil
	case y == Any:
		return x, nil
	case x == Boolean && isFlag(ny), y == Boolean && isFlag(nx):
		return Boolean, nil
	case x == Text && isID(nx) && isInt(ny) && !order, y == Text && isID(ny) && isInt(nx) && !order:
		return Text, nil
	}
	return Any, c.fail(at, "%s is %s and %s is %s%s",
		c.words(nx), named(nx, x), c.words(ny), named(ny, y), c.remedy(nx, x, ny, y))
}

// remedy says what to write instead of a text that is a number, or a number that
// should be a text.
func (c *checker) remedy(nx Node, x Class, ny Node, y Class) string {
	if lx, ok := nx.(*Literal); ok {
		if _, both := ny.(*Literal); !both {
			return c.remedy(ny, y, lx, x)
		}
	}
	if _, ok := nx.(*Not); ok {
		return ": put the comparison in parentheses, as in not (x > 5)"
	}
	l, ok := ny.(*Literal)
	if !ok {
		return ""
	}
	if number := l.Value.String(); x == Number && y == Text && isNumber([]byte(number)) {
		return ": write " + number
	}
	if x == Text && y == Number {
		return ": write " + strconv.Quote(c.words(ny))
	}
	return ""
}

func isInt(n Node) bool {
	l, ok := n.(*Literal)
	return ok && l.Value.Kind() == field.Int
}

// isFlag says whether a node may stand for a boolean: 0, 1, or a column of
// integers.
func isFlag(n Node) bool {
	switch n := n.(type) {
	case *Literal:
		i, ok := n.Value.Int()
		return ok && (i == 0 || i == 1)
	case *Name:
		return n.Kind == field.Int
	}
	return false
}

func (c *checker) in(n *In) error {
	x, err := c.class(n.X)
	if err != nil {
		return err
	}
	var as Class
	for i, l := range n.List {
		class, err := c.class(l)
		if err != nil {
			return err
		}
		one, err := c.unify(l, n.X, x, l, class, false)
		if err != nil {
			return err
		}
		// Booleans of a list may be written as flags, ids as integers.
		if i > 0 && one != as {
			return c.fail(l, "%s is %s: a list holds values of one kind", c.words(l), named(l, class))
		}
		as = one
	}
	n.As = as
	return nil
}

func (c *checker) match(n *Match) error {
	for _, side := range []Node{n.X, n.Y} {
		class, err := c.class(side)
		if err != nil {
			return err
		}
		if class != Text && class != Any {
			return c.fail(side, "%s wants text, and %s is %s", n.Op, c.words(side), named(side, class))
		}
	}
	return nil
}

func (c *checker) within(n *Within) error {
	if c.kind == nil {
		return nil
	}
	for _, name := range []string{raName, decName} {
		kind, err := c.ask(name, n)
		if err != nil {
			return err
		}
		if class := classOf(kind); class != Number && class != Any {
			return c.fail(n, "within wants the column %s to be a number", name)
		}
	}
	return nil
}
