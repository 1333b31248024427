package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newSubscriptions(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "subscriptions",
		Short: "List, show and delete your subscriptions",
		Long: `List the subscriptions in your project that pgb made: the durable ones, and temporary
ones that a run which was killed could not delete (they expire by themselves after
a day). Messages that wait in a subscription cost storage.`,
		Example: `  pgb subscriptions
  pgb subscriptions show my-night
  pgb subscriptions delete my-night
  pgb subscriptions delete --leftovers`,
		Args: noArguments("pgb subscriptions show"),
		RunE: func(*cobra.Command, []string) error { return listSubscriptions(a) },
	}
	show := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a subscription: its topics, filter, transform, retention",
		Args:  oneArgument("a subscription's name", "pgb subscriptions lists them"),
		RunE:  func(_ *cobra.Command, args []string) error { return showSubscription(a, args[0]) },
	}
	var leftovers bool
	remove := &cobra.Command{
		Use:   "delete NAME...",
		Short: "Delete subscriptions; what waits in them is lost",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && !leftovers {
				return usage([]string{"pgb subscriptions lists them"}, "no subscription named")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return deleteSubscriptions(a, args, leftovers) },
	}
	remove.Flags().BoolVar(&leftovers, "leftovers", false, "delete the temporary ones that were left behind")
	cmd.AddCommand(show, remove)
	return cmd
}
