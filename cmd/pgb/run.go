package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// run reads a described stream into its output, shows how it goes, and says at
// the end how it went.
func (s *selection) run(a *app, c *client.Client, described *client.Stream, out sink, live bool) error {
	defer s.quarantineOf.Close()
	var into stream.Sink = out
	if live && !a.saidSimulated {
		into = &simulationTeller{Sink: out, screen: a.screen}
	}
	strangers := &strangerCounter{Sink: into}
	if !live {
		into = strangers
	}
	a.streams.Store(live)
	summary, err := described.Run(a.ctx, into)
	if s.unread != nil && stopped(s.unread) && canceled(err) {
		err = nil // it was still connecting
	}
	if live && errors.Is(err, syscall.ENOSPC) {
		err = &hintedError{err, []string{"make room and run it again: what was not written was not acknowledged"}}
	}
	a.screen.Status("")
	var rescued *rescuedError
	if err = s.rescue(err, summary.Written); errors.As(err, &rescued) {
		summary.Reason = stream.EndOfInput // of what can be read
	}
	whole := err == nil || rescued != nil
	complete := whole && summary.Reason != stream.PipeClosed
	if closeErr := out.Close(complete); closeErr != nil && whole && !isPipe(closeErr) {
		err = closeErr
	}
	if err == nil {
		err = s.sifted(a, out, &summary)
	}
	if summary.Simulated > 0 && !live {
		a.screen.Note(render.Count(summary.Simulated) + " of these messages came from a sandbox: simulated data, not observations")
	}
	if strangers.n > 0 {
		a.screen.Note(render.Plural(strangers.n, "message") + " of a survey that is not known, read by the schema in the file: --as SURVEY names one")
	}
	if err == nil || summary.Messages > 0 {
		s.summarize(a, c.Registry(), summary, live)
	}
	switch {
	case err != nil:
		return err
	case summary.Quarantined > 0:
		return &quarantinedError{count: summary.Quarantined, path: s.quarantineOf.Path(), first: s.quarantineOf.first}
	case summary.Written == 0 && s.failEmpty:
		return errEmpty
	}
	return nil
}

// setAside is a quarantine that remembers the first reason.
type setAside struct {
	*format.Quarantine
	first error
}

// Put notes the reason on its way.
func (q *setAside) Put(messages []*alert.Message, reasons []error) error {
	if q.first == nil && len(reasons) > 0 {
		q.first = reasons[0]
	}
	return q.Quarantine.Put(messages, reasons)
}

// simulationTeller says once that a stream is simulated, as soon as it shows.
type simulationTeller struct {
	stream.Sink
	screen *render.Screen
	said   bool
}

// Put looks for simulated messages on their way.
func (s *simulationTeller) Put(ctx context.Context, batch []*alert.Message) error {
	if !s.said && slices.ContainsFunc(batch, (*alert.Message).Simulated) {
		s.said = true
		s.screen.Note("simulated data from a sandbox: no real observations")
	}
	return s.Sink.Put(ctx, batch)
}

// strangerCounter counts the messages that nothing is known of but their bytes.
type strangerCounter struct {
	stream.Sink
	n int64
}

// Put counts on the way.
func (s *strangerCounter) Put(ctx context.Context, batch []*alert.Message) error {
	for _, m := range batch {
		if m.As == "" && m.Topic == "" {
			s.n++
		}
	}
	return s.Sink.Put(ctx, batch)
}

func isPipe(err error) bool { return errors.Is(err, io.ErrClosedPipe) || isBrokenPipe(err) }

// observer shows the figures of a run as it goes: a progress line, or
// structured logs.
func (s *selection) observer(a *app, reg *registry.Registry, live bool) (observe func(stream.Stats), every time.Duration) {
	if a.screen.Quiet {
		return nil, 0
	}
	if a.logFormat == "json" {
		logger := a.screen.Log
		return func(stats stream.Stats) {
			logger.LogAttrs(context.Background(), slog.LevelInfo, "progress", figures(reg, stats)...)
		}, s.logInterval
	}
	if !a.screen.ErrTTY {
		return nil, 0
	}
	return func(stats stream.Stats) { a.screen.Status(progress(reg, stats, live)) }, 500 * time.Millisecond
}

// progress is the progress line.
func progress(reg *registry.Registry, s stream.Stats, live bool) string {
	parts := []string{
		render.Count(s.Messages) + " read", fmt.Sprintf("%.0f/s", s.Rate), render.Count(s.Passed) + " passed",
	}
	if s.Held > 0 {
		parts = append(parts, render.Count(s.Held)+" held")
	}
	if s.Quarantined > 0 {
		parts = append(parts, render.Count(s.Quarantined)+" quarantined")
	}
	if live {
		parts = append(parts, "lag "+render.Duration(s.Lag),
			render.Bytes(float64(s.DeliveredBytes)), render.Dollars(reg.DeliveryCost(float64(s.DeliveredBytes))))
	} else {
		parts = append(parts, render.Bytes(float64(s.Bytes)))
	}
	return strings.Join(parts, " · ")
}

// figures are the same for machines.
func figures(reg *registry.Registry, s stream.Stats) []slog.Attr {
	return []slog.Attr{
		slog.Float64("elapsed_s", s.Elapsed.Seconds()), slog.Int64("messages", s.Messages), slog.Float64("rate_per_s", s.Rate),
		slog.Int64("passed", s.Passed), slog.Int64("written", s.Written), slog.Int64("held", s.Held), slog.Int64("filtered", s.Filtered),
		slog.Int64("duplicates", s.Duplicates), slog.Int64("quarantined", s.Quarantined), slog.Int64("returned", s.Returned),
		slog.Float64("lag_s", s.Lag.Seconds()), slog.Int64("bytes", s.DeliveredBytes),
		slog.Float64("list_price_usd", reg.DeliveryCost(float64(s.DeliveredBytes))), slog.Bool("simulated", s.Simulated > 0),
	}
}

// summarize says in one line how a run went.
func (s *selection) summarize(a *app, reg *registry.Registry, summary stream.Summary, live bool) {
	if a.screen.Quiet {
		return
	}
	if a.logFormat == "json" {
		attrs := append(figures(reg, summary.Stats), slog.String("reason", string(summary.Reason)))
		a.screen.Log.LogAttrs(context.Background(), slog.LevelInfo, "summary", attrs...)
		return
	}
	parts := []string{render.Plural(summary.Messages, "message") + " read in " + render.Duration(summary.Elapsed)}
	if summary.Elapsed > time.Second {
		parts[0] += fmt.Sprintf(" (%s/s)", render.Count(int64(float64(summary.Messages)/summary.Elapsed.Seconds())))
	}
	parts = append(parts, render.Count(summary.Written)+" written")
	for _, figure := range []struct {
		n    int64
		what string
	}{{summary.Filtered, "filtered out"}, {summary.Duplicates, "known already"}, {summary.Quarantined, "quarantined"}} {
		if figure.n > 0 {
			parts = append(parts, render.Count(figure.n)+" "+figure.what)
		}
	}
	if live {
		bytes := float64(summary.DeliveredBytes)
		parts = append(parts, render.Bytes(bytes)+" delivered ("+render.Dollars(reg.DeliveryCost(bytes))+" at list price)")
	}
	a.screen.Note(strings.Join(parts, ", ") + ": " + string(summary.Reason))
}
