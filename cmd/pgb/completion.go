package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/config"
)

// shells are those that completions are written for.
var shells = map[string]func(root *cobra.Command, a *app) error{
	"bash": func(root *cobra.Command, a *app) error {
		return mended(a, bashMends, func(w io.Writer) error { return root.GenBashCompletionV2(w, true) })
	},
	"zsh": func(root *cobra.Command, a *app) error { return mended(a, zshMends, root.GenZshCompletion) },
	"fish": func(root *cobra.Command, a *app) error {
		return mended(a, fishMends, func(w io.Writer) error { return root.GenFishCompletion(w, true) })
	},
	"powershell": func(root *cobra.Command, a *app) error {
		return root.GenPowerShellCompletionWithDesc(screenWriter{a.screen})
	},
}

func newCompletion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print what lets a shell complete pgb's commands, topics and fields: bash, zsh, fish, powershell",
		Long: `Print a script that lets a shell complete commands, flags, topics, groups, fields
(after --topic, and within a quoted --where), formats, surveys, tables and archives when
Tab is pressed. Completing asks nobody: neither a network nor an account is needed.

  bash        needs the package bash-completion:
              pgb completion bash > ~/.local/share/bash-completion/completions/pgb
  zsh         pgb completion zsh > "${fpath[1]}/_pgb"
  fish        pgb completion fish > ~/.config/fish/completions/pgb.fish
  powershell  pgb completion powershell | Out-String | Invoke-Expression, in your profile

Packages and archives of releases hold these files too.`,
		Example: `  source <(pgb completion bash)
  pgb completion zsh > "${fpath[1]}/_pgb"`,
		ValidArgs: slices.Sorted(maps.Keys(shells)),
		Args: func(_ *cobra.Command, args []string) error {
			names := slices.Sorted(maps.Keys(shells))
			if len(args) == 1 && shells[args[0]] != nil {
				return nil
			}
			return usage([]string{"pgb completion " + orList(names)}, "pgb completion takes the name of a shell: %s", orList(names))
		},
		RunE: func(cmd *cobra.Command, args []string) error { return shells[args[0]](cmd.Root(), a) },
	}
}

// complete is a completion function of cobra's.
type complete = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective)

// addCompletions lets every command complete the values of its flags and its
// arguments. A flag of one name takes the same values everywhere.
func addCompletions(a *app, root *cobra.Command) {
	of := map[string]complete{
		"topic": a.completeList(topicNames), "as": a.completeOne(knownNames), "fields": a.completeFields, "where": a.completeWhere,
		"format": completeFormats, "survey": a.completeOne(surveyNames), "archive": completeArchives,
		"log-format": fixed("text", "json"), "project": nothing, "subscription": nothing,
		"kind": fixed(allKinds...), "stretch": fixed("zscale", "linear", "asinh", "log"), "from": fixed("archive", "bucket"),
	}
	arguments := map[string]complete{
		"pgb topics show": firstOnly(a.completeOne(topicNames)),
		"pgb tables show": firstOnly(a.completeOne(tableNames)),
		"pgb config set":  firstOnly(fixed(config.Names()...)),
	}
	takesFiles := []string{"pgb decode", "pgb tui", "pgb archive import", "pgb cutouts", "pgb packet"}
	for cmd := range commands(root) {
		for name, values := range of {
			if cmd.Flags().Lookup(name) != nil || cmd.PersistentFlags().Lookup(name) != nil {
				// It fails only where the flag is not there or has its own.
				_ = cmd.RegisterFlagCompletionFunc(name, values)
			}
		}
		switch {
		case cmd.ValidArgsFunction != nil || len(cmd.ValidArgs) > 0 || slices.Contains(takesFiles, cmd.CommandPath()):
		case arguments[cmd.CommandPath()] != nil:
			cmd.ValidArgsFunction = arguments[cmd.CommandPath()]
		default:
			cmd.ValidArgsFunction = nothing
		}
	}
}

// commands gives a command and all below it.
func commands(root *cobra.Command) func(yield func(*cobra.Command) bool) {
	var walk func(*cobra.Command, func(*cobra.Command) bool) bool
	walk = func(cmd *cobra.Command, yield func(*cobra.Command) bool) bool {
		if !yield(cmd) {
			return false
		}
		for _, sub := range cmd.Commands() {
			if !walk(sub, yield) {
				return false
			}
		}
		return true
	}
	return func(yield func(*cobra.Command) bool) { walk(root, yield) }
}

func nothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// fixed completes to some words.
func fixed(words ...string) complete {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return beginning(words, typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// firstOnly completes the first argument only.
func firstOnly(values complete) complete {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nothing(cmd, args, typed)
		}
		return values(cmd, args, typed)
	}
}

// beginning gives the words that begin with what was typed, in any letter case.
func beginning(words []string, typed string) []string {
	var fit []string
	for _, word := range words {
		if len(word) >= len(typed) && strings.EqualFold(word[:len(typed)], typed) {
			fit = append(fit, word)
		}
	}
	return fit
}

// described writes a word with what it means, as shells show it.
func described(word, doc string) string {
	if doc == "" {
		return word
	}
	return word + "\t" + doc
}

