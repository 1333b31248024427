// Package config reads and writes the user's configuration file.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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

// Path gives the name of the configuration file: PGB_CONFIG, or config.yaml in
// the platform's folder for configuration.
func Path(getenv func(string) string) (string, error) {
	if path := getenv("PGB_CONFIG"); path != "" {
		return path, nil
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the configuration folder: %w", err)
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
		return "", fmt.Errorf("find the folder for state: %w", err)
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
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s: %s", path, strings.Join(strings.Fields(err.Error()), " "))
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
