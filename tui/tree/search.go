package tree

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// Search looks for a text in names and values, whatever its letter case, and
// goes to the first one from where the search began. It is for every letter as
// it is typed; the empty text ends the search.
func (t *Tree) Search(text string) (found int) {
	text = strings.ToLower(text)
	if t.text == "" {
		t.origin, _ = t.node()
	}
	t.text, t.found = text, nil
	if text == "" || t.doc == nil {
		return 0
	}
	if t.found = t.doc.find(text); len(t.found) > 0 {
		first, _ := slices.BinarySearch(t.found, t.origin)
		t.show(t.found[first%len(t.found)])
	}
	return len(t.found)
}

// Next goes to the next value that has what is searched, after the last to the
// first.
func (t *Tree) Next() { t.step(1) }

// Previous goes to the one before.
func (t *Tree) Previous() { t.step(-1) }

func (t *Tree) step(n int) {
	at, ok := t.node()
	if !ok || len(t.found) == 0 {
		return
	}
	i, on := slices.BinarySearch(t.found, at)
	if n < 0 || on {
		i += n
	}
	i = (i + len(t.found)) % len(t.found)
	t.origin = t.found[i]
	t.show(t.found[i])
}

// Match gives which of the values that have what is searched is selected, from
// 1, and how many there are; 0 where it is none of them.
func (t *Tree) Match() (place, of int) {
	if at, ok := t.node(); ok {
		if i, on := slices.BinarySearch(t.found, at); on {
			return i + 1, len(t.found)
		}
	}
	return 0, len(t.found)
}

// show selects a node, and unfolds what it is in.
func (t *Tree) show(i int32) {
	for parent := t.doc.nodes[i].parent; parent >= 0; parent = t.doc.nodes[parent].parent {
		t.open[parent] = true
	}
	t.list()
	t.goTo(i)
}

// find gives the nodes whose name or value has a text of small letters.
func (d *Document) find(text string) []int32 {
	var found []int32
	needle := []byte(text)
	for i := range d.nodes {
		n := &d.nodes[i]
		if d.has(n, n.name, needle) || n.kind != recordNode && n.kind != listNode && d.has(n, n.value, needle) {
			found = append(found, int32(i))
		}
	}
	return found
}

func (d *Document) has(n *node, s span, needle []byte) bool {
	raw := d.raw(n, s)
	if n.hasEscapes && bytes.IndexByte(raw, '\\') >= 0 {
		raw = []byte(plain(raw, true))
	}
	return indexFold(raw, needle) >= 0
}

// indexFold gives where a text has another one of small letters, whatever its
// own letter case, -1 where it has not. Letters of which the cases have
// different lengths are only found as they are.
func indexFold(text, needle []byte) int {
	if len(needle) == 0 || len(needle) > len(text) {
		return -1
	}
	if !isASCII(needle) {
		lower := bytes.ToLower(text)
		if len(lower) != len(text) {
			lower = text
		}
		return bytes.Index(lower, needle)
	}
	first := needle[0]
	for i := 0; i+len(needle) <= len(text); i++ {
		if toLower(text[i]) != first {
			continue
		}
		j := 1
		for j < len(needle) && toLower(text[i+j]) == needle[j] {
			j++
		}
		if j == len(needle) {
			return i
		}
	}
	return -1
}

func toLower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

func isASCII(text []byte) bool {
	return !slices.ContainsFunc(text, func(c byte) bool { return c >= utf8.RuneSelf })
}
