package avro

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

// show gives the values of a projection as text.
func show(values []field.Value) string {
	var all []string
	for _, v := range values {
		text := v.String()
		if v.IsMissing() {
			text = "-"
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

func projected(t *testing.T, s *Schema, datum []byte, wanted field.Wanted) field.Projection {
	t.Helper()
	plan, err := NewPlan(s, wanted)
	if err != nil {
		t.Fatal(err)
	}
	var out field.Projection
	if err := plan.Project(datum, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// alertSchema is the shape of an LSST alert: ids before and behind a history.
const alertSchema = `{"type":"record","name":"alert","fields":[
	{"name":"source","type":{"type":"record","name":"source","fields":[
		{"name":"object","type":["null","long"]},{"name":"solar","type":["null","long"]},{"name":"flux","type":["null","float"]}]}},
	{"name":"history","type":{"type":"array","items":"source"}},
	{"name":"object","type":["null",{"type":"record","name":"object","fields":[{"name":"id","type":"long"},{"name":"n","type":"int"}]}]},
	{"name":"solar","type":["null",{"type":"record","name":"solar","fields":[{"name":"id","type":"long"}]}]},
	{"name":"stamp","type":["null","bytes"]}]}`

// alertDatum has ids in the source (nil is null), and behind a broken history.
func alertDatum(object, solar *int64, history []byte, rest ...byte) []byte {
	var d []byte
	for _, id := range []*int64{object, solar} {
		if id == nil {
			d = append(d, 0)
		} else {
			d = binary.AppendVarint(append(d, 2), *id)
		}
	}
	d = append(d, 2)
	d = binary.LittleEndian.AppendUint32(d, math.Float32bits(1.5))
	return append(append(d, history...), rest...)
}

func TestAPlanStopsWhereTheRestDoesNotMatter(t *testing.T) {
	s := parse(t, alertSchema)
	id := func(i int64) *int64 { return &i }
	// A history that cannot be walked shows who stopped before it.
	broken := []byte{1}
	whole := []byte{2, 2, 16, 0, 0, 0}
	for _, c := range []struct {
		name    string
		paths   []string
		firstOf [][]int
		datum   []byte
		want    string // empty: it must walk into the broken history
	}{
		{"all in front", []string{"source.object", "source.flux"}, nil, alertDatum(id(7), nil, broken), "7 1.5"},
		{"in front, one absent", []string{"source.object", "nothing", "history.x"[:7]}, nil, alertDatum(id(7), nil, broken), ""},
		{"first of, found", []string{"source.object", "object.id"}, [][]int{{0, 1}}, alertDatum(id(7), nil, broken), "7 -"},
		{"first of, null", []string{"source.object", "object.id"}, [][]int{{0, 1}}, alertDatum(nil, nil, broken), ""},
		{"first of, zero", []string{"source.object", "object.id"}, [][]int{{0, 1}}, alertDatum(id(0), nil, broken), ""},
		{"first of, zero, walked", []string{"source.object", "object.id"}, [][]int{{0, 1}}, alertDatum(id(0), nil, whole, 2, 10, 4), "0 5"},
		{"four ways, second", []string{"source.object", "source.solar", "object.id", "solar.id"}, [][]int{{0, 1, 2, 3}}, alertDatum(id(0), id(9), broken), "0 9 - -"},
		{"preferred behind", []string{"source.object", "object.id"}, [][]int{{1, 0}}, alertDatum(id(7), nil, broken), ""},
		{"two groups, one open", []string{"source.object", "object.id", "source.solar", "solar.id"}, [][]int{{0, 1}, {2, 3}}, alertDatum(id(7), nil, broken), ""},
		{"two groups", []string{"source.object", "object.id", "source.solar", "solar.id"}, [][]int{{0, 1}, {2, 3}}, alertDatum(id(7), id(8), broken), "7 - 8 -"},
		{"an alternative wanted for itself", []string{"source.object", "object.id", "object.n"}, [][]int{{0, 1}}, alertDatum(id(7), nil, broken), ""},
		{"one path twice", []string{"source.object", "source.object", "object.id"}, [][]int{{1, 2}}, alertDatum(id(7), nil, broken), "7 7 -"},
		{"stops between alternatives", []string{"source.object", "object.id", "solar.id"}, [][]int{{0, 1, 2}}, alertDatum(nil, nil, whole, 2, 10, 4, 1), "- 5 -"},
	} {
		plan, err := NewPlan(s, field.Wanted{Scalars: scalars(c.paths...), FirstOf: c.firstOf})
		if err != nil {
			t.Fatal(err)
		}
		var out field.Projection
		err = plan.Project(c.datum, &out)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%s: walked past a broken history: %s", c.name, show(out.Values))
		case c.want != "" && (err != nil || show(out.Values) != c.want):
			t.Errorf("%s: %s (%v), want %s", c.name, show(out.Values), err, c.want)
		}
	}
}

func TestPathsThatLeadNowhereAreMissing(t *testing.T) {
	s := parse(t, alertSchema)
	var id int64 = 7
	out := projected(t, s, alertDatum(&id, nil, []byte{0}, 0, 0, 0), field.Wanted{
		Scalars: scalars("source.object", "none", "source.none", "source.flux.none", "object.id", "object", "solar.id"),
		Lists:   []field.List{{Path: field.Path{"none"}, Fields: scalars("a")}, {Path: field.Path{"history"}, Fields: scalars("a")}},
	})
	if got := show(out.Values); got != "7 - - - - - -" || len(out.Lists) != 2 || len(out.Lists[0])+len(out.Lists[1]) != 0 {
		t.Errorf("%s %v", got, out.Lists)
	}
}

func TestPlansThatCannotBe(t *testing.T) {
	s := parse(t, `{"type":"record","name":"r","fields":[
		{"name":"l","type":["null",{"type":"array","items":{"type":"record","name":"i","fields":[{"name":"a","type":"int"},{"name":"ll","type":{"type":"array","items":"i"}}]}}]},
		{"name":"m","type":{"type":"map","values":"i"}},{"name":"x","type":"int"}]}`)
	for _, c := range []struct {
		wanted field.Wanted
		want   string
	}{
		{field.Wanted{Scalars: scalars("l.a")}, "l.a leads through a array: l"},
		{field.Wanted{Scalars: scalars("m.key")}, "m.key leads through a map: m"},
		{field.Wanted{Lists: []field.List{{Path: field.Path{"x"}, Fields: scalars("a")}}}, "x is a int, not a list"},
		{field.Wanted{Lists: []field.List{{Fields: scalars("a")}}}, "not a list"},
		{field.Wanted{Lists: []field.List{{Path: field.Path{"l"}, Fields: scalars("ll.a")}}}, "leads through"},
		{field.Wanted{Scalars: scalars("x"), FirstOf: [][]int{{0, 1}}}, "no scalar 1"},
	} {
		if _, err := NewPlan(s, c.wanted); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.wanted, err, c.want)
		}
	}
}

func TestEveryShapeOfValueIsRead(t *testing.T) {
	s := parse(t, `{"type":"record","name":"r","fields":[
		{"name":"u","type":["int","null","string",{"type":"record","name":"in","fields":[{"name":"a","type":"int"}]},{"type":"array","items":"int"}]},
		{"name":"e","type":["null",{"type":"enum","name":"e","symbols":["x","y\"z"]}]},
		{"name":"f","type":{"type":"fixed","name":"f","size":3}},
		{"name":"m","type":{"type":"map","values":["null","float"]}},
		{"name":"t","type":{"type":"long","logicalType":"timestamp-millis"}},
		{"name":"back","type":["float","null"]},
		{"name":"n","type":"null"},
		{"name":"one","type":["boolean"]},
		{"name":"d","type":"double"},
		{"name":"last","type":{"type":"array","items":["null","in"]}}]}`)
	tail := []byte{2, 2, 1, 2, 3}
	tail = append(tail, 3, 20, 2, 'k', 2, 0, 0, 0x80, 0x7f, 2, 'n', 0, 0) // a block with its size; infinity
	tail = binary.AppendVarint(tail, 1500)
	tail = append(tail, 2)
	tail = append(tail, 0, 1)
	tail = binary.LittleEndian.AppendUint64(tail, math.Float64bits(math.NaN()))
	tail = append(tail, 3, 6, 2, 8, 0, 0)
	rest := `,"e":"y\"z","f":"AQID","m":{"k":null,"n":null},"t":1.5,"back":null,"n":null,"one":true,"d":null,"last":[{"a":4},null]}`
	if _, err := NewPlan(s, field.Wanted{Scalars: scalars("u.a")}); err == nil {
		t.Error("a path through a branch that is a list was taken")
	}
	plan, err := NewPlan(s, field.Wanted{Scalars: scalars("u", "e", "f", "m", "t", "back", "n", "one", "d", "last", "")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		head        []byte
		json, value string
	}{
		{[]byte{0, 5}, `-3`, "-3"},
		{[]byte{2}, `null`, "-"},
		{[]byte{4, 2, 'q'}, `"q"`, "q"},
		{[]byte{6, 5}, `{"a":-3}`, `{"a":-3}`},
		{[]byte{8, 4, 2, 4, 0}, `[1,2]`, "[1,2]"},
	} {
		datum := slices.Concat(c.head, tail)
		want := `{"u":` + c.json + rest
		got, err := NewTranscoder(s, nil).AppendJSON(nil, datum)
		if err != nil || string(got) != want {
			t.Fatalf("%s (%v), want %s", got, err, want)
		}
		var out field.Projection
		if err := plan.Project(datum, &out); err != nil {
			t.Fatal(err)
		}
		if got, want := show(out.Values), c.value+` y"z `+"\x01\x02\x03"+` {"k":null,"n":null} 1.5 - - true - [{"a":4},null] `+want; got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
		if n, err := s.Skip(datum); err != nil || n != len(datum) {
			t.Error(n, err)
		}
	}
}

func TestOneListServesSeveralWishes(t *testing.T) {
	s := parse(t, alertSchema)
	history := []byte{4, 0, 2, 6, 0, 2, 10, 0, 0, 0}
	lists := []field.List{
		{Path: field.Path{"history"}, Fields: scalars("solar", "object")},
		{Path: field.Path{"history"}, Fields: scalars("object")},
		{Path: field.Path{"history"}},
	}
	for _, paths := range [][]string{{"history", "solar.id"}, {"solar.id"}, {"source", "source.flux", "solar.id", ""}} {
		out := projected(t, s, alertDatum(nil, nil, history, 0, 2, 22, 0), field.Wanted{Scalars: scalars(paths...), Lists: lists})
		if got := show(out.Lists[0]) + "|" + show(out.Lists[1]) + "|" + show(out.Lists[2]); got != "3 - - 5|- 5|" {
			t.Errorf("%v: lists %s", paths, got)
		}
		if got := out.Values[slices.Index(paths, "solar.id")].String(); got != "11" {
			t.Errorf("%v: behind the lists %s", paths, got)
		}
	}
}

func TestARecordWithinItselfIsRead(t *testing.T) {
	s := parse(t, `{"type":"record","name":"n","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","n"]},{"name":"w","type":"int"}]}`)
	datum := []byte{2, 2, 4, 2, 6, 0, 8, 10, 12}
	const want = `{"v":1,"next":{"v":2,"next":{"v":3,"next":null,"w":4},"w":5},"w":6}`
	if got, err := NewTranscoder(s, nil).AppendJSON(nil, datum); err != nil || string(got) != want {
		t.Errorf("%s %v", got, err)
	}
	if n, err := s.Skip(datum); err != nil || n != len(datum) {
		t.Error(n, err)
	}
	out := projected(t, s, datum, field.Wanted{Scalars: scalars("w", "next.next.v", "next.next", "next.next.next.next.v")})
	if got := show(out.Values); got != `6 3 {"v":3,"next":null,"w":4} -` {
		t.Error(got)
	}
	omit := []field.Path{{"next", "next", "v"}, {"next", "w"}}
	if got, err := NewTranscoder(s, omit).AppendJSON(nil, datum); err != nil || string(got) != `{"v":1,"next":{"v":2,"next":{"next":null,"w":4}},"w":6}` {
		t.Errorf("%s %v", got, err)
	}
	deep := make([]byte, 0, 4000)
	for range 1000 {
		deep = append(deep, 2, 2)
	}
	if _, err := s.Skip(deep); err == nil || !strings.Contains(err.Error(), reasonDepth) {
		t.Errorf("depth: %v", err)
	}
}

func TestProjectionsAllocateNothing(t *testing.T) {
	for _, p := range onePerSchema(t) {
		wanted := everything(p.schema)
		plan, err := NewPlan(p.schema, wanted)
		if err != nil {
			t.Fatal(err)
		}
		tr := NewTranscoder(p.schema, nil)
		var out field.Projection
		var dst []byte
		n := testing.AllocsPerRun(5, func() {
			if err := plan.Project(p.datum, &out); err != nil {
				t.Fatal(err)
			}
			if dst, err = tr.AppendJSON(dst[:0], p.datum); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 && !raceEnabled {
			t.Errorf("%s: %v allocations", p.name, n)
		}
	}
}
