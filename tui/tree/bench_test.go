package tree

import (
	"bytes"
	"fmt"
	"testing"
)

// largeAlert is an alert of so many epochs, about 1.3 kB each.
func largeAlert(epochs int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"diaObjectId":170032882292621441,"prvDiaSources":[`)
	for i := range epochs {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"diaSourceId":%d`, 170032882292621441+i)
		for j := range 50 {
			fmt.Fprintf(&b, `,"psfFluxErr%d":%d.123456`, j, i)
		}
		b.WriteString(`,"band":"r","comment":"a \"quoted\" text"}`)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

func BenchmarkParse4MB(b *testing.B) {
	text := largeAlert(3300)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse([]Part{{"alert", text}})
	}
}

// Everything is unfolded: 170,000 values.
func openTree(b *testing.B) *Tree {
	tree := &Tree{Focused: true}
	tree.Set([]Part{{"alert", largeAlert(3300)}})
	tree.Render(200, 60)
	tree.FoldAll(true)
	return tree
}

func BenchmarkRender200x60(b *testing.B) {
	tree := openTree(b)
	tree.Move(5000)
	b.ReportAllocs()
	for b.Loop() {
		tree.Render(200, 60)
	}
}

func BenchmarkSearch(b *testing.B) {
	tree := openTree(b)
	for b.Loop() {
		tree.Search("fluxerr49")
		tree.Search("")
	}
}

func BenchmarkFold(b *testing.B) {
	tree := openTree(b)
	for b.Loop() {
		tree.Toggle()
	}
}

func BenchmarkSetDocument(b *testing.B) {
	tree := openTree(b)
	other := Parse([]Part{{"alert", largeAlert(3200)}})
	last := tree.doc
	for b.Loop() {
		tree.SetDocument(other)
		tree.SetDocument(last)
	}
}
