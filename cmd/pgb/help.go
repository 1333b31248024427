package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/registry"
)

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		Long:  "Explain a command: what it does, its flags, and lines to type. The same as --help behind it.",
		Example: `  pgb help stream
  pgb help subscriptions delete`,
		ValidArgsFunction: completeCommands,
		RunE: func(cmd *cobra.Command, args []string) error {
			found := cmd.Root()
			for _, name := range args {
				next := subcommand(found, name)
				if next == nil {
					hint := found.CommandPath() + " --help lists the commands"
					if near := registry.Near(name, namesBelow(found)); len(near) > 0 {
						hint = "did you mean pgb help" + strings.TrimPrefix(found.CommandPath(), "pgb") + " " + orList(near) + "?"
					}
					return usage([]string{hint}, "unknown command %q for %q", name, found.CommandPath())
				}
				found = next
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

// subcommand gives the command of a name right below another; nil where there is
// none.
func subcommand(of *cobra.Command, name string) *cobra.Command {
	for _, cmd := range of.Commands() {
		if cmd.Name() == name || cmd.HasAlias(name) {
			return cmd
		}
	}
	return nil
}

// namesBelow gives the names of the commands right below one that people see.
func namesBelow(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	return names
}

// completeCommands completes the path of a command.
func completeCommands(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	found := cmd.Root()
	for _, name := range args {
		if found = subcommand(found, name); found == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
	}
	var words []string
	for _, sub := range found.Commands() {
		if !sub.Hidden {
			words = append(words, described(sub.Name(), sub.Short))
		}
	}
	return beginning(words, typed), cobra.ShellCompDirectiveNoFileComp
}
