package where_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/where"
	"github.com/mwvgroup/pgb/client/where/serverfilter"
)

// serverAttr maps attr["key"] to the key, object_id to two spellings of an id,
// and class to a translated text.
func serverAttr(name string) (where.ServerAttribute, bool) {
	switch name {
	case "object_id":
		return where.ServerAttribute{Name: "objectId", Missing: []string{"None", "0"}}, true
	case "class":
		return where.ServerAttribute{Name: "pg_class", Text: func(v field.Value) (string, bool) {
			code, ok := map[string]string{"Ia": "0", "non-Ia": "1"}[v.String()]
			return code, ok
		}}, true
	}
	for _, key := range []string{"a", "b", "kafka.topic"} {
		if name == where.AttrName(key) {
			return where.ServerAttribute{Name: key}, true
		}
	}
	return where.ServerAttribute{}, false
}

func TestServerFilterTakesOverWhatItCan(t *testing.T) {
	long := strings.Repeat("x", 200)
	cases := []struct{ text, filter, rest string }{
		{`attr["a"] == "x"`, `attributes.a = "x"`, ""},
		{`"x" == attr["a"]`, `attributes.a = "x"`, ""},
		{`attr["kafka.topic"] == "x\"y"`, `attributes."kafka.topic" = "x\"y"`, ""},
		{`attr["a"] == "x" and snr > 5`, `attributes.a = "x"`, `snr > 5`},
		{`snr > 5 and attr["a"] == "x" and mag < 18 and has(attr["b"])`, `attributes.a = "x" AND attributes:b`, `snr > 5 and mag < 18`},
		{`attr["a"] == "x" or snr > 5`, "", `attr["a"] == "x" or snr > 5`},
		{`attr["a"] != "x"`, `attributes:a AND attributes.a != "x"`, ""},
		{`not (attr["a"] == "x")`, `NOT attributes:a OR attributes.a != "x"`, ""},
		{`not (attr["a"] != "x")`, `NOT attributes:a OR attributes.a = "x"`, ""},
		{`not has(attr["a"])`, `NOT attributes:a`, ""},
		{`attr["a"] in ["x", "y"]`, `attributes.a = "x" OR attributes.a = "y"`, ""},
		{`attr["a"] in ["x", "y"] and has(attr["b"])`, `(attributes.a = "x" OR attributes.a = "y") AND attributes:b`, ""},
		{`attr["a"] not in ["x", "y"]`, `attributes:a AND attributes.a != "x" AND attributes.a != "y"`, ""},
		{`not (attr["a"] in ["x", "y"])`, `NOT attributes:a OR (attributes.a != "x" AND attributes.a != "y")`, ""},
		{`attr["a"] startsWith "x"`, `hasPrefix(attributes.a, "x")`, ""},
		{`attr["a"] not startsWith "x"`, `attributes:a AND NOT hasPrefix(attributes.a, "x")`, ""},
		{`not (attr["a"] startsWith "x" or has(attr["b"]))`, `(NOT attributes:a OR NOT hasPrefix(attributes.a, "x")) AND NOT attributes:b`, ""},
		{`(has(attr["a"]) or has(attr["b"])) and attr["a"] == "x"`, `(attributes:a OR attributes:b) AND attributes.a = "x"`, ""},
		{`has(attr["a"]) and attr["a"] == "x" or has(attr["b"])`, `(attributes:a AND attributes.a = "x") OR attributes:b`, ""},
		{`object_id == "ZTF21abc"`, `attributes.objectId = "ZTF21abc"`, ""},
		{`object_id == 123`, "", `object_id == 123`},
		{`has(object_id)`, `attributes:objectId AND attributes.objectId != "None" AND attributes.objectId != "0"`, ""},
		{`object_id startsWith "No"`, "", `object_id startsWith "No"`},
		{`class == "Ia"`, `attributes.pg_class = "0"`, ""},
		{`class == "II"`, "", `class == "II"`},
		{`class startsWith "I"`, "", `class startsWith "I"`},
		// What the server can't say as exactly.
		{`attr["a"] == 5`, "", `attr["a"] == 5`}, {`attr["a"] > "x"`, "", `attr["a"] > "x"`}, {`attr["a"] contains "x"`, "", `attr["a"] contains "x"`},
		{`attr["a"] == attr["b"]`, "", `attr["a"] == attr["b"]`}, {`attr["c"] == "x"`, "", `attr["c"] == "x"`}, {`attr["a"] startsWith ""`, "", `attr["a"] startsWith ""`},
		{`true`, "", "true"},
		// As much as fits.
		{`attr["a"] == "` + long + `" and attr["b"] == "` + long + `" and has(attr["b"])`, `attributes.a = "` + long + `" AND attributes:b`, `attr["b"] == "` + long + `"`},
	}
	for _, c := range cases {
		e, err := where.Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		filter, rest := e.ServerFilter(serverAttr)
		left := ""
		if rest != nil {
			left = rest.String()
		}
		if filter != c.filter || left != c.rest {
			t.Errorf("%s:\nserver %s\nwant   %s\nrest   %s\nwant   %s", c.text, filter, c.filter, left, c.rest)
		}
		if err := serverfilter.Check(filter); err != nil {
			t.Errorf("%s: %s: %v", c.text, filter, err)
		}
	}
}

