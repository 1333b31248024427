package main

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// outputFlags are the flags of every command that gives rows: which of them,
// which columns, in which format, to where.
type outputFlags struct {
	where, fields   string
	full, cutouts   bool
	format, output  string
	appendTo, force bool
	limit           int64
	failEmpty       bool
	explain         bool
	rowsOnly        bool // rows have no message behind them
	pictures        bool // -o with .png or .svg makes a picture
	classifications bool // rows carry the list of all classifications
	sift            bool // -o FILE.avro takes what it can
	rotation        *format.Rotation
	flags           *pflag.FlagSet
}

func (s *outputFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	s.flags = flags
	flags.StringVarP(&s.format, "format", "f", "", strings.Join(s.formats(), ", ")+" (default: the ending of -o, else a table on a terminal and jsonl elsewhere)")
	flags.StringVarP(&s.output, "output", "o", "", "write to a file"+s.folder()+", or - for standard output; a file's ending picks the format")
	flags.BoolVar(&s.appendTo, "append", false, "go on in an existing output; a torn last line is cut off first (default: an existing output is left alone)")
	flags.BoolVar(&s.force, "force", false, "replace an existing output")
	flags.Int64VarP(&s.limit, "limit", "n", 0, "end after so many "+s.noun()+" (default: no limit)")
	flags.BoolVar(&s.failEmpty, "fail-empty", false, "exit with 6 when no "+strings.TrimSuffix(s.noun(), "s")+" passed")
}

// addColumnFlags adds the flags that name columns.
func (s *outputFlags) addColumnFlags(cmd *cobra.Command, fields string) {
	flags := cmd.Flags()
	flags.StringVar(&s.where, "where", "", "pass only "+s.noun()+` for which this holds, such as 'snr > 20 && band == "r"'`)
	flags.BoolVar(&s.explain, "explain", false, "say what each name in --where is bound to, and end")
	flags.StringVar(&s.fields, "fields", "", fields)
}

// addMessageFlags adds the flags that ask for whole messages.
func (s *outputFlags) addMessageFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&s.full, "full", false, "add the parts of each message to JSON: attributes, the classifier's result, the alert")
	flags.BoolVar(&s.cutouts, "cutouts", false, "keep the cutout images in the alert (with --full, as base64 FITS; with --save, in the archive)")
}

// saves says whether messages are saved, with or without cutouts.
func (s *outputFlags) saves() bool {
	save := s.flags.Lookup("save")
	return save != nil && save.Changed
}

func (s *outputFlags) noun() string {
	if s.rowsOnly {
		return "rows"
	}
	return "messages"
}

// formats names the formats that the command has.
func (s *outputFlags) formats() []string {
	names := []string{string(table)}
	for _, name := range format.Names() {
		if !s.rowsOnly || !holdsAlerts(format.Name(name)) {
			names = append(names, name)
		}
	}
	return names
}

// holdsAlerts says whether a format holds the alerts themselves.
func holdsAlerts(name format.Name) bool { return name == format.Avro || name == format.Raw }

func (s *outputFlags) folder() string {
	if s.rowsOnly {
		return ""
	}
	return ", or a folder for raw"
}

// check finds what can't be right, before anything is opened, and picks the
// format.
func (s *outputFlags) check(a *app) (format.Name, error) {
	if s.limit == 0 && s.flags != nil && s.flags.Changed("limit") {
		return "", usage([]string{"-n 20; without a limit leave it out"}, "--limit 0: nothing would be read")
	}
	if s.limit < 0 {
		return "", usage([]string{"-n 20"}, "--limit %d is below zero", s.limit)
	}
	if a.logFormat != "text" && a.logFormat != "json" {
		return "", usage([]string{"--log-format text or --log-format json"}, "unknown log format %q", a.logFormat)
	}
	return s.pick(a)
}

