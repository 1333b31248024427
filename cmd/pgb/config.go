package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newConfig(a *app) *cobra.Command {
	f := &listFormat{}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the settings that are in force, and where each comes from",
		Long: `Show the settings that are in force, and whether a flag, the environment, the
configuration file or nobody said so; then the files and folders that are used, and
the environment variables that are set. Flags go before the environment, and that
before the file. Nobody is asked for anything.`,
		Example: `  pgb config
  pgb config -f json
  pgb config --project my-project
  pgb config set max_bytes 20GiB`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && slices.Contains(config.Names(), args[0]) {
				return usage([]string{"pgb config set " + strings.Join(args, " ")}, "unknown command %q for %q", args[0], cmd.CommandPath())
			}
			return noArguments("")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return showConfig(a, cmd, f) },
	}
	f.addFlag(cmd)
	f.addJSONFlag(cmd)
	a.addArchiveFlags(cmd)
	path := &cobra.Command{
		Use:   "path",
		Short: "Print the name of the configuration file",
		Long: `Print the name of the configuration file, whether it is there or not: PGB_CONFIG, or
pgb/config.yaml in the platform's folder for configuration.`,
		Example: `  pgb config path
  cat "$(pgb config path)"`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			path, err := config.Path(a.getenv)
			if err != nil {
				return err
			}
			return a.screen.Print([]byte(path + "\n"))
		},
	}
	set := &cobra.Command{
		Use:   "set NAME [VALUE]",
		Short: "Write one setting of the configuration file",
		Long: `Write one setting of the configuration file and leave the rest as it is, comments
included. Without a value the setting is taken out. Amounts of data take a unit
(20GiB, 500MB), and lists of files commas.`,
		Example: `  pgb config set project my-project
  pgb config set archive local
  pgb config set max_bytes 20GiB
  pgb config set max_bytes`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 2 {
				return nil
			}
			return usage([]string{"pgb config set project my-project", "settings are " + strings.Join(config.Names(), ", ")}, "pgb config set takes a name and a value, but was given %d arguments", len(args))
		},
		RunE: func(_ *cobra.Command, args []string) error { return setConfig(a, args) },
	}
	cmd.AddCommand(path, set)
	return cmd
}

// settingHint names the settings like one that there is none of, or all of them.
func settingHint(name string) string {
	if near := registry.Near(name, config.Names()); len(near) > 0 {
		return "did you mean " + orList(near) + "?"
	}
	return "settings are " + strings.Join(config.Names(), ", ")
}

// configurationError says what is wrong with the configuration file, and how to
// mend it.
func configurationError(err error) error {
	mend := "or write a new one in its place: pgb init --force"
	var unknown *config.UnknownError
	var wrong *config.ValueError
	switch {
	case inFoldersPlace(err):
		return usage([]string{"move that folder away, or name a file with PGB_CONFIG"}, "configuration: %w", err)
	case errors.As(err, &unknown):
		return usage([]string{settingHint(unknown.Name), mend}, "configuration: %w", err)
	case errors.As(err, &wrong):
		return usage([]string{"such as " + wrong.Name + ": " + wrong.Example, mend}, "configuration: %w", err)
	}
	return usage([]string{"mend it, " + mend}, "configuration: %w", err)
}

// inFoldersPlace says whether an error is about a folder where a file should be.
func inFoldersPlace(err error) bool {
	var at *fs.PathError
	if !errors.As(err, &at) {
		return false
	}
	info, err := os.Stat(at.Path)
	return err == nil && info.IsDir()
}

// setConfig writes one setting, unless the file could not be read with it.
func setConfig(a *app, args []string) error {
	path, err := config.Path(a.getenv)
	if err != nil {
		return err
	}
	name, value := args[0], strings.Join(args[1:], "")
	if value != "" {
		switch name {
		case "max_bytes":
			if _, err := parseBytes(value); err != nil {
				return usage([]string{"pgb config set max_bytes 20GiB"}, "max_bytes: %q is no amount of data", value)
			}
		case "archive":
			if value, err = archiveSetting(value); err != nil {
				return err
			}
		}
	}
	err = config.Edit(path, name, value)
	var unknown *config.UnknownError
	var wrong *config.ValueError
	switch {
	case errors.As(err, &unknown):
		return usage([]string{settingHint(name)}, "%w", err)
	case errors.As(err, &wrong):
		return usage([]string{"pgb config set " + name + " " + wrong.Example}, "%w", err)
	case inFoldersPlace(err):
		return configurationError(err)
	case err != nil:
		return err
	}
	a.screen.Note("wrote " + path)
	return nil
}