// known gives the registry with the user's files, or the built-in one where the
// configuration can't be read.
func (a *app) known() *registry.Registry {
	if reg, err := a.registry(); err == nil {
		return reg
	}
	return registry.Default()
}

// completeOne completes to names of the registry.
func (a *app) completeOne(names func(*registry.Registry) []string) complete {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return beginning(names(a.known()), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeList completes the last of several names with commas between.
func (a *app) completeList(names func(*registry.Registry) []string) complete {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return completeLast(names(a.known()), typed)
	}
}

// completeLast completes what is behind the last comma.
func completeLast(words []string, typed string) ([]string, cobra.ShellCompDirective) {
	before, last := "", typed
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		before, last = typed[:i+1], typed[i+1:]
	}
	fit := beginning(words, last)
	for i := range fit {
		fit[i] = before + fit[i]
	}
	return fit, cobra.ShellCompDirectiveNoFileComp
}

func topicNames(reg *registry.Registry) []string {
	var names []string
	for _, name := range sortedNames(reg.Groups) {
		names = append(names, described(name, firstOf(reg.Groups[name].Doc, "group: "+strings.Join(reg.Groups[name].Topics, ", "))))
	}
	for _, name := range sortedNames(reg.Topics) {
		if topic := reg.Topics[name]; topic.Access != "internal" {
			names = append(names, described(name, topic.Doc))
		}
	}
	return names
}

// knownNames are what packets can be read by: topics, payloads and surveys.
func knownNames(reg *registry.Registry) []string {
	names := []string{described("any", "by the schema in the file alone")}
	for _, name := range sortedNames(reg.Payloads) {
		names = append(names, described(name, reg.Payloads[name].Doc))
	}
	for _, name := range sortedNames(reg.Topics) {
		if reg.Payloads[name] == nil {
			names = append(names, described(name, reg.Topics[name].Doc))
		}
	}
	return names
}

func surveyNames(reg *registry.Registry) []string {
	var names []string
	for _, name := range sortedNames(reg.Surveys) {
		names = append(names, described(name, reg.Surveys[name].Name))
	}
	return names
}

// tableNames are the broker's tables, and those of a local archive.
func tableNames(reg *registry.Registry) []string {
	var names []string
	for _, t := range local.Views() {
		names = append(names, described(t.Name, "local archive: "+t.Doc))
	}
	for _, name := range sortedNames(reg.Tables) {
		t := reg.Tables[name]
		if len(t.Versions) == 0 {
			names = append(names, described(name, t.Doc))
		}
		for _, v := range t.Versions {
			names = append(names, described(t.Dataset+"."+t.Table+v, t.Doc))
		}
	}
	return names
}

// completeFields completes the last of several columns.
func (a *app) completeFields(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return completeLast(a.fieldNames(cmd), typed)
}

// fieldNames gives the columns that a command has: its own, or the generic ones
// and those of the topics that --topic names.
func (a *app) fieldNames(cmd *cobra.Command) []string {
	var names []string
	columns := func(columns []alert.Column) []string {
		for _, c := range columns {
			names = append(names, described(c.Name, inUnit(c.Doc, c.Unit)))
		}
		return names
	}
	switch cmd.Name() {
	case "lightcurve":
		return columns(alert.PointColumns())
	case "classifications":
		return columns(archive.VerdictColumns())
	}
	reg := a.known()
	seen := map[string]bool{}
	for _, c := range reg.Columns {
		seen[c.Name] = true
		names = append(names, described(c.Name, inUnit(c.Doc, c.Unit)))
	}
	topic := cmd.Flag("topic")
	if topic == nil || topic.Value.String() == "" {
		return names
	}
	topics, err := reg.Resolve(topic.Value.String(), "")
	if err != nil {
		return names // the name is not whole yet, or wrong: the command will say so
	}
	for _, t := range topics {
		fields, err := reg.Fields(t)
		if err != nil {
			continue
		}
		for _, f := range fields {
			if !seen[f.Path] && f.Kind != "record" && f.Kind != "bytes" {
				seen[f.Path] = true
				names = append(names, described(f.Path, inUnit(firstOf(f.Doc, f.Kind), f.Unit)))
			}
		}
	}
	return names
}

// inUnit adds a unit to what something means.
func inUnit(doc, unit string) string {
	if unit == "" {
		return doc
	}
	return strings.TrimSpace(fmt.Sprintf("%s [%s]", doc, unit))
}

// completeFormats completes to the formats that the command takes.
func completeFormats(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	usage, _, _ := strings.Cut(cmd.Flag("format").Usage, "(")
	words := strings.FieldsFunc(usage, func(r rune) bool { return r == ' ' || r == ',' })
	names := []string{string(table)}
	for _, name := range format.Names() {
		if slices.Contains(words, name) {
			names = append(names, name)
		}
	}
	return beginning(names, typed), cobra.ShellCompDirectiveNoFileComp
}

// completeArchives completes to the archives that have names, and to files.
func completeArchives(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return beginning([]string{
		described(client.LocalArchive, "the archive on this machine"),
		described(client.BigQueryArchive, "the broker's tables; your project pays"),
	}, typed), cobra.ShellCompDirectiveDefault
}