// pick picks the format and finds what can't go with it.
func (s *outputFlags) pick(a *app) (format.Name, error) {
	if s.output == "-" { // as - is standard input elsewhere
		s.output = ""
	}
	name, err := s.pickFormat(a.screen)
	if err == nil {
		err = s.checkFormat(name)
	}
	if err == nil && name.IsBinary() && s.output == "" && a.screen.OutTTY {
		err = usage([]string{"-o FILE", "> FILE, or | and what reads it"}, "%s is nothing for a terminal", name)
	}
	if err == nil {
		s.noteEnding(a.screen, name)
	}
	return name, err
}

// noteEnding says so where the output's ending promises another format than the
// one that was named. JSON is JSON, in lines or not.
func (s *outputFlags) noteEnding(screen *render.Screen, name format.Name) {
	promised, known := format.ByPath(s.output)
	isJSON := func(n format.Name) bool { return n == format.JSONLines || n == format.JSONArray }
	if s.output == "" || !known || promised == format.Raw || promised == name || isJSON(promised) && isJSON(name) {
		return
	}
	screen.Note(render.Clean(s.output) + " is written as " + string(name) + ", as -f says; its ending is that of " + string(promised))
}

// table is the format that only the terminal has.
const table format.Name = "table"

// pickFormat gives the format that was named, or that the output's ending or
// the terminal asks for.
func (s *outputFlags) pickFormat(screen *render.Screen) (format.Name, error) {
	switch {
	case strings.EqualFold(s.format, string(table)):
		return table, nil
	case s.format != "":
		return s.parseFormat()
	case s.output != "":
		if name, ok := format.ByPath(s.output); ok {
			return name, nil
		}
		hints := []string{s.endings()}
		if ending := strings.ToLower(filepath.Ext(s.output)); ending == ".png" || ending == ".svg" {
			hints = append(hints, "a light curve as a picture: pgb lightcurve ID -o FILE"+ending)
		}
		return "", usage(hints, "the ending of %s names no format", s.output)
	case screen.OutTTY && !s.full:
		return table, nil
	}
	return format.JSONLines, nil
}

// parseFormat reads --format.
func (s *outputFlags) parseFormat() (format.Name, error) {
	name, err := format.Parse(s.format)
	if err == nil || !s.rowsOnly || len(client.NearNames(err)) > 0 {
		return name.Into(s.output), err
	}
	hints := []string{"-f " + strings.Join(s.formats(), ", ")}
	if s.pictures {
		hints = append(hints, "a picture: -o lc.png, -o lc.svg")
	}
	return name, &hintedError{err: err, hints: hints}
}

// endings says which endings of an output are known.
func (s *outputFlags) endings() string {
	names := strings.Join(s.formats()[1:], ", ") // a table is for the terminal
	if isCompressed(s.output) {
		return s.compressHint()
	}
	if s.pictures {
		return "endings are .csv, .jsonl, .json, .arrow, .arrows, .parquet, .vot, .fits, .ecsv, .png and .svg; or name a format with -f: " + names
	}
	return "name one with -f: " + names
}

