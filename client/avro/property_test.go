package avro

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/field"
	twmb "github.com/twmb/avro"
	"pgregory.net/rapid"
)

// schemaMaker draws random schemas.
type schemaMaker struct {
	t     *rapid.T
	named int
}

func (m *schemaMaker) draw(depth int, union bool) any {
	kinds := []string{"null", "boolean", "int", "long", "float", "double", "bytes", "string", "fixed", "enum", "micros", "millis"}
	if depth > 0 {
		kinds = append(kinds, "record", "array", "map", "nullable", "nullable")
		if union {
			kinds = append(kinds, "union")
		}
	}
	m.named++
	name := fmt.Sprintf("n%d", m.named)
	switch kind := rapid.SampledFrom(kinds).Draw(m.t, "kind"); kind {
	case "fixed":
		return map[string]any{"type": kind, "name": name, "size": rapid.IntRange(0, 9).Draw(m.t, "size")}
	case "enum":
		return map[string]any{"type": kind, "name": name, "symbols": []string{"a", "b", "c"}}
	case "micros", "millis":
		return map[string]any{"type": "long", "logicalType": "timestamp-" + kind}
	case "record":
		return m.record(depth, name)
	case "array":
		return map[string]any{"type": kind, "items": m.draw(depth-1, true)}
	case "map":
		return map[string]any{"type": kind, "values": m.draw(depth-1, true)}
	case "nullable":
		branches := []any{"null", m.branch(depth - 1)}
		if rapid.Bool().Draw(m.t, "null last") {
			branches[0], branches[1] = branches[1], branches[0]
		}
		if branches[0] == branches[1] {
			return "null"
		}
		return branches
	case "union":
		all := []any{"long", "null", "string", "float", m.record(depth, name), map[string]any{"type": "array", "items": "int"}}
		return rapid.Permutation(all).Draw(m.t, "branches")[:rapid.IntRange(1, len(all)).Draw(m.t, "of")]
	default:
		return kind
	}
}

func (m *schemaMaker) branch(depth int) any {
	for {
		v := m.draw(depth, false)
		if _, union := v.([]any); !union {
			return v
		}
	}
}

func (m *schemaMaker) record(depth int, name string) any {
	fields := []any{}
	for i := range rapid.IntRange(0, 5).Draw(m.t, "fields") {
		fields = append(fields, map[string]any{"name": fmt.Sprintf("f%d", i), "type": m.draw(depth-1, true)})
	}
	return map[string]any{"type": "record", "name": name, "fields": fields}
}

// drawDatum writes a random value.
func drawDatum(t *rapid.T, dst []byte, n *node) []byte {
	switch n.kind {
	case kindBool:
		return append(dst, byte(rapid.IntRange(0, 1).Draw(t, "boolean")))
	case kindInt:
		return binary.AppendVarint(dst, int64(rapid.Int32().Draw(t, "int")))
	case kindLong:
		if n.scale != 0 {
			return binary.AppendVarint(dst, rapid.Int64Range(-int64(n.scale*1e9), int64(n.scale*8e9)).Draw(t, "time"))
		}
		return binary.AppendVarint(dst, rapid.Int64().Draw(t, "long"))
	case kindFloat:
		return binary.LittleEndian.AppendUint32(dst, rapid.Uint32().Draw(t, "float"))
	case kindDouble:
		return binary.LittleEndian.AppendUint64(dst, rapid.Uint64().Draw(t, "double"))
	case kindBytes, kindString:
		text := rapid.StringN(0, 12, 40).Draw(t, "text")
		return append(binary.AppendVarint(dst, int64(len(text))), text...)
	case kindFixed:
		return append(dst, strings.Repeat("x", n.size)...)
	case kindEnum:
		return binary.AppendVarint(dst, rapid.Int64Range(0, int64(len(n.symbols)-1)).Draw(t, "symbol"))
	case kindRecord:
		for _, f := range n.fields {
			dst = drawDatum(t, dst, f.node)
		}
	case kindUnion:
		i := rapid.IntRange(0, len(n.branches)-1).Draw(t, "branch")
		return drawDatum(t, binary.AppendVarint(dst, int64(i)), n.branches[i])
	case kindArray, kindMap:
		return drawBlocks(t, dst, n)
	}
	return dst
}

