package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/cmd/internal/config"
)

func newInit(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init (--sandbox | --project PROJECT)",
		Short: "Write the configuration file",
		Long: `Write the configuration file, so that commands need no flags: either your Google
Cloud project, or the sandbox. The file is PGB_CONFIG, or pgb/config.yaml in the
platform's folder for configuration.`,
		Example: `  pgb init --sandbox
  pgb init --project my-project`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runInit(a) },
	}
}

func runInit(a *app) error {
	if a.sandbox == (a.project != "") {
		return usage([]string{"pgb init --sandbox for simulated data", "pgb init --project YOUR-PROJECT for the broker"}, "init needs --sandbox or --project")
	}
	path, err := config.Path(a.getenv)
	if err != nil {
		return err
	}
	c, err := config.Load(path)
	if err != nil {
		return usage([]string{"mend it, or remove it and run this again"}, "configuration: %w", err)
	}
	wrote := "wrote " + path
	if _, err := os.Stat(path); err == nil {
		wrote = "replaced " + path
		if len(c.Registry) > 0 || c.Schemas != "" {
			wrote += ": its registry and schemas are kept"
		}
	}
	c.Sandbox, c.Project = a.sandbox, a.project
	if err := config.Save(path, c); err != nil {
		return err
	}
	a.screen.Note(wrote)
	a.screen.Note("next: pgb stream --topic classifications")
	return nil
}
