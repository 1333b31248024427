package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// askFlags are the flags that lookups share: where to look, what it may cost,
// which alerts count.
type askFlags struct {
	outputFlags
	survey, since, until string
	dryRun               bool
	allRevisions         bool
	unmatched            string
	list                 *client.TargetList
	ids                  []string // of a lookup, on the command line
	ofAlerts             bool     // rows are alerts
	once                 bool     // what is asked for belongs to an object, not to a row of a list
	cut                  bool     // the answer was not read to its end
}

func (f *askFlags) addFlags(a *app, cmd *cobra.Command) {
	f.outputFlags.addFlags(cmd)
	a.addArchiveFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.survey, "survey", "", "keep one survey (ztf, lsst, lvk), and say whose an id is that does not tell")
	flags.StringVar(&f.since, "since", "", "observed since: a date, RFC 3339, MJD, JD, or an age (30d); on the broker's LSST tables it saves cost")
	flags.StringVar(&f.until, "until", "", "observed until, as --since")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the SQL, its parameters and what it would cost; ask nothing")
}

// addArchiveFlags adds the flags that choose the archive and bound its bill.
func (a *app) addArchiveFlags(cmd *cobra.Command) {
	a.addArchiveFlag(cmd)
	cmd.Flags().StringVar(&a.maxBytes, "max-bytes", "", "how much BigQuery may bill for the whole command: 500MB, 2GB, 1TiB (default 50GiB, or the config file's)")
}

func (a *app) addArchiveFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.archive, "archive", "", "local, bigquery or a file (default: the sandbox's own in a sandbox, else PGB_ARCHIVE, the config file's, BigQuery where there is a project, local)")
}

// ask reads the flags that are times.
func (f *askFlags) ask() (client.Ask, error) {
	names, classifications := f.columns()
	ask := client.Ask{
		Survey: strings.ToLower(f.survey), Where: f.where, Fields: names, Limit: f.limit,
		AllRevisions: f.allRevisions, List: f.list, Classifications: classifications,
	}
	var err error
	if ask.Since, err = parseObserved("--since", f.since); err != nil {
		return ask, err
	}
	if ask.Until, err = parseObserved("--until", f.until); err != nil {
		return ask, err
	}
	if !ask.Since.IsZero() && !ask.Until.IsZero() && ask.Until.Before(ask.Since) {
		return ask, usage([]string{"--since 60d --until 30d"}, "--until %s is before --since %s", f.until, f.since)
	}
	if f.unmatched != "" && f.limit > 0 {
		return ask, usage([]string{"leave one of them out"}, "--unmatched needs the whole answer, and --limit cuts it off")
	}
	if f.unmatched != "" && !f.force && !f.dryRun && !f.explain {
		if _, err := os.Lstat(f.unmatched); err == nil {
			return ask, unmatchedExists(f.unmatched)
		}
	}
	return ask, nil
}

// unmatchedExists is the error of a file for targets without a match that is
// there.
func unmatchedExists(path string) error {
	return &hintedError{err: fmt.Errorf("%s: %w", path, format.ErrExists), hints: []string{"--force to replace it, or another name for --unmatched"}}
}

// asking opens the client, reads the list of targets, if there is one, and the
// flags, and hands them on; the first Ctrl-C ends ctx.
func (f *askFlags) asking(a *app, list string, radius sky.Angle, ask func(context.Context, *client.Client, client.Ask) error) error {
	c, err := a.asking(f.dryRun)
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, end := a.first()
	defer end()
	if list != "" {
		if f.list, err = f.readList(ctx, a, c, list, radius); err != nil {
			return err
		}
	}
	asked, err := f.ask()
	if err != nil {
		return err
	}
	return ask(ctx, c, asked)
}

// parseObserved reads a time of observation; empty is none.
func parseObserved(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := sky.ParseTime(text, now())
	if err != nil {
		return t, usage([]string{flag + " 30d, " + flag + " 2026-03-01, " + flag + " 61100.5"}, "%s: %w", flag, err)
	}
	return t, nil
}

