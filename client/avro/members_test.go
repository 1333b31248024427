package avro

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

func drawn(list []Member, indent string) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "%s%s %s", indent, m.Name, m.Type.Kind)
		if m.Type.Nullable {
			b.WriteString(" null")
		}
		if m.Type.List {
			b.WriteString(" list")
		}
		b.WriteString("\n" + drawn(m.Fields, indent+"  "))
	}
	return b.String()
}

func TestMembersAreTheTreeOfTheFields(t *testing.T) {
	s, err := ParseSchema([]byte(`{"type":"record","name":"a","fields":[
		{"name":"id","type":"long"},
		{"name":"inner","type":["null",{"type":"record","name":"b","fields":[{"name":"x","type":"double"},{"name":"y","type":["float","null"]}]}]},
		{"name":"history","type":["null",{"type":"array","items":["null","b"]}]},
		{"name":"words","type":{"type":"array","items":"string"}},
		{"name":"itself","type":["null","a"]},
		{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	k := func(kind field.Kind) string { return fmt.Sprint(kind) }
	want := []string{
		"id " + k(field.Int), "inner " + k(field.JSON) + " null", "  x " + k(field.Float64), "  y " + k(field.Float32) + " null",
		"history " + k(field.JSON) + " null list", "  x " + k(field.Float64), "  y " + k(field.Float32) + " null",
		"words " + k(field.Text) + " list", "itself " + k(field.JSON) + " null", "at " + k(field.Float64),
	}
	got := drawn(s.Members(), "")
	if got != strings.Join(want, "\n")+"\n" {
		t.Errorf("got\n%s", got)
	}
	if m := s.Members(); m[len(m)-1].Type.Logical != "timestamp-micros" {
		t.Error("the logical type is gone")
	}
}

func TestMembersAndFieldsNameTheSame(t *testing.T) {
	s, err := ParseSchema([]byte(`{"type":"record","name":"a","fields":[{"name":"i","type":"int"},
		{"name":"r","type":{"type":"record","name":"r","fields":[{"name":"x","type":"int"},{"name":"l","type":{"type":"array","items":{"type":"record","name":"q","fields":[{"name":"z","type":"int"}]}}}]}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var fields, members []string
	for path := range s.Fields() {
		fields = append(fields, path.String())
	}
	var walk func(list []Member, before field.Path)
	walk = func(list []Member, before field.Path) {
		for _, m := range list {
			path := before.Join(field.Path{m.Name})
			if !m.Type.Record || m.Type.List {
				members = append(members, path.String())
			}
			walk(m.Fields, path)
		}
	}
	walk(s.Members(), nil)
	if !slices.Equal(fields, members) {
		t.Errorf("%v\n%v", fields, members)
	}
}

func TestItemsAreWhatAnArrayHolds(t *testing.T) {
	s, err := ParseSchema([]byte(`{"type":"record","name":"a","fields":[
		{"name":"inner","type":["null",{"type":"record","name":"b","fields":[
			{"name":"x","type":"double"},{"name":"deep","type":["null",{"type":"array","items":["null","float"]}]}]}]},
		{"name":"history","type":["null",{"type":"array","items":["null","b"]}]},
		{"name":"lists","type":{"type":"array","items":{"type":"array","items":"long"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"history": "record or list x,deep false", "inner.deep": "number  false", "lists": "integer  true",
		"inner": "none", "inner.x": "none", "history.x": "none", "no": "none", "inner.deep.x": "none",
	} {
		got := "none"
		if items, ok := s.Items(field.ParsePath(path)); ok {
			var names []string
			for _, f := range items.Fields {
				names = append(names, f.Name)
			}
			got = fmt.Sprint(items.Type.Kind, " ", strings.Join(names, ","), " ", items.Type.List)
		}
		if got != want {
			t.Errorf("%s: %s, not %s", path, got, want)
		}
	}
}
