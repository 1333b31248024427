package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
)

// listFormat is the format of a command that lists what there is: a table on a
// terminal, JSON lines elsewhere, or what -f says.
type listFormat struct{ outputFlags }

func (f *listFormat) addFlag(cmd *cobra.Command) {
	f.rowsOnly = true
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "write to a file, or - for standard output; a file's ending picks the format")
	cmd.Flags().BoolVar(&f.force, "force", false, "replace an existing output")
	cmd.Flags().StringVarP(&f.format, "format", "f", "", strings.Join(f.formats(), ", ")+" (default: a table on a terminal and jsonl elsewhere)")
}

// pick picks the format, and notes for [writeList] where the rows go.
func (f *listFormat) pick(a *app) (format.Name, error) {
	name, err := f.outputFlags.pick(a)
	a.listTo, a.listForce = f.output, f.force
	return name, err
}

// isText says whether neither a format nor a file was asked for.
func (f *listFormat) isText() bool { return f.format == "" && (f.output == "" || f.output == "-") }

// addJSONFlag adds the other spelling of -f json.
func (f *listFormat) addJSONFlag(cmd *cobra.Command) {
	cmd.Flags().BoolFunc("json", "the same as -f json", func(given string) error {
		yes, err := strconv.ParseBool(given)
		if yes {
			f.format = string(format.JSONArray)
		}
		return err
	})
}

// writeList writes rows that are known whole to where -o says, in any format but a
// table. A value that is missing has the zero [field.Value].
func writeList(a *app, name format.Name, columns []alert.Column, rows [][]field.Value) error {
	out, err := format.Open(format.Options{
		Format: name, Path: a.listTo, Force: a.listForce, Writer: screenWriter{a.screen}, Terminal: a.screen.OutTTY, Finite: true, Layout: format.Layout{Columns: columns}, Creator: creator(),
	})
	if errors.Is(err, format.ErrExists) {
		return existsError(a.listTo)
	}
	if err != nil {
		return err
	}
	a.sayColumns(columns, false)
	batch := make([]*alert.Message, len(rows))
	for i, values := range rows {
		batch[i] = &alert.Message{}
		batch[i].SetRow(&alert.Row{Columns: columns, Values: values})
	}
	err = notHeld(out.Put(context.Background(), batch))
	if closeErr := out.Close(err == nil); err == nil {
		err = closeErr
	}
	if isPipe(err) {
		return nil
	}
	return err
}

// notHeld leaves out that rows of a list are held until it is closed, which is at
// once.
func notHeld(err error) error {
	if held := (*format.HeldError)(nil); errors.As(err, &held) {
		return nil
	}
	return err
}

// textOf gives a text, missing where it is empty; countOf a number, missing where
// it is not known.
func textOf(text string) field.Value {
	if text == "" {
		return field.Value{}
	}
	return field.OfString(text)
}

func countOf(n int64) field.Value {
	if n < 0 {
		return field.Value{}
	}
	return field.OfInt(n)
}