// readable is what can be asked and read: an answer of any kind.
type readable interface {
	rows
	Archive() archive.Archive
	Plan(context.Context) (archive.Plan, error)
	Filter() string
	Run(context.Context, stream.Sink) (client.Tally, error)
	Unmatched() []int
}

// run asks, writes the answer, and says where it looked and what it cost.
func (f *askFlags) run(a *app, ctx context.Context, n readable, name format.Name, priority func(string) int) error {
	if f.dryRun || f.explain {
		return f.showPlan(a, ctx, n)
	}
	// A table on a terminal says itself that it shows simulated data.
	saysItself := a.screen.OutTTY && name == table
	if !saysItself {
		a.sayInSandbox()
	}
	if here, ok := n.Archive().(localArchive); ok {
		if err := refuseSame(f.output, here.Path()); err != nil {
			return err
		}
	}
	out, err := f.openSink(a, n, name, true, priority)
	if err != nil {
		return err
	}
	begun := time.Now()
	watch := f.watchClasses(n, out)
	tally, err := n.Run(ctx, &counter{Sink: watch, screen: a.screen})
	f.cut = tally.Limited || isPipe(err)
	a.screen.Status("")
	// What was found until Ctrl-C is kept: it may have been paid for.
	stopped := err != nil && ctx.Err() != nil && a.ctx.Err() == nil
	if closeErr := out.Close(err == nil || stopped); err == nil && !isPipe(closeErr) {
		err = closeErr
	}
	if isPipe(err) {
		err = nil
	}
	if stopped && f.output != "" {
		a.screen.Note("stopped: " + f.output + " holds what was found until then")
	}
	if saysItself && tally.Rows == 0 {
		a.sayInSandbox()
	}
	a.saidSimulated = a.saidSimulated || saysItself
	f.sayWhere(a, n, tally, time.Since(begun), err)
	if err != nil {
		return err
	}
	if f.ofAlerts {
		f.sayClasses(a, watch, tally.Rows)
	}
	if tally.Unreadable > 0 {
		a.screen.Note(render.Plural(tally.Unreadable, "message") + " could not be written: " + render.Clean(tally.Why.Error()))
	}
	if err := f.writeUnmatched(a, n); err != nil {
		return err
	}
	if tally.Rows == 0 && f.failEmpty {
		return errEmpty
	}
	return nil
}

// sayWhere says which archive answered, how much, and what was billed.
func (f *askFlags) sayWhere(a *app, n readable, tally client.Tally, took time.Duration, err error) {
	if tally.Simulated > 0 && !a.saidSimulated {
		a.saidSimulated = true
		a.screen.Note("simulated data from a sandbox: no real observations")
	}
	if err != nil && tally.Rows == 0 {
		if charge := billed(n.Archive()); charge != "" && !strings.HasPrefix(charge, ", 0 B") {
			a.screen.Note(n.Archive().Name() + charge)
		}
		return
	}
	text := render.Plural(tally.Rows, "row") + " from " + n.Archive().Name() + " in " + render.Duration(took)
	if tally.Rows == 0 && err == nil {
		text = "nothing found in " + n.Archive().Name() + f.restricted()
	}
	if tally.Limited {
		text += fmt.Sprintf(", cut off at %s by --limit", render.Count(f.limit))
	}
	a.screen.Note(text + billed(n.Archive()))
}

// billed says what a service billed.
func billed(from archive.Archive) string {
	charged, ok := from.(*bigquery.Archive)
	if !ok {
		return ""
	}
	bytes, queries := charged.Billed()
	return fmt.Sprintf(", %s billed for %s (about %s at list price)", render.Bytes(float64(bytes)), plural(queries, "query", "queries"), render.Dollars(charged.USD(bytes)))
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return render.Count(n) + " " + many
}

// counter shows how many rows were written so far.
type counter struct {
	stream.Sink
	screen *render.Screen
	rows   int64
	shown  time.Time
}

