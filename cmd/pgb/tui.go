package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/cli/browser"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/tui"
)

// tuiFlags are the flags of pgb tui.
type tuiFlags struct {
	streamFlags
	keep int
}

// viewerKeeps is how many alerts the viewer keeps unless it is told otherwise, and
// viewerKeepsMost how many it can be told to keep: about a gigabyte of rows.
const (
	viewerKeeps     = 20_000
	viewerKeepsMost = 1_000_000
)

// viewerGarbage is how much garbage the viewer lets come together, in per cent of
// what it holds: less than the default, since that is bodies for the most part,
// which take memory and cost the garbage collector nothing.
const viewerGarbage = 40

func newTUI(a *app) *cobra.Command {
	f := &tuiFlags{}
	cmd := &cobra.Command{
		Use:   "tui [ID | RA DEC [RADIUS] | FILE...]",
		Short: "Watch a stream, an object or files in the terminal",
		Long: `Watch a stream in the terminal as it comes: a live table, the light curve, classes,
images and all fields of the selected alert, and the sky. Without an argument and
without --topic it shows the list of topics. An id or a position goes to the archive;
files are shown like a stream, with a slider for the time.

? lists the keys; / filters, : looks up, s saves, space pauses, q ends. What is
shown counts as read: the temporary subscription is deleted at the end. While all
that passes is saved, a message is acknowledged once it is saved.

The archive on this machine is asked by itself; BigQuery, which bills for what it
reads, only when you say so, and within --max-bytes.`,
		Example: `  pgb tui
  pgb tui --topic classifications --sandbox
  pgb tui --topic lsst-lite --where 'snr > 20'
  pgb tui --topic ztf-alerts --fields object_id,mag,candidate.drb
  pgb tui ZTF21abc
  pgb tui 270.1 -30.2 2m
  pgb tui night.tar.gz`,
		RunE: func(_ *cobra.Command, args []string) error { return f.run(a, args) },
	}
	flags := cmd.Flags()
	f.flags = flags
	flags.StringVarP(&f.topic, "topic", "t", "", "topic, group of topics, or several separated by commas")
	flags.StringVar(&f.as, "as", "", "the known topic or payload by which an unknown topic, or files, are read")
	flags.StringVar(&f.where, "where", "", `show only messages for which this holds, such as 'snr > 20 && band == "r"'`)
	flags.StringVar(&f.fields, "fields", "", "columns of the table, separated by commas (default: those that fit, of the generic ones)")
	flags.StringVar(&f.subscription, "subscription", "", "durable subscription in your project: what is shown is read for good")
	flags.StringVar(&f.since, "since", "", "go to a publish time in a durable subscription: a date, RFC 3339, MJD, JD, or an age (2h, 1d)")
	flags.IntVar(&f.keep, "keep", viewerKeeps, "how many alerts stay in the table (files: how many are shown)")
	a.addArchiveFlags(cmd)
	flags.Float64Var(&a.rate, "rate", 0, "alerts a second of the sandbox (default 20)")
	return cmd
}

// run checks what was asked, and shows it.
func (f *tuiFlags) run(a *app, args []string) error {
	start, err := f.start(args)
	if err != nil {
		return err
	}
	if err := f.checkTimes(); err != nil {
		return err
	}
	if f.keep < 100 || f.keep > viewerKeepsMost {
		return usage([]string{"--keep 20000"}, "--keep %d: from 100 to 1,000,000 alerts", f.keep)
	}
	notices := make(chan string, 100)
	c, err := f.client(a, start, notices)
	if err != nil {
		return err
	}
	defer c.Close()
	streams := &viewedStreams{app: a, client: c, flags: f}
	if start.Ask.Topic != "" || len(start.Ask.Files) > 0 {
		described, err := streams.Open(start.Ask)
		if err != nil {
			return err
		}
		if _, err := described.Filter(start.Ask.Where); err != nil {
			return err
		}
	}
	if err := needsTerminal(a); err != nil {
		return err
	}
	memory := ""
	if folder, err := config.StatePath(a.getenv); err == nil {
		memory = filepath.Join(folder, "tui.json")
	}
	ctx, end := a.first()
	defer end()
	if a.getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(viewerGarbage))
	}
	saver := &viewedSaver{client: c}
	err = tui.Run(ctx, tui.Config{
		Streams: streams, Archive: &viewedArchive{client: c, sandbox: a.inSandbox && a.archive == ""}, Saver: saver, Reader: c.Reader(),
		Pages: pagesOf(c), Browse: browse(), Explain: explainError, Temporary: isTemporary, Notices: notices,
		Start: start, Memory: memory, In: a.stdin, Out: a.screen.Out, ASCII: a.screen.ASCII, Keep: f.keep,
	})
	for _, line := range saver.saved.lines() {
		a.screen.Note(line)
	}
	if errors.Is(err, tui.ErrInterrupted) {
		return errInterrupted
	}
	return err
}

