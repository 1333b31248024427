package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/config"
)

func newInit(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [--sandbox | --project PROJECT] [--archive ARCHIVE]",
		Short: "Write the configuration file: your project or the sandbox, and where lookups look",
		Long: `Write the configuration file, so that commands need no flags: either your Google
Cloud project, or the sandbox; and where lookups look. Without flags it asks, where
there is a terminal. The file is PGB_CONFIG, or pgb/config.yaml in the platform's
folder for configuration; it explains every setting.`,
		Example: `  pgb init
  pgb init --sandbox
  pgb init --project my-project
  pgb init --project my-project --archive local --max-bytes 20GiB`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runInit(a) },
	}
	cmd.Flags().StringVar(&a.archive, "archive", "", "where lookups look: local, bigquery or a file (default: BigQuery where there is a project)")
	cmd.Flags().StringVar(&a.maxBytes, "max-bytes", "", "how much BigQuery may bill for one command: 500MB, 20GiB (default 50GiB)")
	return cmd
}

func runInit(a *app) error {
	if !a.sandbox && a.project == "" && a.archive == "" && a.maxBytes == "" {
		if !hasPerson(a) {
			return usage([]string{"pgb init --sandbox for simulated data", "pgb init --project YOUR-PROJECT for the broker"}, "init needs --sandbox or --project")
		}
		if err := askForInit(a); err != nil {
			return err
		}
	}
	return writeInit(a)
}

// hasPerson says whether somebody can be asked.
func hasPerson(a *app) bool {
	in, isFile := a.stdin.(*os.File)
	return isFile && term.IsTerminal(int(in.Fd())) && a.screen.ErrTTY
}

// askForInit asks for what the flags leave open.
func askForInit(a *app) error {
	ctx, end := a.first()
	defer end()
	io.WriteString(a.screen.Err, "What shall pgb read?\n  1  simulated data: no account, no network\n  2  the broker, with a Google Cloud project of yours\n")
	for !a.sandbox && a.project == "" {
		switch answer, err := ask(ctx, a, "1 or 2", "1"); {
		case err != nil:
			return err
		case answer == "1":
			a.sandbox = true
			return nil
		case answer == "2":
			if err := askForProject(ctx, a); err != nil {
				return err
			}
		}
	}
	io.WriteString(a.screen.Err, "Where shall lookups look?\n  bigquery  the broker's tables, billed to your project, within a bound\n  local     an archive on this machine, which pgb stream --save and pgb archive import fill\n")
	for {
		answer, err := ask(ctx, a, "bigquery, local or a file", client.BigQueryArchive)
		if err != nil {
			return err
		}
		if answer == client.BigQueryArchive || answer == client.LocalArchive || filepath.Ext(answer) != "" {
			a.archive = answer
			return nil
		}
	}
}

func askForProject(ctx context.Context, a *app) error {
	known := firstOf(a.getenv("GOOGLE_CLOUD_PROJECT"), pubsub.CredentialsProject(ctx))
	for a.project == "" {
		answer, err := ask(ctx, a, "your project's id", known)
		if err != nil {
			return err
		}
		a.project = answer
	}
	return nil
}

// ask asks for one line; an empty one stands for what is offered.
func ask(ctx context.Context, a *app, what, offered string) (string, error) {
	prompt := what
	if offered != "" {
		prompt += " [" + offered + "]"
	}
	io.WriteString(a.screen.Err, prompt+": ")
	answer, err := a.answer(ctx)
	if err != nil && (answer == "" || !errors.Is(err, io.EOF)) {
		io.WriteString(a.screen.Err, "\n")
		if errors.Is(err, io.EOF) {
			return "", usage([]string{"pgb init --sandbox", "pgb init --project YOUR-PROJECT"}, "nothing was written: the input ended")
		}
		return "", err
	}
	return firstOf(answer, offered), nil
}

// writeInit writes what the flags or the answers say.
func writeInit(a *app) error {
	if a.sandbox && a.project != "" {
		return usage([]string{"leave one of them out"}, "--sandbox and --project exclude each other")
	}
	if a.sandbox && a.archive != "" {
		return usage([]string{"pgb init --sandbox"}, "the sandbox has an archive of its own")
	}
	if _, err := parseBytes(a.maxBytes); err != nil {
		return err
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
		if kept := keptSettings(c); len(kept) > 0 {
			wrote += ": its " + strings.Join(kept, " and ") + " are kept"
		}
	}
	if a.sandbox || a.project != "" {
		c.Sandbox, c.Project = a.sandbox, a.project
	}
	c.MaxBytes = firstOf(a.maxBytes, c.MaxBytes)
	if c.Archive = a.archive; c.Archive != "" && filepath.Ext(c.Archive) != "" {
		if c.Archive, err = filepath.Abs(c.Archive); err != nil {
			return err
		}
	}
	if err := config.Save(path, c); err != nil {
		return err
	}
	a.screen.Note(wrote)
	if c.Project != "" {
		a.screen.Note("next: pgb doctor, then pgb stream --topic ztf-loop -n 5")
		return nil
	}
	a.screen.Note("next: pgb stream --topic classifications")
	return nil
}

// keptSettings names the settings that init leaves as they are.
func keptSettings(c config.Config) []string {
	var kept []string
	for _, name := range []string{"registry", "schemas"} {
		if c.Value(name) != "" {
			kept = append(kept, name)
		}
	}
	return kept
}
