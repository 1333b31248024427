package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/where/serverfilter"
)

// streamFlags are the flags of pgb stream.
type streamFlags struct {
	selection
	topic, as            string
	subscription         string
	since                string
	retain, expire       string
	serverFilter         string
	transform            string
	save                 bool
	rotate               rotateFlags
	hold                 time.Duration // how long the output may hold messages
	sinceTime            time.Time
	retainFor, expireFor time.Duration
}

func newStream(a *app) *cobra.Command {
	f := &streamFlags{selection: selection{endless: true}}
	cmd := &cobra.Command{
		Use:   "stream --topic TOPIC",
		Short: "Read a topic or a group of topics as it is published",
		Long: `Read a topic, or a group of topics merged into one stream, as it is published.

Each message becomes a row of generic fields, the same for every survey: ids as
text, ra and dec in degrees (ICRS), mjd as mid-exposure MJD UTC, flux in nJy,
mag in AB magnitudes. See pgb topics show TOPIC for what a topic carries.

A stream has its own temporary subscription in your project, which is deleted at
the end: it sees what is published from now on. --subscription NAME keeps one:
the next run goes on where this one ended, and --since goes back in it.
A message is acknowledged only when its row has been written, or, with --save, when
it is in the local archive: pgb lookup and its kin then work on it offline.

Parquet, VOTable, FITS, ECSV and Arrow files (.arrow, .feather) can be read only once
they are closed: --rotate writes parts of them, and a message is acknowledged when its
part is closed. The other formats can be read as they grow, and so can an Arrow stream
(.arrows, or -f arrow into a pipe).

Ctrl-C ends a stream cleanly; a second Ctrl-C ends it at once.`,
		Example: `  pgb stream --topic classifications
  pgb stream --topic classifications --sandbox -n 20
  pgb stream --topic ztf-loop --subscription my-night --since 2h -f jsonl -o night.jsonl
  pgb stream --topic lsst-alerts --where 'snr > 20 && band == "r" && abs(dec) < 10' --fields object_id,mjd,mag,diaSource.reliability -f csv
  pgb stream --topic classifications --where 'p("SN Ia") > 0.9' --full
  pgb stream --topic classifications --save
  pgb stream --topic classifications --rotate 5m -o night.parquet
  pgb stream --topic lsst-variability --server-filter 'attributes.pg_variable = "likely"' --for 10m`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 && f.save {
				return saveNamesFile(args[0])
			}
			if len(args) > 0 {
				return usage([]string{"pgb stream --topic " + args[0], "for files: pgb decode " + args[0]}, "stream takes no arguments, but was given %q", args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error { return f.run(a) },
	}
	f.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.topic, "topic", "t", "", "topic, group of topics, or several separated by commas; projects/P/topics/T is taken as it is")
	flags.StringVar(&f.as, "as", "", "the known topic or payload by which an unknown topic is read")
	flags.StringVar(&f.subscription, "subscription", "", "durable subscription in your project: made if it is not there, resumed if it is")
	flags.StringVar(&f.since, "since", "", "go to a publish time: a date, RFC 3339, MJD, JD, or an age (2h, 1d); needs --subscription")
	flags.StringVar(&f.retain, "retain", "", "how long a new durable subscription keeps what was read, so that --since can go back (default 1d; none)")
	flags.StringVar(&f.expire, "expire", "", "after how much idle time a new durable subscription is deleted (default 7d; never)")
	flags.StringVar(&f.serverFilter, "server-filter", "", "filter in Pub/Sub's own language, over attributes: 'attributes.pg_variable = \"likely\"'")
	flags.StringVar(&f.transform, "transform", "", "JavaScript file: a message transform for a subscription that is made")
	flags.BoolVar(&f.save, "save", false, "save into the local archive; rows are written beside it only where -f or -o asks for them")
	f.rotate.addFlags(cmd)
	a.addArchiveFlag(cmd)
	flags.Float64Var(&a.rate, "rate", 0, "alerts a second of the sandbox (default 20)")
	return cmd
}

func (f *streamFlags) run(a *app) error {
	name, err := f.check(a)
	if err != nil {
		return err
	}
	if err := f.checkTimes(); err != nil {
		return err
	}
	if err := f.checkRotation(name); err != nil {
		return err
	}
	if f.flags.Changed("rate") && !(a.rate > 0) {
		return usage([]string{"--rate 20"}, "--rate %v: the sandbox needs a rate above zero", a.rate)
	}
	switch {
	case a.archive != "" && !f.save:
		return usage([]string{"--save --archive " + a.archive}, "--archive says where --save saves, and there is no --save")
	case f.save && a.archive == client.BigQueryArchive:
		return usage([]string{"--save, or --save --archive FILE"}, "BigQuery's tables are the broker's: --save writes a local archive")
	}
	options, err := f.options()
	if err != nil {
		return err
	}
	if f.explain {
		return f.explainFilter(a)
	}
	if options.Selection, err = f.client(a); err != nil {
		return err
	}
	if err := f.validate(a, options, name); err != nil {
		return err
	}
	c, err := a.connected()
	if err != nil {
		return err
	}
	defer c.Close()
	options.Observe, options.ObserveEvery = f.observer(a, c.Registry(), true)
	options.Events = costTeller(a)
	described, err := c.Stream(options)
	if err != nil {
		return err
	}
	err = f.deliver(a, c, described, name)
	var missing *pubsub.NotFoundError
	if a.inSandbox && errors.As(err, &missing) && missing.Kind == "topic" {
		return &hintedError{err, []string{"the sandbox does not publish this topic: try classifications, ztf-alerts or lsst-alerts"}}
	}
	return err
}

// deliver reads the stream into its output, into the archive, or into both.
func (f *streamFlags) deliver(a *app, c *client.Client, described *client.Stream, name format.Name) error {
	var out sink
	var err error
	if !f.save || f.format != "" || f.output != "" {
		if out, err = f.openSink(a, c, described, name, false); err != nil {
			return err
		}
	}
	a.sayInSandbox()
	if !f.save {
		return f.selection.run(a, c, described, out, true)
	}
	into, err := c.OpenLocal(a.ctx)
	if err != nil {
		return err
	}
	defer into.Close()
	save := &saver{Sink: into.Sink(local.SinkOptions{Cutouts: f.cutouts}), archive: into}
	a.screen.Note("saving into " + into.Name())
	a.saySandboxChanges()
	if out == nil {
		out = save
	} else {
		out = &teeing{save: save, out: out}
	}
	err = f.selection.run(a, c, described, out, true)
	save.say(a)
	return err
}

// validate finds what is wrong with names, filters and times without asking for
// a project first.
func (f *streamFlags) validate(a *app, options client.StreamOptions, name format.Name) error {
	if f.topic == "" {
		return usage([]string{"pgb stream --topic classifications", "pgb topics lists what there is"}, "no topic given")
	}
	if f.serverFilter != "" {
		if err := serverfilter.Check(f.serverFilter); err != nil {
			return usage([]string{`--server-filter 'attributes.pg_variable = "likely"', in Pub/Sub's own language`}, "--server-filter: %w", err)
		}
	}
	c, err := a.client()
	if err != nil {
		return err
	}
	described, err := c.Stream(options)
	if err != nil {
		return err
	}
	if err := pubsub.Check(pubsub.Options{
		Project: "checked-only", Topics: described.Topics(), Subscription: options.Subscription, Since: options.Since,
		Retain: options.Retain, Expire: options.Expire, Transform: options.Transform, Hold: options.Hold,
	}); err != nil || name != format.Avro {
		return err
	}
	for _, topic := range described.Topics() {
		if payload := c.Registry().Payloads[topic.Payload]; payload != nil && payload.Framing == "json" {
			return fmt.Errorf("%s: %w", topic.Name, alert.ErrNotAvro)
		}
	}
	return nil
}

// checkTimes reads the flags that are times.
func (f *streamFlags) checkTimes() (err error) {
	if f.sinceTime, err = parseSince(f.since); err != nil {
		return err
	}
	switch f.retain {
	case "none":
		f.retainFor = -1
	default:
		if f.retainFor, err = parseDuration("--retain", f.retain); err != nil {
			return err
		}
	}
	switch f.expire {
	case "never":
		f.expireFor = -1
	default:
		f.expireFor, err = parseDuration("--expire", f.expire)
	}
	return err
}

func (f *streamFlags) options() (client.StreamOptions, error) {
	o := client.StreamOptions{
		Topic: f.topic, As: f.as, Subscription: f.subscription, Since: f.sinceTime,
		Retain: f.retainFor, Expire: f.expireFor, ServerFilter: f.serverFilter, Hold: f.hold,
	}
	if f.transform != "" {
		text, err := os.ReadFile(f.transform)
		if err != nil {
			return o, usage([]string{"--transform FILE.js"}, "--transform: %w", err)
		}
		o.Transform = string(text)
	}
	return o, nil
}

// costTeller says once what it costs to keep the messages of the durable
// subscriptions that are made.
func costTeller(a *app) func(pubsub.Event) {
	said := false
	return func(e pubsub.Event) {
		if e.Kind == pubsub.Created && e.Retain > 0 && !said {
			said = true
			a.screen.Note(retentionNote(e.Retain))
		}
	}
}

// explainFilter says what a filter's names are bound to.
func (f *streamFlags) explainFilter(a *app) error {
	if f.where == "" {
		return usage([]string{`--where 'snr > 20' --explain`}, "--explain needs --where")
	}
	if f.topic == "" {
		return usage([]string{"--topic classifications"}, "no topic given")
	}
	c, err := a.client()
	if err != nil {
		return err
	}
	topics, err := c.Topics(f.topic, f.as)
	if err != nil {
		return err
	}
	return explain(a, c, topics, f.where)
}
