package jsonscan

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/field"
)

// Plan picks wanted fields out of packets. It does not change, and may be used
// by any number of goroutines.
type Plan struct {
	wanted field.Wanted
	main   program
	lists  []program // of the records of each wanted list
	groups int
}

// program is a tree of member names with the slots of what is wanted. Slots are
// numbered from the root down, so that those of a subtree are neighbours.
type program struct {
	root  *node
	slots []slot
	all   []uint64 // a bit for each slot
}

// slot is one wanted field or list.
type slot struct {
	out  int // place in the values; for a list in the lists
	hint field.Kind
	list bool
	// ranks are the alternatives that it belongs to. It may stay open for
	// their sake only where alone is false.
	ranks []rank
	alone bool
}

// rank is a slot's place in a group of alternatives.
type rank struct{ group, place int }

// node is a member, or the packet itself.
type node struct {
	from, own int  // the slots of the member itself
	all       span // those and the ones below it
	below     span
	kids      []kid
	table     []int16 // by hash, index into kids, -1 where there is none
	scalars   []int   // while compiling: indices into what is wanted
	lists     []int
}

// kid is a member of a node, with the start of its name and length to compare.
type kid struct {
	head uint64
	name string
	node *node
}

// NewPlan compiles what is wanted of JSON packets. A path that a packet does
// not have, or that leads through something that is no object, gives a missing
// value, and a list that is not there has no rows.
//
// A scalar that is an object or an array gives its JSON, checked and compact;
// with the hint Bytes it gives the bytes as they stand, checked for brackets and
// quotes only, which is three times as fast where it only matters whether there
// is one. Numbers take
// the kind of their hint, see [field.Scalar]: 32-bit floats are read straight
// to 32 bits. Without a hint, digits alone are an integer; one beyond 64 bits
// is the text of its digits. null, NaN and infinities are missing. The empty
// path is the whole packet.
func NewPlan(wanted field.Wanted) (*Plan, error) {
	p := &Plan{wanted: wanted, groups: len(wanted.FirstOf)}
	p.main = newProgram(wanted.Scalars, wanted.Lists)
	for g, group := range wanted.FirstOf {
		for place, i := range group {
			if i < 0 || i >= len(wanted.Scalars) {
				return nil, fmt.Errorf("first of %v: there is no scalar %d", group, i)
			}
			for k := range p.main.slots {
				if s := &p.main.slots[k]; !s.list && s.out == i {
					s.ranks = append(s.ranks, rank{g, place})
					s.alone = s.alone || place == 0
				}
			}
		}
	}
	for i := range p.main.slots {
		s := &p.main.slots[i]
		s.alone = s.alone || len(s.ranks) == 0
	}
	for _, l := range wanted.Lists {
		if len(l.Fields) == 0 {
			return nil, errors.New("a list without fields: " + l.Path.String())
		}
		p.lists = append(p.lists, newProgram(l.Fields, nil))
	}
	return p, nil
}

func newProgram(scalars []field.Scalar, lists []field.List) program {
	root := new(node)
	for i, s := range scalars {
		n := root.reach(s.Path)
		n.scalars = append(n.scalars, i)
	}
	for i, l := range lists {
		n := root.reach(l.Path)
		n.lists = append(n.lists, i)
	}
	p := program{root: root}
	p.number(root, scalars)
	p.all = make([]uint64, len(p.slots)/64+1)
	for i := range p.slots {
		p.all[i/64] |= 1 << (i % 64)
	}
	return p
}

// reach gives the node of a path, made where there is none.
func (n *node) reach(path field.Path) *node {
	for _, name := range path {
		i := slices.IndexFunc(n.kids, func(k kid) bool { return k.name == name })
		if i < 0 {
			i = len(n.kids)
			n.kids = append(n.kids, kid{headOf([]byte(name), 0, len(name)), name, new(node)})
		}
		n = n.kids[i].node
	}
	return n
}

// number gives a node and all below it their slots.
func (p *program) number(n *node, scalars []field.Scalar) {
	n.from = len(p.slots)
	for _, i := range n.scalars {
		p.slots = append(p.slots, slot{out: i, hint: scalars[i].Hint})
	}
	for _, i := range n.lists {
		p.slots = append(p.slots, slot{out: i, list: true})
	}
	n.own = len(p.slots)
	for i := range n.kids {
		p.number(n.kids[i].node, scalars)
	}
	n.all, n.below = newSpan(n.from, len(p.slots)), newSpan(n.own, len(p.slots))
	n.scalars, n.lists = nil, nil
	n.hash()
}

// hash makes the table of the member names, at most half full.
func (n *node) hash() {
	size := 2
	for size < 2*len(n.kids) {
		size *= 2
	}
	n.table = make([]int16, min(size, math.MaxInt16+1))
	for i := range n.table {
		n.table[i] = -1
	}
	for i := range n.kids {
		at := hashOf(n.kids[i].head, len(n.kids[i].name)) & (len(n.table) - 1)
		for n.table[at] >= 0 {
			at = (at + 1) & (len(n.table) - 1)
		}
		n.table[at] = int16(i)
	}
}

// headOf gives the first eight bytes of d[from:to] as a word, zeros behind.
func headOf(d []byte, from, to int) uint64 {
	size := to - from
	if uint(from)+8 <= uint(len(d)) {
		w := binary.LittleEndian.Uint64(d[from:])
		if size < 8 {
			w &= 1<<(uint(size)*8%64) - 1
		}
		return w
	}
	var w uint64
	for i := min(size, 8) - 1; i >= 0; i-- {
		w = w<<8 | uint64(d[from+i])
	}
	return w
}

func hashOf(head uint64, size int) int {
	return int((head ^ uint64(size)<<56) * 0x9e3779b97f4a7c15 >> 40)
}

// find gives the member of a name, which is d[from:to], or nil.
func (n *node) find(d []byte, from, to int) *kid {
	head := headOf(d, from, to)
	mask := len(n.table) - 1
	for at := hashOf(head, to-from) & mask; ; at = (at + 1) & mask {
		i := n.table[at]
		if i < 0 {
			return nil
		}
		k := &n.kids[i]
		if k.head == head && len(k.name) == to-from && (to-from <= 8 || string(d[from:to]) == k.name) {
			return k
		}
	}
}
