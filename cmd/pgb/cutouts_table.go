package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// stampTable shows the list of files on a terminal. The path comes last and is
// never cut: it is what one copies.
type stampTable struct {
	screen *render.Screen
	begun  bool
}

// Put prints a line for each file.
func (t *stampTable) Put(_ context.Context, batch []*alert.Message) error {
	var b strings.Builder
	if !t.begun {
		t.begun = true
		begin, end := "", ""
		if t.screen.Color {
			begin, end = "\x1b[1m", "\x1b[0m"
		}
		fmt.Fprintf(&b, "%s%-10s  %11s  %14s  path%s\n", begin, "kind", "size [pix]", "pixel [arcsec]", end)
	}
	for _, m := range batch {
		row, size, scale := m.Row(), "", ""
		if width, height := row.Get("width"), row.Get("height"); !width.IsMissing() {
			size = width.String() + " x " + height.String()
		}
		if arcsec, ok := row.Get("pixel_scale").Float(); ok {
			scale = fmt.Sprintf("%.4g", arcsec)
		}
		fmt.Fprintf(&b, "%-10s  %11s  %14s  %s\n", row.Get("kind"), size, scale, render.Clean(row.Get("path").String()))
	}
	return t.screen.Print([]byte(b.String()))
}

// Close has nothing left to do.
func (t *stampTable) Close(bool) error { return nil }
