package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

func newMan(a *app) *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the man pages, for packages",
		Hidden: true,
		Long: `Write a man page for each command into a folder, which is made where it is not
there. Packages and archives of releases hold them.`,
		Example: `  pgb man man1
  man -l man1/pgb-stream.1`,
		Args: oneArgument("a folder", "pgb man man1"),
		RunE: func(cmd *cobra.Command, args []string) error { return writeMan(a, cmd.Root(), args[0]) },
	}
}

// writeMan writes the man pages of all commands. They carry the date of the
// commit, so that the same commit gives the same bytes.
func writeMan(a *app, root *cobra.Command, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	b := readBuild()
	root.DisableAutoGenTag = true
	done := map[*pflag.Flag]bool{} // those of all commands are met again and again
	plain := func(f *pflag.Flag) {
		if !done[f] {
			done[f] = true
			f.Usage = withoutMarks.Replace(f.Usage)
		}
	}
	for cmd := range commands(root) {
		cmd.Long = asListing(cmd.Long)
		cmd.Flags().VisitAll(plain)
		cmd.PersistentFlags().VisitAll(plain)
	}
	header := &doc.GenManHeader{Section: "1", Source: "pgb " + b.version, Manual: "pgb"}
	if at := b.time(); !at.IsZero() {
		header.Date = &at
	}
	if err := doc.GenManTree(root, header, folder); err != nil {
		return fmt.Errorf("write man pages: %w", err)
	}
	a.screen.Note("wrote man pages into " + folder)
	return nil
}

// withoutMarks keeps Markdown, which man pages are made of, from taking what stands
// in a flag's explanation for marks of its own, such as ["name"] (...) for a link.
var withoutMarks = strings.NewReplacer(`[`, `\[`, `]`, `\]`, `*`, `\*`, `_`, `\_`, `<`, `\<`, `>`, `\>`, "`", "\\`")

// asListing indents what is indented as far as Markdown, which man pages are made
// of, wants it for lines that are kept as they are.
func asListing(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}
