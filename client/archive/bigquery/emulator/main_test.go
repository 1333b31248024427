package emulator

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// The emulator keeps a database of its own open, which it has no way to close.
func TestMain(m *testing.M) {
	if os.Getenv(backendVariable) != "" {
		if err := serveBackend(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

const payer = "somebody-who-pays"

// history gives the messages of all topics that the sandbox's alerts of some
// months become, without cutouts.
func history(t testing.TB, o sim.HistoryOptions, surveys ...string) []*alert.Message {
	t.Helper()
	night, err := sim.New(1, sim.Options{Surveys: surveys})
	if err != nil {
		t.Fatal(err)
	}
	var list []*alert.Message
	for event, err := range night.History(o) {
		if err != nil {
			t.Fatal(err)
		}
		outputs, err := modules.Expand(event)
		if err != nil {
			t.Fatal(err)
		}
		for _, out := range outputs {
			list = append(list, message(out, event.Time, len(list)))
		}
	}
	return list
}

// message gives an output as a subscriber gets it.
func message(o modules.Output, at time.Time, n int) *alert.Message {
	m := &alert.Message{Topic: o.Topic, Body: o.Data, PublishTime: at, ID: time.UnixMicro(int64(n)).Format("150405.000000")}
	for name, value := range o.Attributes {
		m.Headers = append(m.Headers, alert.Header{Name: name, Value: []byte(value)})
	}
	slices.SortFunc(m.Headers, func(a, b alert.Header) int { return slices.Compare([]byte(a.Name), []byte(b.Name)) })
	return m
}

// fillOf makes tables of messages; those that no table is filled from are left
// out.
func fillOf(t testing.TB, messages []*alert.Message) *Fill {
	t.Helper()
	f, err := filledWith(messages)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func filledWith(messages []*alert.Message) (*Fill, error) {
	f, err := NewFill(registry.Default())
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		// The original packet and its JSON are one row.
		if m.Topic == "lsst-alerts-json" {
			continue
		}
		if _, err := f.Add(m); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// start runs an emulator for the test.
func start(t testing.TB, f *Fill) *Server {
	t.Helper()
	s, err := Start(t.Context(), payer, f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
