package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/cmd/internal/doctor"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// doctorFlags are the flags of pgb doctor, and whom it asks.
type doctorFlags struct {
	topic   string
	format  string
	json    bool
	timeout time.Duration
	google  doctor.Google
	pubsub  pubsub.Access // of Google's service
}

func newDoctor(a *app) *cobra.Command {
	f := &doctorFlags{google: doctor.Google{Now: time.Now}}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Find out what keeps pgb from reading the broker, and what to type against it",
		Long: `Check, one after the other, this machine (terminal, configuration, folders, archive),
the network and the clock, the credentials, the project, each permission, the topic,
a subscription (made and deleted) and the broker's tables (a dry run, which is free).
Each line is

  ok  what was found
  !!  what is wrong: what to type
  --  what was left out, and why

With --sandbox or PUBSUB_EMULATOR_HOST it checks what is needed for that. The exit code
is 0 where nothing is wrong, else that of the first problem. No message is read, and
nothing is billed.`,
		Example: `  pgb doctor
  pgb doctor --project my-project --topic lsst-alerts
  pgb doctor --sandbox
  pgb doctor --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return f.run(a) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.topic, "topic", "t", "ztf-loop", "topic to try")
	flags.BoolVar(&f.json, "json", false, "one JSON object with all checks, in the place of lines")
	flags.StringVarP(&f.format, "format", "f", "", "json, as --json gives it (default: lines)")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Second, "how long each check may take")
	return cmd
}

// sickError ends checks that found something.
type sickError struct {
	problems int
	json     bool // there are no lines
	first    error
}

func (e *sickError) Error() string {
	where := "the lines that begin with !!"
	if e.json {
		where = `those whose state is "problem"`
	}
	return render.Plural(int64(e.problems), "check") + " found something to mend: " + where
}

func (e *sickError) Unwrap() error { return e.first }

func (f *doctorFlags) run(a *app) error {
	if f.timeout <= 0 {
		return usage([]string{"--timeout 10s"}, "--timeout %v: no check can be so quick", f.timeout)
	}
	switch f.format {
	case "":
	case "json":
		f.json = true
	default:
		return usage([]string{"-f json, or no -f for lines"}, "unknown format %q", f.format)
	}
	ctx, end := a.first()
	defer end()
	runner := &doctor.Runner{Timeout: f.timeout, Explain: explainError, Report: func(r doctor.Result) error {
		if f.json {
			return nil
		}
		return a.screen.Print([]byte(render.Clean(r.Line()) + "\n"))
	}}
	results, err := runner.Run(ctx, f.checks(a))
	if err != nil {
		return err
	}
	problem := func(r doctor.Result) bool { return r.State == doctor.Problem }
	sick := &sickError{json: f.json}
	for _, r := range results {
		if problem(r) {
			sick.problems++
		}
	}
	if f.json {
		text, err := json.Marshal(map[string]any{"checks": results, "problems": sick.problems})
		if err != nil {
			return err
		}
		if err := a.screen.Print(append(text, '\n')); err != nil {
			return err
		}
	}
	if sick.problems == 0 {
		return nil
	}
	sick.first = results[slices.IndexFunc(results, problem)].Err
	return sick
}

// checks lists what is to be found out, in order.
func (f *doctorFlags) checks(a *app) []doctor.Check {
	checks := []doctor.Check{
		{Name: "program", Run: func(context.Context) (string, error) {
			line := readBuild().line()
			return line[len("pgb ") : len(line)-1], nil
		}},
		{Name: "terminal", Run: func(context.Context) (string, error) { return terminalText(a), nil }},
		{Name: "configuration", Run: func(context.Context) (string, error) { return checkConfiguration(a) }},
	}
	state, err := config.StatePath(a.getenv)
	if err != nil {
		state = ""
	}
	checks = append(checks,
		doctor.Writable("state folder", state, "name another one: XDG_STATE_HOME"),
		doctor.Writable("sandbox folder", sandboxFolder(a), "name another one: PGB_SANDBOX_DIR"),
		doctor.Check{Name: "local archive", Needs: []string{"configuration"}, Run: func(ctx context.Context) (string, error) { return examineArchive(ctx, a) }},
	)
	o, err := a.options()
	if err != nil { // the configuration's line says it
		return checks
	}
	emulator := a.getenv("PUBSUB_EMULATOR_HOST")
	switch {
	case o.Sandbox:
		return append(checks, left("network, credentials, project", "the sandbox needs none"), f.trySubscription(a, o, nil))
	case emulator != "":
		o.Project = firstOf(o.Project, sandbox.Project)
		return append(checks, left("network, credentials, permissions", "PUBSUB_EMULATOR_HOST is "+emulator+", and an emulator asks for none"),
			doctor.Listens("emulator", emulator, "pgb sandbox serve is one; or, for Google's service, unset PUBSUB_EMULATOR_HOST"), f.trySubscription(a, o, []string{"emulator"}))
	}
	return append(checks, f.brokerChecks(a, o)...)
}

// left is a line for checks that do not apply.
func left(name, why string) doctor.Check {
	return doctor.Check{Name: name, Run: func(context.Context) (string, error) { return "", &doctor.Skip{Reason: why} }}
}

// terminalText says what the output is and can do.
func terminalText(a *app) string {
	if !a.screen.OutTTY {
		return "standard output is a file or a pipe: commands write JSON lines there, and tables on a terminal"
	}
	text := fmt.Sprintf("%s, %d cells wide", firstOf(a.getenv("TERM"), "TERM is not set"), a.screen.Width)
	for _, can := range []struct {
		is   bool
		what string
	}{{a.screen.Color, "colours"}, {!a.screen.Color, "no colours"}, {!a.screen.ASCII, "UTF-8"}, {a.screen.ASCII, "plain characters"}} {
		if can.is {
			text += ", " + can.what
		}
	}
	return text
}

func checkConfiguration(a *app) (string, error) {
	path, err := config.Path(a.getenv)
	if err != nil {
		return "", err
	}
	if _, err := a.client(); err != nil { // reads the file, the registry's files and schemas
		return "", err
	}
	if note := absent(path); note != "" {
		return "no file yet: pgb init writes " + path, nil
	}
	return path, nil
}

func examineArchive(ctx context.Context, a *app) (string, error) {
	o, err := a.options()
	if err != nil {
		return "", err
	}
	if o.Sandbox && o.Archive.Name == "" {
		return "", &doctor.Skip{Reason: "the sandbox has its own"}
	}
	c, err := a.localOf()
	if err != nil {
		return "", err
	}
	defer c.Close()
	path := firstOf(o.Archive.Name, o.Archive.Path)
	if path == client.LocalArchive || path == client.BigQueryArchive {
		path = o.Archive.Path
	}
	if absent(path) != "" {
		return "none yet: pgb stream --save or pgb archive import makes " + path, nil
	}
	from, err := c.Archive(ctx)
	if err != nil {
		return "", err
	}
	return from.Name(), nil
}

// brokerChecks are those of Google's services.
func (f *doctorFlags) brokerChecks(a *app, o client.Options) []doctor.Check {
	if o.Project == "" {
		o.Project = pubsub.CredentialsProject(a.ctx)
	}
	f.google.Project, f.pubsub.Project = o.Project, o.Project
	checks := append([]doctor.Check{doctor.Proxy(a.getenv)}, f.google.Network()...)
	checks = append(checks, f.google.Credentials()...)
	if o.Project == "" {
		return append(checks, doctor.Check{Name: "project", Run: func(context.Context) (string, error) { return "", client.ErrNoProject }})
	}
	checks = append(checks, f.google.ProjectChecks()...)
	checks = append(checks,
		doctor.Check{Name: "Pub/Sub API", Needs: []string{"token"}, Run: func(ctx context.Context) (string, error) {
			return "enabled in " + o.Project, f.withService(ctx, a, o, func(s *pubsub.Service) error { return enabled(s.Answers(ctx)) })
		}},
		doctor.Check{Name: "topic", Needs: []string{"Pub/Sub API"}, Run: func(ctx context.Context) (string, error) {
			topic, err := f.topicOf(a, o)
			if err != nil {
				return "", err
			}
			return topic.FullName() + " can be subscribed to", f.withService(ctx, a, o, func(s *pubsub.Service) error { return s.MayAttach(ctx, topic) })
		}},
		f.trySubscription(a, o, []string{"Pub/Sub API", "topic"}),
	)
	return append(checks, f.tableChecks(a, o)...)
}

// enabled passes what only somebody without a permission hears from a service
// that is enabled.
func enabled(err error) error {
	var denied *pubsub.PermissionError
	if errors.As(err, &denied) {
		return nil
	}
	return err
}

func (f *doctorFlags) topicOf(a *app, o client.Options) (*registry.Topic, error) {
	c, err := client.New(a.ctx, o)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	topics, err := c.Topics(f.topic, "")
	if err != nil {
		return nil, err
	}
	return topics[0], nil
}

// withService connects to the subscriptions of the project, or of the sandbox.
func (f *doctorFlags) withService(ctx context.Context, a *app, o client.Options, use func(*pubsub.Service) error) error {
	connect := func() (*pubsub.Service, error) { return pubsub.Connect(ctx, f.pubsub) }
	if o.Sandbox || a.getenv("PUBSUB_EMULATOR_HOST") != "" {
		c, err := client.New(ctx, o)
		if err != nil {
			return err
		}
		defer c.Close()
		connect = func() (*pubsub.Service, error) { return c.Subscriptions(ctx) }
	}
	service, err := connect()
	if err != nil {
		return err
	}
	defer service.Close()
	return use(service)
}

// trySubscription makes a temporary subscription and deletes it.
func (f *doctorFlags) trySubscription(a *app, o client.Options, needs []string) doctor.Check {
	return doctor.Check{Name: "subscription", Needs: needs, Run: func(ctx context.Context) (detail string, err error) {
		topic, err := f.topicOf(a, o)
		if err != nil {
			return "", err
		}
		err = f.withService(ctx, a, o, func(s *pubsub.Service) error {
			name, err := s.Try(ctx, topic)
			detail = name + " to " + topic.Name + " was made and deleted"
			return err
		})
		if o.Sandbox {
			detail += ", in the sandbox"
		}
		return detail, err
	}}
}

// tableChecks check that the broker's tables can be asked. Dry runs are free.
func (f *doctorFlags) tableChecks(a *app, o client.Options) []doctor.Check {
	needs := []string{"token"}
	if host := a.getenv(bigquery.EmulatorHost); host != "" {
		needs = nil
	}
	o.Archive.Name, o.Notify = client.BigQueryArchive, nil
	dry := func(ctx context.Context, text string) error {
		c, err := client.New(ctx, o)
		if err != nil {
			return err
		}
		defer c.Close()
		_, err = c.PlanSQL(ctx, text)
		return err
	}
	return []doctor.Check{
		{Name: "BigQuery API", Needs: needs, Run: func(ctx context.Context) (string, error) {
			return "enabled in " + o.Project + ", which pays; a dry run was free", dry(ctx, "SELECT 1 AS one")
		}},
		{Name: "tables", Needs: append(slices.Clip(needs), "BigQuery API"), Run: func(ctx context.Context) (string, error) {
			var last error
			for _, name := range probedTables(registry.Default()) {
				last = dry(ctx, "SELECT 1 AS one FROM `"+name+"` LIMIT 1")
				var missing *bigquery.NotFoundError
				if !errors.As(last, &missing) {
					return name + " can be read", last
				}
			}
			return "", last
		}},
	}
}

// probedTables are the tables of alerts, the newest versions first, by one of which
// reading is tried.
func probedTables(reg *registry.Registry) []string {
	var names []string
	for _, name := range sortedNames(reg.Tables) {
		t := reg.Tables[name]
		if t.Holds != registry.HoldsAlerts || t.Access != registry.AccessPublic {
			continue
		}
		for _, v := range t.Versions {
			names = append(names, t.Dataset+"."+t.Table+v)
		}
	}
	return names
}
