package avro

import (
	"crypto/sha256"
	"sync"

	"github.com/mwvgroup/pgb/client/field"
)

// Schema is a parsed Avro schema. It does not change, and may be used by any
// number of goroutines.
type Schema struct {
	root   *node
	text   []byte
	sum    [32]byte
	limits Limits

	skipOnce sync.Once
	skipper  []skipOp
}

// Name gives the full name of the schema's record ("ztf.alert"), or the name of
// its type where that has none.
func (s *Schema) Name() string {
	if s.root.name != "" {
		return s.root.name
	}
	return s.root.kind.String()
}

// JSON gives the schema's text as it was parsed. It must not be changed.
func (s *Schema) JSON() []byte { return s.text }

// Fingerprint gives the SHA-256 of the schema's text as it was parsed.
func (s *Schema) Fingerprint() [32]byte { return s.sum }

// ParseSchema parses the JSON text of a schema, which it copies. Errors are of
// type [*SchemaError].
func ParseSchema(text []byte) (*Schema, error) {
	return parseSchema(text, DefaultLimits())
}

func parseSchema(text []byte, limits Limits) (*Schema, error) {
	if len(text) > limits.Schema {
		return nil, &SchemaError{Reason: "its text is longer than the limit"}
	}
	s := &Schema{text: append([]byte(nil), text...), limits: limits}
	s.sum = sha256.Sum256(s.text)
	root, err := parseNodes(s.text)
	if err != nil {
		return nil, err
	}
	s.root = root
	return s, nil
}

// kind is a type of Avro.
type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindInt
	kindLong
	kindFloat
	kindDouble
	kindBytes
	kindString
	kindFixed
	kindEnum
	kindRecord
	kindArray
	kindMap
	kindUnion
)

var kindNames = [...]string{
	"null", "boolean", "int", "long", "float", "double", "bytes", "string",
	"fixed", "enum", "record", "array", "map", "union",
}

func (k kind) String() string { return kindNames[k] }

// node is one type in a schema. Named types are shared, so that the tree is a
// graph where a record contains itself.
type node struct {
	kind     kind
	name     string // full name of a record, enum or fixed
	logical  string
	scale    float64 // timestamps: units in a second
	size     int     // fixed: bytes
	symbols  []string
	fields   []member
	items    *node   // of an array; the values of a map
	branches []*node // of a union

	// least is the fewest bytes of a value; fixed is its size where all values
	// have the same, else -1.
	least, fixed int
}

// member is a field of a record.
type member struct {
	name string
	node *node
}

// unlimited stands for a type that has no finite value.
const unlimited = 1 << 40

// nullable takes [null, T] and [T, null] apart: the other branch, and the byte
// that says null.
func (n *node) nullable() (inner *node, null byte, ok bool) {
	if n.kind != kindUnion || len(n.branches) != 2 {
		return nil, 0, false
	}
	switch {
	case n.branches[0].kind == kindNull && n.branches[1].kind != kindNull:
		return n.branches[1], 0, true
	case n.branches[1].kind == kindNull && n.branches[0].kind != kindNull:
		return n.branches[0], 2, true
	}
	return nil, 0, false
}

// valueKind is the kind of field.Value that a type gives.
func (n *node) valueKind() field.Kind {
	switch n.kind {
	case kindBool:
		return field.Bool
	case kindInt, kindLong:
		if n.scale != 0 {
			return field.Float64
		}
		return field.Int
	case kindFloat:
		return field.Float32
	case kindDouble:
		return field.Float64
	case kindBytes, kindFixed:
		return field.Bytes
	case kindString, kindEnum:
		return field.Text
	case kindRecord, kindArray, kindMap:
		return field.JSON
	default:
		return field.Missing
	}
}
