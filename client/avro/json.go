package avro

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/field"
)

// Transcoder turns data of one schema into JSON, without values in between. It
// does not change, and may be used by any number of goroutines.
type Transcoder struct {
	program *jsonProgram
	limits  *Limits
}

// NewTranscoder compiles a transcoder that leaves out the members at the paths
// in omit, which may lead through lists. Paths that the schema does not have
// are no error.
func NewTranscoder(s *Schema, omitPaths []field.Path) *Transcoder {
	return &Transcoder{program: newJSONCompiler().program(s.root, omit(omitPaths), ""), limits: &s.limits}
}

// AppendJSON appends the datum as compact JSON: members in the order of the
// schema, unions as the plain value, integers exact, floats as the shortest
// decimal of their own width, NaN and infinities null, bytes and fixed as
// base64, enums as text, timestamps as seconds since 1970. Bytes left over
// behind the datum are an error. After an error dst is given back as it was.
// Errors are of type [*Error].
func (t *Transcoder) AppendJSON(dst, datum []byte) ([]byte, error) {
	if len(datum) > t.limits.Packet {
		return dst, &Error{Reason: reasonPacket}
	}
	m := machine{data: datum, limits: t.limits}
	w := jsonWriter{machine: &m, start: len(dst)}
	out, pos := w.run(t.program, dst, 0)
	if pos >= 0 && pos != len(datum) {
		pos = m.fail(pos, "", reasonTrailing)
	}
	if pos < 0 {
		return dst, m.err()
	}
	return out, nil
}

// jsonWriter runs JSON programs.
type jsonWriter struct {
	*machine
	start int // length of the output before the datum
}

// grow makes room for more bytes of output.
func (w *jsonWriter) grow(dst []byte, room, pos int, path string) ([]byte, int) {
	if len(dst)-w.start > w.limits.JSON {
		return dst, w.fail(pos, path, reasonJSON)
	}
	return slices.Grow(dst, room), pos
}

// run writes what the program describes. Throughout, dst has room for all that
// the rest of the program writes, but for texts and lists.
func (w *jsonWriter) run(p *jsonProgram, dst []byte, pos int) ([]byte, int) {
	if cap(dst)-len(dst) < p.room {
		if dst, pos = w.grow(dst, p.room, pos, ""); pos < 0 {
			return dst, pos
		}
	}
	d := w.data
	for i := range p.ops {
		op := &p.ops[i]
		if op.text > 0 {
			dst = appendKey(dst, op.key, op.text)
		}
		if op.maybe {
			if uint(pos) >= uint(len(d)) {
				return dst, w.fail(pos, op.path, reasonShort)
			}
			b := d[pos]
			if b == op.null {
				dst = append(dst, "null"...)
				pos++
				continue
			}
			if b != op.null^2 {
				return dst, w.fail(pos, op.path, reasonBranch)
			}
			pos++
		}
		switch op.code {
		case jsonFloat:
			if len(d)-pos < 4 {
				return dst, w.fail(pos, op.path, reasonShort)
			}
			dst = field.AppendFloat32(dst, math.Float32frombits(binary.LittleEndian.Uint32(d[pos:])))
			pos += 4
		case jsonDouble:
			if len(d)-pos < 8 {
				return dst, w.fail(pos, op.path, reasonShort)
			}
			dst = field.AppendFloat64(dst, math.Float64frombits(binary.LittleEndian.Uint64(d[pos:])))
			pos += 8
		case jsonInt, jsonLong:
			if dst, pos = w.integer(op, dst, pos); pos < 0 {
				return dst, pos
			}
		default:
			if dst, pos = w.other(op, dst, pos); pos < 0 {
				return dst, pos
			}
			if cap(dst)-len(dst) < p.room {
				if dst, pos = w.grow(dst, p.room, pos, op.path); pos < 0 {
					return dst, pos
				}
			}
		}
	}
	return dst, pos
}

func (w *jsonWriter) integer(op *jsonOp, dst []byte, pos int) ([]byte, int) {
	v, next := long(w.data, pos)
	if next < 0 {
		return dst, w.badLong(pos, op.path)
	}
	if op.code == jsonInt && v != int64(int32(v)) {
		return dst, w.fail(pos, op.path, reasonInt)
	}
	return field.AppendInt(dst, v), next
}

// appendKey appends n bytes of key, whole words at a time; dst has room.
func appendKey(dst []byte, key string, n int) []byte {
	at := len(dst)
	out := dst[at : at+len(key)]
	for i := 0; i+keyWord <= len(key); i += keyWord {
		copy(out[i:i+keyWord], key[i:i+keyWord])
	}
	return dst[:at+n]
}

