package avro

import (
	"encoding/binary"
	"math"
	"time"
)

// Decode gives a datum as generic Go values: map[string]any for records and
// maps, []any, int64 for int and long, float32, float64, string for strings and
// enums, []byte for bytes and fixed, bool, nil, time.Time in UTC for timestamps.
// A union is its plain value. Bytes left over are an error. Errors are of type
// [*Error].
func (s *Schema) Decode(datum []byte) (any, error) {
	if len(datum) > s.limits.Packet {
		return nil, &Error{Reason: reasonPacket}
	}
	d := decoder{machine: machine{data: datum, limits: &s.limits}}
	// A value takes a byte, but for null, empty records and the like.
	d.values = 1<<16 + 8*len(datum)
	v, pos := d.value(s.root, 0, "")
	if pos >= 0 && pos != len(datum) {
		pos = d.fail(pos, "", reasonTrailing)
	}
	if pos < 0 {
		return nil, d.err()
	}
	return v, nil
}

// decoder makes generic values.
type decoder struct {
	machine
	values int // how many more may be made
}

func (d *decoder) value(n *node, pos int, path string) (any, int) {
	if d.values--; d.values < 0 {
		return nil, d.fail(pos, path, reasonValues)
	}
	switch n.kind {
	case kindNull:
		return nil, pos
	case kindUnion:
		return d.union(n, pos, path)
	case kindInt, kindLong, kindEnum:
		return d.number(n, pos, path)
	case kindBytes, kindString:
		start, end := d.span(pos, path)
		if start < 0 {
			return nil, start
		}
		if n.kind == kindString {
			return string(d.data[start:end]), end
		}
		return append([]byte{}, d.data[start:end]...), end
	case kindRecord, kindArray, kindMap:
		if !d.enter(pos, path) {
			return nil, failed
		}
		var v any
		if n.kind == kindRecord {
			v, pos = d.record(n, pos, path)
		} else {
			v, pos = d.list(n, pos, path)
		}
		d.depth--
		return v, pos
	}
	end := pos + n.fixed
	if end > len(d.data) {
		return nil, d.fail(pos, path, reasonShort)
	}
	b := d.data[pos:end]
	switch n.kind {
	case kindFloat:
		return math.Float32frombits(binary.LittleEndian.Uint32(b)), end
	case kindDouble:
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), end
	case kindFixed:
		return append([]byte{}, b...), end
	default: // kindBool
		if b[0] > 1 {
			return nil, d.fail(pos, path, reasonBool)
		}
		return b[0] == 1, end
	}
}

func (d *decoder) number(n *node, pos int, path string) (any, int) {
	v, next := long(d.data, pos)
	if next < 0 {
		return nil, d.badLong(pos, path)
	}
	switch n.kind {
	case kindEnum:
		if uint64(v) >= uint64(len(n.symbols)) {
			return nil, d.fail(pos, path, reasonSymbol)
		}
		return n.symbols[v], next
	case kindInt:
		if v != int64(int32(v)) {
			return nil, d.fail(pos, path, reasonInt)
		}
	}
	switch n.scale {
	case 1e3:
		return time.UnixMilli(v).UTC(), next
	case 1e6:
		return time.UnixMicro(v).UTC(), next
	case 1e9:
		return time.Unix(v/1e9, v%1e9).UTC(), next
	}
	return v, next
}

func (d *decoder) union(n *node, pos int, path string) (any, int) {
	if inner, null, ok := n.nullable(); ok {
		next, isNull := d.branch(pos, null, path)
		if isNull || next < 0 {
			return nil, next
		}
		return d.value(inner, next, path)
	}
	i, next := long(d.data, pos)
	if next < 0 {
		return nil, d.badLong(pos, path)
	}
	if uint64(i) >= uint64(len(n.branches)) {
		return nil, d.fail(pos, path, reasonBranch)
	}
	return d.value(n.branches[i], next, path)
}

func (d *decoder) record(n *node, pos int, path string) (any, int) {
	record := make(map[string]any, len(n.fields))
	for _, f := range n.fields {
		v, next := d.value(f.node, pos, f.name)
		if next < 0 {
			d.bad.Path = joinPath(path, d.bad.Path)
			return nil, next
		}
		record[f.name], pos = v, next
	}
	return record, pos
}

func (d *decoder) list(n *node, pos int, path string) (any, int) {
	array := []any{}
	entries := map[string]any{}
	least := n.items.least
	if n.kind == kindMap {
		least++
	}
	seen := 0
	for {
		count, end, next := d.block(pos, least, &seen, path)
		if pos = next; pos < 0 {
			return nil, pos
		}
		if count == 0 {
			if n.kind == kindMap {
				return entries, pos
			}
			return array, pos
		}
		for range count {
			var key string
			if n.kind == kindMap {
				start, stop := d.span(pos, path)
				if start < 0 {
					return nil, start
				}
				key, pos = string(d.data[start:stop]), stop
			}
			v, after := d.value(n.items, pos, path)
			if pos = after; pos < 0 {
				return nil, pos
			}
			if n.kind == kindMap {
				entries[key] = v
			} else {
				array = append(array, v)
			}
		}
		if end >= 0 && pos != end {
			return nil, d.fail(pos, path, reasonBlock)
		}
	}
}
