package avro

import (
	"encoding/binary"

	"github.com/mwvgroup/pgb/client/field"
)

// Eraser empties fields of data of one schema. It does not change, and may be
// used by any number of goroutines.
type Eraser struct {
	ops    []eraseOp
	limits *Limits
}

// eraseOp is one step: it copies what skip walks over, or puts with in its
// place, or enters a record that may be null.
type eraseOp struct {
	skip  []skipOp
	erase bool
	with  []byte
	maybe bool // body is there unless the branch byte is null
	null  byte
	path  string
	body  []eraseOp
}

// NewEraser compiles an eraser of the fields at some paths: one that may be null
// becomes null, a text, bytes, a list or a map becomes empty. Fields of other
// types, and paths that the schema does not have, stay as they are. Paths lead
// through records alone.
func NewEraser(s *Schema, paths []field.Path) *Eraser {
	root := &wish{}
	for i, path := range paths {
		w := root.at(path)
		w.slots = append(w.slots, int32(i))
	}
	c := &eraseCompiler{skips: newSkipCompiler()}
	ops, _ := c.value(nil, s.root, root, "")
	return &Eraser{ops: ops, limits: &s.limits}
}

type eraseCompiler struct{ skips *skipCompiler }

// value appends the steps for a value of type n; changed says whether any of
// them erases.
func (c *eraseCompiler) value(ops []eraseOp, n *node, w *wish, path string) (_ []eraseOp, changed bool) {
	if len(w.slots) > 0 {
		if with, ok := emptied(n); ok {
			return append(ops, eraseOp{skip: c.skips.add(nil, n, path), erase: true, with: with, path: path}), true
		}
	}
	if inner, null, ok := n.nullable(); ok && inner.kind == kindRecord && len(w.kids) > 0 {
		if body, changed := c.value(nil, inner, w, path); changed {
			return append(ops, eraseOp{maybe: true, null: null, body: body, path: path}), true
		}
	}
	if n.kind == kindRecord && len(w.kids) > 0 {
		var body []eraseOp
		for _, f := range n.fields {
			kid := w.kid(f.name)
			if kid == nil {
				kid = &wish{}
			}
			var below bool
			body, below = c.value(body, f.node, kid, under(path, f.name))
			changed = changed || below
		}
		if changed {
			return append(ops, body...), true
		}
	}
	return c.kept(ops, n, path), false
}

// kept appends a value that stays, to the step before it where that copies too.
func (c *eraseCompiler) kept(ops []eraseOp, n *node, path string) []eraseOp {
	if last := len(ops) - 1; last >= 0 && !ops[last].erase && !ops[last].maybe {
		ops[last].skip = c.skips.add(ops[last].skip, n, path)
		return ops
	}
	return append(ops, eraseOp{skip: c.skips.add(nil, n, path), path: path})
}

// emptied gives the bytes of a value of type n that holds nothing.
func emptied(n *node) (with []byte, ok bool) {
	for i, b := range n.branches {
		if b.kind == kindNull {
			return binary.AppendVarint(nil, int64(i)), true
		}
	}
	switch n.kind {
	case kindBytes, kindString, kindArray, kindMap:
		return []byte{0}, true
	}
	return nil, false
}

// AppendErased appends a datum without what the erased fields held. Bytes left
// over behind the datum are an error. After an error, of type [*Error], dst is
// given back as it was.
func (e *Eraser) AppendErased(dst, datum []byte) ([]byte, error) {
	if len(datum) > e.limits.Packet {
		return dst, &Error{Reason: reasonPacket}
	}
	m := machine{data: datum, limits: e.limits}
	out, pos := m.erase(dst, e.ops, 0)
	if pos >= 0 && pos != len(datum) {
		pos = m.fail(pos, "", reasonTrailing)
	}
	if pos < 0 {
		return dst, m.err()
	}
	return out, nil
}

func (m *machine) erase(dst []byte, ops []eraseOp, pos int) ([]byte, int) {
	for i := range ops {
		op := &ops[i]
		if op.maybe {
			next, null := m.branch(pos, op.null, op.path)
			if next < 0 {
				return dst, next
			}
			dst, pos = append(dst, m.data[pos:next]...), next
			if !null {
				if dst, pos = m.erase(dst, op.body, pos); pos < 0 {
					return dst, pos
				}
			}
			continue
		}
		next := m.skip(op.skip, pos)
		if next < 0 {
			return dst, next
		}
		if op.erase {
			dst = append(dst, op.with...)
		} else {
			dst = append(dst, m.data[pos:next]...)
		}
		pos = next
	}
	return dst, pos
}

// AppendSingle appends an object container file that is not compressed, with the
// metadata and the sync marker of this one, and with a datum as its only one.
// The same contents give the same bytes.
func (c *Container) AppendSingle(dst, datum []byte) []byte {
	dst = append(dst, magic...)
	entries := int64(1)
	for i := range c.meta {
		if string(c.meta[i].key) != "avro.codec" {
			entries++
		}
	}
	dst = binary.AppendVarint(dst, entries)
	dst = appendEntry(dst, "avro.codec", []byte(CodecNull))
	for i := range c.meta {
		if string(c.meta[i].key) != "avro.codec" {
			dst = appendEntry(dst, string(c.meta[i].key), c.meta[i].value)
		}
	}
	dst = append(dst, 0)
	dst = append(dst, c.sync[:]...)
	dst = binary.AppendVarint(dst, 1)
	dst = binary.AppendVarint(dst, int64(len(datum)))
	dst = append(dst, datum...)
	return append(dst, c.sync[:]...)
}
