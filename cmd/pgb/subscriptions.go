package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newSubscriptions(a *app) *cobra.Command {
	var listed, shown listFormat
	cmd := &cobra.Command{
		Use:   "subscriptions",
		Short: "List, show and delete your subscriptions",
		Long: `List the subscriptions in your project that pgb made: the durable ones, and temporary
ones that a run which was killed could not delete (they expire by themselves after
a day). Messages that wait in a subscription cost storage.`,
		Example: `  pgb subscriptions
  pgb subscriptions -f jsonl
  pgb subscriptions show my-night
  pgb subscriptions delete my-night
  pgb subscriptions delete --leftovers`,
		Args: noArguments("pgb subscriptions show"),
		RunE: func(*cobra.Command, []string) error { return listSubscriptions(a, &listed) },
	}
	listed.addTextFlag(cmd)
	show := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a subscription: its topics, filter, transform, retention",
		Long: `Show a subscription of your project, or all those of one name that a group of topics
was read by: topic, state, when it was made, how long messages are kept, after how
much idle time it is deleted, and its filter and transform on the server.`,
		Example: `  pgb subscriptions show my-night
  pgb subscriptions show my-night --project my-project`,
		Args: oneArgument("a subscription's name", "pgb subscriptions lists them"),
		RunE: func(_ *cobra.Command, args []string) error { return showSubscription(a, args[0], &shown) },
	}
	shown.addTextFlag(show)
	var leftovers bool
	remove := &cobra.Command{
		Use:   "delete NAME...",
		Short: "Delete subscriptions; what waits in them is lost",
		Long: `Delete subscriptions of your project, by name; the name of a group deletes those of
all its topics. What waits in them is lost. --leftovers deletes the temporary ones
that runs on this machine left behind when they were killed.`,
		Example: `  pgb subscriptions delete my-night
  pgb subscriptions delete --leftovers`,
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

// withService connects to the project's subscriptions.
func withService(a *app, use func(ctx context.Context, service *pubsub.Service) error) error {
	ctx, end := a.first()
	defer end()
	c, err := a.connected()
	if err != nil {
		return err
	}
	defer c.Close()
	a.sayInSandbox()
	defer time.AfterFunc(pubsub.QuietWait, func() { a.screen.Note(pubsub.Connecting(pubsub.Access{})) }).Stop()
	service, err := c.Subscriptions(ctx)
	if err != nil {
		return err
	}
	defer service.Close()
	return use(ctx, service)
}

func listSubscriptions(a *app, f *listFormat) error {
	as, err := f.pickText(a)
	if err != nil {
		return err
	}
	return withService(a, func(ctx context.Context, service *pubsub.Service) error {
		all, err := service.List(ctx)
		if err != nil {
			return err
		}
		own := slices.DeleteFunc(slices.Clone(all), func(s pubsub.Subscription) bool { return !s.Own })
		if others := len(all) - len(own); others > 0 {
			a.screen.Note(render.Plural(others, "subscription") + " in the project that pgb did not make: not listed")
		}
		if len(own) == 0 {
			a.screen.Note("no subscriptions: pgb stream --subscription NAME makes one")
		}
		if as != table {
			return writeSubscriptions(a, as, own)
		}
		if len(own) == 0 {
			return nil
		}
		var rows [][]string
		for _, s := range own {
			rows = append(rows, []string{s.Name, shortTopic(s.Topic), stateOf(s), created(s), keeps(s), expires(s)})
		}
		return a.screen.Table([]render.Column{
			{Header: "subscription"}, {Header: "topic"}, {Header: "state"}, {Header: "made"}, {Header: "keeps"}, {Header: "expires"},
		}, rows)
	})
}

// shortTopic is a topic's name without its project.
func shortTopic(full string) string { return full[strings.LastIndexByte(full, '/')+1:] }

// stateOf says what a subscription is, in a word or two.
func stateOf(s pubsub.Subscription) string {
	switch {
	case s.Detached:
		return "detached"
	case s.Leftover:
		return "left over"
	case s.Temporary:
		return "temporary"
	}
	return "durable"
}

func created(s pubsub.Subscription) string {
	if s.Created.IsZero() {
		return "?"
	}
	return s.Created.UTC().Format("2006-01-02 15:04Z")
}

func keeps(s pubsub.Subscription) string {
	text := render.Duration(s.Retain)
	if s.RetainDone {
		return text + ", done ones too"
	}
	return text
}

func expires(s pubsub.Subscription) string {
	if s.Expire == 0 {
		return "never"
	}
	return "idle " + render.Duration(s.Expire)
}

func showSubscription(a *app, name string, f *listFormat) error {
	as, err := f.pickText(a)
	if err != nil {
		return err
	}
	return withService(a, func(ctx context.Context, service *pubsub.Service) error {
		found, err := service.Show(ctx, name)
		if err != nil {
			return err
		}
		if as != table {
			return writeSubscriptions(a, as, found)
		}
		for i, s := range found {
			if i > 0 {
				if err := a.screen.Print([]byte("\n")); err != nil {
					return err
				}
			}
			rows := [][]string{
				{"subscription", s.Name}, {"topic", s.Topic}, {"state", stateOf(s)}, {"made", created(s)},
				{"delivery", s.Delivery}, {"keeps", keeps(s)}, {"expires", expires(s)},
				{"server filter", orDash(s.Filter)}, {"transform", orDash(s.Transform)},
			}
			if err := a.screen.Table([]render.Column{{Header: ""}, {Header: ""}}, rows); err != nil {
				return err
			}
		}
		return nil
	})
}

func orDash(text string) string { return firstOf(text, "-") }

func deleteSubscriptions(a *app, names []string, leftovers bool) error {
	return withService(a, func(ctx context.Context, service *pubsub.Service) error {
		if leftovers {
			all, err := service.List(ctx)
			if err != nil {
				return err
			}
			for _, s := range all {
				if s.Leftover {
					names = append(names, s.Name)
				}
			}
			if len(names) == 0 {
				a.screen.Note("nothing was left behind")
				return nil
			}
		}
		deleted, err := service.Delete(ctx, names...)
		for _, name := range deleted {
			a.screen.Note("deleted " + name)
		}
		return err
	})
}

// retentionPrice is Pub/Sub's list price for keeping messages that are done, in
// US dollars per GiB and month.
const retentionPrice = 0.27

// retentionNote says what keeping messages that are done costs.
func retentionNote(keep time.Duration) string {
	return fmt.Sprintf("what was read is kept for %s, so that --since can go back: $%.2f per GiB and month at list price (--retain none keeps nothing)",
		render.Duration(keep), retentionPrice)
}
