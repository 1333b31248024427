package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Set by the linker in releases.
var version, commit, date string

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: `  pgb version`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.screen.Print([]byte(versionLine()))
		},
	}
}

// versionLine names the version, the commit and the platform.
func versionLine() string {
	v, c, d := firstOf(version, "(built from source)"), commit, date
	if info, ok := debug.ReadBuildInfo(); ok {
		if version == "" && info.Main.Version != "" && info.Main.Version != "(devel)" {
			v = info.Main.Version
		}
		for _, setting := range info.Settings {
			switch {
			case setting.Key == "vcs.revision" && c == "":
				c = setting.Value[:min(12, len(setting.Value))]
			case setting.Key == "vcs.time" && d == "":
				d = setting.Value
			}
		}
	}
	line := "pgb " + v
	for _, part := range []string{c, d} {
		if part != "" {
			line += " " + part
		}
	}
	return fmt.Sprintf("%s %s %s/%s\n", line, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
