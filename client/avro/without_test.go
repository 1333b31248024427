package avro

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

const erasableSchema = `{"type":"record","name":"r","fields":[
 {"name":"id","type":"long"},
 {"name":"stamp","type":["null","bytes"]},
 {"name":"raw","type":"bytes"},
 {"name":"inner","type":["null",{"type":"record","name":"i","fields":[{"name":"a","type":"string"},{"name":"cut","type":["null","string"]}]}]},
 {"name":"list","type":{"type":"array","items":"double"}},
 {"name":"end","type":"float"}]}`

// erasable is a datum of erasableSchema.
var erasable = []byte{
	0x0e,                // id 7
	2, 6, 'a', 'b', 'c', // stamp
	4, 'x', 'y', // raw
	2, 2, 'q', 2, 4, 'z', 'z', // inner
	2, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, // list of 1.0
	0, 0, 0x80, 0x3f, // end 1.0
}

func TestAnEraserEmptiesWhatItIsTold(t *testing.T) {
	s, err := ParseSchema([]byte(erasableSchema))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		paths []string
		want  map[string]any
	}{
		{nil, map[string]any{}},
		{[]string{"nothing", "end", "id"}, map[string]any{}}, // no empty value of these
		{[]string{"stamp"}, map[string]any{"stamp": nil}},
		{[]string{"raw", "list"}, map[string]any{"raw": []byte{}, "list": []any{}}},
		{[]string{"inner.cut"}, map[string]any{"inner": map[string]any{"a": "q", "cut": nil}}},
		{[]string{"inner"}, map[string]any{"inner": nil}},
	} {
		var paths []field.Path
		for _, p := range c.paths {
			paths = append(paths, field.ParsePath(p))
		}
		want, err := s.Decode(erasable)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range c.want {
			want.(map[string]any)[name] = v
		}
		e := NewEraser(s, paths)
		erased, err := e.AppendErased(nil, erasable)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Decode(erased); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %v, not %v, %v", c.paths, got, want, err)
		}
		if again, err := e.AppendErased(nil, erased); err != nil || !bytes.Equal(again, erased) {
			t.Errorf("%v: erased again it is %x, not %x, %v", c.paths, again, erased, err)
		}
	}
}

func TestAnEraserFailsWhereTheDatumDoes(t *testing.T) {
	s, err := ParseSchema([]byte(erasableSchema))
	if err != nil {
		t.Fatal(err)
	}
	e := NewEraser(s, []field.Path{{"stamp"}, {"inner", "cut"}})
	for n := range erasable {
		if out, err := e.AppendErased([]byte("kept"), erasable[:n]); err == nil || string(out) != "kept" {
			t.Errorf("%d bytes of the datum gave %q, %v", n, out, err)
		}
	}
	if _, err := e.AppendErased(nil, append(bytes.Clone(erasable), 0)); err == nil {
		t.Error("a byte left over is no error")
	}
}
