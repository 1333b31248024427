package avro

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxSchemaDepth bounds how deep types may nest in a schema's text.
const maxSchemaDepth = 100

// maxName bounds the length of names in bytes.
const maxName = 512

// schemaParser builds the nodes of a schema.
type schemaParser struct {
	named map[string]*node
	order []*node // all nodes, inner ones first
}

func parseNodes(text []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, &SchemaError{Reason: "not JSON: " + err.Error()}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &SchemaError{Reason: "text after the schema"}
	}
	p := &schemaParser{named: make(map[string]*node)}
	root, err := p.parse(v, "", "", 0)
	if err != nil {
		return nil, err
	}
	if err := p.measure(); err != nil {
		return nil, err
	}
	return root, nil
}

func bad(path, format string, args ...any) error {
	return &SchemaError{Path: path, Reason: fmt.Sprintf(format, args...)}
}

func (p *schemaParser) parse(v any, namespace, path string, depth int) (*node, error) {
	if depth > maxSchemaDepth {
		return nil, bad(path, "types nested deeper than %d", maxSchemaDepth)
	}
	switch v := v.(type) {
	case string:
		return p.byName(v, namespace, path)
	case []any:
		return p.union(v, namespace, path, depth)
	case map[string]any:
		return p.complex(v, namespace, path, depth)
	default:
		return nil, bad(path, "a type must be a text, a list or an object")
	}
}

func (p *schemaParser) add(n *node) *node {
	p.order = append(p.order, n)
	return n
}

func (p *schemaParser) byName(name, namespace, path string) (*node, error) {
	for k := kindNull; k <= kindString; k++ {
		if kindNames[k] == name {
			return p.add(&node{kind: k}), nil
		}
	}
	if !strings.Contains(name, ".") && namespace != "" {
		if n := p.named[namespace+"."+name]; n != nil {
			return n, nil
		}
	}
	if n := p.named[name]; n != nil {
		return n, nil
	}
	return nil, bad(path, "unknown type %q", name)
}

func (p *schemaParser) union(list []any, namespace, path string, depth int) (*node, error) {
	n := &node{kind: kindUnion}
	if len(list) == 0 {
		return nil, bad(path, "a union without branches")
	}
	for _, v := range list {
		b, err := p.parse(v, namespace, path, depth+1)
		if err != nil {
			return nil, err
		}
		if b.kind == kindUnion {
			return nil, bad(path, "a union within a union")
		}
		for _, other := range n.branches {
			if other.kind == b.kind && other.name == b.name {
				return nil, bad(path, "a union with %s twice", b.kind)
			}
		}
		n.branches = append(n.branches, b)
	}
	return p.add(n), nil
}

func (p *schemaParser) complex(v map[string]any, namespace, path string, depth int) (*node, error) {
	name, ok := v["type"].(string)
	if !ok {
		if v["type"] == nil {
			return nil, bad(path, "an object without a type")
		}
		return p.parse(v["type"], namespace, path, depth+1)
	}
	switch name {
	case "record", "error":
		return p.record(v, namespace, path, depth)
	case "enum":
		return p.enum(v, namespace, path)
	case "fixed":
		return p.fixed(v, namespace, path)
	case "array", "map":
		n := &node{kind: kindArray}
		inner := v["items"]
		if name == "map" {
			n.kind, inner = kindMap, v["values"]
		}
		items, err := p.parse(inner, namespace, path, depth+1)
		if err != nil {
			return nil, err
		}
		n.items = items
		return p.add(n), nil
	}
	n, err := p.byName(name, namespace, path)
	if err != nil || n.name != "" {
		return n, err
	}
	n.setLogical(v["logicalType"])
	return n, nil
}

// setLogical keeps the logical types that change how a value reads: others are
// annotations, and a reader that does not know them uses the underlying type.
func (n *node) setLogical(v any) {
	name, _ := v.(string)
	n.logical = name
	if n.kind != kindLong {
		return
	}
	switch name {
	case "timestamp-millis", "local-timestamp-millis":
		n.scale = 1e3
	case "timestamp-micros", "local-timestamp-micros":
		n.scale = 1e6
	case "timestamp-nanos", "local-timestamp-nanos":
		n.scale = 1e9
	}
}

