package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// On a terminal the list of files is a table whose paths can be copied, however
// narrow it is.
func TestStampsOnATerminal(t *testing.T) {
	sandboxes, folder := t.TempDir(), filepath.Join(t.TempDir(), strings.Repeat("a-long-name-", 8))
	out, notes := onTerminal(t, sandboxes, 50, "cutouts", "ZTF21abc", "-o", folder)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "kind") || !strings.HasSuffix(lines[0], "path") {
		t.Fatalf("%q", out)
	}
	for _, line := range lines[1:] {
		path := line[strings.Index(line, folder):]
		if !exists(path) || !strings.Contains(line, "63 x 63            1.01") {
			t.Errorf("%q names no file", line)
		}
	}
	if strings.Count(notes, "simulated data") != 1 {
		t.Errorf("notes are %q", notes)
	}

	out, _ = onTerminal(t, sandboxes, 80, "cutouts", "ZTF21abc", "--show")
	lines = strings.Split(strings.TrimRight(out, "\n"), "\n")
	if len(lines) != 16 || !strings.HasPrefix(lines[0], "ZTF21abc  (simulated)") || !strings.HasPrefix(lines[1], "science") {
		t.Errorf("%d lines: %s", len(lines), out)
	}
	for _, line := range lines {
		if render.Width(line) > 80 {
			t.Errorf("a line of %d cells: %s", render.Width(line), line)
		}
	}
}
