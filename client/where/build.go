package where

import (
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"github.com/mwvgroup/pgb/client/field"
)

// parse makes the tree of a text.
func parse(text string) (root Node, err error) {
	s := newSource(text)
	if err := s.scan(); err != nil {
		return nil, err
	}
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, s.parseError(err)
	}
	b := &builder{source: s}
	return b.build(tree.Node)
}

// builder turns the parser's tree into ours.
type builder struct {
	*source
	depth int
}

func (b *builder) build(n ast.Node) (Node, error) {
	b.depth++
	defer func() { b.depth-- }()
	if b.depth > MaxDepth {
		return nil, b.fail(b.where(n), "the expression is nested deeper than %d", MaxDepth)
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return b.literal(n, field.OfInt(int64(n.Value))), nil
	case *ast.FloatNode:
		return b.literal(n, field.OfFloat64(n.Value)), nil
	case *ast.BoolNode:
		return b.literal(n, field.OfBool(n.Value)), nil
	case *ast.StringNode:
		return b.literal(n, field.OfString(n.Value)), nil
	case *ast.IdentifierNode, *ast.MemberNode:
		return b.name(n)
	case *ast.UnaryNode:
		return b.unary(n)
	case *ast.BinaryNode:
		return b.binary(n)
	case *ast.ConditionalNode:
		parts, err := b.all(n.Cond, n.Exp1, n.Exp2)
		if err != nil {
			return nil, err
		}
		first, last := parts[0].Span(), parts[2].Span()
		return &Choose{base{span: join(first, last)}, parts[0], parts[1], parts[2]}, nil
	case *ast.CallNode:
		callee, ok := n.Callee.(*ast.IdentifierNode)
		if !ok {
			return nil, b.fail(b.where(n), "only functions can be called: there are %s", strings.Join(functions, ", "))
		}
		return b.call(callee.Value, n, n.Arguments)
	case *ast.BuiltinNode:
		return b.call(n.Name, n, n.Arguments)
	case *ast.ArrayNode:
		return nil, b.fail(b.where(n), "a list stands only after in, as in band in [\"g\", \"r\"]")
	case *ast.SliceNode:
		return nil, b.fail(b.where(n), "[a:b] is not in the language")
	}
	return nil, b.fail(b.where(n), "this is not in the language")
}

func (b *builder) all(nodes ...ast.Node) ([]Node, error) {
	built := make([]Node, len(nodes))
	for i, n := range nodes {
		var err error
		if built[i], err = b.build(n); err != nil {
			return nil, err
		}
	}
	return built, nil
}

func (b *builder) literal(n ast.Node, v field.Value) *Literal {
	return &Literal{base{span: b.span(n.Location())}, v}
}

func join(first, last Span) Span {
	return Span{first.Offset, last.Offset + last.Length - first.Offset}
}

// where gives the span of a node of the parser, as far as it tells.
func (b *builder) where(n ast.Node) Span {
	at := b.span(n.Location())
	switch n := n.(type) {
	case *ast.CallNode, *ast.BuiltinNode, *ast.ArrayNode:
		return Span{at.Offset, b.closing(at.Offset) - at.Offset}
	case *ast.BinaryNode:
		return join(b.where(n.Left), b.where(n.Right))
	case *ast.UnaryNode:
		inner := b.where(n.Node)
		return join(Span{min(at.Offset, inner.Offset), 0}, inner)
	case *ast.SliceNode:
		return join(b.where(n.Node), Span{b.closing(at.Offset), 0})
	case *ast.MemberNode:
		if b.text[at.Offset] == '[' {
			at = Span{b.closing(at.Offset), 0}
		}
		return join(b.where(n.Node), at)
	}
	return at
}

