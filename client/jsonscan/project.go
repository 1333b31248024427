package jsonscan

import (
	"math"
	"slices"
	"sync"

	"github.com/mwvgroup/pgb/client/field"
)

// machine runs a plan over one packet.
type machine struct {
	copier
	plan *Plan
	out  *field.Projection
	now  *state
	main state
	row  state
	best []int  // of each group of alternatives, the place of the first with a value
	name []byte // a member name that had escapes
}

var machines = sync.Pool{New: func() any { return new(machine) }}

// Project takes the wanted fields out of a packet. It stops as soon as none can
// come any more; what it skips is checked for brackets and quotes only, and
// what stands behind the place where it stopped not at all. On an error the
// projection has what was found before. Errors are of type [*Error].
func (p *Plan) Project(body []byte, out *field.Projection) error {
	out.Reset(&p.wanted)
	m := machines.Get().(*machine)
	defer machines.Put(m)
	m.start(p, body, out)
	defer m.release()

	pos := m.begin()
	if pos >= 0 && m.main.left > 0 {
		if pos = m.read(p.main.root, pos); pos >= 0 {
			pos = m.finish(pos)
		}
	}
	if pos == failed {
		return m.err()
	}
	return nil
}

func (m *machine) start(p *Plan, body []byte, out *field.Projection) {
	m.plan, m.out = p, out
	m.data, m.depth, m.dst = body, 0, out.Text
	m.main.start(&p.main, out.Values)
	m.now = &m.main
	m.best = m.best[:0]
	for range p.groups {
		m.best = append(m.best, math.MaxInt)
	}
}

// release gives storage back and lets go of the packet.
func (m *machine) release() {
	m.out.Text = m.dst
	m.plan, m.out, m.data, m.dst = nil, nil, nil, nil
	m.main.values, m.row.values = nil, nil
}

// value reads a value of which something is wanted, and gives the place behind
// it, or [stopped] when nothing more is wanted at all.
func (m *machine) value(n *node, pos int) int {
	end := m.read(n, pos)
	if end < 0 {
		return end
	}
	m.now.settle(n.all)
	if m.main.left == 0 {
		return stopped
	}
	return end
}

func (m *machine) read(n *node, pos int) int {
	switch c := m.at(pos); c {
	case '{', '[':
		return m.nested(n, pos, c)
	case '"':
		return m.textValue(n, pos)
	default:
		return m.plainValue(n, pos)
	}
}

// nested reads an object or an array.
func (m *machine) nested(n *node, pos int, c byte) int {
	end := 0 // of the value, once it is known
	if c == '{' && len(n.kids) > 0 {
		if end = m.object(n, pos); end < 0 {
			return end
		}
	}
	var compact field.Value
	for i := n.from; i < n.own; i++ {
		switch s := &m.now.slots[i]; {
		case s.list && c == '[':
			end = m.rows(s.out, pos)
		case !s.list && s.hint != field.Bytes && compact.IsMissing():
			compact, end = m.jsonValue(pos)
		}
		if end < 0 {
			return end
		}
	}
	if end == 0 {
		if end = m.skip(pos); end < 0 {
			return end
		}
	}
	for i := n.from; i < n.own; i++ {
		switch s := &m.now.slots[i]; {
		case s.list:
		case s.hint == field.Bytes:
			m.put(i, field.OfJSON(m.data[pos:end:end]))
		default:
			m.put(i, compact)
		}
	}
	return end
}

// found gives a value to a node's own slots.
func (m *machine) found(n *node, v field.Value) {
	for i := n.from; i < n.own; i++ {
		if !m.now.slots[i].list {
			m.put(i, v)
		}
	}
}

// put gives a value to a slot, and closes the slots that it makes needless.
func (m *machine) put(i int, v field.Value) {
	st := m.now
	s := &st.slots[i]
	st.values[s.out] = v
	if len(s.ranks) == 0 || v.IsMissing() || v.IsZero() {
		return
	}
	for _, r := range s.ranks {
		if r.place >= m.best[r.group] {
			continue
		}
		m.best[r.group] = r.place
		for k := range st.slots {
			if !st.slots[k].alone && m.isCovered(&st.slots[k]) {
				st.settle(newSpan(k, k+1))
			}
		}
	}
}

// isCovered says whether in each group that a slot belongs to an earlier one
// has a value.
func (m *machine) isCovered(s *slot) bool {
	for _, r := range s.ranks {
		if m.best[r.group] >= r.place {
			return false
		}
	}
	return true
}