// start reads what to show first from the arguments: files, or an object or a
// place.
func (f *tuiFlags) start(args []string) (tui.Start, error) {
	s := tui.Start{Ask: tui.StreamAsk{Topic: f.topic, Where: f.where, Fields: splitFields(f.fields)}}
	isFile := len(args) > 0 && namesFiles(args[0])
	switch {
	case len(args) > 0 && f.topic != "":
		return s, usage([]string{"pgb tui --topic " + f.topic, "pgb tui " + strings.Join(args, " ")}, "--topic and arguments exclude each other")
	case isFile && f.subscription != "":
		return s, usage([]string{"pgb tui " + args[0]}, "files have no subscription")
	case isFile:
		s.Ask.Files = args
		for _, arg := range args {
			if _, err := os.Stat(arg); err != nil && !strings.ContainsAny(arg, "*?[") {
				return s, err
			}
		}
	case len(args) > 0:
		s.Object = strings.Join(args, " ")
	case f.topic == "" && (f.where != "" || f.fields != ""):
		return s, usage([]string{"pgb tui --topic classifications --where 'snr > 20'"}, "--where and --fields go with --topic or files")
	}
	if f.since != "" && f.subscription == "" {
		return s, pubsub.ErrSinceWithoutSubscription
	}
	return s, nil
}

// namesFiles says whether an argument is meant for a file.
func namesFiles(arg string) bool {
	if _, err := os.Stat(arg); err == nil {
		return true
	}
	if strings.ContainsAny(arg, `/\*`) {
		return true
	}
	switch strings.ToLower(filepath.Ext(arg)) {
	case ".avro", ".json", ".jsonl", ".tar", ".gz", ".tgz", ".zst", ".bin":
		return true
	}
	return false
}

// needsTerminal refuses to show anything where there is nobody to look.
func needsTerminal(a *app) error {
	in, isFile := a.stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(in.Fd())) || !a.screen.OutTTY {
		return usage([]string{"for pipes and files: pgb stream, pgb lookup, pgb decode"}, "the viewer needs a terminal for its input and its output")
	}
	if a.getenv("TERM") == "dumb" {
		return usage([]string{"TERM=xterm-256color, or what your terminal is"}, "the viewer needs a terminal that can move its cursor, and TERM is dumb")
	}
	return nil
}

// client makes the viewer's client. What it tells goes to the viewer: the
// terminal belongs to that.
func (f *tuiFlags) client(a *app, start tui.Start, notices chan<- string) (*client.Client, error) {
	o, err := a.options()
	if err != nil {
		return nil, err
	}
	if !o.Sandbox && o.Project == "" {
		if a.getenv("PUBSUB_EMULATOR_HOST") != "" {
			o.Project = sandbox.Project
		} else {
			o.Project = pubsub.CredentialsProject(a.ctx)
		}
		if o.Project == "" && len(start.Ask.Files) == 0 && start.Object == "" {
			return nil, client.ErrNoProject
		}
	}
	notice := func(line string) {
		select {
		case notices <- line:
		default: // nobody reads so many
		}
	}
	o.Notify = notice
	o.Archive.Progress = func(fraction float64) {
		if fraction < 1 {
			notice("making the sandbox's archive, once")
		} else {
			notice("")
		}
	}
	a.inSandbox = o.Sandbox
	return client.New(a.ctx, o)
}

// browse gives what opens a web page, silently.
func browse() func(url string) error {
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	return browser.OpenURL
}

func pagesOf(c *client.Client) func(survey, id string, ra, dec float64) []tui.Page {
	return func(survey, id string, ra, dec float64) []tui.Page {
		var pages []tui.Page
		for _, page := range c.Registry().Pages(survey, id, ra, dec) {
			pages = append(pages, tui.Page{Name: page.Name, URL: page.URL})
		}
		return pages
	}
}

// explainError says what an error means, as it is said on the command line.
func explainError(err error) (line string, hinted []string) {
	return strings.Join(strings.Fields(err.Error()), " "), hints(err)
}

// isTemporary says whether what failed may work if it is tried again.
func isTemporary(err error) bool { return exitCode(err) == exitFailed }
