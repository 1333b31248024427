package avro

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/field"
)

// Plan picks the wanted fields out of data of one schema. It does not change,
// and may be used by any number of goroutines, each with its own projection.
type Plan struct {
	ops    []pickOp
	wanted field.Wanted
	limits *Limits
}

// pickOp is one step of a plan.
type pickOp struct {
	code  pickCode
	maybe bool // nullable: null says which byte is null
	null  byte
	slot  int32
	also  []int32 // further slots for the same value
	size  int     // pickFixed: bytes; pickRows: bytes of a record at least
	width int     // pickRows: values in a row
	scale float64
	names []string
	skip  []skipOp
	body  []pickOp
	alts  [][]pickOp
	text  *jsonProgram
	stop  [][]int32 // pickStop: of each group one slot has a value
	path  string
}

type pickCode uint8

const (
	pickSkip pickCode = iota
	pickBool
	pickInt
	pickLong
	pickTime
	pickFloat
	pickDouble
	pickBytes
	pickString
	pickFixed
	pickEnum
	pickNested // body
	pickText   // the JSON of a record or list
	pickPeek   // the same, and its parts are read again behind it
	pickRows   // the records of an array, body for each
	pickAgain  // the same, and they are read again behind it
	pickUnion
	pickStop
)

// Project reads the wanted fields of a datum into out, which it resets. NaN and
// infinities are missing, timestamps are seconds since 1970. It stops where
// nothing wanted lies ahead: what follows is not checked. After an error the
// values read so far stand in out. Errors are of type [*Error].
func (p *Plan) Project(datum []byte, out *field.Projection) error {
	out.Reset(&p.wanted)
	if len(datum) > p.limits.Packet {
		return &Error{Reason: reasonPacket}
	}
	m := machine{data: datum, limits: p.limits}
	k := picker{machine: &m, out: out}
	if k.pick(p.ops, out.Values, 0) == failed {
		return m.err()
	}
	return nil
}

// picker runs plans.
type picker struct {
	*machine
	out *field.Projection
}

// pick fills the slots of vals that ops name.
func (k *picker) pick(ops []pickOp, vals []field.Value, pos int) int {
	d := k.data
	for i := range ops {
		op := &ops[i]
		if op.maybe {
			if uint(pos) >= uint(len(d)) {
				return k.fail(pos, op.path, reasonShort)
			}
			b := d[pos]
			pos++
			if b == op.null {
				continue
			}
			if b != op.null^2 {
				return k.fail(pos-1, op.path, reasonBranch)
			}
		}
		switch op.code {
		case pickSkip:
			if pos = k.skip(op.skip, pos); pos < 0 {
				return pos
			}
			continue
		case pickFloat:
			if len(d)-pos < 4 {
				return k.fail(pos, op.path, reasonShort)
			}
			vals[op.slot] = field.OfFloat32(math.Float32frombits(binary.LittleEndian.Uint32(d[pos:])))
			pos += 4
		case pickDouble:
			if len(d)-pos < 8 {
				return k.fail(pos, op.path, reasonShort)
			}
			vals[op.slot] = field.OfFloat64(math.Float64frombits(binary.LittleEndian.Uint64(d[pos:])))
			pos += 8
		case pickInt, pickLong, pickTime:
			if pos = k.integer(op, &vals[op.slot], pos); pos < 0 {
				return pos
			}
		case pickStop:
			if satisfied(op.stop, vals) {
				return stopped
			}
			continue
		default:
			if pos = k.other(op, vals, pos); pos < 0 {
				return pos
			}
		}
		for _, s := range op.also {
			vals[s] = vals[op.slot]
		}
	}
	return pos
}

func (k *picker) integer(op *pickOp, v *field.Value, pos int) int {
	n, next := long(k.data, pos)
	switch {
	case next < 0:
		return k.badLong(pos, op.path)
	case op.code == pickTime:
		*v = field.OfFloat64(float64(n) / op.scale)
	case op.code == pickInt && n != int64(int32(n)):
		return k.fail(pos, op.path, reasonInt)
	default:
		*v = field.OfInt(n)
	}
	return next
}

// satisfied says whether of each group one slot has a value.
func satisfied(groups [][]int32, vals []field.Value) bool {
	for _, group := range groups {
		if !slices.ContainsFunc(group, func(s int32) bool { return !vals[s].IsMissing() && !vals[s].IsZero() }) {
			return false
		}
	}
	return true
}

// other reads the values that are rarer or larger.
func (k *picker) other(op *pickOp, vals []field.Value, pos int) int {
	d := k.data
	switch op.code {
	case pickString, pickBytes:
		start, end := k.span(pos, op.path)
		if start < 0 {
			return start
		}
		if op.code == pickString {
			vals[op.slot] = field.OfText(d[start:end:end])
		} else {
			vals[op.slot] = field.OfBytes(d[start:end:end])
		}
		return end
	case pickBool:
		if pos >= len(d) {
			return k.fail(pos, op.path, reasonShort)
		}
		if d[pos] > 1 {
			return k.fail(pos, op.path, reasonBool)
		}
		vals[op.slot] = field.OfBool(d[pos] == 1)
		return pos + 1
	case pickFixed:
		end := pos + op.size
		if end > len(d) {
			return k.fail(pos, op.path, reasonShort)
		}
		vals[op.slot] = field.OfBytes(d[pos:end:end])
		return end
	case pickEnum:
		symbol, next := k.symbol(op.names, pos, op.path)
		if next >= 0 {
			vals[op.slot] = field.OfString(symbol)
		}
		return next
	case pickNested:
		return k.pick(op.body, vals, pos)
	case pickText, pickPeek:
		return k.json(op, vals, pos)
	case pickRows, pickAgain:
		if !k.enter(pos, op.path) {
			return failed
		}
		next := k.rows(op, pos)
		k.depth--
		if op.code == pickAgain && next >= 0 {
			return pos
		}
		return next
	default: // pickUnion
		n, next := long(d, pos)
		if next < 0 {
			return k.badLong(pos, op.path)
		}
		if uint64(n) >= uint64(len(op.alts)) {
			return k.fail(pos, op.path, reasonBranch)
		}
		return k.pick(op.alts[n], vals, next)
	}
}

func (k *picker) json(op *pickOp, vals []field.Value, pos int) int {
	start := len(k.out.Text)
	w := jsonWriter{machine: k.machine, start: start}
	text, next := w.run(op.text, k.out.Text, pos)
	if next < 0 {
		return next
	}
	k.out.Text = text
	vals[op.slot] = field.OfJSON(text[start:len(text):len(text)])
	if op.code == pickPeek {
		return pos
	}
	return next
}

// rows appends the wanted fields of each record of an array.
func (k *picker) rows(op *pickOp, pos int) int {
	list := &k.out.Lists[op.slot]
	seen := 0
	for {
		count, end, next := k.block(pos, op.size, &seen, op.path)
		if next < 0 || count == 0 {
			return next
		}
		if op.width > 0 && count > (k.limits.Cells-len(*list))/op.width {
			return k.fail(pos, op.path, reasonList)
		}
		n := len(*list)
		*list = slices.Grow(*list, count*op.width)[:n+count*op.width]
		rows := (*list)[n:]
		clear(rows)
		pos = next
		for i := 0; i < len(rows); i += op.width {
			if pos = k.pick(op.body, rows[i:i+op.width], pos); pos < 0 {
				return pos
			}
		}
		if end >= 0 && pos != end {
			return k.fail(pos, op.path, reasonBlock)
		}
	}
}
