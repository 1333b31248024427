package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/cmd/internal/config"
)

func newInit(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init (--sandbox | --project PROJECT | --archive ARCHIVE)",
		Short: "Write the configuration file",
		Long: `Write the configuration file, so that commands need no flags: either your Google
Cloud project, or the sandbox; and where lookups look. The file is PGB_CONFIG, or pgb/config.yaml in the
platform's folder for configuration.`,
		Example: `  pgb init --sandbox
  pgb init --project my-project
  pgb init --project my-project --archive local`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runInit(a) },
	}
	cmd.Flags().StringVar(&a.archive, "archive", "", "where lookups look: local, bigquery or a file (default: BigQuery where there is a project)")
	return cmd
}

func runInit(a *app) error {
	if a.sandbox && a.project != "" || !a.sandbox && a.project == "" && a.archive == "" {
		return usage([]string{"pgb init --sandbox for simulated data", "pgb init --project YOUR-PROJECT for the broker"}, "init needs --sandbox or --project")
	}
	if a.sandbox && a.archive != "" {
		return usage([]string{"pgb init --sandbox"}, "the sandbox has an archive of its own")
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
	if a.sandbox || a.project != "" {
		c.Sandbox, c.Project = a.sandbox, a.project
	}
	if c.Archive = a.archive; c.Archive != "" && filepath.Ext(c.Archive) != "" {
		if c.Archive, err = filepath.Abs(c.Archive); err != nil {
			return err
		}
	}
	if err := config.Save(path, c); err != nil {
		return err
	}
	a.screen.Note(wrote)
	a.screen.Note("next: pgb stream --topic classifications")
	return nil
}
