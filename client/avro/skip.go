package avro

// skipOp is one step of a program that walks over values without reading them.
type skipOp struct {
	code  skipCode
	null  byte // skipNullable...: the byte that says null
	fixed int  // skipRun, skipArray: bytes; see there
	least int  // skipArray, skipMap: bytes of an item at least
	run   []runField
	names []string // of the fields in run, for errors
	body  []skipOp
	alts  [][]skipOp
	sub   *skipSub
	path  string
}

// skipSub is a program shared by all places where its record occurs.
type skipSub struct{ ops []skipOp }

type skipCode uint8

const (
	// skipRun: fields of fixed size, each plain or nullable, fixed bytes when
	// none is null.
	skipRun skipCode = iota
	skipLong
	skipNullableLong
	skipText
	skipNullableText
	skipNullable // body, unless null
	skipArray    // fixed bytes an item, or body when fixed is negative
	skipMap
	skipUnion
	skipCall
)

// runField is a nullable field in a run: where its branch byte is while all
// fields before it are present, and by how much the rest moves up if it is null.
type runField struct {
	off  uint32
	size uint16
	null byte
}

// skip walks over what ops describe.
func (m *machine) skip(ops []skipOp, pos int) int {
	for i := range ops {
		op := &ops[i]
		switch op.code {
		case skipRun:
			pos = m.skipRun(op, pos)
		case skipLong:
			at := pos
			if pos = passLong(m.data, pos); pos < 0 {
				return m.badLong(at, op.path)
			}
		case skipNullableLong:
			var null bool
			if pos, null = m.branch(pos, op.null, op.path); null {
				continue
			}
			if pos < 0 {
				return pos
			}
			at := pos
			if pos = passLong(m.data, pos); pos < 0 {
				return m.badLong(at, op.path)
			}
		case skipText:
			pos = m.spanEnd(pos, op.path)
		default:
			pos = m.skipSlow(op, pos)
		}
		if pos < 0 {
			return pos
		}
	}
	return pos
}

func (m *machine) skipSlow(op *skipOp, pos int) int {
	switch op.code {
	case skipNullableText, skipNullable:
		next, null := m.branch(pos, op.null, op.path)
		if null || next < 0 {
			return next
		}
		if op.code == skipNullable {
			return m.skip(op.body, next)
		}
		return m.spanEnd(next, op.path)
	case skipArray, skipMap:
		return m.skipList(op, pos)
	case skipUnion:
		n, next := long(m.data, pos)
		if next < 0 {
			return m.badLong(pos, op.path)
		}
		if uint64(n) >= uint64(len(op.alts)) {
			return m.fail(pos, op.path, reasonBranch)
		}
		return m.skip(op.alts[n], next)
	default: // skipCall
		if !m.enter(pos, op.path) {
			return failed
		}
		next := m.skip(op.sub.ops, pos)
		m.depth--
		if next < 0 {
			m.bad.Path = joinPath(op.path, m.bad.Path)
		}
		return next
	}
}

// spanEnd gives the end of a text.
func (m *machine) spanEnd(pos int, path string) int {
	start, end := m.span(pos, path)
	if start < 0 {
		return start
	}
	return end
}

// branch reads the byte that says whether a nullable value is there.
func (m *machine) branch(pos int, null byte, path string) (next int, isNull bool) {
	if pos >= len(m.data) {
		return m.fail(pos, path, reasonShort), false
	}
	switch m.data[pos] {
	case null:
		return pos + 1, true
	case null ^ 2:
		return pos + 1, false
	}
	return m.fail(pos, path, reasonBranch), false
}

func (m *machine) skipRun(op *skipOp, base int) int {
	d := m.data
	run := op.run
	if base+op.fixed <= len(d) {
		// All present is the commonest case, and found without a branch.
		var absent byte
		window := d[base : base+op.fixed]
		for i := range run {
			absent |= window[run[i].off] ^ run[i].null ^ 2
		}
		if absent == 0 {
			return base + op.fixed
		}
	}
	for i := range run {
		f := &run[i]
		at := base + int(f.off)
		if uint(at) >= uint(len(d)) {
			return m.fail(len(d), op.names[i], reasonShort)
		}
		switch d[at] {
		case f.null ^ 2:
		case f.null:
			base -= int(f.size)
		default:
			return m.fail(at, op.names[i], reasonBranch)
		}
	}
	if base += op.fixed; base > len(d) {
		return m.fail(len(d), op.path, reasonShort)
	}
	return base
}

func (m *machine) skipList(op *skipOp, pos int) int {
	if !m.enter(pos, op.path) {
		return failed
	}
	defer func() { m.depth-- }()
	seen := 0
	for {
		count, end, next := m.block(pos, op.least, &seen, op.path)
		if next < 0 || count == 0 {
			return next
		}
		switch {
		case end >= 0:
			pos = end
		case op.code == skipArray && op.fixed >= 0:
			pos = next + count*op.fixed
		default:
			pos = next
			for range count {
				if op.code == skipMap {
					if pos = m.spanEnd(pos, op.path); pos < 0 {
						return pos
					}
				}
				if pos = m.skip(op.body, pos); pos < 0 {
					return pos
				}
			}
		}
	}
}

func joinPath(outer, inner string) string {
	if outer == "" || inner == "" {
		return outer + inner
	}
	return outer + "." + inner
}
