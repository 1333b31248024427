package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// faultsError says that an archive was checked and is not well.
type faultsError struct{ path string }

// Error names the archive.
func (e *faultsError) Error() string { return e.path + ": the archive has faults" }

// opened gives the local archive, to be read.
func (a *app) opened(c *client.Client) (*local.Archive, error) {
	from, err := c.Archive(a.ctx)
	if err != nil {
		return nil, err
	}
	here, ok := from.(*local.Archive)
	if !ok {
		return nil, fmt.Errorf("%s is no local archive", from.Name())
	}
	return here, nil
}

func archiveInfo(a *app, f *listFormat) error {
	name, err := f.pick(a)
	if err != nil {
		return err
	}
	return a.ofLocal(func(ctx context.Context, from *local.Archive) error {
		s, err := from.Summary(ctx)
		if err != nil {
			return err
		}
		if name != table {
			return writeList(a, name, summaryColumns, [][]field.Value{summaryValues(s)})
		}
		return printSummary(a, s)
	})
}

// ofLocal opens the local archive to be read, until the first Ctrl-C.
func (a *app) ofLocal(read func(context.Context, *local.Archive) error) error {
	c, err := a.localOf()
	if err != nil {
		return err
	}
	defer c.Close()
	from, err := a.opened(c)
	if err != nil {
		return err
	}
	ctx, end := a.first()
	defer end()
	return read(ctx, from)
}

// printSummary prints what an archive holds as tables.
func printSummary(a *app, s local.Summary) error {
	rows := [][]string{
		{"file", s.Path}, {"holds", kindOf(s)}, {"size", render.Bytes(float64(s.Bytes))},
		{"alerts", render.Count(s.Alerts)}, {"messages", render.Count(s.Messages)}, {"objects", render.Count(s.Objects)},
		{"points", render.Count(s.Points)}, {"classifications", render.Count(s.Classifications)},
		{"observed", observed(s.FirstMJD, s.LastMJD)},
	}
	if !s.Saved.IsZero() {
		rows = append(rows, []string{"last saved", s.Saved.Format(time.RFC3339)})
	}
	rows = append(rows, []string{"version", fmt.Sprint(s.Version)})
	if err := a.screen.Table([]render.Column{{Header: ""}, {Header: ""}}, rows); err != nil {
		return err
	}
	for _, part := range []struct {
		name   string
		counts []local.Count
	}{{"survey", s.Surveys}, {"topic", s.Topics}} {
		if len(part.counts) == 0 {
			continue
		}
		rows = nil
		for _, count := range part.counts {
			rows = append(rows, []string{orDash(render.Clean(count.Name)), render.Count(count.Messages)})
		}
		if err := a.screen.Print([]byte("\n")); err != nil {
			return err
		}
		if err := a.screen.Table([]render.Column{{Header: part.name}, {Header: "messages", Right: true}}, rows); err != nil {
			return err
		}
	}
	return nil
}

// summaryColumns are the columns of what an archive holds, for programs.
var summaryColumns = []alert.Column{
	{Name: "file", Kind: field.Text}, {Name: "simulated", Kind: field.Bool}, {Name: "bytes", Kind: field.Int},
	{Name: "alerts", Kind: field.Int}, {Name: "messages", Kind: field.Int}, {Name: "objects", Kind: field.Int}, {Name: "points", Kind: field.Int},
	{Name: "classifications", Kind: field.Int}, {Name: "first_mjd", Unit: "d", Kind: field.Float64}, {Name: "last_mjd", Unit: "d", Kind: field.Float64},
	{Name: "last_saved", Kind: field.Text}, {Name: "version", Kind: field.Int},
}

func summaryValues(s local.Summary) []field.Value {
	var saved, simulated field.Value
	if !s.Saved.IsZero() {
		saved = field.OfString(s.Saved.Format(time.RFC3339))
	}
	if !s.Empty {
		simulated = field.OfBool(s.Simulated)
	}
	return []field.Value{
		field.OfString(s.Path), simulated, countOf(s.Bytes), countOf(s.Alerts), countOf(s.Messages), countOf(s.Objects), countOf(s.Points),
		countOf(s.Classifications), field.OfFloat64(s.FirstMJD), field.OfFloat64(s.LastMJD), saved, countOf(int64(s.Version)),
	}
}

func kindOf(s local.Summary) string {
	switch {
	case s.Empty:
		return "nothing yet"
	case s.Simulated:
		return "simulated alerts, no observations"
	}
	return "real alerts"
}

// observed gives the span of observations as dates and MJD.
func observed(first, last float64) string {
	if math.IsNaN(first) || math.IsNaN(last) {
		return "-"
	}
	return fmt.Sprintf("%s to %s (mjd %.5f to %.5f)", sky.TimeFromMJD(first).Format("2006-01-02"), sky.TimeFromMJD(last).Format("2006-01-02"), first, last)
}

// maxFaults bounds how many faults are printed.
const maxFaults = 10

func checkArchive(a *app) error {
	read := func(ctx context.Context, from *local.Archive) error { return check(ctx, a, from) }
	err := a.ofLocal(read)
	var older *local.OlderError
	if !errors.As(err, &older) {
		return err
	}
	a.screen.Note(fmt.Sprintf("bringing %s up to date, from version %d to %d; the old file is kept beside it", older.Path, older.Have, older.Want))
	updated, err := local.Open(a.ctx, local.Options{Path: older.Path})
	if err != nil {
		return err
	}
	if err := updated.Close(); err != nil {
		return err
	}
	return a.ofLocal(read)
}

func check(ctx context.Context, a *app, from *local.Archive) error {
	report, err := from.Check(ctx, func(done, all int64) {
		a.screen.Status(fmt.Sprintf("%s of %s messages checked", render.Count(done), render.Count(all)))
	})
	a.screen.Status("")
	if err != nil {
		return err
	}
	if report.Clean() {
		return a.screen.Print([]byte(fmt.Sprintf("ok: %s, %s read back\n", from.Path(), render.Plural(report.Messages, "message"))))
	}
	if err := a.faults(report.Faults); err != nil {
		return err
	}
	return &faultsError{path: from.Path()}
}

// faults prints the first faults, a line each, and how many more there are.
func (a *app) faults(all []string) error {
	for _, fault := range all[:min(len(all), maxFaults)] {
		if err := a.screen.Print([]byte(render.Clean(fault) + "\n")); err != nil {
			return err
		}
	}
	if more := len(all) - maxFaults; more > 0 {
		return a.screen.Print([]byte(fmt.Sprintf("... and %s more\n", render.Count(int64(more)))))
	}
	return nil
}
