package main

import (
	"log/slog"
	"strings"
)

// logFormat is the value of --log-format. It counts from where it is read, so that
// what is wrong with the rest of a line is logged too.
type logFormat struct{ a *app }

// String gives the format.
func (f logFormat) String() string {
	if f.a == nil { // pflag asks a zero value
		return ""
	}
	return f.a.logFormat
}

// Type is that of a text.
func (f logFormat) Type() string { return "string" }

// Set takes a format; which ones there are is checked with the other flags.
func (f logFormat) Set(text string) error {
	f.a.logFormat = text
	if text == "json" {
		f.a.logJSON()
	}
	return nil
}

// logJSON makes a record of each line of standard error.
func (a *app) logJSON() { a.screen.Log = slog.New(slog.NewJSONHandler(a.screen.Err, nil)) }

// logsJSON says whether a line asks for logs in JSON. What is wrong with a flag is
// found before the flags behind it are read.
func logsJSON(args []string) bool {
	last := ""
	for i, arg := range args {
		value, joined := strings.CutPrefix(arg, "--log-format=")
		switch {
		case arg == "--":
			return last == "json"
		case joined:
			last = value
		case arg == "--log-format" && i+1 < len(args):
			last = args[i+1]
		}
	}
	return last == "json"
}