// compressors are the programs that make the files of an ending.
var compressors = map[string]string{".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}

// isCompressed says whether a file's name promises that it is compressed.
func isCompressed(path string) bool { return compressors[strings.ToLower(filepath.Ext(path))] != "" }

// compressHint says how rows are compressed that pgb writes as they are: in the
// format that was asked for, where it can go through a pipe.
func (s *outputFlags) compressHint() string {
	ending := filepath.Ext(s.output)
	inner := strings.TrimSuffix(s.output, ending)
	name, known := format.ByPath(inner)
	if s.format != "" {
		if asked, err := format.Parse(s.format); err == nil {
			name, known = asked.Into(inner), true
		}
	}
	if name == format.Parquet {
		return "Parquet is compressed by itself: -o " + strings.TrimSuffix(inner, filepath.Ext(inner)) + ".parquet"
	}
	to := s.output
	if !known || name == format.Raw || s.rowsOnly && holdsAlerts(name) {
		name, to = format.CSV, "FILE.csv"+ending
	}
	return "-f " + string(name) + " | " + compressors[strings.ToLower(ending)] + " > " + to + "; Parquet is compressed by itself: -o FILE.parquet"
}

func (s *outputFlags) checkFormat(name format.Name) error {
	json := name == format.JSONLines || name == format.JSONArray
	_, lists := s.columns()
	switch {
	case isCompressed(s.output):
		return usage([]string{s.compressHint()}, "%s: %s is written as it is, not compressed", s.output, name)
	case name == table && s.output != "":
		return usage([]string{"for a file: -f csv, -f jsonl"}, "a table goes to the terminal, not to a file")
	case s.rowsOnly && holdsAlerts(name):
		return usage([]string{"-f csv, -f jsonl", "pgb lookup ID -f avro -o FILE writes the alerts themselves"}, "%s holds whole alerts, and these rows are none", name)
	case s.full && !json:
		return usage([]string{"-f jsonl --full"}, "--full needs JSON, not %s", name)
	case s.cutouts && !s.full && !s.saves():
		return usage([]string{"-f jsonl --full --cutouts"}, "--cutouts needs --full")
	case name == format.Raw && s.output == "":
		return usage([]string{"-f raw -o FOLDER"}, "raw needs a folder to write into")
	case name == format.Avro && s.fields != "":
		return usage([]string{"leave --fields out, or use -f csv or -f jsonl"}, "avro keeps the original records: --fields can't pick from them")
	case lists && s.fields != "" && !name.HasLists():
		return usage([]string{"-f jsonl, arrow, feather or parquet", "--fields classifier,class,prob: the primary one"}, "%s has no lists: --fields %s can't be written", name, format.ClassificationsColumn)
	case s.appendTo && s.force:
		return usage([]string{"leave one of them out"}, "--append and --force exclude each other")
	case s.appendTo && isClosedForGood(name):
		return usage([]string{"-f csv and -f jsonl can be", "leave --append out to write another file"}, "%s can't be appended to: its files are closed once and for all", name)
	case s.appendTo && s.output == "":
		return usage([]string{"--append -o FILE"}, "--append needs an output file")
	}
	return nil
}

// isClosedForGood says whether nothing can be appended to a file of the format.
func isClosedForGood(name format.Name) bool { return name.IsWhole() || name == format.Arrow }

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

// rows is what has rows to write: a stream or an answer.
type rows interface {
	Columns() []alert.Column
	Output(format.Options) (*format.Output, error)
}

// openSink opens where rows go. priority orders the columns that a table keeps
// where none were named.
func (s *outputFlags) openSink(a *app, described rows, name format.Name, finite bool, priority func(name string) int) (sink, error) {
	if name == table {
		if s.fields != "" {
			priority = nil
		}
		return render.NewLive(a.screen, described.Columns(), priority), nil
	}
	_, classifications := s.columns()
	out, err := described.Output(format.Options{
		Format: name, Path: s.output, Writer: screenWriter{a.screen}, Terminal: a.screen.OutTTY,
		Finite: finite, Append: s.appendTo, Force: s.force, Rotate: s.rotation, Sift: s.sift, Creator: creator(),
		Layout: format.Layout{Classifications: classifications, Full: s.full, Cutouts: s.cutouts},
	})
	if errors.Is(err, format.ErrExists) && isClosedForGood(name) {
		return nil, existsError(s.output)
	}
	if err != nil {
		return nil, err
	}
	a.sayColumns(described.Columns(), classifications)
	return out, nil
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

// priorityOf says how soon a table shows a generic column: 0, never, for one that
// none of the topics has.
func priorityOf(c *client.Client, topics []*registry.Topic, name string) int {
	column := c.Registry().Column(name)
	if column == nil {
		return 0
	}
	binding, err := c.Reader().Resolve(topics, name)
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
