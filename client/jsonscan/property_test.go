package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// names repeat, so that paths meet, and have what has to be escaped.
var names = rapid.OneOf(
	rapid.SampledFrom([]string{"", "a", "b", "c", "diaSource", "psfFlux", "psfFluxErr", `qu"ote`, `back\slash`, "é", "[{", "}]"}),
	rapid.String(),
)

// text draws the JSON text of a value, with white space at random.
func text(t *rapid.T, depth int) string {
	space := func() string {
		return rapid.SampledFrom([]string{"", "", "", " ", "\n\t", "          "}).Draw(t, "space")
	}
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	if depth == 0 && kind > 5 {
		kind -= 5
	}
	var value string
	switch kind {
	case 0:
		value = rapid.SampledFrom([]string{"null", "true", "false"}).Draw(t, "word")
	case 1:
		value = fmt.Sprint(rapid.Int64().Draw(t, "int"))
	case 2:
		value = rapid.StringMatching(`-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "number")
	case 3:
		value = string(field.AppendFloat64(nil, float64(rapid.Float32().Draw(t, "float"))))
	case 4, 5:
		quoted, _ := json.Marshal(rapid.OneOf(rapid.String(), names).Draw(t, "text"))
		value = string(quoted)
	case 6, 7:
		var parts []string
		for range rapid.IntRange(0, 5).Draw(t, "items") {
			parts = append(parts, text(t, depth-1))
		}
		value = "[" + strings.Join(parts, ",") + space() + "]"
	default:
		var parts []string
		for _, name := range rapid.SliceOfNDistinct(names, 0, 6, rapid.ID[string]).Draw(t, "names") {
			quoted, _ := json.Marshal(name)
			parts = append(parts, space()+string(quoted)+space()+":"+text(t, depth-1))
		}
		value = "{" + strings.Join(parts, ",") + space() + "}"
	}
	return space() + value + space()
}

// decoded gives what encoding/json reads.
func decoded(body []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// walk gives the paths of all members that are reached through objects.
func walk(v any, path field.Path, each func(field.Path)) {
	each(path)
	if object, ok := v.(map[string]any); ok {
		for name, below := range object {
			walk(below, path.Join(field.Path{name}), each)
		}
	}
}

// same compares values, of which JSON counts by what it means.
func same(a, b field.Value) bool {
	if a.Kind() == field.JSON && b.Kind() == field.JSON {
		x, errX := decoded(a.Text())
		y, errY := decoded(b.Text())
		return errX == nil && errY == nil && reflect.DeepEqual(x, y)
	}
	return show(a) == show(b)
}

// checkProject compares a projection of all paths, and of each alone, with
// encoding/json.
func checkProject(body []byte, hint func() field.Kind) error {
	want, err := decoded(body)
	if err != nil {
		return err
	}
	var w field.Wanted
	walk(want, nil, func(p field.Path) {
		w.Scalars = append(w.Scalars, field.Scalar{Path: p, Hint: hint()}, field.Scalar{Path: p.Join(field.Path{"absent"})})
	})
	plans := []field.Wanted{w}
	for i := 0; i < len(w.Scalars) && i < 60; i++ {
		plans = append(plans, field.Wanted{Scalars: w.Scalars[i : i+1]})
	}
	for _, w := range plans {
		plan, err := jsonscan.NewPlan(w)
		if err != nil {
			return err
		}
		var out field.Projection
		if err := plan.Project(body, &out); err != nil {
			return err
		}
		for i, s := range w.Scalars {
			if expected := valueOf(lookup(want, s.Path), s.Hint); !same(out.Values[i], expected) {
				return fmt.Errorf("%q: got %q, want %q", s.Path, show(out.Values[i]), show(expected))
			}
			raw, ok, err := jsonscan.Find(body, s.Path)
			if err != nil {
				return err
			}
			if ok {
				if found, err := decoded(raw); err != nil || !reflect.DeepEqual(found, lookup(want, s.Path)) {
					return fmt.Errorf("found at %q: %q %v", s.Path, raw, err)
				}
			} else if lookup(want, s.Path) != nil {
				return fmt.Errorf("nothing found at %q", s.Path)
			}
		}
	}
	return nil
}

func TestProjectEqualsEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := text(t, 4)
		hints := rapid.SampledFrom([]field.Kind{field.Missing, field.Float32, field.Float64})
		if err := checkProject([]byte(body), func() field.Kind { return hints.Draw(t, "hint") }); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
	})
}

// checkDecode compares Decode with encoding/json.
func checkDecode(body []byte) error {
	want, err := decoded(body)
	if err != nil {
		return err
	}
	got, err := jsonscan.Decode(body)
	if err != nil {
		return err
	}
	if expected := plainNumbers(want); !reflect.DeepEqual(got, expected) {
		return fmt.Errorf("got %#v, want %#v", got, expected)
	}
	return nil
}

// plainNumbers turns json.Number into what Decode promises.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		made := map[string]any{}
		for name, below := range v {
			made[name] = plainNumbers(below)
		}
		return made
	case []any:
		made := []any{}
		for _, item := range v {
			made = append(made, plainNumbers(item))
		}
		return made
	case json.Number:
		if isDigits(v.String()) {
			if i, err := v.Int64(); err == nil {
				return i
			}
			return v
		}
		if f, err := v.Float64(); err == nil && !math.IsInf(f, 0) {
			return f
		}
	}
	return v
}

func TestDecodeEqualsEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := text(t, 4)
		if err := checkDecode([]byte(body)); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
	})
}

func TestAppendCompactEqualsEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := text(t, 4)
		var want bytes.Buffer
		if err := json.Compact(&want, []byte(body)); err != nil {
			t.Fatal(err)
		}
		got, err := jsonscan.AppendCompact([]byte("before"), []byte(body), nil)
		if err != nil || string(got) != "before"+want.String() {
			t.Fatalf("%s: got %q, want %q (%v)", body, got, want.String(), err)
		}
		if err := jsonscan.Valid([]byte(body)); err != nil {
			t.Fatal(err)
		}
	})
}

// without takes members out of a generic value, through arrays.
func without(v any, path field.Path) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = without(v[i], path)
		}
	case map[string]any:
		if len(path) == 1 {
			delete(v, path[0])
		} else if below, ok := v[path[0]]; ok {
			v[path[0]] = without(below, path[1:])
		}
	}
	return v
}

func TestAppendCompactLeavesOutMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := text(t, 4)
		var omit []field.Path
		for range rapid.SampledFrom([]int{1, 2, 3, 80}).Draw(t, "paths") {
			omit = append(omit, rapid.SliceOfN(names, 1, 3).Draw(t, "path"))
		}
		want, err := decoded([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range omit {
			want = without(want, path)
		}
		text, err := jsonscan.AppendCompact(nil, []byte(body), omit)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decoded(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s without %q: got %s, want %v (%v)", body, omit, text, want, err)
		}
		if again, err := jsonscan.AppendCompact(nil, text, nil); err != nil || !bytes.Equal(again, text) {
			t.Fatalf("not compact: %s", text)
		}
	})
}

// TestSkippedValuesEndWhereTheyShould reads a member behind a value that is
// skipped, at every distance from the bounds of blocks.
func TestSkippedValuesEndWhereTheyShould(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	pieces := []string{`"`, `\"`, `\\`, `\\\"`, `]`, `}`, `[`, `{`, `x`, `_yY`, `é`, `,`, `:`, `\u005b`, strings.Repeat("z", 61), strings.Repeat(`\\`, 33)}
	for range 5_000 {
		var inner []string
		for range r.IntN(6) {
			var b strings.Builder
			for range r.IntN(12) {
				if p := pieces[r.IntN(len(pieces))]; p != `"` {
					b.WriteString(p)
				}
			}
			item := `"` + b.String() + `"`
			switch r.IntN(4) {
			case 0:
				item = "[" + item + ", -1.5e-3]"
			case 1:
				item = "{" + item + ": {}}"
			}
			inner = append(inner, item)
		}
		body := `{"skip": [` + strings.Repeat(" ", r.IntN(70)) + strings.Join(inner, ",") + `], "a": 1}`
		if got := project(t, body, "a"); show(got[0]) != "integer 1" {
			t.Fatalf("%s: got %v", body, got)
		}
	}
}

func TestFirstOfGivesThePreferredValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w field.Wanted
		count := rapid.IntRange(1, 6).Draw(t, "count")
		for range count {
			path := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 2).Draw(t, "path")
			w.Scalars = append(w.Scalars, field.Scalar{Path: path})
		}
		for range rapid.IntRange(1, 3).Draw(t, "groups") {
			w.FirstOf = append(w.FirstOf, rapid.Permutation(seq(count)).Draw(t, "group")[:rapid.IntRange(1, count).Draw(t, "length")])
		}
		var members []string
		for _, name := range rapid.Permutation([]string{"a", "b", "c"}).Draw(t, "order") {
			below := rapid.SampledFrom([]string{"0", "1", "null", `{"a":1,"b":2}`, `{"a":null,"c":0}`, `[]`}).Draw(t, "value")
			members = append(members, fmt.Sprintf("%q:%s", name, below))
		}
		body := []byte("{" + strings.Join(members, ",") + "}")
		plan, err := jsonscan.NewPlan(w)
		if err != nil {
			t.Fatal(err)
		}
		var out field.Projection
		if err := plan.Project(body, &out); err != nil {
			t.Fatal(err)
		}
		want, _ := decoded(body)
		first := func(group []int, value func(int) field.Value) string {
			for _, i := range group {
				if v := value(i); !v.IsMissing() && !v.IsZero() {
					return show(v)
				}
			}
			return ""
		}
		for _, group := range w.FirstOf {
			got := first(group, func(i int) field.Value { return out.Values[i] })
			if expected := first(group, func(i int) field.Value { return valueOf(lookup(want, w.Scalars[i].Path), 0) }); got != expected {
				t.Fatalf("%s: %v of %v: got %q, want %q", body, group, w.Scalars, got, expected)
			}
		}
	})
}

func seq(n int) []int {
	return slices.Collect(func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	})
}