// define registers a named type before its fields are read, so that they may
// refer to it, and gives the namespace that holds inside.
func (p *schemaParser) define(n *node, v map[string]any, namespace, path string) (inside string, err error) {
	name, _ := v["name"].(string)
	if name == "" || len(name) > maxName {
		return "", bad(path, "a %s needs a name of at most %d bytes", n.kind, maxName)
	}
	if ns, ok := v["namespace"].(string); ok {
		namespace = ns
	}
	full := name
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		namespace = name[:i]
	} else if namespace != "" {
		full = namespace + "." + name
	}
	if p.named[full] != nil {
		return "", bad(path, "the name %q is defined twice", full)
	}
	n.name = full
	p.named[full] = n
	return namespace, nil
}

func (p *schemaParser) record(v map[string]any, namespace, path string, depth int) (*node, error) {
	n := &node{kind: kindRecord}
	inside, err := p.define(n, v, namespace, path)
	if err != nil {
		return nil, err
	}
	list, ok := v["fields"].([]any)
	if !ok {
		return nil, bad(path, "record %q has no list of fields", n.name)
	}
	seen := make(map[string]bool, len(list))
	n.fields = make([]member, 0, len(list))
	for _, item := range list {
		f, _ := item.(map[string]any)
		name, _ := f["name"].(string)
		if name == "" || len(name) > maxName {
			return nil, bad(path, "record %q has a field without a name, or one of more than %d bytes", n.name, maxName)
		}
		if seen[name] {
			return nil, bad(path, "record %q has the field %q twice", n.name, name)
		}
		seen[name] = true
		inner, err := p.parse(f["type"], inside, under(path, name), depth+1)
		if err != nil {
			return nil, err
		}
		n.fields = append(n.fields, member{name: name, node: inner})
	}
	return p.add(n), nil
}

func (p *schemaParser) enum(v map[string]any, namespace, path string) (*node, error) {
	n := &node{kind: kindEnum}
	if _, err := p.define(n, v, namespace, path); err != nil {
		return nil, err
	}
	list, _ := v["symbols"].([]any)
	for _, item := range list {
		symbol, ok := item.(string)
		if !ok {
			return nil, bad(path, "enum %q has a symbol that is no text", n.name)
		}
		n.symbols = append(n.symbols, symbol)
	}
	if len(n.symbols) == 0 {
		return nil, bad(path, "enum %q has no symbols", n.name)
	}
	return p.add(n), nil
}

func (p *schemaParser) fixed(v map[string]any, namespace, path string) (*node, error) {
	n := &node{kind: kindFixed}
	if _, err := p.define(n, v, namespace, path); err != nil {
		return nil, err
	}
	size, _ := v["size"].(json.Number)
	bytes, err := strconv.ParseInt(size.String(), 10, 32)
	if err != nil || bytes < 0 {
		return nil, bad(path, "fixed %q needs a size in bytes", n.name)
	}
	n.size = int(bytes)
	n.logical, _ = v["logicalType"].(string)
	return p.add(n), nil
}

// measure finds the least and the fixed size of every type, and refuses records
// that contain themselves without end.
func (p *schemaParser) measure() error {
	for _, n := range p.order {
		n.least, n.fixed = unlimited, -1
	}
	// Inner types come first, so one round settles all but recursive types.
	for changed := true; changed; {
		changed = false
		for _, n := range p.order {
			least, fixed := n.extent()
			if least != n.least || fixed != n.fixed {
				n.least, n.fixed = least, fixed
				changed = true
			}
		}
	}
	for _, n := range p.order {
		if n.least >= unlimited && n.kind == kindRecord {
			return bad("", "record %q contains itself without end", n.name)
		}
	}
	return nil
}

func (n *node) extent() (least, fixed int) {
	switch n.kind {
	case kindNull:
		return 0, 0
	case kindBool:
		return 1, 1
	case kindFloat:
		return 4, 4
	case kindDouble:
		return 8, 8
	case kindFixed:
		return n.size, n.size
	case kindRecord:
		for _, f := range n.fields {
			least = min(least+f.node.least, unlimited)
			if fixed >= 0 && f.node.fixed >= 0 && fixed+f.node.fixed < unlimited {
				fixed += f.node.fixed
			} else {
				fixed = -1
			}
		}
		return least, fixed
	case kindUnion:
		least = unlimited
		for _, b := range n.branches {
			least = min(least, b.least)
		}
		return min(least+1, unlimited), -1
	default:
		return 1, -1
	}
}

func under(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
