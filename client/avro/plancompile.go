package avro

import (
	"fmt"
	"slices"

	"github.com/mwvgroup/pgb/client/field"
)

// wish is the tree of wanted paths.
type wish struct {
	slots []int32
	lists []int
	names []string
	kids  []*wish
}

func (w *wish) at(path field.Path) *wish {
	for _, name := range path {
		i := slices.Index(w.names, name)
		if i < 0 {
			i = len(w.names)
			w.names = append(w.names, name)
			w.kids = append(w.kids, &wish{})
		}
		w = w.kids[i]
	}
	return w
}

func (w *wish) kid(name string) *wish {
	if i := slices.Index(w.names, name); i >= 0 {
		return w.kids[i]
	}
	return nil
}

// NewPlan compiles a plan. A path that the schema does not have is no error: it
// gives a missing value, or an empty list. A scalar's path that leads into a
// list or a map, and a list's path to something else, are errors.
func NewPlan(s *Schema, wanted field.Wanted) (*Plan, error) {
	root := &wish{}
	for i, scalar := range wanted.Scalars {
		w := root.at(scalar.Path)
		w.slots = append(w.slots, int32(i))
	}
	for i, list := range wanted.Lists {
		w := root.at(list.Path)
		w.lists = append(w.lists, i)
	}
	for _, group := range wanted.FirstOf {
		for _, slot := range group {
			if slot < 0 || slot >= len(wanted.Scalars) {
				return nil, fmt.Errorf("first of: no scalar %d", slot)
			}
		}
	}
	// The first round finds in which order the slots are filled; the second
	// knows at each step what is still to come.
	first := newPlanCompiler(&wanted, nil)
	if _, err := first.value(nil, s.root, root, "", pickOp{}); err != nil {
		return nil, err
	}
	c := newPlanCompiler(&wanted, first.filled)
	ops, err := c.value(nil, s.root, root, "", pickOp{})
	if err != nil {
		return nil, err
	}
	return &Plan{ops: trimTail(ops), wanted: wanted, limits: &s.limits}, nil
}

// planCompiler makes one plan.
type planCompiler struct {
	wanted *field.Wanted
	order  []int32 // slots in the order they are filled; -1 is a list
	filled []int32 // as far as this round has come
	asked  int     // len(filled) at the last stop that was considered
	inList bool
	skips  *skipCompiler
	texts  *jsonCompiler
}

func newPlanCompiler(wanted *field.Wanted, order []int32) *planCompiler {
	return &planCompiler{wanted: wanted, order: order, skips: newSkipCompiler(), texts: newJSONCompiler()}
}

func (c *planCompiler) fill(slots ...int32) {
	if !c.inList {
		c.filled = append(c.filled, slots...)
	}
}

// value appends the steps that read a value of type n, of which w is wanted.
func (c *planCompiler) value(ops []pickOp, n *node, w *wish, path string, op pickOp) ([]pickOp, error) {
	op.path = path
	switch n.kind {
	case kindUnion:
		return c.union(ops, n, w, path)
	case kindRecord, kindArray, kindMap:
		if op.maybe {
			body, err := c.compound(nil, n, w, path)
			op.code, op.body = pickNested, body
			c.asked = -1 // a stop within the body does not run where it is null
			return append(ops, op), err
		}
		return c.compound(ops, n, w, path)
	}
	if len(w.lists) > 0 && n.kind != kindNull {
		return nil, fmt.Errorf("%s is a %s, not a list", path, n.kind)
	}
	if len(w.slots) == 0 {
		return c.skipped(ops, n, path, op), nil
	}
	if n.kind == kindNull {
		return ops, nil
	}
	op.code, op.size, op.scale, op.names = pickLeaf[n.kind], n.size, n.scale, n.symbols
	if n.scale != 0 {
		op.code = pickTime
	}
	op.slot, op.also = w.slots[0], w.slots[1:]
	c.fill(w.slots...)
	return append(ops, op), nil
}

var pickLeaf = map[kind]pickCode{
	kindBool: pickBool, kindInt: pickInt, kindLong: pickLong, kindFloat: pickFloat, kindDouble: pickDouble,
	kindBytes: pickBytes, kindString: pickString, kindFixed: pickFixed, kindEnum: pickEnum,
}

// skipped appends a scalar that only paths below it ask for.
func (c *planCompiler) skipped(ops []pickOp, n *node, path string, op pickOp) []pickOp {
	op.code, op.skip = pickSkip, c.skips.add(nil, n, path)
	return append(ops, op)
}

func (c *planCompiler) union(ops []pickOp, n *node, w *wish, path string) ([]pickOp, error) {
	if inner, null, ok := n.nullable(); ok {
		return c.value(ops, inner, w, path, pickOp{maybe: true, null: null})
	}
	op := pickOp{code: pickUnion, path: path}
	for _, b := range n.branches {
		alt, err := c.value(nil, b, w, path, pickOp{})
		if err != nil {
			return nil, err
		}
		op.alts = append(op.alts, alt)
	}
	return append(ops, op), nil
}

