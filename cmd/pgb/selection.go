package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// selection holds the flags that stream and decode share: what is wanted of the
// messages and where it goes.
type selection struct {
	where, fields         string
	full, cutouts         bool
	format, output        string
	appendTo, force       bool
	limit                 int64
	duration, idle        string
	maxBytes              string
	keepDuplicates        bool
	quarantine            string
	failEmpty             bool
	logInterval           time.Duration
	explain               bool
	endless               bool // the input has no end of its own
	quarantineOf          *setAside
	flags                 *pflag.FlagSet
	forDuration, idleTime time.Duration
	bytesLimit            int64
}

func (s *selection) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	s.flags = flags
	flags.StringVar(&s.where, "where", "", `pass only messages for which this holds, such as 'snr > 20 && band == "r"'`)
	flags.BoolVar(&s.explain, "explain", false, "say what each name in --where is bound to, and end")
	flags.StringVar(&s.fields, "fields", "", "columns, separated by commas: generic names, survey paths (diaSource.reliability), attr[\"name\"] (default: the generic columns)")
	flags.BoolVar(&s.full, "full", false, "add the parts of each message to JSON: attributes, the classifier's result, the alert")
	flags.BoolVar(&s.cutouts, "cutouts", false, "keep the cutout images in the alert (with --full; base64 FITS)")
	flags.StringVarP(&s.format, "format", "f", "", "table, jsonl, json, csv, avro or raw (default: the ending of -o, else a table on a terminal and jsonl elsewhere)")
	flags.StringVarP(&s.output, "output", "o", "", "write to a file, or a folder for raw; its ending picks the format")
	flags.BoolVar(&s.appendTo, "append", false, "go on in an existing output; a torn last line is cut off first (default: an existing output is left alone)")
	flags.BoolVar(&s.force, "force", false, "replace an existing output")
	flags.Int64VarP(&s.limit, "limit", "n", 0, "end after so many messages (default: no limit)")
	flags.StringVar(&s.duration, "for", "", "end after a time: 30s, 5m, 2h (default: no limit)")
	flags.StringVar(&s.idle, "idle", "", "end when no message came for a time: 30s, 5m (default: wait on)")
	flags.StringVar(&s.maxBytes, "max-bytes", "", "end when so much was delivered: 500MB, 2GB (decimal) or 1GiB (default: no limit)")
	flags.BoolVar(&s.keepDuplicates, "keep-duplicates", false, "pass messages that were seen before in this run")
	flags.StringVar(&s.quarantine, "quarantine", "", "file for messages that can't be decoded (default: beside the output, or in the state folder)")
	flags.BoolVar(&s.failEmpty, "fail-empty", false, "exit with 6 when no message passed")
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
	if s.limit == 0 && s.flags != nil && s.flags.Changed("limit") {
		return "", usage([]string{"-n 20; without a limit leave it out"}, "--limit 0: nothing would be read")
	}
	if s.limit < 0 {
		return "", usage([]string{"-n 20"}, "--limit %d is below zero", s.limit)
	}
	if a.logFormat != "text" && a.logFormat != "json" {
		return "", usage([]string{"--log-format text or --log-format json"}, "unknown log format %q", a.logFormat)
	}
	name, err := s.pickFormat(a.screen)
	if err != nil {
		return "", err
	}
	return name, s.checkFormat(name)
}

// table is the format that only the terminal has.
const table format.Name = "table"

// pickFormat gives the format that was named, or that the output's ending or
// the terminal asks for.
func (s *selection) pickFormat(screen *render.Screen) (format.Name, error) {
	switch {
	case strings.EqualFold(s.format, string(table)):
		return table, nil
	case s.format != "":
		return format.Parse(s.format)
	case s.output != "":
		if name, ok := format.ByPath(s.output); ok {
			return name, nil
		}
		return "", usage([]string{"name one with -f: " + strings.Join(format.Names(), ", ")}, "the ending of %s names no format", s.output)
	case screen.OutTTY && !s.full:
		return table, nil
	}
	return format.JSONLines, nil
}

func (s *selection) checkFormat(name format.Name) error {
	json := name == format.JSONLines || name == format.JSONArray
	switch {
	case name == table && s.output != "":
		return usage([]string{"for a file: -f csv, -f jsonl"}, "a table goes to the terminal, not to a file")
	case s.full && !json:
		return usage([]string{"-f jsonl --full"}, "--full needs JSON, not %s", name)
	case s.cutouts && !s.full:
		return usage([]string{"-f jsonl --full --cutouts"}, "--cutouts needs --full")
	case name == format.JSONArray && s.endless && !s.ends():
		return usage([]string{"-f jsonl writes one object a line", "or give the stream an end: -n, --for, --idle or --max-bytes"}, "a JSON array needs an end, and this stream has none")
	case name == format.Raw && s.output == "":
		return usage([]string{"-f raw -o FOLDER"}, "raw needs a folder to write into")
	case name == format.Avro && s.fields != "":
		return usage([]string{"leave --fields out, or use -f csv or -f jsonl"}, "avro keeps the original records: --fields can't pick from them")
	case s.appendTo && s.force:
		return usage([]string{"leave one of them out"}, "--append and --force exclude each other")
	case s.appendTo && s.output == "":
		return usage([]string{"--append -o FILE"}, "--append needs an output file")
	}
	return nil
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
	return client.Selection{
		Where: s.where, Fields: splitFields(s.fields), KeepDuplicates: s.keepDuplicates, Quarantine: s.quarantineOf,
		Limit: s.limit, For: s.forDuration, Idle: s.idleTime, MaxBytes: s.bytesLimit, Stop: a.stop,
	}, nil
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

// splitFields takes a list of columns apart at its commas, but not at those in
// quotes, brackets or parentheses.
func splitFields(text string) []string {
	var names []string
	depth, start, quote := 0, 0, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth <= 0:
			names = append(names, strings.TrimSpace(text[start:i]))
			start = i + 1
		}
	}
	if rest := strings.TrimSpace(text[start:]); rest != "" || len(names) > 0 {
		names = append(names, rest)
	}
	return names
}

// openSink opens where the messages of a stream go.
func (s *selection) openSink(a *app, c *client.Client, described *client.Stream, name format.Name, finite bool) (sink, error) {
	if name == table {
		var priority func(string) int
		if s.fields == "" {
			priority = func(name string) int { return priorityOf(c, described, name) }
		}
		return render.NewLive(a.screen, described.Columns(), priority), nil
	}
	return described.Output(format.Options{
		Format: name, Path: s.output, Writer: screenWriter{a.screen}, Terminal: a.screen.OutTTY,
		Finite: finite, Append: s.appendTo, Force: s.force,
		Layout: format.Layout{Classifications: s.fields == "", Full: s.full, Cutouts: s.cutouts},
	})
}

// priorityOf says how soon a table shows a generic column: 0, never, for one that
// none of the stream's topics has.
func priorityOf(c *client.Client, described *client.Stream, name string) int {
	column := c.Registry().Column(name)
	if column == nil {
		return 0
	}
	binding, err := c.Reader().Resolve(described.Topics(), name)
	if err != nil {
		return 0
	}
	for _, topic := range binding.PerTopic {
		if topic.Present {
			return column.Priority
		}
	}
	return 0
}

// sink is a stream's sink that is closed at its end.
type sink interface {
	stream.Sink
	Close(complete bool) error
}

// screenWriter writes data to standard output, above the progress line.
type screenWriter struct{ screen *render.Screen }

func (w screenWriter) Write(text []byte) (int, error) {
	if err := w.screen.Print(text); err != nil {
		return 0, err
	}
	return len(text), nil
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