// other writes the values that are rarer or larger.
func (w *jsonWriter) other(op *jsonOp, dst []byte, pos int) ([]byte, int) {
	d := w.data
	switch op.code {
	case jsonText:
		return dst, pos
	case jsonString:
		start, end := w.span(pos, op.path)
		if start < 0 {
			return dst, start
		}
		return field.AppendJSONText(dst, d[start:end]), end
	case jsonSkip:
		return dst, w.skip(op.skip, pos)
	case jsonNull:
		return append(dst, "null"...), pos
	case jsonBool:
		if pos >= len(d) {
			return dst, w.fail(pos, op.path, reasonShort)
		}
		switch d[pos] {
		case 0:
			return append(dst, "false"...), pos + 1
		case 1:
			return append(dst, "true"...), pos + 1
		}
		return dst, w.fail(pos, op.path, reasonBool)
	case jsonTime:
		v, next := long(d, pos)
		if next < 0 {
			return dst, w.badLong(pos, op.path)
		}
		return field.AppendFloat64(dst, float64(v)/op.scale), next
	case jsonEnum:
		symbol, next := w.symbol(op.names, pos, op.path)
		if next < 0 {
			return dst, next
		}
		return field.AppendJSONText(dst, symbol), next
	case jsonBytes, jsonFixed:
		return w.bytes(op, dst, pos)
	default:
		return w.compound(op, dst, pos)
	}
}

// compound writes what has a program of its own.
func (w *jsonWriter) compound(op *jsonOp, dst []byte, pos int) ([]byte, int) {
	switch op.code {
	case jsonNested:
		return w.run(op.body, dst, pos)
	case jsonCall:
		if !w.enter(pos, op.path) {
			return dst, failed
		}
		dst, next := w.run(op.body, dst, pos)
		w.depth--
		if next < 0 {
			w.bad.Path = joinPath(op.path, w.bad.Path)
		}
		return dst, next
	case jsonArray, jsonMap:
		if !w.enter(pos, op.path) {
			return dst, failed
		}
		dst, pos = w.list(op, dst, pos)
		w.depth--
		return dst, pos
	default: // jsonUnion
		n, next := long(w.data, pos)
		if next < 0 {
			return dst, w.badLong(pos, op.path)
		}
		if uint64(n) >= uint64(len(op.alts)) {
			return dst, w.fail(pos, op.path, reasonBranch)
		}
		return w.run(op.alts[n], dst, next)
	}
}

// symbol reads an enum.
func (m *machine) symbol(names []string, pos int, path string) (symbol string, next int) {
	n, next := long(m.data, pos)
	if next < 0 {
		return "", m.badLong(pos, path)
	}
	if uint64(n) >= uint64(len(names)) {
		return "", m.fail(pos, path, reasonSymbol)
	}
	return names[n], next
}

func (w *jsonWriter) bytes(op *jsonOp, dst []byte, pos int) ([]byte, int) {
	start, end := pos, pos+op.size
	if op.code == jsonBytes {
		if start, end = w.span(pos, op.path); start < 0 {
			return dst, start
		}
	}
	if end > len(w.data) {
		return dst, w.fail(pos, op.path, reasonShort)
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, w.data[start:end])
	return append(dst, '"'), end
}

// list writes an array or a map. A map's key that repeats is written twice, as
// it stands in the data.
func (w *jsonWriter) list(op *jsonOp, dst []byte, pos int) ([]byte, int) {
	open, shut := byte('['), byte(']')
	if op.code == jsonMap {
		open, shut = '{', '}'
	}
	sep := open
	seen := 0
	for {
		count, end, next := w.block(pos, op.size, &seen, op.path)
		if pos = next; pos < 0 {
			return dst, pos
		}
		if count == 0 {
			if sep == open {
				dst = append(dst, open)
			}
			return append(dst, shut), pos
		}
		for range count {
			dst = append(dst, sep)
			sep = ','
			if op.code == jsonMap {
				start, stop := w.span(pos, op.path)
				if start < 0 {
					return dst, start
				}
				dst = append(field.AppendJSONText(dst, w.data[start:stop]), ':')
				pos = stop
			}
			if dst, pos = w.run(op.body, dst, pos); pos < 0 {
				return dst, pos
			}
		}
		if end >= 0 && pos != end {
			return dst, w.fail(pos, op.path, reasonBlock)
		}
	}
}
