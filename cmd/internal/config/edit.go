package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Change gives a setting a value, or takes it out where that is empty.
type Change struct{ Name, Value string }

// Edit writes one setting of a configuration file as [EditAll] does.
func Edit(path, name, value string) error { return EditAll(path, Change{name, value}) }

// EditAll writes settings of a configuration file and leaves the rest as it is,
// comments included: all of them, or none where one can't be. A file that is not
// there is made.
func EditAll(path string, changes ...Change) error {
	for _, c := range changes {
		if err := Check(c.Name, c.Value); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = render(Config{}), nil
	}
	if err != nil {
		return err
	}
	for _, c := range changes {
		if text, err = edited(text, c); err != nil {
			return fmt.Errorf("%s: %s", path, inOneLine(err))
		}
	}
	return write(path, text)
}

// inOneLine gives an error's words without its line breaks.
func inOneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// edited changes a setting in a file's text: by its line where that does it, else
// the whole file is written anew with its comments.
func edited(text []byte, c Change) ([]byte, error) {
	node, err := valueNode(c.Name, c.Value)
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if byLine, ok := editedLine(text, c.Name, node); ok {
		return byLine, nil
	}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		if node == nil {
			return text, nil
		}
		line, err := settingLine(c.Name, node) // only comments so far: they stay where they are
		return append(text, line+"\n"...), err
	}
	put(document.Content[0], c.Name, node)
	return yaml.Marshal(&document)
}

// settingLine writes a setting as a line of the file.
func settingLine(name string, node *yaml.Node) (string, error) {
	if node.Kind == yaml.SequenceNode {
		node.Style = yaml.FlowStyle
	}
	line, err := yaml.Marshal(map[string]*yaml.Node{name: node})
	return strings.TrimSuffix(string(line), "\n"), err
}

// editedLine changes the line of a setting: it gets another value, is commented
// out, or a comment that shows the setting becomes one. ok is false where the
// text would then say something else.
func editedLine(text []byte, name string, node *yaml.Node) (_ []byte, ok bool) {
	before, after := map[string]any{}, map[string]any{}
	if yaml.Unmarshal(text, &before) != nil {
		return nil, false
	}
	_, there := before[name]
	if !there && node == nil {
		return text, true
	}
	begin := regexp.MustCompile("^#? ?" + name + ":")
	lines := strings.Split(string(text), "\n")
	at := slices.IndexFunc(lines, func(line string) bool { return begin.MatchString(line) && strings.HasPrefix(line, "#") != there })
	if at < 0 {
		return nil, false
	}
	want := maps.Clone(before)
	if want == nil {
		want = map[string]any{}
	}
	if node == nil {
		delete(want, name)
		lines[at] = "# " + lines[at]
	} else {
		line, err := settingLine(name, node)
		var value any
		if err != nil || node.Decode(&value) != nil {
			return nil, false
		}
		want[name] = value
		if there {
			line += lineComment(lines[at])
		}
		lines[at] = line
	}
	changed := strings.Join(lines, "\n")
	return []byte(changed), yaml.Unmarshal([]byte(changed), &after) == nil && reflect.DeepEqual(after, want)
}

// lineComment gives the comment behind the value of a line, with the space before
// it.
func lineComment(line string) string {
	var node yaml.Node
	if yaml.Unmarshal([]byte(line), &node) != nil || len(node.Content) == 0 || len(node.Content[0].Content) < 2 {
		return ""
	}
	if comment := node.Content[0].Content[1].LineComment; comment != "" {
		return " " + comment
	}
	return ""
}

// put sets a member of a mapping, or takes it out where there is no value.
func put(mapping *yaml.Node, name string, value *yaml.Node) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value != name {
			continue
		}
		if value == nil {
			mapping.Content = slices.Delete(mapping.Content, i, i+2)
			return
		}
		value.LineComment = mapping.Content[i+1].LineComment
		mapping.Content[i+1] = value
		return
	}
	if value != nil {
		mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, value)
	}
}