// name builds a column's name from an identifier or a chain of members.
func (b *builder) name(n ast.Node) (Node, error) {
	span := b.where(n)
	var parts []string
	for {
		member, ok := n.(*ast.MemberNode)
		if !ok {
			break
		}
		key, ok := member.Property.(*ast.StringNode)
		if !ok {
			return nil, b.fail(span, "a name has texts in brackets, as in attr[\"kafka.topic\"]; elements of lists have no names")
		}
		parts = append(parts, key.Value)
		n = member.Node
	}
	first, ok := n.(*ast.IdentifierNode)
	if !ok {
		return nil, b.fail(span, "only a name has members")
	}
	parts = append(parts, first.Value)
	slices.Reverse(parts)
	if parts[0] == attrPart {
		switch len(parts) {
		case 2:
			return &Name{base: base{span: span}, Name: AttrName(parts[1])}, nil
		case 1:
			return nil, b.fail(span, "attr wants a name in brackets, as in attr[\"kafka.topic\"]")
		}
		return nil, b.fail(span, "attributes have no members: perhaps %s", AttrName(strings.Join(parts[1:], ".")))
	}
	for _, part := range parts {
		if part == "" || strings.Contains(part, ".") {
			return nil, b.fail(span, "the name of a member is not empty and has no dot in it")
		}
	}
	return &Name{base: base{span: span}, Name: strings.Join(parts, ".")}, nil
}

func (b *builder) unary(n *ast.UnaryNode) (Node, error) {
	if isNegated(n) {
		return b.comparison(n.Node.(*ast.BinaryNode), true)
	}
	x, err := b.build(n.Node)
	if err != nil {
		return nil, err
	}
	span := join(b.span(n.Location()), x.Span())
	switch n.Operator {
	case "not", "!":
		return &Not{base{span: span}, x}, nil
	case "+":
		return x, nil
	}
	if l, ok := x.(*Literal); ok {
		if i, ok := l.Value.Int(); ok {
			return &Literal{base{span: span}, field.OfInt(-i)}, nil
		}
		if f, ok := l.Value.Float(); ok {
			return &Literal{base{span: span}, field.OfFloat64(-f)}, nil
		}
	}
	return &Negate{base{span: span}, x}, nil
}

// isNegated tells x not in y from not (x in y): the parser makes the same of both
// but for the place of the not.
func isNegated(n *ast.UnaryNode) bool {
	inner, ok := n.Node.(*ast.BinaryNode)
	return ok && n.Operator == "not" && inner.Location() == n.Location()
}

func (b *builder) binary(n *ast.BinaryNode) (Node, error) {
	if not := b.leadingNot(n, n); not != nil {
		x, err := b.build(without(n, not))
		if err != nil {
			return nil, err
		}
		return &Not{base{span: join(b.span(not.Location()), x.Span())}, x}, nil
	}
	switch n.Operator {
	case "and", "&&", "or", "||":
		parts, err := b.all(b.operands(n)...)
		if err != nil {
			return nil, err
		}
		span := base{span: join(parts[0].Span(), parts[len(parts)-1].Span())}
		if isAnd(n) {
			return &And{span, parts}, nil
		}
		return &Or{span, parts}, nil
	case "+", "-", "*", "/", "%", "**", "^":
		parts, err := b.all(n.Left, n.Right)
		if err != nil {
			return nil, err
		}
		op := strings.Replace(n.Operator, "^", "**", 1)
		return &Arithmetic{base{span: join(parts[0].Span(), parts[1].Span())}, op, parts[0], parts[1]}, nil
	case "..":
		return nil, b.fail(b.where(n), "a range stands only after in, as in snr in 5..10")
	}
	return b.comparison(n, false)
}

func isAnd(n *ast.BinaryNode) bool { return n.Operator == "and" || n.Operator == "&&" }
func isOr(n *ast.BinaryNode) bool  { return n.Operator == "or" || n.Operator == "||" }

// operands gives what a chain of the same and/or joins. A chain of comparisons
// behind a not, not a < b < c, is one operand.
func (b *builder) operands(n *ast.BinaryNode) []ast.Node {
	var parts []ast.Node
	pending := []ast.Node{n}
	for len(pending) > 0 {
		last := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if inner, ok := last.(*ast.BinaryNode); ok && (isAnd(n) && isAnd(inner) || isOr(n) && isOr(inner)) && (inner == n || b.leadingNot(inner, inner) == nil) {
			pending = append(pending, inner.Right, inner.Left)
			continue
		}
		parts = append(parts, last)
	}
	return parts
}

