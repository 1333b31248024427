package jsonscan_test

import (
	"testing"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

func TestAppendCompactMakesPlainJSON(t *testing.T) {
	for _, c := range []struct {
		body, want string
		omit       []string
	}{
		{`{"a": NaN, "b": [Infinity, -Infinity, -1.50e+07]}`, `{"a":null,"b":[null,null,-1.50e+07]}`, nil},
		{"\ufeff 12345678901234567890123 ", `12345678901234567890123`, nil},
		{"[\"caf\xe9 \xed\xa0\x80\", {\"\xff\" : \"é\"}]", "[\"caf\ufffd \ufffd\ufffd\ufffd\",{\"\ufffd\":\"é\"}]", nil},
		{`{"a": 1, "a": 2}`, `{"a":1,"a":2}`, nil},
		{`{"a": 1, "b": 2, "c": 3}`, `{"b":2,"c":3}`, []string{"a"}},
		{`{"a": 1, "b": 2, "c": 3}`, `{"a":1,"c":3}`, []string{"b"}},
		{`{"a": 1, "b": 2 , "c": 3 }`, `{"a":1,"b":2}`, []string{"c"}},
		{`{"a": 1, "b": 2 , "c": 3 }`, `{"c":3}`, []string{"b", "a"}},
		{` { "a" : 1 , "b" : 2 } `, `{}`, []string{"b", "a", "d"}},
		{`{"l": [{"x": {"y": 1}}, {"x": {"y": 1, "z": NaN}}]}`, `{"l":[{"x":{}},{"x":{"z":null}}]}`, []string{"l.x.y"}},
		{`{"\u0061": 1, "b": 2}`, `{"b":2}`, []string{"a"}},
		{`{"a": 1}`, `{"a":1}`, []string{""}},
	} {
		var omit []field.Path
		for _, path := range c.omit {
			omit = append(omit, field.ParsePath(path))
		}
		got, err := jsonscan.AppendCompact([]byte("<"), []byte(c.body), omit)
		if err != nil || string(got) != "<"+c.want {
			t.Errorf("%q without %q: got %q, want %q (%v)", c.body, c.omit, got, c.want, err)
		}
	}
}

func TestAppendCompactGivesBackWhatWasThere(t *testing.T) {
	got, err := jsonscan.AppendCompact([]byte("before"), []byte(`{"a": [1, 2, {"b": tru}]}`), nil)
	if string(got) != "before" || err == nil || err.Error() != "at offset 19, a[2].b: value expected" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := jsonscan.AppendCompact(nil, []byte(`{"a": [1,]}`), []field.Path{{"a"}}); err == nil {
		t.Error("what is left out was not checked")
	}
}

func TestFindGivesTheBytesAsTheyStand(t *testing.T) {
	body := []byte(`{"a": {"b": [1, 2], "n": null}, "c": "x\n", "a": 5}`)
	for _, c := range []struct {
		path, want string
		ok         bool
	}{
		{"a", `{"b": [1, 2], "n": null}`, true},
		{"a.b", `[1, 2]`, true},
		{"a.n", `null`, true},
		{"c", `"x\n"`, true},
		{"", string(body), true},
		{"a.x", "", false},
		{"a.b.c", "", false},
		{"c.d", "", false},
		{"d", "", false},
	} {
		raw, ok, err := jsonscan.Find(body, field.ParsePath(c.path))
		if string(raw) != c.want || ok != c.ok || err != nil {
			t.Errorf("%q: got %q %v %v, want %q %v", c.path, raw, ok, err, c.want, c.ok)
		}
	}
}
