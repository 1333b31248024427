package jsonscan_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// project takes paths out of a text; "path:kind" gives a hint.
func project(t *testing.T, body string, paths ...string) []field.Value {
	t.Helper()
	var w field.Wanted
	kinds := map[string]field.Kind{"f32": field.Float32, "f64": field.Float64, "int": field.Int, "text": field.Text, "raw": field.Bytes}
	for _, p := range paths {
		path, kind, _ := strings.Cut(p, ":")
		w.Scalars = append(w.Scalars, field.Scalar{Path: field.ParsePath(path), Hint: kinds[kind]})
	}
	return projectWanted(t, body, w).Values
}

func projectWanted(t *testing.T, body string, w field.Wanted) *field.Projection {
	t.Helper()
	plan, err := jsonscan.NewPlan(w)
	if err != nil {
		t.Fatal(err)
	}
	var out field.Projection
	if err := plan.Project([]byte(body), &out); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return &out
}

// show prints a value with its kind, so that 1, 1.0 and "1" differ.
func show(v field.Value) string { return v.Kind().String() + " " + v.String() }

func TestProjectGivesEachKindOfValue(t *testing.T) {
	for _, c := range []struct{ value, path, want string }{
		{`1`, "a", "integer 1"},
		{`-9223372036854775808`, "a", "integer -9223372036854775808"},
		{`9223372036854775807`, "a", "integer 9223372036854775807"},
		{`9223372036854775808`, "a", "text 9223372036854775808"},
		{`-9223372036854775809`, "a:int", "text -9223372036854775809"},
		{`99999999999999999999`, "a:f64", "number 100000000000000000000"},
		{`-0`, "a", "integer 0"},
		{`0.1`, "a", "number 0.1"},
		{`0.1`, "a:f32", "number 0.1"},
		{`0.10000000149011612`, "a:f32", "number 0.1"},
		{`16777217.0`, "a:f32", "number 16777216"},
		{`12`, "a:f32", "number 12"},
		{`3.0`, "a:int", "integer 3"},
		{`3.0`, "a", "number 3"},
		{`3.5`, "a:int", "number 3.5"},
		{`1e22`, "a", "number 1e+22"},
		{`1E-2`, "a", "number 0.01"},
		{`1e999`, "a", "missing "},
		{`1e39`, "a:f32", "missing "},
		{`12.50`, "a:text", "text 12.50"},
		{`true`, "a", "boolean true"},
		{`false`, "a:f32", "boolean false"},
		{`null`, "a", "missing "},
		{`NaN`, "a", "missing "},
		{`Infinity`, "a", "missing "},
		{`-Infinity`, "a:f32", "missing "},
		{`""`, "a", "text "},
		{`"plain"`, "a", "text plain"},
		{`"a\"b\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`, "a", "text a\"b\\/\b\f\n\r\té😀"},
		{`"\ud83d x \ude00\ud83d\u0041"`, "a", "text \ufffd x \ufffd\ufffdA"},
		{"\"caf\xe9\"", "a", "text caf\ufffd"},
		{`{ "x" : [ 1, NaN, "y z" ] }`, "a", `record or list {"x":[1,null,"y z"]}`},
		{`{ "x" : [ 1, NaN, "y z" ] }`, "a:raw", `record or list { "x" : [ 1, NaN, "y z" ] }`},
		{`[1,2]`, "a", "record or list [1,2]"},
		{`{}`, "a", "record or list {}"},
		{`{"b":{"c":7}}`, "a.b.c", "integer 7"},
		{`[{"b":7}]`, "a.b", "missing "},
		{`null`, "a.b", "missing "},
		{`5`, "a.b", "missing "},
		{`{"b":5}`, "a.b.c", "missing "},
	} {
		got := project(t, `{"before": [{"]": "}"}], "a": `+c.value+`, "after": 1}`, c.path)
		if s := show(got[0]); s != c.want {
			t.Errorf("%s of %s: got %q, want %q", c.path, c.value, s, c.want)
		}
	}
}

func TestProjectTakesPathsThatMeet(t *testing.T) {
	body := `{"a": {"b": {"c": 1, "d": [2, 3]}, "e": "x"}, "f": 4}`
	got := project(t, body, "a.b.c", "a.b", "a", "a.b.c:text", "", "a.b.d", "f", "a.nothing", "a.b:raw")
	want := []string{"integer 1", `record or list {"c":1,"d":[2,3]}`, `record or list {"b":{"c":1,"d":[2,3]},"e":"x"}`, "text 1",
		`record or list {"a":{"b":{"c":1,"d":[2,3]},"e":"x"},"f":4}`, "record or list [2,3]", "integer 4", "missing ", `record or list {"c": 1, "d": [2, 3]}`}
	for i := range want {
		if s := show(got[i]); s != want[i] {
			t.Errorf("%d: got %q, want %q", i, s, want[i])
		}
	}
	if got := project(t, " 17 ", "", "a"); show(got[0]) != "integer 17" || !got[1].IsMissing() {
		t.Errorf("a packet that is a number: got %v", got)
	}
	if got := project(t, "\ufeff{\"a\":1}", "a"); show(got[0]) != "integer 1" {
		t.Errorf("behind a byte order mark: got %v", got)
	}
}

