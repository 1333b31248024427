// Package serverfilter reads the filter language of Pub/Sub, in which a
// subscription says which messages it wants by their attributes:
//
//	attributes:diaObject_diaObjectId
//	attributes.pg_variable = "likely" AND NOT hasPrefix(attributes.candid, "3")
//	attributes."kafka.topic" != "ztf" AND (attributes:a OR attributes:b)
//
// [Check] finds mistakes before a filter is sent, because a filter can't be
// changed once its subscription exists, and [Filter.Match] applies one, as the
// service does.
//
// The language is that of
// https://cloud.google.com/pubsub/docs/subscription-message-filter.
package serverfilter

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/where"
)

// MaxLength is the service's limit on a filter, in bytes.
const MaxLength = where.MaxServerFilter

// Filter is a parsed filter.
type Filter struct {
	text string
	root node
}

// Check says what is wrong with a filter's text; the error is a [*where.Error].
// The empty filter is right, and takes all messages.
func Check(text string) error {
	_, err := Parse(text)
	return err
}

// Parse reads a filter. The error is a [*where.Error].
func Parse(text string) (*Filter, error) {
	p := &parser{text: text}
	if len(text) > MaxLength {
		return nil, p.fail(MaxLength, len(text), "the filter is %d bytes long, and Pub/Sub takes %d", len(text), MaxLength)
	}
	p.next()
	if p.kind == end && p.err == nil {
		return &Filter{text: text, root: everything{}}, nil
	}
	root, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.kind != end {
		return nil, p.unexpected("AND, OR or the end")
	}
	return &Filter{text: text, root: root}, nil
}

// String gives the filter as it was written.
func (f *Filter) String() string { return f.text }

// Match says whether the filter takes a message whose attributes are told by
// attr. A message without the attribute k matches attributes.k != "v".
func (f *Filter) Match(attr func(name string) (value string, ok bool)) bool {
	return f.root.match(attr)
}

type attributes = func(name string) (string, bool)

type node interface{ match(attributes) bool }

type (
	everything struct{}
	hasKey     struct{ key string }
	equals     struct{ key, value string }
	hasPrefix  struct{ key, prefix string }
	negation   struct{ of node }
	allOf      []node
	anyOf      []node
)

func (everything) match(attributes) bool { return true }

func (n hasKey) match(attr attributes) bool {
	_, ok := attr(n.key)
	return ok
}

func (n equals) match(attr attributes) bool {
	value, ok := attr(n.key)
	return ok && value == n.value
}

func (n hasPrefix) match(attr attributes) bool {
	value, ok := attr(n.key)
	return ok && strings.HasPrefix(value, n.prefix)
}

func (n negation) match(attr attributes) bool { return !n.of.match(attr) }

func (n allOf) match(attr attributes) bool {
	for _, of := range n {
		if !of.match(attr) {
			return false
		}
	}
	return true
}

func (n anyOf) match(attr attributes) bool {
	for _, of := range n {
		if of.match(attr) {
			return true
		}
	}
	return false
}

