package avro

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

func parse(t testing.TB, text string) *Schema {
	t.Helper()
	s, err := ParseSchema([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemasThatAreNot(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{``, "not JSON"},
		{`{`, "not JSON"},
		{`"long" 1`, "text after the schema"},
		{`3`, "a type must be"},
		{`"lung"`, `unknown type "lung"`},
		{`{}`, "an object without a type"},
		{`[]`, "a union without branches"},
		{`["null",["long"]]`, "a union within a union"},
		{`["long","long"]`, "a union with long twice"},
		{`{"type":"record","fields":[]}`, "needs a name"},
		{`{"type":"record","name":"r"}`, "no list of fields"},
		{`{"type":"record","name":"r","fields":[{"type":"long"}]}`, "a field without a name"},
		{`{"type":"record","name":"r","fields":[{"name":"a","type":"long"},{"name":"a","type":"int"}]}`, `the field "a" twice`},
		{`{"type":"record","name":"r","fields":[{"name":"a"}]}`, "schema: a: a type must be"},
		{`{"type":"record","name":"r","fields":[{"name":"a","type":{"type":"record","name":"q","fields":[{"name":"b","type":"x"}]}}]}`, `schema: a.b: unknown type "x"`},
		{`{"type":"enum","name":"e","symbols":[]}`, "no symbols"},
		{`{"type":"enum","name":"e","symbols":[1]}`, "no text"},
		{`{"type":"fixed","name":"f"}`, "needs a size"},
		{`{"type":"fixed","name":"f","size":-1}`, "needs a size"},
		{`{"type":"fixed","name":"f","size":1.5}`, "needs a size"},
		{`{"type":"array"}`, "a type must be"},
		{`[{"type":"fixed","name":"f","size":1},{"type":"enum","name":"f","symbols":["a"]}]`, "defined twice"},
		{`{"type":"record","name":"r","fields":[{"name":"a","type":"r"}]}`, "contains itself without end"},
		{`{"type":"record","name":"r","fields":[{"name":"a","type":["r"]}]}`, "contains itself without end"},
		{`{"type":"record","name":"` + strings.Repeat("n", 600) + `","fields":[]}`, "needs a name"},
		{strings.Repeat(`{"type":"array","items":`, 200) + `"int"` + strings.Repeat(`}`, 200), "nested deeper"},
		{strings.Repeat("[", 50000), "not JSON"},
	} {
		_, err := ParseSchema([]byte(c.text))
		var at *SchemaError
		if !errors.As(err, &at) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80s: %v, want %s", c.text, err, c.want)
		}
	}
}

func TestNamesAreFoundInTheirNamespace(t *testing.T) {
	s := parse(t, `{"type":"record","name":"alert","namespace":"a.b","fields":[
		{"name":"one","type":{"type":"fixed","name":"x","size":1}},
		{"name":"two","type":{"type":"fixed","name":"x","namespace":"c","size":2}},
		{"name":"three","type":{"type":"record","name":"c.r","fields":[{"name":"x","type":"x"},{"name":"y","type":"a.b.x"}]}},
		{"name":"four","type":"x"},
		{"name":"five","type":"c.x"},
		{"name":"six","type":{"type":"fixed","name":"bare","namespace":"","size":6}},
		{"name":"seven","type":"bare"},
		{"name":"eight","type":["c.r","null"]}]}`)
	if s.Name() != "a.b.alert" {
		t.Error(s.Name())
	}
	want := map[string]int{"one": 1, "two": 2, "three": 3, "four": 1, "five": 2, "six": 6, "seven": 6, "eight": -1}
	for _, f := range s.root.fields {
		if f.node.fixed != want[f.name] {
			t.Errorf("%s takes %d bytes, want %d", f.name, f.node.fixed, want[f.name])
		}
	}
	if s.Fingerprint() != sha256.Sum256(s.JSON()) {
		t.Error("fingerprint")
	}
}

func TestLookupAndFields(t *testing.T) {
	s := parse(t, `{"type":"record","name":"r","fields":[
		{"name":"id","type":"long"},
		{"name":"when","type":["null",{"type":"long","logicalType":"timestamp-micros"}]},
		{"name":"in","type":["null",{"type":"record","name":"in","fields":[{"name":"flux","type":"float"},{"name":"u","type":["string","null","int"]}]}]},
		{"name":"list","type":["null",{"type":"array","items":["null","in"]}]},
		{"name":"numbers","type":{"type":"array","items":"double"}},
		{"name":"map","type":{"type":"map","values":"int"}},
		{"name":"none","type":"null"},
		{"name":"self","type":["null","r"]}]}`)
	var got []string
	for path, typ := range s.Fields() {
		got = append(got, fmt.Sprintf("%s %d %v %v %v %v %s", path, typ.Kind, typ.Nullable, typ.List, typ.Record, typ.InList, typ.Logical))
		if again, ok := s.Lookup(path); !ok || again != typ {
			t.Errorf("%s: %+v, listed as %+v", path, again, typ)
		}
	}
	want := []string{
		"id 2 false false false false ",
		"when 4 true false false false timestamp-micros",
		"in.flux 3 true false false false ",
		"in.u 5 true false false false ",
		"list 7 true true true false ",
		"list.flux 3 true false false true ",
		"list.u 5 true false false true ",
		"numbers 7 false true false false ",
		"map 7 false false false false ",
		"none 0 true false false false ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if typ, ok := s.Lookup(field.Path{"in"}); !ok || !typ.Record || !typ.Nullable || typ.Kind != field.JSON {
		t.Errorf("in: %+v %v", typ, ok)
	}
	for _, path := range []string{"x", "id.x", "in.x", "map.x", "numbers.x", "list.x"} {
		if typ, ok := s.Lookup(field.ParsePath(path)); ok {
			t.Errorf("%s: %+v", path, typ)
		}
	}
	for range s.Fields() {
		break // a loop may end early
	}
}

func TestTheSchemasInUseParse(t *testing.T) {
	names, _ := filepath.Glob(filepath.Join(schemaDir, "*.json"))
	if len(names) < 16 {
		t.Fatalf("only %d schemas", len(names))
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s := parse(t, string(text))
		leaves := 0
		for path, typ := range s.Fields() {
			leaves++
			if again, ok := s.Lookup(path); !ok || again != typ {
				t.Errorf("%s: %s", name, path)
			}
		}
		if leaves < 8 {
			t.Errorf("%s: %d fields", name, leaves)
		}
	}
}

// A small schema that would be 2^40 steps if records were written out.
func TestASmallHostileSchemaStaysSmall(t *testing.T) {
	text := `{"type":"record","name":"r0","fields":[]}`
	fields := []string{`{"name":"f0","type":{"type":"record","name":"r0","fields":[{"name":"x","type":["null","string"]}]}}`}
	for i := 1; i <= 40; i++ {
		fields = append(fields, fmt.Sprintf(`{"name":"f%d","type":["null",{"type":"record","name":"r%d","fields":[{"name":"a","type":["null","r%d"]},{"name":"b","type":["null","r%d"]}]}]}`, i, i, i-1, i-1))
	}
	text = `{"type":"record","name":"top","fields":[` + strings.Join(fields, ",") + `]}`
	s := parse(t, text)
	plan, err := NewPlan(s, field.Wanted{Scalars: scalars("f40", "f39.a", "f40.b.a.b")})
	if err != nil {
		t.Fatal(err)
	}
	datum := append([]byte{2, 2, 'x'}, make([]byte, 40)...)
	var out field.Projection
	if err := plan.Project(append([]byte{2, 2, 'x'}, make([]byte, 40)...), &out); err != nil {
		t.Error(err)
	}
	if n, err := s.Skip(datum); err != nil || n != len(datum) {
		t.Error(n, err)
	}
	if _, err := NewTranscoder(s, []field.Path{{"f39"}}).AppendJSON(nil, datum); err != nil {
		t.Error(err)
	}
}