func TestProjectTakesTheFirstOfRepeatedMembers(t *testing.T) {
	got := project(t, `{"a":{"b":1},"a":{"b":2,"c":3},"d":4,"d":5}`, "a.b", "a.c", "d", "nothing")
	if show(got[0]) != "integer 1" || !got[1].IsMissing() || show(got[2]) != "integer 4" {
		t.Errorf("got %v", got)
	}
}

func TestProjectReadsNamesWithEscapes(t *testing.T) {
	got := project(t, `{"\u0061bc":{"d\/e":1}, "longer than eight \"bytes\"":2, "café":3}`, "abc.d/e", `longer than eight "bytes"`, "café")
	for i, want := range []string{"integer 1", "integer 2", "integer 3"} {
		if show(got[i]) != want {
			t.Errorf("%d: got %q, want %q", i, show(got[i]), want)
		}
	}
}

func TestProjectStopsWhenNothingWantedCanCome(t *testing.T) {
	first := [][]int{{0, 1}}
	for _, c := range []struct {
		name, body string
		paths      []string
		firstOf    [][]int
		stops      bool
	}{
		{"all seen", `{"a":1,"b":2,!`, []string{"b", "a"}, nil, true},
		{"one missing", `{"a":1,!`, []string{"b", "a"}, nil, false},
		{"a null is seen", `{"a":null,!`, []string{"a"}, nil, true},
		{"a parent that ended", `{"a":{"c":1},!`, []string{"a.b"}, nil, true},
		{"a parent that is no object", `{"a":[1],!`, []string{"a.b"}, nil, true},
		{"the first alternative", `{"a":1,!`, []string{"a", "b"}, first, true},
		{"the second alternative only", `{"b":1,!`, []string{"a", "b"}, first, false},
		{"the second, the first contradicted", `{"x":{},"b":1,!`, []string{"x.a", "b"}, first, true},
		{"a first alternative of 0 is none", `{"a":0,!`, []string{"a", "b"}, first, false},
		{"a first alternative of null is none", `{"a":null,!`, []string{"a", "b"}, first, false},
		{"wanted for itself too", `{"a":1,!`, []string{"a", "b"}, [][]int{{0, 1}, {1}}, false},
		{"in two groups", `{"a":1,!`, []string{"a", "b", "c"}, [][]int{{0, 1}, {2, 1}}, false},
		{"in two groups, both covered", `{"a":1,"c":2,!`, []string{"a", "b", "c"}, [][]int{{0, 1}, {2, 1}}, true},
	} {
		var w field.Wanted
		for _, p := range c.paths {
			w.Scalars = append(w.Scalars, field.Scalar{Path: field.ParsePath(p)})
		}
		w.FirstOf = c.firstOf
		plan, err := jsonscan.NewPlan(w)
		if err != nil {
			t.Fatal(err)
		}
		if err := plan.Project([]byte(c.body), new(field.Projection)); (err == nil) != c.stops {
			t.Errorf("%s: stops is %v, want %v (%v)", c.name, err == nil, c.stops, err)
		}
	}
}

func TestProjectKeepsAnEarlierAlternativeThatComesLate(t *testing.T) {
	w := field.Wanted{Scalars: []field.Scalar{{Path: field.Path{"a"}}, {Path: field.Path{"b"}}}, FirstOf: [][]int{{0, 1}}}
	got := projectWanted(t, `{"b":1,"a":2}`, w).Values
	if show(got[0]) != "integer 2" {
		t.Errorf("got %v", got)
	}
	w.Scalars = append(w.Scalars, field.Scalar{Path: field.Path{"c"}})
	w.FirstOf = [][]int{{0, 1, 2}}
	got = projectWanted(t, `{"c":1,"b":2,"a":null}`, w).Values
	if show(got[1]) != "integer 2" {
		t.Errorf("got %v", got)
	}
}

func TestProjectGivesListsRowByRow(t *testing.T) {
	w := field.Wanted{
		Scalars: []field.Scalar{{Path: field.ParsePath("x.list")}, {Path: field.ParsePath("last")}},
		Lists: []field.List{
			{Path: field.ParsePath("x.list"), Fields: []field.Scalar{{Path: field.ParsePath("b.c"), Hint: field.Float32}, {Path: field.ParsePath("a")}}},
			{Path: field.ParsePath("x.list"), Fields: []field.Scalar{{Path: nil}}},
			{Path: field.ParsePath("x.none"), Fields: []field.Scalar{{Path: field.ParsePath("a")}}},
			{Path: field.ParsePath("texts"), Fields: []field.Scalar{{}}},
		},
	}
	out := projectWanted(t, `{"x":{"list":[{"a":1,"b":{"c":0.5},"d":[{}]},null,{"b":{"c":null},"a":"\n"},{}],"none":null},"texts":["H1","L1"],"last":true}`, w)
	want := [][]string{
		{"number 0.5", "integer 1", "missing ", "missing ", "missing ", "text \n", "missing ", "missing "},
		{`record or list {"a":1,"b":{"c":0.5},"d":[{}]}`, "missing ", `record or list {"b":{"c":null},"a":"\n"}`, "record or list {}"},
		{},
		{"text H1", "text L1"},
	}
	for i := range want {
		var got []string
		for _, v := range out.Lists[i] {
			got = append(got, show(v))
		}
		if strings.Join(got, "|") != strings.Join(want[i], "|") {
			t.Errorf("list %d: got %q, want %q", i, got, want[i])
		}
	}
	if show(out.Values[1]) != "boolean true" || out.Values[0].Kind() != field.JSON {
		t.Errorf("got %v", out.Values)
	}
}