// inForce is a value that is in force, and where it comes from.
type inForce struct {
	name, value, from string
	note              string // for people
}

var configColumns = []alert.Column{{Name: "name", Kind: field.Text}, {Name: "value", Kind: field.Text}, {Name: "from", Kind: field.Text}}

func showConfig(a *app, cmd *cobra.Command, f *listFormat) error {
	name, err := f.pick(a)
	if err != nil {
		return err
	}
	rows, err := allInForce(a, cmd)
	if err != nil {
		return err
	}
	if name != table {
		var values [][]field.Value
		for _, row := range rows {
			values = append(values, []field.Value{textOf(row.name), textOf(row.value), textOf(row.from)})
		}
		return writeList(a, name, configColumns, values)
	}
	var cells [][]string
	for _, row := range rows {
		cells = append(cells, []string{row.name, orDash(row.value) + row.note, row.from})
	}
	return a.screen.Table([]render.Column{{Header: "name"}, {Header: "value"}, {Header: "from"}}, cells)
}

// allInForce gives the settings, the places and the variables that are set.
func allInForce(a *app, cmd *cobra.Command) ([]inForce, error) {
	path, err := config.Path(a.getenv)
	if err != nil {
		return nil, err
	}
	c, err := config.Load(path)
	if err != nil {
		return nil, configurationError(err)
	}
	if _, err := a.options(); err != nil { // what no command could work with
		return nil, err
	}
	rows := []inForce{}
	for _, s := range config.Settings() {
		rows = append(rows, a.settingInForce(cmd, c, s, path))
	}
	rows = append(rows, places(a, path)...)
	for _, v := range config.Variables() {
		if value := a.getenv(v.Name); value != "" && !slices.ContainsFunc(rows, func(r inForce) bool { return r.from == v.Name }) {
			rows = append(rows, inForce{name: v.Name, value: value, from: "environment"})
		}
	}
	return rows, nil
}

// settingInForce says what a setting is, as app.options reads it.
func (a *app) settingInForce(cmd *cobra.Command, c config.Config, s config.Setting, path string) inForce {
	row := inForce{name: s.Name}
	flag := cmd.Flag(strings.TrimPrefix(s.Flag, "--"))
	variable := ""
	if s.Variable != "" {
		variable = a.getenv(s.Variable)
	}
	switch {
	case s.Flag != "" && flag != nil && flag.Changed:
		row.value, row.from = flag.Value.String(), "flag "+s.Flag
	case s.Name == "sandbox" && a.project != "":
		row.value, row.from = "false", "flag --project"
	case s.Name == "sandbox" && variable != "":
		row.value, row.from = map[bool]string{true: "true", false: "false"}[variable == "1"], s.Variable
	case variable != "":
		row.value, row.from = variable, s.Variable
	case c.Value(s.Name) != "":
		row.value, row.from = c.Value(s.Name), path
	default:
		row.value, row.from = s.Default, "default"
		if strings.Contains(s.Default, " ") || s.Default == "none" { // words, and no value
			row.value, row.from = "", "default: "+s.Default
		}
	}
	return row
}

// places are the files and folders in use.
func places(a *app, path string) []inForce {
	var rows []inForce
	add := func(name, path, variable string) {
		if path == "" {
			return
		}
		row := inForce{name: name, value: path, from: "default", note: absent(path)}
		if a.getenv(variable) != "" {
			row.from = variable
		}
		rows = append(rows, row)
	}
	archive, err := local.DefaultPath(a.getenv)
	if err != nil {
		archive = ""
	}
	state, err := config.StatePath(a.getenv)
	if err != nil {
		state = ""
	}
	add("configuration file", path, "PGB_CONFIG")
	add("local archive", archive, "XDG_DATA_HOME")
	add("state folder", state, "XDG_STATE_HOME")
	add("sandbox folder", sandboxFolder(a), "PGB_SANDBOX_DIR")
	return rows
}

// sandboxFolder is where the sandbox's archive is kept; empty where there is no
// place for it.
func sandboxFolder(a *app) string {
	if folder := a.getenv("PGB_SANDBOX_DIR"); folder != "" {
		return folder
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(caches, "pgb")
}

// absent says of a file that is not there that it is not.
func absent(path string) string {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return " (not there)"
	}
	return ""
}
