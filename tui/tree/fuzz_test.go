package tree

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/jsonscan"
)

// Whatever a part holds, its tree has the size that it was asked for, and is
// what another reader finds in it.
func FuzzParse(f *testing.F) {
	for _, p := range parts {
		f.Add(string(p.JSON), "ra")
	}
	f.Add(`[[[[]]],{"":{"\u0000\"":"\\"}},-1e5,"`+strings.Repeat(`\ud83d\ude00`, 200)+`"]`, "\\")
	f.Add("\ufeff null ", "É")
	f.Add(`{"a":"`+strings.Repeat(`\u0041`, 300)+`"}`, "aa")
	f.Fuzz(func(t *testing.T, text, search string) {
		tree := &Tree{}
		tree.Set([]Part{{text, []byte(text)}, {"alert", []byte(text)}})
		tree.Search(search)
		tree.Next()
		tree.FoldAll(true)
		tree.Search(search)
		tree.Previous()
		tree.SetDocument(Parse([]Part{{"alert", []byte(text)}}))
		for _, size := range [][2]int{{1, 1}, {7, 3}, {100, 30}} {
			if b := tree.Render(size[0], size[1]); b.Width() != size[0] || b.Height() != size[1] {
				t.Fatalf("%dx%d, not %v", b.Width(), b.Height(), size)
			}
		}
		value, err := jsonscan.Decode([]byte(text))
		if err != nil || !json.Valid([]byte(text)) {
			return
		}
		if got, want := len(tree.doc.nodes), count(value); got < want {
			t.Fatalf("%d values, not %d", got, want)
		}
		for i := range tree.doc.nodes {
			if n := &tree.doc.nodes[i]; n.kind == numberNode && !json.Valid(tree.doc.raw(n, n.value)) {
				t.Fatalf("%q is no number", tree.doc.raw(n, n.value))
			}
		}
	})
}

// count counts values; of members of the same name it knows one only.
func count(value any) int {
	n := 1
	switch v := value.(type) {
	case map[string]any:
		for _, member := range v {
			n += count(member)
		}
	case []any:
		for _, element := range v {
			n += count(element)
		}
	}
	return n
}
