package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func TestOfManyFaultsTheFirstAreLinesAndTheRestIsANumber(t *testing.T) {
	for _, c := range []struct {
		faults, lines int
		last          string
	}{{1, 1, "fault 1"}, {10, 10, "fault 10"}, {112, 11, "... and 102 more"}} {
		var faults []string
		for i := range c.faults {
			faults = append(faults, fmt.Sprintf("fault %d", i+1))
		}
		var out bytes.Buffer
		a := &app{ctx: context.Background(), screen: &render.Screen{Out: &out, Err: &bytes.Buffer{}}}
		if err := a.faults(faults); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) != c.lines || lines[len(lines)-1] != c.last {
			t.Errorf("of %d faults it prints %q", c.faults, lines)
		}
	}
}

func TestTheHintForAnOldArchiveNamesItsFile(t *testing.T) {
	for path, want := range map[string]string{
		"old.db":        "pgb archive check --archive old.db brings",
		"my old one.db": "pgb archive check --archive 'my old one.db' brings",
	} {
		err := fmt.Errorf("open it: %w", &local.OlderError{Path: path, Have: 1, Want: 2})
		if got := strings.Join(hints(err), "\n"); !strings.HasPrefix(got, want) {
			t.Errorf("the hint is %q, not %q", got, want)
		}
	}
}