func TestProjectOfAMessage(t *testing.T) {
	compact := supernnova(120, 500)
	for name, body := range map[string][]byte{"python": compact, "indented": indented(compact)} {
		w := rowOf()
		got := projectWanted(t, string(body), w).Values
		var want any
		d := json.NewDecoder(strings.NewReader(string(body)))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		for i, s := range w.Scalars {
			if expected := valueOf(lookup(want, s.Path), s.Hint); show(got[i]) != show(expected) {
				t.Errorf("%s: %v: got %q, want %q", name, s.Path, show(got[i]), show(expected))
			}
		}
	}
}

// isRace is set in a build with the race detector, under which a pool forgets.
var isRace bool

func TestProjectAllocatesNothing(t *testing.T) {
	if isRace {
		t.Skip("pools forget under the race detector")
	}
	body := supernnova(20, 50)
	w := rowOf()
	w.Lists = []field.List{{Path: field.ParsePath("alert_lite.prvDiaSources"), Fields: []field.Scalar{{Path: field.Path{"psfFlux"}, Hint: field.Float32}}}}
	w.Scalars = append(w.Scalars, field.Scalar{Path: field.ParsePath("alert_lite.diaObject")})
	plan, err := jsonscan.NewPlan(w)
	if err != nil {
		t.Fatal(err)
	}
	var out field.Projection
	if n := testing.AllocsPerRun(100, func() {
		if err := plan.Project(body, &out); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func TestPlanServesManyGoroutines(t *testing.T) {
	plan, err := jsonscan.NewPlan(rowOf())
	if err != nil {
		t.Fatal(err)
	}
	body := supernnova(5, 5)
	var want field.Projection
	if err := plan.Project(body, &want); err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			var out field.Projection
			for range 200 {
				if err := plan.Project(body, &out); err != nil {
					t.Error(err)
				}
				for i := range want.Values {
					if show(out.Values[i]) != show(want.Values[i]) {
						t.Errorf("%d: got %q, want %q", i, show(out.Values[i]), show(want.Values[i]))
					}
				}
			}
		})
	}
	running.Wait()
}

func TestManyFieldsOfOneRecord(t *testing.T) {
	var w field.Wanted
	var members []string
	for i := range 300 {
		name := "field_" + strconv.Itoa(i)
		members = append(members, strconv.Quote(name)+":"+strconv.Itoa(i))
		w.Scalars = append(w.Scalars, field.Scalar{Path: field.Path{"a", name}})
	}
	for i := 299; i > 0; i -= 2 {
		w.FirstOf = append(w.FirstOf, []int{i, i - 1})
	}
	got := projectWanted(t, `{"a":{`+strings.Join(members, ",")+`}}`, w).Values
	for i := range got {
		if n, ok := got[i].Int(); !ok || n != int64(i) {
			t.Errorf("%d: got %v", i, got[i])
		}
	}
	plan, err := jsonscan.NewPlan(w)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{`{"a":{` + strings.Join(members, ",") + `,!`, `{"a":{},!`} {
		if err := plan.Project([]byte(body), new(field.Projection)); err != nil {
			t.Errorf("it did not stop: %v", err)
		}
	}
}

func TestAppendMembersGivesWhatStandsAtTheTop(t *testing.T) {
	for body, want := range map[string]string{
		`{}`: "", ` { } `: "", `[1]`: "", `3`: "",
		`{"a": 1 , "b\u0063":{"x":[1,2]},"d":"e"}`: `a=1;bc={"x":[1,2]};d="e";`,
	} {
		members, err := jsonscan.AppendMembers(nil, []byte(body))
		var got strings.Builder
		for _, m := range members {
			got.WriteString(m.Name + "=" + string(m.Raw) + ";")
		}
		if err != nil || got.String() != want {
			t.Errorf("%s: %s, %v", body, got.String(), err)
		}
	}
	for _, body := range []string{"", "{", `{"a":1`, `{"a":1}x`, `{"a":[}`, `{"a" 1}`} {
		if members, err := jsonscan.AppendMembers(nil, []byte(body)); err == nil && body != "" {
			t.Errorf("%s: no error, %v", body, members)
		}
	}
}
