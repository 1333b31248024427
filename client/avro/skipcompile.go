package avro

// Records are written out in full where they occur, until a program has this
// many steps; from then on, and for a record within itself, they are shared
// programs that are called. It keeps a small hostile schema from becoming a
// huge program.
const inlineSteps = 20000

// inlinePath bounds the length of the paths kept for errors in the same way.
const inlinePath = 512

// maxRun bounds the bytes of a run, so that its offsets fit.
const maxRun = 1 << 24

// skipCompiler makes skip programs for one schema.
type skipCompiler struct {
	steps  int
	inside map[*node]bool
	subs   map[*node]*skipSub
}

func newSkipCompiler() *skipCompiler {
	return &skipCompiler{inside: make(map[*node]bool), subs: make(map[*node]*skipSub)}
}

// add appends the steps that skip a value of type n.
func (c *skipCompiler) add(ops []skipOp, n *node, path string) []skipOp {
	c.steps++
	if n.fixed >= 0 {
		return addRun(ops, nil, n.fixed, path)
	}
	switch n.kind {
	case kindInt, kindLong, kindEnum:
		return append(ops, skipOp{code: skipLong, path: path})
	case kindBytes, kindString:
		return append(ops, skipOp{code: skipText, path: path})
	case kindRecord:
		return c.addRecord(ops, n, path)
	case kindArray, kindMap:
		op := skipOp{code: skipArray, path: path, fixed: n.items.fixed, least: n.items.least}
		if n.kind == kindMap {
			op.code = skipMap
			op.least++
		}
		op.body = c.add(nil, n.items, path)
		return append(ops, op)
	default:
		return c.addUnion(ops, n, path)
	}
}

func (c *skipCompiler) addRecord(ops []skipOp, n *node, path string) []skipOp {
	if !c.inside[n] && c.steps < inlineSteps && len(path) < inlinePath {
		c.inside[n] = true
		for _, f := range n.fields {
			ops = c.add(ops, f.node, under(path, f.name))
		}
		delete(c.inside, n)
		return ops
	}
	sub := c.subs[n]
	if sub == nil {
		sub = &skipSub{}
		c.subs[n] = sub
		outer := c.inside
		c.inside = map[*node]bool{n: true}
		for _, f := range n.fields {
			sub.ops = c.add(sub.ops, f.node, f.name)
		}
		c.inside = outer
	}
	return append(ops, skipOp{code: skipCall, sub: sub, path: path})
}

func (c *skipCompiler) addUnion(ops []skipOp, n *node, path string) []skipOp {
	inner, null, ok := n.nullable()
	if !ok {
		op := skipOp{code: skipUnion, path: path}
		for _, b := range n.branches {
			op.alts = append(op.alts, c.add(nil, b, path))
		}
		return append(ops, op)
	}
	if inner.fixed >= 0 && inner.fixed < 1<<16 {
		return addRun(ops, &runField{null: null, size: uint16(inner.fixed)}, 1+inner.fixed, path)
	}
	switch inner.kind {
	case kindInt, kindLong, kindEnum:
		return append(ops, skipOp{code: skipNullableLong, null: null, path: path})
	case kindBytes, kindString:
		return append(ops, skipOp{code: skipNullableText, null: null, path: path})
	}
	return append(ops, skipOp{code: skipNullable, null: null, path: path, body: c.add(nil, inner, path)})
}

// addRun lengthens the run at the end of ops, or begins one.
func addRun(ops []skipOp, f *runField, size int, path string) []skipOp {
	if size == 0 {
		return ops
	}
	last := len(ops) - 1
	if last < 0 || ops[last].code != skipRun || ops[last].fixed+size > maxRun {
		ops = append(ops, skipOp{code: skipRun})
		last++
	}
	op := &ops[last]
	if f != nil {
		f.off = uint32(op.fixed)
		op.run = append(op.run, *f)
		op.names = append(op.names, path)
	}
	op.fixed += size
	op.path = path
	return ops
}

// skipProgram is compiled when it is first needed.
func (s *Schema) skipProgram() []skipOp {
	s.skipOnce.Do(func() { s.skipper = newSkipCompiler().add(nil, s.root, "") })
	return s.skipper
}

// Skip gives the length of the datum at the start of data. What follows it is
// not looked at.
func (s *Schema) Skip(data []byte) (n int, err error) {
	if len(data) > s.limits.Packet {
		return 0, &Error{Reason: reasonPacket}
	}
	m := machine{data: data, limits: &s.limits}
	if n = m.skip(s.skipProgram(), 0); n < 0 {
		return 0, m.err()
	}
	return n, nil
}
