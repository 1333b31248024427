package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/cmd/internal/config"
)

// selection holds the flags that stream and decode share: what is wanted of the
// messages and where it goes.
type selection struct {
	outputFlags
	duration, idle        string
	maxBytes              string
	keepDuplicates        bool
	quarantine            string
	logInterval           time.Duration
	endless               bool // the input has no end of its own
	quarantineOf          *setAside
	unread                chan struct{} // closed when nobody reads the output any more; nil where that is not watched
	forDuration, idleTime time.Duration
	bytesLimit            int64
}

func (s *selection) addFlags(cmd *cobra.Command) {
	s.classifications = true
	s.addColumnFlags(cmd, columnsHelp)
	s.addMessageFlags(cmd)
	s.outputFlags.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&s.duration, "for", "", "end after a time: 30s, 5m, 2h (default: no limit)")
	flags.StringVar(&s.idle, "idle", "", "end when no message came for a time: 30s, 5m (default: wait on)")
	flags.StringVar(&s.maxBytes, "max-bytes", "", "end when so much was delivered: 500MB, 2GB (decimal) or 1GiB (default: no limit)")
	flags.BoolVar(&s.keepDuplicates, "keep-duplicates", false, "pass messages that were seen before in this run")
	flags.StringVar(&s.quarantine, "quarantine", "", "file for messages that can't be decoded (default: beside the output, or in the state folder)")
	flags.DurationVar(&s.logInterval, "log-interval", 10*time.Second, "how often --log-format json writes the figures")
}

// check reads what the flags say and finds what can't be right, before anything
// is opened.
func (s *selection) check(a *app) (format.Name, error) {
	var err error
	if s.forDuration, err = parseDuration("--for", s.duration); err != nil {
		return "", err
	}
	if s.idleTime, err = parseDuration("--idle", s.idle); err != nil {
		return "", err
	}
	if s.bytesLimit, err = parseBytes(s.maxBytes); err != nil {
		return "", err
	}
	name, err := s.outputFlags.check(a)
	if err == nil && name == format.JSONArray && s.endless && !s.ends() {
		err = usage([]string{"-f jsonl writes one object a line", "or give the stream an end: -n, --for, --idle or --max-bytes"}, "a JSON array needs an end, and this stream has none")
	}
	return name, err
}

func (s *selection) ends() bool {
	return s.limit > 0 || s.forDuration > 0 || s.idleTime > 0 || s.bytesLimit > 0
}

// client gives the selection as the client takes it.
func (s *selection) client(a *app) (client.Selection, error) {
	path, err := s.quarantinePath(a)
	if err != nil {
		return client.Selection{}, err
	}
	s.quarantineOf = &setAside{Quarantine: format.NewQuarantine(path, time.Now)}
	names, _ := s.columns()
	return client.Selection{
		Where: s.where, Fields: names, KeepDuplicates: s.keepDuplicates, Quarantine: s.quarantineOf,
		Limit: s.limit, For: s.forDuration, Idle: s.idleTime, MaxBytes: s.bytesLimit, Stop: s.stop(a),
	}, nil
}

// stop is closed by the first Ctrl-C, and when nobody reads an endless stream
// that goes to a pipe.
func (s *selection) stop(a *app) <-chan struct{} {
	out, isFile := a.screen.Out.(*os.File)
	if !s.endless || s.output != "" || s.saves() && s.format == "" || !isFile {
		return a.stop
	}
	s.unread = make(chan struct{})
	whenUnread(out, func() { close(s.unread) })
	either := make(chan struct{})
	go func() {
		defer close(either)
		select {
		case <-a.stop:
		case <-s.unread:
		}
	}()
	return either
}

// quarantinePath is where messages go that can't be decoded.
func (s *selection) quarantinePath(a *app) (string, error) {
	if s.quarantine != "" {
		return s.quarantine, nil
	}
	if s.output != "" {
		return filepath.Clean(s.output) + ".quarantine.jsonl", nil
	}
	folder, err := config.StatePath(a.getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "quarantine", time.Now().UTC().Format("2006-01-02")+".jsonl"), nil
}

// openSink opens where the messages of a stream go.
func (s *selection) openSink(a *app, c *client.Client, described *client.Stream, name format.Name, finite bool) (sink, error) {
	return s.outputFlags.openSink(a, described, name, finite, func(name string) int { return priorityOf(c, described.Topics(), name) })
}

// parseDuration reads a length of time of a flag; empty is none.
func parseDuration(flag, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := sky.ParseAge(text)
	if err != nil || d <= 0 {
		return 0, usage([]string{flag + " 30s, " + flag + " 5m, " + flag + " 2h"}, "%s: %q is no length of time", flag, text)
	}
	return d, nil
}

// byteUnits are the endings of a number of bytes, longer ones first.
var byteUnits = []struct {
	suffix string
	bytes  float64
}{
	{"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"TIB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"B", 1},
}

// parseBytes reads a number of bytes; empty is none.
func parseBytes(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	number, scale := strings.ToUpper(strings.TrimSpace(text)), 1.0
	for _, unit := range byteUnits {
		if rest, ok := strings.CutSuffix(number, unit.suffix); ok {
			number, scale = strings.TrimSpace(rest), unit.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(n) || n*scale < 1 || n*scale > 1e18 {
		return 0, usage([]string{"--max-bytes 500MB, --max-bytes 2GB, --max-bytes 1GiB"}, "--max-bytes: %q is no amount of data", text)
	}
	return int64(n * scale), nil
}

// parseSince reads a publish time of a flag; empty is none.
func parseSince(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := sky.ParseTime(text, now())
	if err != nil {
		return t, usage([]string{"--since 2h, --since 2026-03-01T04:00Z"}, "--since: %w", err)
	}
	if t.After(now().Add(time.Minute)) {
		return t, usage([]string{"--since 2h"}, "--since %s is in the future", fmt.Sprint(text))
	}
	return t, nil
}
