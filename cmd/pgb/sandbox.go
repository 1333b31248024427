package main

import (
	"fmt"
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newSandbox(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "A broker in a box: simulated data for other programs",
		Long: `The sandbox is a Pub/Sub server inside this program with a simulated sky behind it:
the same topics, payloads and attributes as the broker's, and ids that can't be
real ones. --sandbox reads it within one command; pgb sandbox serve serves others.`,
		Example: `  pgb sandbox serve --port 8085
  pgb stream --topic classifications --sandbox -n 20`,
		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var port int
	serve := &cobra.Command{
		Use:   "serve",
		Short: "Serve the sandbox to other processes until Ctrl-C",
		Long: `Serve the sandbox on this machine, for as long as one likes. Any Pub/Sub client
library reads it when PUBSUB_EMULATOR_HOST says where it is; that line is printed
first, and it can be evaluated by a shell.`,
		Example: `  pgb sandbox serve --port 8085 --rate 100
  export PUBSUB_EMULATOR_HOST=127.0.0.1:8085
  pgb stream --topic ztf-alerts -n 3`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return serveSandbox(a, port) },
	}
	serve.Flags().Float64Var(&a.rate, "rate", sandbox.DefaultRate, "alerts a second")
	serve.Flags().IntVar(&port, "port", 0, "port on the loopback address (default: any that is free)")
	cmd.AddCommand(serve)
	return cmd
}

func serveSandbox(a *app, port int) error {
	if a.rate <= 0 {
		return usage([]string{"--rate 20"}, "--rate %v: the sandbox needs a rate above zero", a.rate)
	}
	if port < 0 || port > 65535 {
		return usage([]string{"--port 8085"}, "--port %d is no port", port)
	}
	reg, err := a.registry()
	if err != nil {
		return err
	}
	box, err := sandbox.Start(reg, sandbox.Options{
		Seed: a.seed, Rate: a.rate, Listen: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Eager: true,
	})
	if err != nil {
		return fmt.Errorf("serve the sandbox: %w", err)
	}
	if err := a.screen.Print([]byte("export PUBSUB_EMULATOR_HOST=" + box.Address() + "\n")); err != nil {
		return err
	}
	a.screen.Note(fmt.Sprintf("%s of simulated data (seed %d, %v alerts a second); Ctrl-C ends it",
		render.Plural(len(box.Topics()), "topic"), a.seed, a.rate))
	a.screen.Note("in another terminal: PUBSUB_EMULATOR_HOST=" + box.Address() + " pgb stream --topic classifications")
	select {
	case <-a.stop:
	case <-a.ctx.Done():
	}
	return box.Close()
}

// registry is what is known of topics, with the user's files.
func (a *app) registry() (*registry.Registry, error) {
	c, err := a.client()
	if err != nil {
		return nil, err
	}
	return c.Registry(), nil
}
