package modules

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"time"
)

// member is one member of a JSON object: its name there, and the Avro name of
// the record's field it comes from.
type member struct{ out, in string }

// same gives members that keep their names.
func same(names ...string) []member {
	list := make([]member, len(names))
	for i, n := range names {
		list[i] = member{n, n}
	}
	return list
}

// shape is how a record type is written as a JSON object.
type shape struct{ fields []shapeField }

type shapeField struct {
	key   string // with its quotes, colon and the comma before it
	index int
	sub   *shape // of a record, a pointer to one or a list of them
}

var timeType = reflect.TypeFor[time.Time]()

// shapeOf lays out a record type: its members in the order given, or all of
// them in the order of the schema.
func shapeOf(t reflect.Type, members []member) *shape {
	index := make(map[string]int, t.NumField())
	var all []member
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("avro")
		index[name] = i
		all = append(all, member{name, name})
	}
	if members == nil {
		members = all
	}
	s := &shape{}
	for n, m := range members {
		i, ok := index[m.in]
		if !ok {
			panic("no field " + m.in + " in " + t.String()) // members are constants of this package
		}
		f := shapeField{key: `"` + m.out + `": `, index: i}
		if n > 0 {
			f.key = ", " + f.key
		}
		inner := t.Field(i).Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != timeType {
			f.sub = shapeOf(inner, nil)
		}
		s.fields = append(s.fields, f)
	}
	return s
}

func (s *shape) append(dst []byte, v reflect.Value) []byte {
	dst = append(dst, '{')
	for i := range s.fields {
		f := &s.fields[i]
		dst = append(dst, f.key...)
		dst = appendValue(dst, v.Field(f.index), f.sub)
	}
	return append(dst, '}')
}

// list writes a slice of records.
func (s *shape) list(dst []byte, v reflect.Value) []byte {
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = s.append(dst, v.Index(i))
	}
	return append(dst, ']')
}

func appendValue(dst []byte, v reflect.Value, sub *shape) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		return appendValue(dst, v.Elem(), sub)
	case reflect.Struct:
		if sub == nil {
			return appendFloat(dst, float64(v.Interface().(time.Time).UnixMicro())/1e6)
		}
		return sub.append(dst, v)
	case reflect.Slice:
		if sub != nil {
			return sub.list(dst, v)
		}
		if v.IsNil() {
			return append(dst, "null"...)
		}
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, v.Bytes())
		return append(dst, '"')
	case reflect.Float32, reflect.Float64:
		return appendFloat(dst, v.Float())
	case reflect.Int32, reflect.Int64:
		return strconv.AppendInt(dst, v.Int(), 10)
	case reflect.Bool:
		return strconv.AppendBool(dst, v.Bool())
	default:
		return appendText(dst, v.String())
	}
}

// appendFloat writes a number as Python's json module does: the shortest decimal
// that gives the double back, with an exponent below 1e-4 and from 1e16 on. A
// 32-bit float is the double it widens to. NaN and infinities become null.
func appendFloat(dst []byte, x float64) []byte {
	a := math.Abs(x)
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return append(dst, "null"...)
	case a != 0 && (a < 1e-4 || a >= 1e16):
		return strconv.AppendFloat(dst, x, 'e', -1, 64)
	}
	dst = strconv.AppendFloat(dst, x, 'f', -1, 64)
	if x == math.Trunc(x) {
		dst = append(dst, ".0"...)
	}
	return dst
}

func appendText(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			quoted, err := json.Marshal(text)
			if err != nil {
				return append(dst, "null"...)
			}
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, text...)
	return append(dst, '"')
}
