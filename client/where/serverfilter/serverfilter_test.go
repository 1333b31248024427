package serverfilter

import (
	"errors"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/where"
)

func attrs(pairs ...string) func(string) (string, bool) {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) {
		v, ok := m[name]
		return v, ok
	}
}

func TestFiltersTakeWhatTheServiceTakes(t *testing.T) {
	com := attrs("name", "com", "iana.org/language_tag", "en")
	net := attrs("name", "net")
	none := attrs()
	cases := []struct {
		filter         string
		com, net, none bool
	}{
		{``, true, true, true},
		{` `, true, true, true},
		{`attributes:name`, true, true, false},
		{`attributes : name`, true, true, false},
		{`NOT attributes:name`, false, false, true},
		{`-attributes:name`, false, false, true},
		{`attributes.name = "com"`, true, false, false},
		{`attributes.name="com"`, true, false, false},
		{`attributes.name != "com"`, false, true, true},
		{`NOT attributes.name = "com"`, false, true, true},
		{`hasPrefix(attributes.name, "co")`, true, false, false},
		{`NOT hasPrefix(attributes.name, "co")`, false, true, true},
		{`attributes:"iana.org/language_tag"`, true, false, false},
		{`attributes."iana.org/language_tag" = "\u0065\x6e"`, true, false, false},
		{`attributes.name = "\143om"`, true, false, false},
		{`attributes:"iana.org/language_tag" AND (attributes.name = "net" OR attributes.name = "com")`, true, false, false},
		{`attributes.name = "com" AND -attributes:"iana.org/language_tag"`, false, false, false},
		{`attributes.name = "com" OR attributes.name = "net" OR attributes:x`, true, true, false},
		{`(NOT attributes:name) OR attributes.name = "net"`, false, true, true},
		{`NOT (attributes:name OR attributes:x)`, false, false, true},
		{`((attributes:name))`, true, true, false},
		{"attributes:name\nAND\tattributes:name", true, true, false},
		{`attributes:NOTname OR attributes.ANDROID = "x"`, false, false, false},
	}
	for _, c := range cases {
		f, err := Parse(c.filter)
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		if f.Match(com) != c.com || f.Match(net) != c.net || f.Match(none) != c.none {
			t.Errorf("%s: com %v net %v none %v", c.filter, f.Match(com), f.Match(net), f.Match(none))
		}
		if f.String() != c.filter {
			t.Errorf("%s prints as %s", c.filter, f)
		}
	}
}

func TestMistakesAreShownWhereTheyAre(t *testing.T) {
	const (
		start    = `attributes:key, attributes.key = "value" or hasPrefix(attributes.key, "value")`
		language = "the filter language has = and !=, AND, OR, NOT, hasPrefix and texts in double quotes"
	)
	cases := []struct{ filter, at, message string }{
		{`attributes:a AND attributes:b OR attributes:c`, "OR", "AND and OR can't be mixed without parentheses"},
		{`attributes.name = "com" AND ("net" OR "org")`, `"net"`, `a value stands on the right: attributes.key = "net"`},
		{`"com" = attributes.name`, `"com"`, `a value stands on the right: attributes.key = "com"`},
		{`attributes.name = attributes.website`, "attributes", "unexpected attributes where a text in double quotes is expected"},
		{`attributes.name = 5`, "5", "unexpected 5 where a text in double quotes is expected"},
		{`attributes.name = 'com'`, "'", "a text stands in double quotes"},
		{`attributes.name > "5"`, ">", language},
		{`attributes.name == "5"`, "=", "unexpected = where a text in double quotes is expected"},
		{`attributes.name`, "", `the filter ends where = "value" or != "value" is expected`},
		{`attributes.name =`, "", "the filter ends where a text in double quotes is expected"},
		{`attributes name`, "name", "unexpected name where .key or :key is expected"},
		{`attribute.name = "x"`, "attribute", "unexpected attribute where " + start + " is expected"},
		{`attributes:\u307F`, `\`, language},
		{`attributes.kafka.topic = "x"`, "kafka.topic", `a name with other characters than letters, digits, _ and - needs quotes: "kafka.topic"`},
		{`attributes.iana.org/tag = "x"`, "iana.org/tag", `a name with other characters than letters, digits, _ and - needs quotes: "iana.org/tag"`},
		{`attributes:a and attributes:b`, "and", "and is written in upper case: AND"},
		{`not attributes:a`, "not", "not is written in upper case: NOT"},
		{`attributes:a attributes:b`, "attributes", "unexpected attributes where AND, OR or the end is expected"},
		{`(attributes:a`, "", "the filter ends where ) is expected"},
		{`attributes:a)`, ")", "unexpected ) where AND, OR or the end is expected"},
		{`NOT NOT attributes:a`, "NOT", "a second NOT needs parentheses"},
		{`attributes:a AND`, "", "the filter ends where " + start + " is expected"},
		{`hasPrefix(attributes:a, "x")`, ":", "unexpected : where .key or :key is expected"},
		{`hasPrefix(attributes.a)`, ")", "unexpected ) where , is expected"},
		{`hasPrefix(name, "x")`, "name", "unexpected name where attributes.key is expected"},
		{`hasPrefix attributes.a`, "attributes", "unexpected attributes where ( is expected"},
		{`attributes.a = "x`, `"x`, "a text has no closing quote"},
		{`attributes.a = "x\`, `"x\`, "a text has no closing quote"},
		{`attributes.a = "\q"`, `"\q"`, `a text has a bad escape: there are \\, \", \n, \t, \u0041, \x41 and \101`},
		{`attributes.é = "x"`, "é", language},
		{`attributes: = "x"`, "=", "unexpected = where the name of an attribute is expected"},
	}
	for _, c := range cases {
		err := Check(c.filter)
		var e *where.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		if e.Message != c.message || e.Text != c.filter {
			t.Errorf("%s: %s\nwant %s", c.filter, e.Message, c.message)
		}
		if at := c.filter[e.Offset : e.Offset+e.Length]; at != c.at {
			t.Errorf("%s: fault at %q, want %q", c.filter, at, c.at)
		}
	}
	long := `attributes.a = "` + strings.Repeat("x", 240) + `"`
	if err := Check(long); err == nil || err.Error() != "the filter is 257 bytes long, and Pub/Sub takes 256" {
		t.Errorf("%d bytes: %v", len(long), err)
	}
	if err := Check(long[1:255] + `x"`); err == nil {
		t.Error("a filter that begins with ttributes passes")
	}
	if err := Check(strings.Replace(long, "x", "", 1)); err != nil {
		t.Errorf("256 bytes: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`attributes."a" = "\u0041" AND NOT (hasPrefix(attributes.b, "c") OR -attributes:d)`)
	f.Add(`attributes.a != "`)
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := Parse(text)
		if err != nil {
			var e *where.Error
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset+e.Length > len(text) {
				t.Fatalf("%q: %#v", text, err)
			}
			_ = e.Caret()
			return
		}
		filter.Match(attrs("a", "A"))
	})
}