func drawBlocks(t *rapid.T, dst []byte, n *node) []byte {
	for b := range rapid.IntRange(0, 2).Draw(t, "blocks") {
		count := rapid.IntRange(1, 3).Draw(t, "count")
		var body []byte
		for i := range count {
			if n.kind == kindMap {
				body = append(body, 4, 'a'+byte(b), 'a'+byte(i))
			}
			body = drawDatum(t, body, n.items)
		}
		if rapid.Bool().Draw(t, "sized") {
			dst = binary.AppendVarint(dst, -int64(count))
			dst = binary.AppendVarint(dst, int64(len(body)))
		} else {
			dst = binary.AppendVarint(dst, int64(count))
		}
		dst = append(dst, body...)
	}
	return append(dst, 0)
}

// alike makes what both libraries decode comparable.
func alike(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			out[name] = alike(inner)
		}
		return out
	case []any:
		out := []any{}
		for _, inner := range v {
			out = append(out, alike(inner))
		}
		return out
	case int32:
		return int64(v)
	case int:
		return int64(v)
	case float32:
		return math.Float32bits(v)
	case float64:
		return math.Float64bits(v)
	case time.Time:
		return v.UTC().String()
	case []byte:
		return fmt.Sprintf("bytes %x", v)
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Array {
		return fmt.Sprintf("bytes %x", v)
	}
	return v
}

func drawSchema(t *rapid.T) *Schema {
	m := &schemaMaker{t: t}
	text, err := json.Marshal(m.record(rapid.IntRange(1, 4).Draw(t, "depth"), "top"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseSchema(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s
}

func TestRandomDataDecodeAsByAnotherLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchema(t)
		other, err := twmb.Parse(string(s.JSON()))
		if err != nil {
			t.Skip("the other library refuses the schema: ", err)
		}
		datum := drawDatum(t, nil, s.root)
		v, err := s.Decode(datum)
		if err != nil {
			t.Fatalf("%s\n%x: %v", s.JSON(), datum, err)
		}
		var w any
		if _, err := other.Decode(datum, &w); err != nil {
			t.Skip("the other library refuses the datum: ", err)
		}
		if got, want := alike(v), alike(w); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\n%v\nwant\n%v", s.JSON(), got, want)
		}
	})
}

func TestRandomDataReadTheSameInEveryWay(t *testing.T) {
	var out field.Projection
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSchema(rt)
		datum := drawDatum(rt, nil, s.root)
		v, err := s.Decode(datum)
		if err != nil {
			rt.Fatal(err)
		}
		text, err := NewTranscoder(s, nil).AppendJSON(nil, datum)
		if err != nil || !json.Valid(text) {
			rt.Fatalf("%s: %v", text, err)
		}
		if err := sameAsJSON(v, decodeJSON(t, text), ""); err != nil {
			rt.Fatalf("%s\n%v", s.JSON(), err)
		}
		if n, err := s.Skip(append(datum[:len(datum):len(datum)], 1, 2, 3)); err != nil || n != len(datum) {
			rt.Fatalf("%s: skipped %d of %d, %v", s.JSON(), n, len(datum), err)
		}
		// A random part of the fields, so that others are skipped.
		var some []field.Scalar
		for path, typ := range s.Fields() {
			if !typ.InList && rapid.Bool().Draw(rt, "wanted") {
				some = append(some, field.Scalar{Path: path})
			}
		}
		plan, err := NewPlan(s, field.Wanted{Scalars: some})
		if err != nil {
			return // a path that is a list in one branch of a union
		}
		if err := plan.Project(datum, &out); err != nil {
			rt.Fatal(err)
		}
		for i, scalar := range some {
			if want := at(v, scalar.Path); !sameAsValue(want, out.Values[i]) {
				rt.Fatalf("%s\n%v is %v, want %v", s.JSON(), scalar.Path, out.Values[i], want)
			}
		}
	})
}
