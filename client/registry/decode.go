package registry

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mwvgroup/pgb/client/field"
)

// FileError says what is wrong in a registry file, and where.
type FileError struct {
	File   string
	Line   int // from 1; 0 when not known
	Reason string
}

// Error gives file, line and reason: "my.yaml:12: topic my-topic: unknown key
// paylod, did you mean payload?".
func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Reason
	}
	return e.File + ":" + strconv.Itoa(e.Line) + ": " + e.Reason
}

// maxDecodeDepth bounds how deep a file may nest, aliases included: YAML can
// refer to itself.
const maxDecodeDepth = 32

// decoder lays one YAML file over a registry. It is written by hand because
// entries merge field by field, unknown keys get near names, and every entry
// remembers where it stands.
type decoder struct {
	file string
	reg  *Registry
	// values counts what was decoded: aliases of aliases multiply.
	values int
}

const maxDecodeValues = 1 << 20

var (
	pathType        = reflect.TypeFor[field.Path]()
	pathsType       = reflect.TypeFor[Paths]()
	identityType    = reflect.TypeFor[Identity]()
	tableColumnType = reflect.TypeFor[TableColumn]()
)

// overlay lays the text of a file over the registry.
func (r *Registry) overlay(file string, text []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return syntaxError(file, err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	d := &decoder{file: file, reg: r}
	if doc.Content[0].Kind != yaml.MappingNode {
		return d.errorf(doc.Content[0], "", "a registry file is a mapping: topics:, payloads:, ...")
	}
	return d.fields(doc.Content[0], reflect.ValueOf(r).Elem(), "", 0)
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

func syntaxError(file string, err error) error {
	found := yamlLine.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if found == nil {
		return &FileError{File: file, Reason: err.Error()}
	}
	line, _ := strconv.Atoi(found[1])
	return &FileError{File: file, Line: line, Reason: "not YAML: " + found[2]}
}

func (d *decoder) errorf(n *yaml.Node, where, format string, args ...any) error {
	reason := fmt.Sprintf(format, args...)
	if where != "" {
		reason = where + ": " + reason
	}
	return &FileError{File: d.file, Line: n.Line, Reason: reason}
}

// value decodes a node into a value that may have one already. where names the
// entry for messages.
func (d *decoder) value(n *yaml.Node, into reflect.Value, where string, depth int) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if d.values++; d.values > maxDecodeValues || depth > maxDecodeDepth {
		return d.errorf(n, where, "too large or too deeply nested")
	}
	if isNull(n) {
		into.SetZero()
		return nil
	}
	switch into.Type() {
	case pathType:
		text, err := d.text(n, where)
		into.Set(reflect.ValueOf(field.ParsePath(text)))
		return err
	case pathsType:
		paths, err := d.paths(n, where)
		into.Set(reflect.ValueOf(paths))
		return err
	case identityType:
		identity, err := d.identity(n, where)
		into.Set(reflect.ValueOf(identity))
		return err
	case tableColumnType:
		if n.Kind == yaml.ScalarNode {
			column, err := d.tableColumn(n, where)
			into.Set(reflect.ValueOf(column))
			return err
		}
	}
	switch into.Kind() {
	case reflect.Struct:
		return d.fields(n, into, where, depth)
	case reflect.Map:
		return d.entries(n, into, where, depth)
	case reflect.Slice:
		return d.list(n, into, where, depth)
	default:
		return d.scalar(n, into, where)
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// keys checks that a node is a mapping without repeated keys.
func (d *decoder) keys(n *yaml.Node, where string) error {
	if n.Kind != yaml.MappingNode {
		return d.errorf(n, where, "expected key: value pairs")
	}
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			return d.errorf(key, where, "a key is a text")
		}
		if seen[key.Value] {
			return d.errorf(key, where, "key %s stands twice", key.Value)
		}
		seen[key.Value] = true
	}
	return nil
}

// fields decodes a mapping into a struct; keys that it does not have are errors.
func (d *decoder) fields(n *yaml.Node, into reflect.Value, where string, depth int) error {
	if err := d.keys(n, where); err != nil {
		return err
	}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		f := fieldByKey(into, key.Value)
		if !f.IsValid() {
			reason := "unknown key " + key.Value
			if near := Near(key.Value, keysOf(into.Type())); len(near) > 0 {
				reason += ", did you mean " + strings.Join(near, " or ") + "?"
			}
			return d.errorf(key, where, "%s", reason)
		}
		if depth == 0 && isNull(n.Content[i+1]) {
			continue // a section without entries
		}
		inside := where
		if depth == 0 && (f.Kind() == reflect.Map || f.Kind() == reflect.Slice) {
			inside = singular(key.Value)
		}
		if err := d.value(n.Content[i+1], f, inside, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func fieldByKey(v reflect.Value, key string) reflect.Value {
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("yaml"); tag == key && tag != "-" && tag != "" {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag != "-" && tag != "" {
			keys = append(keys, tag)
		}
	}
	return keys
}

// singular gives the word for one entry of a section.
func singular(section string) string { return strings.TrimSuffix(section, "s") }

// entries decodes a mapping into a map. An entry that is there already keeps
// what the file does not give; null removes it.
func (d *decoder) entries(n *yaml.Node, into reflect.Value, where string, depth int) error {
	if err := d.keys(n, where); err != nil {
		return err
	}
	if into.IsNil() {
		into.Set(reflect.MakeMap(into.Type()))
	}
	isEntry := into.Type().Elem().Kind() == reflect.Pointer
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		name := reflect.ValueOf(key.Value)
		if isNull(n.Content[i+1]) {
			into.SetMapIndex(name, reflect.Value{})
			continue
		}
		if !isEntry {
			v := reflect.New(into.Type().Elem()).Elem()
			if err := d.value(n.Content[i+1], v, where, depth+1); err != nil {
				return err
			}
			into.SetMapIndex(name, v)
			continue
		}
		entry := into.MapIndex(name)
		if !entry.IsValid() {
			entry = reflect.New(into.Type().Elem().Elem())
			into.SetMapIndex(name, entry)
		}
		label := where + " " + key.Value
		d.reg.origins[label] = d.file + ":" + strconv.Itoa(key.Line)
		if err := d.value(n.Content[i+1], entry.Elem(), label, depth+1); err != nil {
			return err
		}
		if own := entry.Elem().FieldByName("Name"); own.IsValid() && own.Kind() == reflect.String && own.String() == "" {
			own.SetString(key.Value)
		}
	}
	return nil
}

// list decodes a sequence: a new one in place of the old, but for the lists of
// named entries, which merge by name.
func (d *decoder) list(n *yaml.Node, into reflect.Value, where string, depth int) error {
	if n.Kind != yaml.SequenceNode {
		return d.errorf(n, where, "expected a list")
	}
	if into.Type().Elem().Kind() == reflect.Pointer {
		return d.named(n, into, where, depth)
	}
	list := reflect.MakeSlice(into.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		if err := d.value(item, list.Index(i), where, depth+1); err != nil {
			return err
		}
	}
	into.Set(list)
	return nil
}

// named merges a list of named entries. New entries of a file laid over another
// stand before those that were there: its namespaces are tried first.
func (d *decoder) named(n *yaml.Node, into reflect.Value, where string, depth int) error {
	var added []reflect.Value
	for _, item := range n.Content {
		if item.Kind != yaml.MappingNode {
			return d.errorf(item, where, "expected key: value pairs")
		}
		name := ""
		for i := 0; i < len(item.Content); i += 2 {
			if item.Content[i].Value == "name" {
				name = item.Content[i+1].Value
			}
		}
		if name == "" {
			return d.errorf(item, where, "an entry needs a name")
		}
		label := where + " " + name
		entry := d.find(into, added, name)
		if !entry.IsValid() {
			entry = reflect.New(into.Type().Elem().Elem())
			added = append(added, entry)
		}
		d.reg.origins[label] = d.file + ":" + strconv.Itoa(item.Line)
		if err := d.value(item, entry.Elem(), label, depth+1); err != nil {
			return err
		}
	}
	list := reflect.MakeSlice(into.Type(), 0, len(added)+into.Len())
	list = reflect.Append(list, added...)
	into.Set(reflect.AppendSlice(list, into))
	return nil
}

func (d *decoder) find(list reflect.Value, added []reflect.Value, name string) reflect.Value {
	for i := range list.Len() {
		if list.Index(i).Elem().FieldByName("Name").String() == name {
			return list.Index(i)
		}
	}
	i := slices.IndexFunc(added, func(v reflect.Value) bool { return v.Elem().FieldByName("Name").String() == name })
	if i < 0 {
		return reflect.Value{}
	}
	return added[i]
}

func (d *decoder) scalar(n *yaml.Node, into reflect.Value, where string) error {
	text, err := d.text(n, where)
	if err != nil {
		return err
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return d.errorf(n, where, "%q is neither true nor false", text)
		}
		into.SetBool(text == "true")
	case reflect.Int, reflect.Int64:
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return d.errorf(n, where, "%q is not a whole number: %v", text, cmp.Or(errors.Unwrap(err), err))
		}
		into.SetInt(v)
	case reflect.Float64:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return d.errorf(n, where, "%q is not a number", text)
		}
		into.SetFloat(v)
	default:
		return d.errorf(n, where, "%s cannot be given in a file", into.Type())
	}
	return nil
}