// compound appends a record, array or map: as JSON, row by row, and by members,
// as far as each is wanted.
func (c *planCompiler) compound(ops []pickOp, n *node, w *wish, path string) ([]pickOp, error) {
	members := n.kind == kindRecord && len(w.kids) > 0
	if n.kind != kindRecord && len(w.kids) > 0 {
		return nil, fmt.Errorf("%s leads through a %s: %s", under(path, w.names[0]), n.kind, path)
	}
	if len(w.lists) > 0 && n.kind != kindArray {
		return nil, fmt.Errorf("%s is a %s, not a list", path, n.kind)
	}
	if len(w.slots) > 0 {
		op := pickOp{code: pickText, path: path, slot: w.slots[0], also: w.slots[1:], text: c.texts.program(n, nil, path)}
		if members || len(w.lists) > 0 {
			op.code = pickPeek
		}
		c.fill(w.slots...)
		ops = append(ops, op)
	}
	for i, list := range w.lists {
		op, err := c.rows(n, list, path)
		if err != nil {
			return nil, err
		}
		if i < len(w.lists)-1 {
			if op.code == pickSkip {
				continue
			}
			op.code = pickAgain
		}
		ops = append(ops, op)
	}
	switch {
	case members:
		return c.members(ops, n, w, path)
	case len(w.slots) == 0 && len(w.lists) == 0:
		return append(ops, pickOp{code: pickSkip, skip: c.skips.add(nil, n, path), path: path}), nil
	}
	return ops, nil
}

// members appends the fields of a record, those not wanted as skips.
func (c *planCompiler) members(ops []pickOp, n *node, w *wish, path string) ([]pickOp, error) {
	for _, f := range n.fields {
		ops = c.stop(ops)
		below := under(path, f.name)
		if kid := w.kid(f.name); kid != nil {
			var err error
			if ops, err = c.value(ops, f.node, kid, below, pickOp{}); err != nil {
				return nil, err
			}
			continue
		}
		last := len(ops) - 1
		if last < 0 || ops[last].code != pickSkip || ops[last].maybe {
			ops = append(ops, pickOp{code: pickSkip, path: below})
			last++
		}
		ops[last].skip = c.skips.add(ops[last].skip, f.node, below)
	}
	return ops, nil
}

// rows compiles an array whose records are wanted as rows.
func (c *planCompiler) rows(n *node, list int, path string) (pickOp, error) {
	fields := c.wanted.Lists[list].Fields
	if len(fields) == 0 {
		return pickOp{code: pickSkip, skip: c.skips.add(nil, n, path), path: path}, nil
	}
	row := &wish{}
	for i, f := range fields {
		w := row.at(f.Path)
		w.slots = append(w.slots, int32(i))
	}
	c.fill(-1)
	outer := c.inList
	c.inList = true
	body, err := c.value(nil, n.items, row, path, pickOp{})
	c.inList = outer
	return pickOp{code: pickRows, slot: int32(list), size: n.items.least, width: len(fields), body: body, path: path}, err
}

// stop appends a step that ends the walk if all that is still to come is of no
// consequence: alternatives to slots that have a value.
func (c *planCompiler) stop(ops []pickOp) []pickOp {
	if c.inList || c.order == nil || len(c.filled) == c.asked || len(c.filled) >= len(c.order) {
		return ops
	}
	c.asked = len(c.filled)
	groups := make([][]int32, 0, len(c.wanted.FirstOf))
	covered := make(map[int32]bool)
	ahead := c.order[len(c.filled):]
	for _, group := range c.wanted.FirstOf {
		i := slices.IndexFunc(group, func(s int) bool { return slices.Contains(ahead, int32(s)) })
		if i < 0 {
			continue
		}
		var known []int32
		for _, s := range group[:i] {
			if slices.Contains(c.filled, int32(s)) {
				known = append(known, int32(s))
			}
		}
		if len(known) == 0 {
			return ops
		}
		groups = append(groups, known)
		for _, s := range group[i:] {
			covered[int32(s)] = true
		}
	}
	for _, s := range ahead {
		if !covered[s] {
			return ops
		}
	}
	return append(ops, pickOp{code: pickStop, stop: groups})
}

// trimTail takes off what is skipped at the end, where nothing follows.
func trimTail(ops []pickOp) []pickOp {
	for len(ops) > 0 && (ops[len(ops)-1].code == pickSkip || ops[len(ops)-1].code == pickStop) {
		ops = ops[:len(ops)-1]
	}
	if len(ops) == 0 {
		return ops
	}
	switch last := &ops[len(ops)-1]; last.code {
	case pickNested:
		last.body = trimTail(last.body)
		if len(last.body) == 0 {
			return trimTail(ops[:len(ops)-1])
		}
	case pickUnion:
		empty := true
		for i := range last.alts {
			last.alts[i] = trimTail(last.alts[i])
			empty = empty && len(last.alts[i]) == 0
		}
		if empty {
			return trimTail(ops[:len(ops)-1])
		}
	}
	return ops
}
