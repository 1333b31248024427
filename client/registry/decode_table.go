package registry

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// tableColumn reads a column that is told in a line: name, type, and mode.
func (d *decoder) tableColumn(n *yaml.Node, where string) (TableColumn, error) {
	words := strings.Fields(n.Value)
	if len(words) != 2 && len(words) != 3 {
		return TableColumn{}, d.errorf(n, where, "a column is its name, its type and maybe required or repeated, not %q", n.Value)
	}
	column := TableColumn{Name: words[0], Type: words[1]}
	if len(words) == 3 {
		column.Mode = words[2]
	}
	return column, nil
}