// TestServerAndRestTogetherPassTheSame also holds where the service would not
// deliver a message without the attribute for != and NOT =.
func TestServerAndRestTogetherPassTheSame(t *testing.T) {
	atom := rapid.Custom(func(t *rapid.T) string {
		name := rapid.SampledFrom([]string{`attr["a"]`, `attr["b"]`, "object_id"}).Draw(t, "name")
		value := rapid.SampledFrom([]string{`"x"`, `"xy"`, `"é\"\\"`, `"7"`}).Draw(t, "value")
		form := rapid.SampledFrom([]string{"%s == %s", "%s != %s", "%s in [%s, \"z\"]", "%s not in [%s, \"z\"]", "%s startsWith %s", "%s not startsWith %s", "has(%s)", "%s == 7", "snr > 5"}).Draw(t, "form")
		switch strings.Count(form, "%s") {
		case 0:
			return form
		case 1:
			return fmt.Sprintf(form, name)
		}
		return fmt.Sprintf(form, name, value)
	})
	rapid.Check(t, func(t *rapid.T) {
		text := atom.Draw(t, "atom")
		for range rapid.IntRange(0, 5).Draw(t, "more") {
			form := rapid.SampledFrom([]string{"(%s) and %s", "(%s) or %s", "not (%s) and %s", "not (%s) or not (%s)", "%[2]s and not (%[1]s)", "%[2]s and (%[1]s)"}).Draw(t, "join")
			text = fmt.Sprintf(form, text, atom.Draw(t, "atom"))
		}
		e, err := where.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		filter, rest := e.ServerFilter(serverAttr)
		server, err := serverfilter.Parse(filter)
		if err != nil {
			t.Fatalf("%s: %s: %v", text, filter, err)
		}
		attributes := map[string]string{}
		for _, key := range []string{"a", "b", "objectId"} {
			if v := rapid.SampledFrom([]string{"", "x", "xy", "xyz", "z", `é"\`, "7", "7.0", "None", "0"}).Draw(t, key); v != "" {
				attributes[key] = v
			}
		}
		values := map[string]field.Value{"snr": field.OfInt(int64(rapid.IntRange(4, 6).Draw(t, "snr")))}
		names := e.Names()
		row := make([]field.Value, len(names))
		for i, name := range names {
			row[i] = values[name]
			if a, ok := serverAttr(name); ok {
				v, ok := attributes[a.Name]
				for _, none := range a.Missing {
					ok = ok && v != none
				}
				if ok {
					row[i] = field.OfString(v)
				}
			}
		}
		index := func(name string) int {
			for i := range names {
				if names[i] == name {
					return i
				}
			}
			return -1
		}
		lookup := func(name string) (string, bool) {
			v, ok := attributes[name]
			return v, ok
		}
		got := server.Match(lookup) && (rest == nil || rest.Bind(index).Pass(row))
		if want := e.Bind(index).Pass(row); got != want {
			t.Fatalf("%s\nserver %s (%v)\nrest %v\non %v: %v, want %v", text, filter, server.Match(lookup), rest, attributes, got, want)
		}
	})
}
