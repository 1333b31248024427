package tree

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/jsonscan"
)

// Part is a part of a message: its name and what it holds as JSON.
type Part struct {
	Name string
	JSON []byte
}

// Document is parts of a message, taken apart. It does not change. The zero
// Document is empty.
type Document struct {
	texts [][]byte // the JSON of each part
	nodes []node   // parents stand before their children
}

// kind says what a node is.
type kind uint8

const (
	nullNode kind = iota
	boolNode
	numberNode
	textNode
	recordNode
	listNode
	brokenNode // a part that is no JSON
)

// node is a value of a document: where it stands in the text of its part.
type node struct {
	name       span   // of a record's member; without its quotes
	value      span   // of a text without its quotes
	next       int32  // the first node that is not below this one
	parent     int32  // -1 for a part
	size       uint32 // members of a record, values of a list
	index      uint32 // place among its siblings
	part       uint16
	depth      uint16
	kind       kind
	hasEscapes bool // in its name or text
}

// span is a range of bytes.
type span struct{ from, to uint32 }

// Parse takes parts of a message apart. It may be called by any goroutine. A
// part that is no JSON is one value that says so.
func Parse(parts []Part) *Document {
	d := &Document{}
	bytesInAll := 0
	for _, p := range parts {
		bytesInAll += len(p.JSON)
	}
	d.nodes = make([]node, 0, len(parts)+bytesInAll/24)
	for i, p := range parts {
		d.add(uint16(min(i, math.MaxUint16)), p)
	}
	return d
}

// add adds a part. Its name stands before its JSON in one text, so that nodes
// need to know of one only.
func (d *Document) add(index uint16, p Part) {
	text := bytes.TrimPrefix(p.JSON, []byte("\ufeff"))
	if len(text) == 0 {
		text = []byte("null")
	}
	err := jsonscan.Valid(text)
	if err != nil {
		text = quoted(err.Error())
	}
	name := quoted(p.Name)
	r := reader{d: d, part: index, text: append(name[:len(name):len(name)], text...)}
	d.texts = append(d.texts, r.text)
	first := len(d.nodes)
	r.pos = len(name)
	r.space()
	r.value(-1, 0, span{1, uint32(len(name) - 1)}, bytes.IndexByte(name, '\\') >= 0)
	if err != nil {
		d.nodes[first].kind = brokenNode
	}
	d.nodes[first].index = uint32(index)
}

// quoted gives a text as JSON.
func quoted(text string) []byte {
	b, err := json.Marshal(text)
	if err != nil { // which no text gives
		return []byte(`""`)
	}
	return b
}

// reader reads JSON that is known to be valid.
type reader struct {
	d    *Document
	part uint16
	text []byte
	pos  int
}

func (r *reader) space() {
	for r.pos < len(r.text) {
		switch r.text[r.pos] {
		case ' ', '\n', '\t', '\r':
			r.pos++
		default:
			return
		}
	}
}

// at gives the next byte, 0 behind the end.
func (r *reader) at() byte {
	if r.pos < len(r.text) {
		return r.text[r.pos]
	}
	return 0
}

// value reads a value into a node.
func (r *reader) value(parent int32, index uint32, name span, hasEscapes bool) {
	at := len(r.d.nodes)
	n := node{name: name, parent: parent, index: index, part: r.part, hasEscapes: hasEscapes}
	if parent >= 0 {
		n.depth = r.d.nodes[parent].depth + 1
	}
	start := r.pos
	switch c := r.at(); c {
	case '{', '[':
		n.kind = recordNode
		if c == '[' {
			n.kind = listNode
		}
		n.value.from = uint32(start)
		r.d.nodes = append(r.d.nodes, n)
		size := r.children(int32(at), c == '{')
		n := &r.d.nodes[at]
		n.value.to, n.size = uint32(r.pos), size
		n.next = int32(len(r.d.nodes))
		return
	case '"':
		n.kind = textNode
		var escapes bool
		n.value, escapes = r.string()
		n.hasEscapes = n.hasEscapes || escapes
	case 't', 'f':
		n.kind = boolNode
		n.value = r.word()
	case 'n', 'N', 'I':
		n.value = r.word()
	default:
		n.kind = numberNode
		n.value = r.word()
		if string(r.text[n.value.from:n.value.to]) == "-Infinity" {
			n.kind = nullNode
		}
	}
	n.next = int32(at + 1)
	r.d.nodes = append(r.d.nodes, n)
}

// children reads what is in a record or a list, and gives how much it is.
func (r *reader) children(parent int32, named bool) uint32 {
	r.pos++
	for n := uint32(0); ; n++ {
		r.space()
		switch r.at() {
		case ',':
			r.pos++
			r.space()
		case '}', ']', 0:
			r.pos++
			return n
		}
		var name span
		escapes := false
		if named {
			name, escapes = r.string()
			r.space()
			r.pos++ // the colon
			r.space()
		}
		before := r.pos
		r.value(parent, n, name, escapes)
		if r.pos == before { // never in valid JSON
			r.pos = len(r.text)
		}
	}
}

// string reads a text from its opening quote on.
func (r *reader) string() (inside span, escapes bool) {
	r.pos++
	inside.from = uint32(min(r.pos, len(r.text)))
	for r.pos < len(r.text) {
		rest := r.text[r.pos:]
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			r.pos = len(r.text)
			break
		}
		j := bytes.IndexByte(rest[:i], '\\')
		if j < 0 {
			r.pos += i
			break
		}
		escapes = true
		r.pos += j + 2
	}
	inside.to = uint32(min(r.pos, len(r.text)))
	r.pos++
	return inside, escapes
}

// word reads a number or a word, as far as it goes.
func (r *reader) word() span {
	from := r.pos
	for r.pos < len(r.text) {
		switch r.text[r.pos] {
		case ',', '}', ']', ' ', '\n', '\t', '\r':
			return span{uint32(from), uint32(r.pos)}
		}
		r.pos++
	}
	return span{uint32(from), uint32(r.pos)}
}

func (n *node) isFoldable() bool { return n.size > 0 }

// raw gives the bytes of a span in the text of a node's part.
func (d *Document) raw(n *node, s span) []byte { return d.texts[n.part][s.from:s.to] }

// name gives what a node is called: a record's member by its name, a list's
// value by its place.
func (d *Document) name(i int32) string {
	n := &d.nodes[i]
	if n.parent >= 0 && d.nodes[n.parent].kind == listNode {
		return "[" + strconv.Itoa(int(n.index)) + "]"
	}
	return plain(d.raw(n, n.name), n.hasEscapes)
}

// text gives what a text says, up to a number of bytes.
func (d *Document) text(n *node, most int) string {
	raw := d.raw(n, n.value)
	return plain(raw[:min(len(raw), most)], n.hasEscapes)
}

// plain gives a JSON text as what it says. A cut escape at the end is left out.
func plain(raw []byte, hasEscapes bool) string {
	if !hasEscapes || bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	for cut := 0; cut < 6 && cut <= len(raw); cut++ {
		var s string
		text := append(append([]byte{'"'}, raw[:len(raw)-cut]...), '"')
		if json.Unmarshal(text, &s) == nil {
			return s
		}
	}
	return string(raw)
}

// path gives the dotted path of a node: "alert.diaSource.psfFlux".
func (d *Document) path(i int32) string {
	n := &d.nodes[i]
	if n.parent < 0 {
		return d.name(i)
	}
	if d.nodes[n.parent].kind == listNode {
		return d.path(n.parent) + d.name(i)
	}
	return d.path(n.parent) + "." + d.name(i)
}