func (m *machine) textValue(n *node, pos int) int {
	end, how := m.text(pos + 1)
	if end < 0 {
		return end
	}
	if n.from < n.own {
		text := m.data[pos+1 : end : end]
		if how != 0 {
			from := len(m.dst)
			m.dst = appendText(m.dst, text)
			text = m.dst[from:len(m.dst):len(m.dst)]
		}
		m.found(n, field.OfText(text))
	}
	return end + 1
}

// plainValue reads a number or a word.
func (m *machine) plainValue(n *node, pos int) int {
	c := m.at(pos)
	if c != '-' && c-'0' > 9 || c == '-' && m.at(pos+1) == 'I' {
		end := m.scalar(pos)
		if end >= 0 && (c == 't' || c == 'f') {
			m.found(n, field.OfBool(c == 't'))
		}
		return end
	}
	end, isInt := m.number(pos)
	if end < 0 {
		return end
	}
	for i := n.from; i < n.own; i++ {
		if s := &m.now.slots[i]; !s.list {
			m.put(i, numberValue(m.data[pos:end:end], isInt, s.hint))
		}
	}
	return end
}

// object reads an object of which some members are wanted.
func (m *machine) object(n *node, pos int) int {
	if !m.enter(pos) {
		return failed
	}
	pos = m.space(pos + 1)
	if m.at(pos) == '}' {
		m.depth--
		return pos + 1
	}
	for {
		from, to, next := m.member(pos)
		if next < 0 {
			return next
		}
		if k := m.lookup(n, from, to); k != nil && m.now.anyOpen(k.node.all) {
			if pos = m.value(k.node, next); pos == failed {
				return m.within(k.name)
			} else if pos == stopped {
				return stopped
			}
			if !m.now.anyOpen(n.below) {
				m.depth--
				return m.closing(pos, true)
			}
		} else if pos = m.skip(next); pos < 0 {
			return m.within(m.nameOf(from, to))
		}
		pos = m.space(pos)
		switch m.at(pos) {
		case ',':
			pos = m.space(pos + 1)
		case '}':
			m.depth--
			return pos + 1
		default:
			return m.fail(pos, reasonComma)
		}
	}
}

// member reads a member's name and colon. It gives the name's place, from and
// to, where to is negative when the name has escapes or is no UTF-8, and the
// place of the value.
func (s *scan) member(pos int) (from, to, next int) {
	if s.at(pos) != '"' {
		return 0, 0, s.fail(pos, reasonName)
	}
	from = pos + 1
	to, how := s.text(from)
	if to < 0 {
		return 0, 0, failed
	}
	next = s.space(to + 1)
	if s.at(next) != ':' {
		return 0, 0, s.fail(next, reasonColon)
	}
	if how != 0 {
		to = -to
	}
	return from, to, s.space(next + 1)
}

// nameOf gives the name of a member.
func (s *scan) nameOf(from, to int) string {
	if to < 0 {
		return string(appendText(nil, s.data[from:-to]))
	}
	return string(s.data[from:to])
}

// lookup gives the node's member of that name, or nil.
func (m *machine) lookup(n *node, from, to int) *kid {
	if to < 0 {
		m.name = appendText(m.name[:0], m.data[from:-to])
		return n.find(m.name, 0, len(m.name))
	}
	return n.find(m.data, from, to)
}

// rows reads an array of records.
func (m *machine) rows(list, pos int) int {
	if !m.enter(pos) {
		return failed
	}
	pos = m.space(pos + 1)
	if m.at(pos) == ']' {
		m.depth--
		return pos + 1
	}
	p := &m.plan.lists[list]
	width := len(p.slots)
	m.now = &m.row
	for row := 0; ; row++ {
		cells := m.out.Lists[list]
		if len(cells)+width > MaxCells {
			return m.fail(pos, reasonCells)
		}
		n := len(cells)
		cells = slices.Grow(cells, width)[:n+width]
		m.out.Lists[list] = cells
		clear(cells[n:])
		m.row.start(p, cells[n:])
		if pos = m.value(p.root, pos); pos < 0 {
			return m.withinItem(row)
		}
		pos = m.space(pos)
		switch m.at(pos) {
		case ',':
			pos = m.space(pos + 1)
			continue
		case ']':
		default:
			return m.fail(pos, reasonComma)
		}
		break
	}
	m.now = &m.main
	m.depth--
	return pos + 1
}
