package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newInit(a *app) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "init [--sandbox | --project PROJECT] [--archive ARCHIVE]",
		Short: "Write the configuration file: your project or the sandbox, and where lookups look",
		Long: `Write the configuration file, so that commands need no flags: either your Google
Cloud project, or the sandbox; and where lookups look. Without flags it asks, where
there is a terminal. The file is PGB_CONFIG, or pgb/config.yaml in the platform's
folder for configuration; it explains every setting. In a file that is there only
these settings change, and it is said which; --force writes a new one in its place.`,
		Example: `  pgb init
  pgb init --sandbox
  pgb init --project my-project
  pgb init --project my-project --archive local --max-bytes 20GiB`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runInit(a, force) },
	}
	cmd.Flags().StringVar(&a.archive, "archive", "", "where lookups look: local, bigquery or a file (default: BigQuery where there is a project)")
	cmd.Flags().StringVar(&a.maxBytes, "max-bytes", "", "how much BigQuery may bill for one command: 500MB, 20GiB (default 50GiB)")
	cmd.Flags().BoolVar(&force, "force", false, "replace a configuration file that is there, with all that it says")
	return cmd
}

func runInit(a *app, force bool) error {
	asked := !a.sandbox && a.project == "" && a.archive == "" && a.maxBytes == ""
	if asked && !hasPerson(a) {
		return usage([]string{"pgb init --sandbox for simulated data", "pgb init --project YOUR-PROJECT for the broker"}, "init needs --sandbox or --project")
	}
	if a.sandbox && a.archive != "" {
		return usage([]string{"pgb init --sandbox"}, "the sandbox has an archive of its own")
	}
	path, err := config.Path(a.getenv)
	if err != nil {
		return err
	}
	was, err := config.Load(path)
	if err != nil && (!force || inFoldersPlace(err)) {
		return configurationError(err)
	}
	if force {
		was = config.Config{}
	}
	if asked {
		if err := askForInit(a, was); err != nil {
			return err
		}
	}
	return writeInit(a, path, was, asked, force)
}

// hasPerson says whether somebody can be asked.
func hasPerson(a *app) bool {
	in, isFile := a.stdin.(*os.File)
	return isFile && term.IsTerminal(int(in.Fd())) && a.screen.ErrTTY
}

// askForInit asks for what the flags leave open.
func askForInit(a *app, was config.Config) error {
	ctx, end := a.first()
	defer end()
	io.WriteString(a.screen.Err, "What shall pgb read?\n  1  simulated data: no account, no network\n  2  the broker, with a Google Cloud project of yours\n")
	offered := "1"
	if was.Project != "" && !was.Sandbox {
		offered = "2"
	}
	for !a.sandbox && a.project == "" {
		switch answer, err := ask(ctx, a, "1 or 2", offered); {
		case err != nil:
			return err
		case answer == "1":
			a.sandbox = true
		case answer == "2":
			if err := askForProject(ctx, a, was); err != nil {
				return err
			}
		default:
			askAgain(a, render.Clean(answer)+" is neither 1 nor 2; a project's id is asked for next")
		}
	}
	return askForArchive(ctx, a, was)
}

// askForArchive asks where lookups look.
func askForArchive(ctx context.Context, a *app, was config.Config) error {
	question := "Where shall lookups look?\n"
	if a.sandbox {
		question = "The sandbox has an archive of its own. Where shall lookups look in commands with --project?\n"
	}
	io.WriteString(a.screen.Err, question+"  bigquery  the broker's tables, billed to your project, within a bound\n  local     an archive on this machine, which pgb stream --save and pgb archive import fill\n")
	for {
		answer, err := ask(ctx, a, "bigquery, local or a file", firstOf(was.Archive, client.BigQueryArchive))
		if err != nil {
			return err
		}
		if a.archive, err = archiveSetting(answer); err == nil {
			return nil
		}
		askAgain(a, render.Clean(err.Error()))
	}
}

// askAgain says why a question comes again.
func askAgain(a *app, why string) { io.WriteString(a.screen.Err, why+"\n") }

func askForProject(ctx context.Context, a *app, was config.Config) error {
	known := firstOf(a.getenv("GOOGLE_CLOUD_PROJECT"), was.Project, pubsub.CredentialsProject(ctx))
	for {
		answer, err := ask(ctx, a, "your project's id", known)
		if err != nil {
			return err
		}
		if answer == "" {
			askAgain(a, "gcloud projects list shows the ids of yours")
			continue
		}
		if err := config.Check("project", answer); err != nil {
			askAgain(a, render.Clean(answer)+" is no project's id: small letters, digits and hyphens")
			continue
		}
		a.project = answer
		return nil
	}
}

