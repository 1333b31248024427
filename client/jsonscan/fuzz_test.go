package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// isComparable says whether encoding/json means the same by a text: it takes
// the last of repeated members, and reads deeper.
func isComparable(body []byte) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	type level struct{ names map[string]bool }
	var levels []level
	isName := false
	for {
		token, err := d.Token()
		if err != nil {
			return true
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{map[string]bool{}})
			isName = true
		case json.Delim('['):
			levels = append(levels, level{})
			isName = false
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
			isName = len(levels) > 0 && levels[len(levels)-1].names != nil
		default:
			if len(levels) == 0 || levels[len(levels)-1].names == nil {
				continue
			}
			if isName {
				name := token.(string)
				if levels[len(levels)-1].names[name] {
					return false
				}
				levels[len(levels)-1].names[name] = true
			}
			isName = !isName
		}
		if len(levels) > jsonscan.MaxDepth-1 {
			return false
		}
	}
}

// FuzzProject checks that nothing panics and that what encoding/json accepts
// is read equal.
func FuzzProject(f *testing.F) {
	f.Add(supernnova(1, 1))
	f.Add([]byte(`{"a":[1,{"b":"\u00e9\ud83d\ude00"}], "c" : -1.5e-7, "d":{"e":null}}`))
	f.Add([]byte(`{"a": NaN, "b": [Infinity, -Infinity], "b": 2}`))
	f.Add([]byte("\ufeff[\"\xff\", 99999999999999999999]"))
	plan := hostilePlan(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		touch(t, body, plan, new(field.Projection))
		if !json.Valid(body) || !isComparable(body) {
			return
		}
		if err := checkProject(body, func() field.Kind { return field.Missing }); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		if err := checkDecode(body); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		var want bytes.Buffer
		if err := json.Compact(&want, body); err != nil {
			t.Fatal(err)
		}
		if got, err := jsonscan.AppendCompact(nil, body, nil); err != nil || utf8.Valid(body) && !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%q: got %q, want %q (%v)", body, got, want.Bytes(), err)
		}
	})
}