// expression reads terms joined by AND, or by OR, but not by both.
func (p *parser) expression() (node, error) {
	first, err := p.term()
	if err != nil {
		return nil, err
	}
	nodes := []node{first}
	joint := ""
	for p.kind == word && (p.value == "AND" || p.value == "OR") {
		if joint != "" && joint != p.value {
			return nil, p.here("AND and OR can't be mixed without parentheses")
		}
		joint = p.value
		p.next()
		n, err := p.term()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	switch joint {
	case "AND":
		return allOf(nodes), nil
	case "OR":
		return anyOf(nodes), nil
	}
	return first, nil
}

func (p *parser) term() (node, error) {
	if p.kind == minus || p.kind == word && p.value == "NOT" {
		p.next()
		if p.kind == minus || p.kind == word && p.value == "NOT" {
			return nil, p.here("a second NOT needs parentheses")
		}
		n, err := p.term()
		return negation{n}, err
	}
	switch {
	case p.kind == sign && p.value == "(":
		p.next()
		n, err := p.expression()
		if err != nil {
			return nil, err
		}
		return n, p.expect(")")
	case p.kind == word && p.value == "attributes":
		return p.comparison()
	case p.kind == word && p.value == "hasPrefix":
		return p.prefix()
	case p.kind == text:
		return nil, p.here("a value stands on the right: attributes.key = %s", strconv.Quote(p.value))
	}
	return nil, p.unexpected(`attributes:key, attributes.key = "value" or hasPrefix(attributes.key, "value")`)
}

func (p *parser) comparison() (node, error) {
	p.next()
	if p.kind == sign && p.value == ":" {
		p.next()
		key, err := p.key()
		return hasKey{key}, err
	}
	key, err := p.member()
	if err != nil {
		return nil, err
	}
	if p.kind != sign || p.value != "=" && p.value != "!=" {
		return nil, p.unexpected(`= "value" or != "value"`)
	}
	op := p.value
	p.next()
	value, err := p.literal()
	if op == "!=" {
		return negation{equals{key, value}}, err
	}
	return equals{key, value}, err
}

func (p *parser) prefix() (node, error) {
	p.next()
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if p.kind != word || p.value != "attributes" {
		return nil, p.unexpected("attributes.key")
	}
	p.next()
	key, err := p.member()
	if err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	value, err := p.literal()
	if err != nil {
		return nil, err
	}
	return hasPrefix{key, value}, p.expect(")")
}

// member reads .key behind attributes.
func (p *parser) member() (string, error) {
	if p.kind != sign || p.value != "." {
		return "", p.unexpected(".key or :key")
	}
	p.next()
	return p.key()
}

func (p *parser) key() (string, error) {
	if p.kind != word && p.kind != text {
		return "", p.unexpected("the name of an attribute")
	}
	key, start, bare := p.value, p.start, p.kind == word
	p.next()
	if bare && p.kind == sign && p.value == "." {
		stop := p.start
		for stop < len(p.text) && (isKey(p.text[stop]) || p.text[stop] == '.' || p.text[stop] == '/') {
			stop++
		}
		return "", p.fail(start, stop, "a name with other characters than letters, digits, _ and - needs quotes: %q", p.text[start:stop])
	}
	return key, nil
}

func (p *parser) literal() (string, error) {
	if p.kind != text {
		return "", p.unexpected("a text in double quotes")
	}
	value := p.value
	p.next()
	return value, nil
}

func (p *parser) expect(value string) error {
	if p.kind != sign || p.value != value {
		return p.unexpected(value)
	}
	p.next()
	return nil
}

// parser holds the current token.
type parser struct {
	text        string
	start, stop int
	kind        kind
	value       string
	err         error // of the token
}

type kind uint8

const (
	end kind = iota
	word
	text
	sign
	minus
	bad
)

func (p *parser) fail(start, stop int, format string, args ...any) error {
	return &where.Error{Text: p.text, Offset: start, Length: stop - start, Message: fmt.Sprintf(format, args...)}
}

func (p *parser) here(format string, args ...any) error {
	if p.kind == bad {
		return p.err
	}
	return p.fail(p.start, p.stop, format, args...)
}

func (p *parser) unexpected(wanted string) error {
	switch {
	case p.kind == end:
		return p.here("the filter ends where %s is expected", wanted)
	case p.kind == word && (p.value == "and" || p.value == "or" || p.value == "not"):
		return p.here("%s is written in upper case: %s", p.value, strings.ToUpper(p.value))
	}
	return p.here("unexpected %s where %s is expected", p.text[p.start:p.stop], wanted)
}

func isKey(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// next reads a token.
func (p *parser) next() {
	for p.stop < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.stop]) >= 0 {
		p.stop++
	}
	p.start = p.stop
	if p.start == len(p.text) {
		p.kind, p.value = end, ""
		return
	}
	rest := p.text[p.start:]
	switch c := rest[0]; {
	case c == '"':
		p.quoted()
		return
	case c == '-':
		p.kind, p.stop = minus, p.start+1
	case isKey(c):
		for p.stop < len(p.text) && isKey(p.text[p.stop]) {
			p.stop++
		}
		p.kind = word
	case strings.HasPrefix(rest, "!="):
		p.kind, p.stop = sign, p.start+2
	case strings.IndexByte("():.,=", c) >= 0:
		p.kind, p.stop = sign, p.start+1
	case c == '\'':
		p.bad(p.start+1, "a text stands in double quotes")
		return
	default:
		p.bad(p.start+len(string([]rune(rest)[:1])), "the filter language has = and !=, AND, OR, NOT, hasPrefix and texts in double quotes")
		return
	}
	p.value = p.text[p.start:p.stop]
}

func (p *parser) bad(stop int, message string) {
	p.kind, p.stop = bad, min(stop, len(p.text))
	p.value = p.text[p.start:p.stop]
	p.err = p.fail(p.start, p.stop, "%s", message)
}

func (p *parser) quoted() {
	for p.stop = p.start + 1; p.stop < len(p.text) && p.text[p.stop] != '"'; p.stop++ {
		if p.text[p.stop] == '\\' {
			p.stop++
		}
	}
	if p.stop >= len(p.text) {
		p.bad(len(p.text), "a text has no closing quote")
		return
	}
	p.stop++
	value, err := strconv.Unquote(p.text[p.start:p.stop])
	if err != nil {
		p.bad(p.stop, `a text has a bad escape: there are \\, \", \n, \t, \u0041, \x41 and \101`)
		return
	}
	p.kind, p.value = text, value
}
