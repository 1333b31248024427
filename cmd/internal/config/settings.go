package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Setting is a setting of the configuration file.
type Setting struct {
	Name     string // in the file
	Flag     string // the flag that goes before it, with its dashes; empty for none
	Variable string // the environment variable that goes before it; empty for none
	Default  string // what holds where nobody says anything, in words
	Example  string // a value as it stands in the file
	Doc      string
}

// Settings lists the settings of the configuration file, in its order.
func Settings() []Setting { return slices.Clone(settings) }

var settings = []Setting{
	{"project", "--project", "GOOGLE_CLOUD_PROJECT", "the project of the credentials", "my-project",
		"the Google Cloud project that your subscriptions live in and that pays for them"},
	{"sandbox", "--sandbox", "PGB_SANDBOX", "false", "true",
		"simulated data from a broker inside the program: no account is needed"},
	{"archive", "--archive", "PGB_ARCHIVE", "BigQuery where there is a project, else local", "local",
		"where lookups look: local, bigquery or a file"},
	{"max_bytes", "--max-bytes", "", "50GiB", "50GiB",
		"how much BigQuery may bill for one command"},
	{"usd_per_tib", "", "", "6.25", "6.25",
		"what BigQuery bills for a TiB, in US dollars, for the prices that are shown"},
	{"registry", "", "", "none", "[topics.yaml]",
		"files with more topics and payloads, laid over the built-in registry"},
	{"schemas", "", "", "none", "schemas",
		"a folder of more Avro schemas, <survey>.<version>.json"},
}

// Names gives the names of the settings.
func Names() []string {
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = s.Name
	}
	return names
}

// Value gives the value of a setting as text; empty where the file says nothing.
func (c Config) Value(name string) string {
	switch name {
	case "project":
		return c.Project
	case "sandbox":
		if c.Sandbox {
			return "true"
		}
	case "archive":
		return c.Archive
	case "max_bytes":
		return c.MaxBytes
	case "usd_per_tib":
		if c.USDPerTiB != 0 {
			return strconv.FormatFloat(c.USDPerTiB, 'g', -1, 64)
		}
	case "registry":
		return strings.Join(c.Registry, ", ")
	case "schemas":
		return c.Schemas
	}
	return ""
}

// UnknownError says that there is no setting of a name.
type UnknownError struct{ Name string }

// Error names the setting.
func (e *UnknownError) Error() string { return fmt.Sprintf("unknown setting %q", e.Name) }

// ValueError says that a setting can't have a value.
type ValueError struct {
	Name, Text, Example string
}

// Error names the setting and the value.
func (e *ValueError) Error() string { return fmt.Sprintf("%s can't be %q", e.Name, e.Text) }

// projectName is what Google Cloud allows as a project's id; old ones have a
// domain in front.
var projectName = regexp.MustCompile(`^([a-z0-9.-]{1,63}:)?[a-z][a-z0-9-]{0,28}[a-z0-9]$|^[a-z]$`)

// Check says whether a setting can have a value: an [*UnknownError] or a
// [*ValueError] where it can't. It does not look at the amount of max_bytes.
func Check(name, value string) error {
	i := slices.IndexFunc(settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return &UnknownError{Name: name}
	}
	if _, err := valueNode(name, value); err != nil {
		return &ValueError{Name: name, Text: value, Example: settings[i].Example}
	}
	return nil
}

// valueNode reads a value as the file would have it; nil for an empty one.
func valueNode(name, value string) (*yaml.Node, error) {
	if value == "" {
		return nil, nil
	}
	var node yaml.Node
	switch name {
	case "project":
		if !projectName.MatchString(value) {
			return nil, errors.New("no project's id")
		}
	case "sandbox":
		on, err := strconv.ParseBool(value)
		if err != nil {
			return nil, err
		}
		return &node, node.Encode(on)
	case "usd_per_tib":
		price, err := strconv.ParseFloat(value, 64)
		if err != nil || !(price > 0) || price > 1e6 {
			return nil, errors.New("no price")
		}
		return &node, node.Encode(price)
	case "registry":
		var files []string
		for file := range strings.SplitSeq(value, ",") {
			files = append(files, strings.TrimSpace(file))
		}
		return &node, node.Encode(files)
	}
	return &node, node.Encode(value)
}

// render writes a whole configuration file: each setting with what it means, and
// those without a value as a comment that shows one.
func render(c Config) []byte {
	var b strings.Builder
	b.WriteString(heading)
	for _, s := range settings {
		fmt.Fprintf(&b, "\n# %s (default: %s)\n", s.Doc, s.Default)
		node, err := valueNode(s.Name, c.Value(s.Name))
		if err != nil || node == nil {
			fmt.Fprintf(&b, "# %s: %s\n", s.Name, s.Example)
			continue
		}
		if s.Name == "registry" {
			node.Style = yaml.FlowStyle
		}
		line, err := yaml.Marshal(map[string]*yaml.Node{s.Name: node})
		if err != nil { // texts, numbers and lists of them always can be
			continue
		}
		b.Write(line)
	}
	return []byte(b.String())
}

func write(path string, text []byte) error {
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		return &PlaceError{Setting: "PGB_CONFIG=FILE", Err: err}
	}
	return nil
}
