package alert

import (
	"encoding/json"
	"strings"

	"github.com/mwvgroup/pgb/client/avro"
)

// formOf gives what a schema makes of bytes, however its text is laid out: full
// names, types and their order, as in Avro's parsing canonical form, without
// documentation, defaults, aliases and logical types. It is empty for a text
// that is no JSON.
func formOf(s *avro.Schema) string {
	var text any
	if json.Unmarshal(s.JSON(), &text) != nil {
		return ""
	}
	var b strings.Builder
	writeForm(&b, text, "")
	return b.String()
}

// formMembers are the members of a type that count, beside its name and fields.
var formMembers = [...]string{"items", "values", "symbols", "size"}

func writeForm(b *strings.Builder, node any, namespace string) {
	switch n := node.(type) {
	case string:
		b.WriteString(fullName(n, namespace))
	case []any: // a union
		b.WriteByte('[')
		for _, branch := range n {
			writeForm(b, branch, namespace)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case map[string]any:
		writeTypeForm(b, n, namespace)
	}
}

func writeTypeForm(b *strings.Builder, n map[string]any, namespace string) {
	kind, _ := n["type"].(string)
	name, named := n["name"].(string)
	if !named && n["items"] == nil && n["values"] == nil {
		writeForm(b, n["type"], namespace) // {"type": "long"} is "long"
		return
	}
	if own, ok := n["namespace"].(string); ok {
		namespace = own
	}
	b.WriteString("{" + kind)
	if named {
		name = fullName(name, namespace)
		namespace = namespaceOf(name)
		b.WriteString(" " + name)
	}
	for _, member := range formMembers {
		switch value, ok := n[member]; {
		case !ok:
		case member == "items" || member == "values":
			b.WriteString(" " + member + " ")
			writeForm(b, value, namespace)
		default:
			text, _ := json.Marshal(value)
			b.WriteString(" " + member + " " + string(text))
		}
	}
	fields, _ := n["fields"].([]any)
	for _, one := range fields {
		if f, ok := one.(map[string]any); ok {
			fieldName, _ := f["name"].(string)
			b.WriteString(" " + fieldName + ":")
			writeForm(b, f["type"], namespace)
		}
	}
	b.WriteByte('}')
}

// primitives are the types that have no namespace.
const primitives = " null boolean int long float double bytes string "

func fullName(name, namespace string) string {
	if namespace == "" || strings.Contains(name, ".") || strings.Contains(primitives, " "+name+" ") {
		return name
	}
	return namespace + "." + name
}

// namespaceOf gives what stands before a full name's last dot.
func namespaceOf(name string) string { return name[:max(strings.LastIndexByte(name, '.'), 0)] }