// leadingNot finds the not in front of a comparison that stands without
// parentheses: the parser binds it to the first operand, as in (not snr) > 5,
// where everybody means not (snr > 5). The sign ! stays with its operand.
func (b *builder) leadingNot(n ast.Node, top *ast.BinaryNode) *ast.UnaryNode {
	switch n := n.(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&":
			// a < b < c is parsed as a < b && b < c with one node b.
			left, ok := n.Left.(*ast.BinaryNode)
			right, also := n.Right.(*ast.BinaryNode)
			if !ok || !also {
				return nil
			}
			if isAnd(left) {
				last, ok := left.Right.(*ast.BinaryNode)
				if !ok || last.Right != right.Left {
					return nil
				}
			} else if left.Right != right.Left {
				return nil
			}
		case "or", "||", "*", "/", "%", "**", "^":
			return nil
		}
		return b.leadingNot(n.Left, top)
	case *ast.UnaryNode:
		if isNegated(n) {
			return b.leadingNot(n.Node, top)
		}
		if n.Operator == "not" && !b.leavesParens(b.span(n.Location()).Offset, b.span(top.Location()).Offset) {
			return n
		}
	}
	return nil
}

// without copies the left edge of a tree down to not, which is left out.
func without(n ast.Node, not *ast.UnaryNode) ast.Node {
	switch n := n.(type) {
	case *ast.BinaryNode:
		copied := *n
		copied.Left = without(n.Left, not)
		return &copied
	case *ast.UnaryNode:
		if n == not {
			return n.Node
		}
		copied := *n
		copied.Node = without(n.Node, not)
		return &copied
	}
	return n
}

func (b *builder) comparison(n *ast.BinaryNode, negated bool) (Node, error) {
	if n.Operator == "in" {
		return b.in(n, negated)
	}
	parts, err := b.all(n.Left, n.Right)
	if err != nil {
		return nil, err
	}
	at := base{span: join(parts[0].Span(), parts[1].Span())}
	switch n.Operator {
	case "==", "!=", "<", "<=", ">", ">=":
		return &Compare{base: at, Op: n.Operator, X: parts[0], Y: parts[1]}, nil
	case "contains", "startsWith", "endsWith":
		return &Match{base: at, Op: n.Operator, Not: negated, X: parts[0], Y: parts[1]}, nil
	case "matches":
		pattern, ok := parts[1].(*Literal)
		if !ok || pattern.Value.Kind() != field.Text {
			return nil, b.fail(parts[1].Span(), "matches wants a pattern in quotes")
		}
		re, err := regexp.Compile(pattern.Value.String())
		if err != nil {
			return nil, b.fail(parts[1].Span(), "bad pattern: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		return &Match{base: at, Op: n.Operator, Not: negated, X: parts[0], Y: pattern, Regexp: re}, nil
	}
	return nil, b.fail(b.span(n.Location()), "%s is not in the language", n.Operator)
}

func (b *builder) in(n *ast.BinaryNode, negated bool) (Node, error) {
	x, err := b.build(n.Left)
	if err != nil {
		return nil, err
	}
	switch right := n.Right.(type) {
	case *ast.BinaryNode:
		if right.Operator != ".." {
			break
		}
		ends, err := b.all(right.Left, right.Right)
		if err != nil {
			return nil, err
		}
		return &Between{base{span: join(x.Span(), ends[1].Span())}, x, ends[0], ends[1], negated}, nil
	case *ast.ArrayNode:
		at := b.where(right)
		if len(right.Nodes) == 0 {
			return nil, b.fail(at, "the list is empty")
		}
		list := make([]*Literal, len(right.Nodes))
		for i, element := range right.Nodes {
			built, err := b.build(element)
			if err != nil {
				return nil, err
			}
			if list[i], err = b.constant(built, "a list holds constants, as in band in [\"g\", \"r\"]"); err != nil {
				return nil, err
			}
		}
		return &In{base: base{span: join(x.Span(), at)}, X: x, Not: negated, List: list}, nil
	}
	return nil, b.fail(b.where(n.Right), "in wants a list or a range, as in band in [\"g\", \"r\"] or snr in 5..10")
}

// constant gives the value of a node without names.
func (b *builder) constant(n Node, message string) (*Literal, error) {
	if l, ok := n.(*Literal); ok {
		return l, nil
	}
	constant := true
	Walk(n, func(n Node) {
		switch n.(type) {
		case *Literal, *Negate, *Arithmetic, *Call:
		default:
			constant = false
		}
	})
	if constant {
		c := &checker{text: b.text}
		if _, err := c.class(n); err != nil {
			return nil, err
		}
		var none binder
		if v := none.number(n).number(nil).value(); !v.IsMissing() {
			return &Literal{base{span: n.Span()}, v}, nil
		}
		return nil, b.fail(n.Span(), "this has no value")
	}
	return nil, b.fail(n.Span(), "%s", message)
}
