package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// Set by the linker in releases.
var version, commit, date string

func newVersion(a *app) *cobra.Command {
	f := &listFormat{}
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit and its date, and the platform",
		Long: `Print the version, the commit that it was built of and its date, the version of Go
and the platform: in one line, or with -f for machines.`,
		Example: `  pgb version
  pgb version -f json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := readBuild()
			if f.isText() {
				return a.screen.Print([]byte(b.line()))
			}
			name, err := f.pick(a)
			if err != nil {
				return err
			}
			if name == table {
				return a.screen.Print([]byte(b.line()))
			}
			return writeList(a, name, buildColumns, [][]field.Value{{
				textOf(b.version), textOf(b.commit), textOf(b.date), textOf(b.golang), textOf(b.os), textOf(b.arch),
			}})
		},
	}
	f.addFlag(cmd)
	f.addJSONFlag(cmd)
	cmd.Flags().Lookup("format").Usage = strings.Join(f.formats(), ", ") + " (default: one line of text)"
	return cmd
}

var buildColumns = []alert.Column{
	{Name: "version", Kind: field.Text}, {Name: "commit", Kind: field.Text}, {Name: "date", Kind: field.Text},
	{Name: "go", Kind: field.Text}, {Name: "os", Kind: field.Text}, {Name: "arch", Kind: field.Text},
}

// build says what this program was built of.
type build struct{ version, commit, date, golang, os, arch string }

// readBuild takes what the linker was told, and where it was told nothing what
// the compiler noted.
func readBuild() build {
	b := build{firstOf(version, "(built from source)"), commit, date, runtime.Version(), runtime.GOOS, runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if version == "" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		b.version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision" && commit == "":
			b.commit = setting.Value
		case setting.Key == "vcs.time" && date == "":
			b.date = setting.Value
		}
	}
	return b
}

// creator names the program in the files that it writes.
func creator() string { return "pgb " + readBuild().version }

// line names the version, the commit, its date and the platform.
func (b build) line() string {
	line := "pgb " + b.version
	for _, part := range []string{b.commit[:min(12, len(b.commit))], b.date} {
		if part != "" {
			line += " " + part
		}
	}
	return fmt.Sprintf("%s %s %s/%s\n", line, b.golang, b.os, b.arch)
}

// time gives the date of the commit; zero where it is not known.
func (b build) time() time.Time {
	t, err := time.Parse(time.RFC3339, b.date)
	if err != nil {
		return time.Time{}
	}
	return t
}
