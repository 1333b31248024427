package avro

import "github.com/mwvgroup/pgb/client/field"

// jsonOp is one step of a program that turns values into JSON. Before its value
// stands text, in which the names and braces since the last value are collected.
type jsonOp struct {
	code  jsonCode
	maybe bool // nullable: null says which byte is null
	null  byte
	text  int    // bytes of key that count
	key   string // padded to whole words
	scale float64
	size  int // jsonFixed: bytes; jsonArray, jsonMap: bytes of an item at least
	names []string
	skip  []skipOp
	body  *jsonProgram
	alts  []*jsonProgram
	path  string
}

// jsonProgram is a sequence of steps and the bytes it writes at most, texts and
// lists apart.
type jsonProgram struct {
	ops  []jsonOp
	room int
}

type jsonCode uint8

const (
	jsonText jsonCode = iota // the text before, and nothing else
	jsonSkip
	jsonNull
	jsonBool
	jsonInt
	jsonLong
	jsonTime
	jsonFloat
	jsonDouble
	jsonBytes
	jsonString
	jsonFixed
	jsonEnum
	jsonNested // body; its own level of braces
	jsonArray
	jsonMap
	jsonUnion
	jsonCall
)

const (
	keyWord   = 16 // keys are copied in words of so many bytes
	valueRoom = 48 // bytes of a number, a boolean or null at most, and a comma
)

// omitted is a set of paths as a tree: what is left out, and where there is
// something to leave out further down.
type omitted struct {
	all  bool
	kids map[string]*omitted
}

func omit(paths []field.Path) *omitted {
	root := &omitted{}
	for _, path := range paths {
		at := root
		for _, name := range path {
			if at.kids == nil {
				at.kids = make(map[string]*omitted)
			}
			if at.kids[name] == nil {
				at.kids[name] = &omitted{}
			}
			at = at.kids[name]
		}
		at.all = len(path) > 0
	}
	return root
}

func (o *omitted) kid(name string) *omitted {
	if o == nil {
		return nil
	}
	return o.kids[name]
}

// jsonCompiler makes JSON programs for one schema.
type jsonCompiler struct {
	steps  int
	inside map[*node]bool
	subs   map[*node]*jsonProgram
	skips  *skipCompiler
}

func newJSONCompiler() *jsonCompiler {
	return &jsonCompiler{inside: make(map[*node]bool), subs: make(map[*node]*jsonProgram), skips: newSkipCompiler()}
}

// program compiles a value of type n and what stands around it.
func (c *jsonCompiler) program(n *node, out *omitted, path string) *jsonProgram {
	b := &jsonBuilder{jsonCompiler: c, program: &jsonProgram{}}
	b.value(n, out, path, jsonOp{})
	return b.finish()
}

// jsonBuilder appends to one program.
type jsonBuilder struct {
	*jsonCompiler
	program *jsonProgram
	pending []byte // text to stand before the next value
}

func (b *jsonBuilder) emit(op jsonOp) {
	op.text = len(b.pending)
	padded := (len(b.pending) + keyWord - 1) / keyWord * keyWord
	op.key = string(append(b.pending, make([]byte, padded-len(b.pending))...))
	b.pending = b.pending[:0]
	b.program.ops = append(b.program.ops, op)
	b.program.room += padded + valueRoom
	b.steps++
}

func (b *jsonBuilder) finish() *jsonProgram {
	if len(b.pending) > 0 {
		b.emit(jsonOp{code: jsonText})
	}
	b.program.room += keyWord
	return b.program
}

var jsonLeaf = map[kind]jsonCode{
	kindNull: jsonNull, kindBool: jsonBool, kindInt: jsonInt, kindLong: jsonLong, kindFloat: jsonFloat,
	kindDouble: jsonDouble, kindBytes: jsonBytes, kindString: jsonString, kindFixed: jsonFixed, kindEnum: jsonEnum,
}

// value appends a value of type n; op says whether it is nullable.
func (b *jsonBuilder) value(n *node, out *omitted, path string, op jsonOp) {
	op.path = path
	switch n.kind {
	case kindRecord:
		b.record(n, out, path, op)
	case kindArray, kindMap:
		op.code, op.size = jsonArray, n.items.least
		if n.kind == kindMap {
			op.code, op.size = jsonMap, n.items.least+1
		}
		op.body = b.jsonCompiler.program(n.items, out, path)
		b.emit(op)
	case kindUnion:
		if inner, null, ok := n.nullable(); ok {
			b.value(inner, out, path, jsonOp{maybe: true, null: null})
			return
		}
		op.code = jsonUnion
		for _, branch := range n.branches {
			op.alts = append(op.alts, b.jsonCompiler.program(branch, out, path))
		}
		b.emit(op)
	default:
		op.code, op.size, op.names = jsonLeaf[n.kind], n.size, n.symbols
		if n.scale != 0 {
			op.code, op.scale = jsonTime, n.scale
		}
		b.emit(op)
	}
}

// record writes a record out in place where it may, see inlineSteps.
func (b *jsonBuilder) record(n *node, out *omitted, path string, op jsonOp) {
	c := b.jsonCompiler
	inline := out != nil || (!c.inside[n] && c.steps < inlineSteps && len(path) < inlinePath)
	switch {
	case inline && op.maybe:
		op.code = jsonNested
		nested := &jsonBuilder{jsonCompiler: c, program: &jsonProgram{}}
		nested.members(n, out, path)
		op.body = nested.finish()
	case inline:
		b.members(n, out, path)
		return
	default:
		op.code = jsonCall
		op.body = c.shared(n)
	}
	b.emit(op)
}

func (c *jsonCompiler) shared(n *node) *jsonProgram {
	if p := c.subs[n]; p != nil {
		return p
	}
	p := &jsonProgram{}
	c.subs[n] = p
	outer := c.inside
	c.inside = map[*node]bool{n: true}
	b := &jsonBuilder{jsonCompiler: c, program: p}
	b.members(n, nil, "")
	b.finish()
	c.inside = outer
	return p
}

func (b *jsonBuilder) members(n *node, out *omitted, path string) {
	was := b.inside[n]
	b.inside[n] = true
	b.pending = append(b.pending, '{')
	first := true
	for _, f := range n.fields {
		below := out.kid(f.name)
		if below != nil && below.all {
			b.leaveOut(f.node, under(path, f.name))
			continue
		}
		if !first {
			b.pending = append(b.pending, ',')
		}
		first = false
		b.pending = field.AppendJSONText(b.pending, f.name)
		b.pending = append(b.pending, ':')
		b.value(f.node, below, under(path, f.name), jsonOp{})
	}
	b.pending = append(b.pending, '}')
	b.inside[n] = was
}

// leaveOut skips a value without writing; text that is pending stays so.
func (b *jsonBuilder) leaveOut(n *node, path string) {
	ops := b.program.ops
	if last := len(ops) - 1; last >= 0 && ops[last].code == jsonSkip {
		ops[last].skip = b.skips.add(ops[last].skip, n, path)
		return
	}
	b.program.ops = append(ops, jsonOp{code: jsonSkip, skip: b.skips.add(nil, n, path), path: path})
}