func (d *decoder) text(n *yaml.Node, where string) (string, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		return "", d.errorf(n, where, "expected one value")
	}
	return n.Value, nil
}

// paths reads one path or a list of them.
func (d *decoder) paths(n *yaml.Node, where string) (Paths, error) {
	if n.Kind == yaml.ScalarNode {
		return Paths{field.ParsePath(n.Value)}, nil
	}
	if n.Kind != yaml.SequenceNode {
		return nil, d.errorf(n, where, "expected a path or a list of paths")
	}
	paths := make(Paths, 0, len(n.Content))
	for _, item := range n.Content {
		text, err := d.text(item, where)
		if err != nil {
			return nil, err
		}
		paths = append(paths, field.ParsePath(text))
	}
	return paths, nil
}

// identity reads content, message, or a list of paths.
func (d *decoder) identity(n *yaml.Node, where string) (Identity, error) {
	if n.Kind != yaml.ScalarNode {
		paths, err := d.paths(n, where)
		return Identity{By: IdentityPaths, Paths: paths}, err
	}
	if n.Value != IdentityContent && n.Value != IdentityMessage {
		return Identity{}, d.errorf(n, where, "identity is %s, %s or a list of paths, not %q", IdentityContent, IdentityMessage, n.Value)
	}
	return Identity{By: n.Value}, nil
}
