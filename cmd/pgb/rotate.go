package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// rotateFlags are the flags that write a stream in parts.
type rotateFlags struct {
	every string
	rows  int64
}

func (r *rotateFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&r.every, "rotate", "", "write parts, night-0001.parquet ..., and begin the next one after a time: 5m, 1h at most")
	flags.Int64Var(&r.rows, "rotate-rows", 0, "write parts of so many rows, 100000 at most; with --rotate whichever comes first")
}

// rotateHint says how parts of a file are asked for, or of one of no name.
func rotateHint(path string) string {
	if filepath.Ext(path) == "" {
		path = "night.parquet"
	}
	ending := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ending)
	return "--rotate 5m -o " + path + " writes parts: " + stem + "-0001" + ending + ", " + stem + "-0002" + ending + " ..."
}

// checkRotation finds out how the output is divided, and for how long messages
// are held by it.
func (f *streamFlags) checkRotation(name format.Name) error {
	every, err := parseDuration("--rotate", f.rotate.every)
	if err != nil {
		return err
	}
	changed := f.flags.Changed("rotate-rows")
	if every == 0 && !changed {
		return f.checkOnePart(name)
	}
	folder := name == format.Avro && filepath.Ext(f.output) == ""
	switch {
	case every > pubsub.MaxHold:
		return usage([]string{"--rotate 5m", "--rotate 1h"}, "--rotate %s: messages are held until their part is closed, and can be held for an hour at most", f.rotate.every)
	case changed && f.rotate.rows <= 0:
		return usage([]string{"--rotate-rows 50000"}, "--rotate-rows %d: a part needs rows", f.rotate.rows)
	case f.rotate.rows > stream.DefaultMaxHeld:
		return usage([]string{"--rotate-rows 100000"}, "--rotate-rows %d: messages are held until their part is closed, and %d can be held at most", f.rotate.rows, stream.DefaultMaxHeld)
	case name == table || name == format.Raw || folder || f.output == "":
		return usage([]string{rotateHint("")}, "parts need the name of a file: -o")
	case f.appendTo || f.force:
		return usage([]string{"leave --append and --force out"}, "parts are numbered on from those that are there: nothing is appended to or replaced")
	}
	if every == 0 {
		every = pubsub.MaxHold
	}
	f.rotation, f.hold = &format.Rotation{Every: every, Rows: f.rotate.rows}, every
	return nil
}

// checkOnePart makes sure that one file will do where it can be read only once it
// is closed: its messages are held to its end. Those of an Arrow stream are held
// while their rows wait for others.
func (f *streamFlags) checkOnePart(name format.Name) error {
	if name == format.Arrow {
		f.hold = format.Linger
	}
	if !name.IsWhole() || name == format.JSONArray {
		return nil
	}
	end := []string{rotateHint(f.output), "or give the stream an end: -n, --for, --idle or --max-bytes"}
	switch {
	case !f.ends():
		return usage(end, "a %s file can be read only once it is closed, and this stream has no end", name)
	case f.forDuration > pubsub.MaxHold:
		return usage(end[:1], "--for %s: a %s file can be read only once it is closed, and messages can be held for it for an hour at most", f.duration, name)
	case f.limit > stream.DefaultMaxHeld:
		return usage(end[:1], "-n %d: a %s file can be read only once it is closed, and %s messages can be held for it at most", f.limit, name, render.Count(stream.DefaultMaxHeld))
	}
	f.hold = pubsub.MaxHold
	if f.forDuration > 0 {
		f.hold = f.forDuration
	}
	f.rotation = &format.Rotation{Every: pubsub.MaxHold, One: true}
	return nil
}