// Put counts on the way.
func (c *counter) Put(ctx context.Context, batch []*alert.Message) error {
	err := c.Sink.Put(ctx, batch)
	c.rows += int64(len(batch))
	if time.Since(c.shown) > 200*time.Millisecond {
		c.shown = time.Now()
		c.screen.Status(render.Plural(c.rows, "row"))
	}
	return err
}

// writeUnmatched writes the targets that nothing was found for.
func (f *askFlags) writeUnmatched(a *app, n readable) error {
	if f.list == nil {
		return nil
	}
	if f.cut { // what was not read may match too
		if f.unmatched != "" {
			a.screen.Note(f.unmatched + " was not written: the answer was not read to its end")
		}
		return nil
	}
	left := n.Unmatched()
	a.screen.Note(fmt.Sprintf("%s of %s matched", render.Count(len(f.list.Targets)-len(left)), render.Plural(len(f.list.Targets), "target")))
	if f.unmatched == "" {
		return nil
	}
	var text strings.Builder
	for _, i := range left {
		text.WriteString(f.list.Name(i) + "\n")
	}
	for _, line := range f.list.LeftOut {
		text.WriteString(line.Name + "\n")
	}
	flag := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if f.force {
		flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(f.unmatched, flag, 0o644)
	if errors.Is(err, os.ErrExist) {
		return unmatchedExists(f.unmatched)
	}
	if err != nil {
		return fmt.Errorf("write the targets without a match: %w", err)
	}
	_, err = file.WriteString(text.String())
	return errors.Join(err, file.Close())
}

// showPlan prints how a question would be answered, and what that costs.
func (f *askFlags) showPlan(a *app, ctx context.Context, n readable) error {
	if f.explain && f.where == "" {
		return usage([]string{`--where 'snr > 20' --explain`, "for the SQL and its cost: --dry-run"}, "--explain needs --where")
	}
	plan, err := n.Plan(ctx)
	if err != nil {
		return err
	}
	return printPlan(a, n.Archive(), plan, n.Filter())
}

func printPlan(a *app, from archive.Archive, plan archive.Plan, filter string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "-- %s\n", from.Name())
	var most, model int64
	for _, s := range plan.Statements {
		b.WriteString("\n" + strings.TrimSpace(s.SQL) + ";\n")
		for _, p := range s.Parameters {
			fmt.Fprintf(&b, "-- %s = %v\n", parameterName(p.Name), p.Value)
		}
		if s.Bytes >= 0 {
			most += s.Bytes
			fmt.Fprintf(&b, "-- at most %s (%s)\n", render.Bytes(float64(s.Bytes)), price(from, s.Bytes))
		}
		if s.ModelBytes >= 0 {
			model += s.ModelBytes
			fmt.Fprintf(&b, "-- expected %s (%s), with the blocks that it can skip\n", render.Bytes(float64(s.ModelBytes)), price(from, s.ModelBytes))
		}
	}
	b.WriteString("\n")
	if filter != "" {
		fmt.Fprintf(&b, "-- filter: %s\n--   in the SQL: %s\n--   tested here: %s\n", filter, orNothing(plan.Pushed), orNothing(plan.Rest))
	}
	for _, note := range plan.Notes {
		fmt.Fprintf(&b, "-- %s\n", note)
	}
	if most > 0 {
		fmt.Fprintf(&b, "-- in all at most %s (%s)", render.Bytes(float64(most)), price(from, most))
		if model > 0 {
			fmt.Fprintf(&b, ", expected %s (%s)", render.Bytes(float64(model)), price(from, model))
		}
		b.WriteString("; nothing was asked, nothing is billed\n")
	}
	return a.screen.Print([]byte(render.CleanLines(b.String())))
}

// parameterName writes a parameter's name as it stands in the statement.
func parameterName(name string) string {
	if strings.HasPrefix(name, ":") || strings.HasPrefix(name, "@") {
		return name
	}
	return "@" + name
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// price is what bytes cost at list price.
func price(from archive.Archive, bytes int64) string {
	if b, ok := from.(*bigquery.Archive); ok {
		return render.Dollars(b.USD(bytes))
	}
	return "free"
}
