package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/where"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// TestExitCodes holds the code that each kind of error ends the program with,
// as it is and wrapped.
func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want int
	}{
		{"done", nil, exitDone},
		{"anything", errors.New("something failed"), exitFailed},
		{"sink", &stream.SinkError{Err: errors.New("disk full")}, exitFailed},
		{"quarantine unwritable", &stream.QuarantineError{Err: fs.ErrPermission}, exitFailed},
		{"unavailable", pubsub.ErrUnavailable, exitFailed},
		{"no such file", fs.ErrNotExist, exitFailed},
		{"usage", usage(nil, "wrong"), exitUsage},
		{"no project", client.ErrNoProject, exitUsage},
		{"unknown topic", &registry.UnknownError{What: "topic", Name: "x"}, exitUsage},
		{"unknown field", &client.FieldError{Err: &alert.UnknownFieldError{Name: "x"}}, exitUsage},
		{"unknown format", &format.UnknownError{Name: "x"}, exitUsage},
		{"filter", &where.Error{Text: "x", Message: "no"}, exitUsage},
		{"output exists", format.ErrExists, exitUsage},
		{"avro of JSON", &stream.SinkError{Err: alert.ErrNotAvro}, exitUsage},
		{"since", pubsub.ErrSinceWithoutSubscription, exitUsage},
		{"drift", &pubsub.DriftError{Subscription: "x"}, exitUsage},
		{"lost while it was read", &pubsub.GoneError{Err: &pubsub.NotFoundError{Kind: "topic"}}, exitFailed},
		{"no credentials", pubsub.ErrNoCredentials, exitNotAllowed},
		{"permission", &pubsub.PermissionError{Permission: "p", Resource: "r"}, exitNotAllowed},
		{"quarantined", &quarantinedError{count: 1, path: "x"}, exitQuarantined},
		{"empty", errEmpty, exitEmpty},
		{"second Ctrl-C", errInterrupted, exitInterrupted},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := exitCode(c.err); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
			if c.err == nil {
				return
			}
			if got := exitCode(fmt.Errorf("read: %w", c.err)); got != c.want {
				t.Errorf("wrapped: exit code %d, want %d", got, c.want)
			}
		})
	}
}

// TestExitCodesAreDocumented compares the codes with those that the user's
// table lists.
func TestExitCodesAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "exit-codes.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[int]bool{}
	for _, found := range regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllStringSubmatch(string(text), -1) {
		code, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		documented[code] = true
	}
	codes := []int{exitDone, exitFailed, exitUsage, exitNotAllowed, exitTooExpensive, exitQuarantined, exitEmpty, exitInterrupted}
	for _, code := range codes {
		if !documented[code] {
			t.Errorf("docs/exit-codes.md does not list %d", code)
		}
		delete(documented, code)
	}
	for code := range documented {
		t.Errorf("docs/exit-codes.md lists %d, which the program never ends with", code)
	}
	for _, row := range exitCodes {
		if !bytes.Contains(text, fmt.Appendf(nil, "\n| %d |", row.code)) {
			t.Errorf("the table gives %d, which is not documented", row.code)
		}
	}
}

// TestErrorsAreOneLine prints errors whose text has line ends and control
// characters in it.
func TestErrorsAreOneLine(t *testing.T) {
	var out, errs bytes.Buffer
	screen := &render.Screen{Out: &out, Err: &errs, Width: 80}
	code := report(screen, usage([]string{"do\x1b[2Jthis"}, "bad\nthing \x1b[31mred\x07"))
	if code != exitUsage {
		t.Errorf("exit code %d, want %d", code, exitUsage)
	}
	want := "pgb: bad thing \\x1b[31mred\\a\nhint: do\\x1b[2Jthis\n"
	if errs.String() != want {
		t.Errorf("printed %q, want %q", errs.String(), want)
	}
	if out.Len() > 0 {
		t.Errorf("an error went to standard output: %q", out.String())
	}
}

// TestADeadEmulatorIsNamed looks for the variable that sends the program there.
func TestADeadEmulatorIsNamed(t *testing.T) {
	t.Setenv("PUBSUB_EMULATOR_HOST", "127.0.0.1:9")
	got := strings.Join(hints(fmt.Errorf("read: %w", pubsub.ErrUnavailable)), "\n")
	for _, part := range []string{"PUBSUB_EMULATOR_HOST is 127.0.0.1:9", "pgb sandbox serve", "unset PUBSUB_EMULATOR_HOST"} {
		if !strings.Contains(got, part) {
			t.Errorf("the hints do not say %q:\n%s", part, got)
		}
	}
	t.Setenv("PUBSUB_EMULATOR_HOST", "")
	if got := strings.Join(hints(pubsub.ErrUnavailable), "\n"); !strings.Contains(got, "is the network there?") {
		t.Errorf("without an emulator: %s", got)
	}
}

// TestEveryUsageErrorHasAHint reads the sources: who calls usage without a hint
// leaves a user alone.
func TestEveryUsageErrorHasAHint(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "usage("+"nil,") && !strings.HasSuffix(path, "_test.go") {
			t.Errorf("%s: a usage error without a hint", path)
		}
	}
}

// TestOnlyStreamsDeliverAgain asks what a second Ctrl-C says.
func TestOnlyStreamsDeliverAgain(t *testing.T) {
	a := &app{}
	if got := a.interrupted(); got.Error() != "stopped at once" || exitCode(got) != exitInterrupted {
		t.Errorf("without a stream: %v", got)
	}
	a.streams.Store(true)
	if got := a.interrupted(); !strings.Contains(got.Error(), "delivered again") || exitCode(got) != exitInterrupted {
		t.Errorf("of a stream: %v", got)
	}
}

// numbers are arguments that begin with a minus sign and are no flags.
func TestNumbersAreArguments(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"topics show -30.2", "topics show -- -30.2"},
		{"topics show x", "topics show x"},
		{"stream --topic x --where -1<mag -n 3", "stream --topic x --where -1<mag -n 3 --"},
		{"stream -t -5 --sandbox", "stream -t -5 --sandbox --"},
		{"topics show 10 -20 --project p -.5", "topics show --project p -- 10 -20 -.5"},
		{"decode -- -1.avro", "decode -- -1.avro"},
		{"decode -1.avro - -q", "decode -q -- -1.avro -"},
	} {
		a := &app{ctx: context.Background(), screen: &render.Screen{}}
		got := strings.Join(guardNumbers(newRoot(a), strings.Fields(c.line)), " ")
		if got != c.want {
			t.Errorf("%s\n is read as %s\n      not %s", c.line, got, c.want)
		}
	}
}