// archiveSetting gives an archive as the configuration has it: a name, or the
// whole path of a file in a folder that is there.
func archiveSetting(name string) (string, error) {
	if name == "" || name == client.LocalArchive || name == client.BigQueryArchive {
		return name, nil
	}
	hints := []string{"--archive local, --archive bigquery, or a file such as --archive night.db"}
	if filepath.Ext(name) == "" {
		return "", usage(hints, "%s is no archive: local, bigquery or a file with an ending", name)
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return "", usage(hints, "archive %s: there is no folder %s", name, filepath.Dir(path))
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return "", usage(hints, "archive %s is a folder, not a file", name)
	}
	return path, nil
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

// writeInit writes what the flags or the answers say into what was there. A
// person who was asked is asked once more before a value that was there is
// replaced.
func writeInit(a *app, path string, was config.Config, asked, force bool) error {
	changes, err := initChanges(a, was)
	if err != nil {
		return err
	}
	_, missing := os.Stat(path)
	if missing == nil && len(changes) == 0 && !force {
		a.screen.Note(path + " says that already: nothing was written")
		sayNext(a)
		return nil
	}
	if asked && missing == nil {
		if ok, err := mayReplace(a, path, was, changes, force); !ok || err != nil {
			return err
		}
	}
	if force && missing == nil {
		if err := config.Save(path, config.Config{}); err != nil {
			return err
		}
	}
	if err := config.EditAll(path, changes...); err != nil {
		return err
	}
	switch {
	case missing != nil:
		a.screen.Note("wrote " + path)
	case force:
		a.screen.Note("replaced " + path)
	default:
		a.screen.Note("changed " + path + ": " + strings.Join(changeTexts(was, changes), ", "))
	}
	sayNext(a)
	return nil
}

// initChanges gives what the configuration does not say yet.
func initChanges(a *app, was config.Config) ([]config.Change, error) {
	if a.sandbox && a.project != "" {
		return nil, usage([]string{"leave one of them out"}, "--sandbox and --project exclude each other")
	}
	if config.Check("project", a.project) != nil {
		return nil, usage([]string{"gcloud projects list shows the ids of yours"}, "%q is no project's id: small letters, digits and hyphens", a.project)
	}
	if _, err := parseBytes(a.maxBytes); err != nil {
		return nil, err
	}
	archive, err := archiveSetting(a.archive)
	if err != nil {
		return nil, err
	}
	wanted := []config.Change{{Name: "archive", Value: archive}, {Name: "max_bytes", Value: a.maxBytes}}
	wanted = slices.DeleteFunc(wanted, func(c config.Change) bool { return c.Value == "" })
	switch {
	case a.sandbox:
		wanted = append(wanted, config.Change{Name: "sandbox", Value: "true"})
	case a.project != "":
		wanted = append(wanted, config.Change{Name: "project", Value: a.project}, config.Change{Name: "sandbox"})
	}
	return slices.DeleteFunc(wanted, func(c config.Change) bool { return was.Value(c.Name) == c.Value }), nil
}

// changeTexts says what changes, for people.
func changeTexts(was config.Config, changes []config.Change) []string {
	texts := make([]string, len(changes))
	for i, c := range changes {
		texts[i] = c.Name + " " + firstOf(c.Value, "taken out")
		if before := was.Value(c.Name); before != "" {
			texts[i] += " (was " + before + ")"
		}
	}
	return texts
}

// mayReplace asks whether values that are there may be replaced.
func mayReplace(a *app, path string, was config.Config, changes []config.Change, force bool) (bool, error) {
	replaces := slices.ContainsFunc(changes, func(c config.Change) bool { return was.Value(c.Name) != "" })
	switch {
	case force:
		io.WriteString(a.screen.Err, path+" is there: all of it is replaced\n")
	case replaces:
		io.WriteString(a.screen.Err, path+" is there; this changes: "+strings.Join(changeTexts(was, changes), ", ")+"\n")
	default:
		return true, nil
	}
	ctx, end := a.first()
	defer end()
	answer, err := ask(ctx, a, "write it? y or n", "n")
	if err != nil {
		return false, err
	}
	if answer = strings.ToLower(answer); answer == "y" || answer == "yes" {
		return true, nil
	}
	a.screen.Note("nothing was written")
	return false, nil
}

// sayNext says what to type next.
func sayNext(a *app) {
	switch o, err := a.options(); {
	case err == nil && o.Sandbox:
		a.screen.Note("next: pgb stream --topic classifications")
	case err == nil && o.Project != "":
		a.screen.Note("next: pgb doctor, then pgb stream --topic ztf-loop -n 5")
	default: // it says what is missing
		a.screen.Note("next: pgb doctor")
	}
}
