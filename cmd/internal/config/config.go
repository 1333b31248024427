// Package config reads and writes the user's configuration file.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Config is what the configuration file says. Flags and environment variables
// go before it.
type Config struct {
	// Project is the Google Cloud project that subscriptions live in and that
	// pays for them.
	Project string `yaml:"project,omitempty"`
	// Sandbox reads simulated data from a broker inside the program.
	Sandbox bool `yaml:"sandbox,omitempty"`
	// Archive is where lookups look: local, bigquery or a file.
	Archive string `yaml:"archive,omitempty"`
	// MaxBytes is how much BigQuery may bill for one command: "50GiB".
	MaxBytes string `yaml:"max_bytes,omitempty"`
	// USDPerTiB is the price of what BigQuery bills.
	USDPerTiB float64 `yaml:"usd_per_tib,omitempty"`
	// Registry lists files that are laid over the registry.
	Registry []string `yaml:"registry,omitempty"`
	// Schemas is a folder of more Avro schemas.
	Schemas string `yaml:"schemas,omitempty"`
}

// PlaceError says that there is no place for a file, or that it can't be written
// to.
type PlaceError struct {
	Setting string // the variable that names another: "PGB_CONFIG=FILE"
	Err     error
}

// Error says what is wrong with the place.
func (e *PlaceError) Error() string { return e.Err.Error() }

// Unwrap gives what is wrong.
func (e *PlaceError) Unwrap() error { return e.Err }

// Path gives the name of the configuration file: PGB_CONFIG, or config.yaml in
// the platform's folder for configuration.
func Path(getenv func(string) string) (string, error) {
	if path := getenv("PGB_CONFIG"); path != "" {
		return path, nil
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", &PlaceError{Setting: "PGB_CONFIG=FILE", Err: fmt.Errorf("find the configuration folder: %w", err)}
	}
	return filepath.Join(folder, "pgb", "config.yaml"), nil
}

// StatePath gives the folder for what the program keeps between runs, such as
// quarantine files.
func StatePath(getenv func(string) string) (string, error) {
	if folder := getenv("XDG_STATE_HOME"); folder != "" {
		return filepath.Join(folder, "pgb"), nil
	}
	if home, err := os.UserHomeDir(); err == nil && filepath.Separator == '/' {
		return filepath.Join(home, ".local", "state", "pgb"), nil
	}
	folder, err := os.UserCacheDir()
	if err != nil {
		return "", &PlaceError{Setting: "XDG_STATE_HOME=FOLDER", Err: fmt.Errorf("find the folder for state: %w", err)}
	}
	return filepath.Join(folder, "pgb"), nil
}

// Load reads a configuration file. One that does not exist is empty.
func Load(path string) (Config, error) {
	var c Config
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	if c, err = parse(path, text); err != nil {
		return c, err
	}
	folder := filepath.Dir(path)
	for i, file := range c.Registry {
		c.Registry[i] = under(folder, file)
	}
	if c.Schemas != "" {
		c.Schemas = under(folder, c.Schemas)
	}
	if filepath.Ext(c.Archive) != "" {
		c.Archive = under(folder, c.Archive)
	}
	return c, nil
}

// FileError says what is wrong with a configuration file.
type FileError struct {
	Path string
	Line int // from 1 on; 0 where it is not one line
	Err  error
}

// Error names the file and the line, in one line.
func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s: line %d: %s", e.Path, e.Line, inOneLine(e.Err))
	}
	return e.Path + ": " + inOneLine(e.Err)
}

// Unwrap gives what is wrong.
func (e *FileError) Unwrap() error { return e.Err }

// parse reads a configuration file's text.
func parse(path string, text []byte) (c Config, err error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return c, &FileError{Path: path, Err: err}
	}
	if len(document.Content) == 0 {
		return c, nil
	}
	top := document.Content[0]
	if top.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(top.Content); i += 2 {
			if err := checkMember(top.Content[i], top.Content[i+1]); err != nil {
				return c, &FileError{Path: path, Line: top.Content[i].Line, Err: err}
			}
		}
	} else if top.Tag != "!!null" {
		return c, &FileError{Path: path, Line: top.Line, Err: errors.New("a setting and its value are wanted, such as project: my-project")}
	}
	if err := top.Decode(&c); err != nil { // such as a setting that stands there twice
		return c, &FileError{Path: path, Err: err}
	}
	return c, nil
}

// checkMember finds a setting that there is none of, or with a value of another
// kind than its own.
func checkMember(key, value *yaml.Node) error {
	i := slices.IndexFunc(settings, func(s Setting) bool { return s.Name == key.Value })
	if i < 0 {
		return &UnknownError{Name: key.Value}
	}
	var alone Config
	if (&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, value}}).Decode(&alone) == nil {
		return nil
	}
	if value.Kind == yaml.ScalarNode {
		return &ValueError{Name: key.Value, Text: value.Value, Example: settings[i].Example}
	}
	return fmt.Errorf("%s has another kind of value, such as %s: %s", key.Value, key.Value, settings[i].Example)
}

// under makes a path relative to the configuration file's folder whole.
func under(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// heading explains the file to whoever opens it.
const heading = `# pgb's configuration. Flags and environment variables go before it.
# pgb config shows what is in force, and where each value comes from.
`

// Save writes a configuration file, and the folders it lies in. Each setting is
// explained in it.
func Save(path string, c Config) error { return write(path, render(c)) }
