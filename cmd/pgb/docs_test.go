package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// writeDocsEnv makes TestGeneratedDocumentsAreFresh write what it compares: make
// docs sets it.
const writeDocsEnv = "PGB_WRITE_DOCS"

// TestGeneratedDocumentsAreFresh holds docs/ against what the code says.
func TestGeneratedDocumentsAreFresh(t *testing.T) {
	folder := filepath.Join("..", "..", "docs")
	for name, text := range map[string]string{"commands.md": commandsDocument(), "schemas.md": schemasDocument(t)} {
		compareDocument(t, filepath.Join(folder, name), text)
	}
	path := filepath.Join(folder, "configuration.md")
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(have)
	text = between(t, text, "settings", settingsTable())
	text = between(t, text, "variables", variablesTable())
	compareDocument(t, path, text)
}

func compareDocument(t *testing.T, path, text string) {
	t.Helper()
	if os.Getenv(writeDocsEnv) != "" {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil || string(have) != text {
		t.Errorf("%s is not what the code says: make docs writes it (%v)", path, err)
	}
}

// between replaces what is between the marks of a generated part.
func between(t *testing.T, text, name, part string) string {
	t.Helper()
	begin, end := "<!-- generated: "+name+" -->\n", "<!-- end -->"
	before, rest, ok := strings.Cut(text, begin)
	_, after, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatalf("there is no part %s", name)
	}
	return before + begin + part + end + after
}

// documented is the program as documents describe it, whatever the terminal and
// the user's files.
func documented() *cobra.Command {
	return newRoot(&app{getenv: func(string) string { return "" }, screen: &render.Screen{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Width: 100}})
}

// commandsDocument lists all commands with their help.
func commandsDocument() string {
	var b strings.Builder
	b.WriteString("# Commands\n\nGenerated from the program's help; `make docs` writes it. The same as man pages: `man pgb-stream`.\n")
	root := documented()
	b.WriteString("\n| command | |\n|---|---|\n")
	for cmd := range commands(root) {
		if cmd.Runnable() && !cmd.Hidden && cmd != root {
			fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", cmd.CommandPath(), anchor(cmd.CommandPath()), cell(cmd.Short))
		}
	}
	b.WriteString("\n## Flags of every command\n\n```\n" + root.PersistentFlags().FlagUsagesWrapped(99) + "```\n")
	for cmd := range commands(root) {
		if !cmd.Runnable() || cmd.Hidden || cmd == root {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n```\n%s\n```\n\n", cmd.CommandPath(), cmd.Short, cmd.UseLine())
		fmt.Fprintf(&b, "```\n%s\n```\n", strings.TrimSpace(cmd.Long))
		fmt.Fprintf(&b, "\nExamples:\n\n```\n%s\n```\n", strings.TrimRight(unindented(cmd.Example), "\n"))
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				flags.AddFlag(f)
			}
		})
		if usages := flags.FlagUsagesWrapped(99); usages != "" {
			fmt.Fprintf(&b, "\nFlags:\n\n```\n%s```\n", usages)
		}
	}
	return b.String()
}

func anchor(heading string) string { return strings.ReplaceAll(heading, " ", "-") }

// cell makes text fit for a cell of a table.
func cell(text string) string { return strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(text) }

func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}

// schemasDocument lists the columns of every kind of row.
func schemasDocument(t *testing.T) string {
	reg := registry.Default()
	var b strings.Builder
	b.WriteString(`# Output schemas

Generated from the registry and the code; ` + "`make docs`" + ` writes it. Names are the same in JSON, CSV, tables, Arrow, Go and Python.
A value that is missing is ` + "`null`" + ` in JSON and an empty cell in CSV. Ids are text, exact beyond 2^53; times of publication are RFC 3339 in
UTC; magnitudes are AB, fluxes are of difference images.
`)
	section := func(title, about string, columns []alert.Column) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| column | kind | unit | UCD | is |\n|---|---|---|---|---|\n", title, about)
		for _, c := range columns {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.Name, c.Kind, c.Unit, c.UCD, cell(c.Doc))
		}
	}
	shown, asked := alertColumns(t, reg)
	section("Alerts", "Rows of `pgb stream`, `pgb decode`, `pgb lookup`, `pgb cone` and `pgb archive export`. `pgb cone` adds `separation`.", shown)
	b.WriteString("\nJSON has a list `classifications` behind them: all that classifiers say in the message, each with `classifier`, `version`, `class`, `code`, `prob`,\n`band` and `primary`.\n")
	section("Alerts, where `--fields` names them", "And every field of the survey, by its path: `pgb topics show TOPIC` lists them.", asked)
	section("Points of light curves", "Rows of `pgb lightcurve`: each epoch of an object once.", alert.PointColumns())
	section("Verdicts", "Rows of `pgb classifications`: each classifier, version and class of each alert.", archive.VerdictColumns())
	section("Objects", "Rows of `pgb lookup PREFIX`, where an id is only begun.", client.ObjectColumns())
	section("Stamps", "Rows of `pgb cutouts`: each file that was written.", stampColumns)
	b.WriteString("\n# Tables of the local archive\n\nFor `pgb sql --archive local`. Booleans are 0 and 1.\n")
	for _, table := range local.Views() {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n| column | type | unit | is |\n|---|---|---|---|\n", table.Name, table.Doc)
		for _, c := range table.Columns {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Name, strings.ToLower(c.Type), c.Unit, cell(c.Doc))
		}
	}
	return b.String()
}

// alertColumns gives the columns that rows of alerts have, and those that they can
// have.
func alertColumns(t *testing.T, reg *registry.Registry) (shown, asked []alert.Column) {
	t.Helper()
	c, err := client.New(t.Context(), client.Options{Project: "any"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, fields := range [][]string{nil, genericNames(reg)} {
		s, err := c.Stream(client.StreamOptions{Topic: "classifications", Selection: client.Selection{Fields: fields}})
		if err != nil {
			t.Fatal(err)
		}
		if fields == nil {
			shown = s.Columns()
			continue
		}
		for _, column := range s.Columns() {
			if !slices.ContainsFunc(shown, func(c alert.Column) bool { return c.Name == column.Name }) {
				asked = append(asked, column)
			}
		}
	}
	return shown, asked
}

func genericNames(reg *registry.Registry) []string {
	var names []string
	for _, c := range reg.Columns {
		names = append(names, c.Name)
	}
	return names
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| setting | flag | variable | default | |\n|---|---|---|---|---|\n")
	for _, s := range config.Settings() {
		fmt.Fprintf(&b, "| `%s: %s` | %s | %s | %s | %s |\n", s.Name, s.Example, code(s.Flag), code(s.Variable), s.Default, cell(s.Doc))
	}
	return b.String()
}

func variablesTable() string {
	var b strings.Builder
	b.WriteString("| variable | |\n|---|---|\n")
	for _, v := range config.Variables() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", v.Name, cell(v.Doc))
	}
	return b.String()
}

// code sets text in the type of code; empty stays empty.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}
