package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/where"
)

// What follows is what docs/go.md shows, and examples that run it.

// simulated gives a client of a sandbox that does not let wait.
func simulated() *client.Client {
	c, err := client.New(context.Background(), client.Options{Sandbox: true, SandboxOptions: sandbox.Options{Rate: 2000}})
	if err != nil {
		log.Fatal(err)
	}
	return c
}

func watch(ctx context.Context) error {
	c, err := client.New(ctx, client.Options{Sandbox: true}) // or Project: "my-project"
	if err != nil {
		return err
	}
	defer c.Close()
	s, err := c.Stream(client.StreamOptions{
		Topic:     "classifications",
		Selection: client.Selection{Where: `p("SN Ia") > 0.9`, Limit: 10},
	})
	if err != nil {
		return err
	}
	for m, err := range s.Messages(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(m.Row().Get("object_id"), m.Row().Get("prob"))
	} // a message is acknowledged when the loop asks for the next one
	return nil
}

func Example_watch() {
	shown := printed(func() error { return watch(context.Background()) })
	fmt.Println(strings.Count(shown, "\n"))
	// Output: 10
}

func bright(ctx context.Context, c *client.Client) error {
	s, err := c.Stream(client.StreamOptions{
		Topic:     "classifications",
		Selection: client.Selection{Where: `p("SN Ia") > 0.9 && mag < 20`, Limit: 10},
	})
	if err != nil {
		return err // a name, a filter or a time that can't be right: nothing was connected to
	}
	for m, err := range s.Messages(ctx) {
		if err != nil {
			return err
		}
		mag, ok := m.Row().Get("mag").Float() // AB; ok is false where it is missing
		fmt.Println(m.Row().Get("object_id"), mag, ok)
	}
	return nil
}

func Example_stream() {
	c := simulated()
	defer c.Close()
	shown := printed(func() error { return bright(context.Background(), c) })
	fmt.Println(strings.Count(shown, " true\n"))
	// Output: 10
}

// printed gives what a function prints.
func printed(f func() error) string {
	r, w, err := os.Pipe()
	if err != nil {
		log.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = w
	err = f() // prints less than a pipe holds
	os.Stdout = stdout
	if err = errors.Join(err, w.Close()); err != nil {
		log.Fatal(err)
	}
	var text strings.Builder
	if _, err := r.WriteTo(&text); err != nil {
		log.Fatal(err)
	}
	return text.String()
}

func first(ctx context.Context, c *client.Client, id string) (*alert.Message, error) {
	s, err := c.Stream(client.StreamOptions{
		Topic:     "ztf-alerts",
		Selection: client.Selection{Where: fmt.Sprintf("object_id == %q", id), For: time.Minute},
	})
	if err != nil {
		return nil, err
	}
	for m, err := range s.Messages(ctx) {
		if err != nil {
			return nil, err
		}
		m.Done() // dealt with: without this, return gives it back to the broker
		return m, nil
	}
	return nil, errors.New("not seen within a minute")
}

func Example_done() {
	c := simulated()
	defer c.Close()
	m, err := first(context.Background(), c, "ZTF21abc")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Topic, m.Row().Get("object_id"))
	// Output: ztf-alerts ZTF21abc
}

func count(ctx context.Context, c *client.Client, topic string) (map[string]int, error) {
	s, err := c.Stream(client.StreamOptions{
		Topic:     topic,
		Selection: client.Selection{Fields: []string{"class"}, Limit: 200},
	})
	if err != nil {
		return nil, err
	}
	classes := map[string]int{}
	_, err = s.Run(ctx, stream.SinkFunc(func(_ context.Context, batch []*alert.Message) error {
		for _, m := range batch {
			classes[m.Row().Get("class").String()]++
		}
		return nil // the whole batch is acknowledged now; an error gives it back and ends the stream
	}))
	return classes, err
}

func Example_run() {
	c := simulated()
	defer c.Close()
	classes, err := count(context.Background(), c, "ztf-SuperNNova")
	if err != nil {
		log.Fatal(err)
	}
	total := 0
	for _, n := range classes {
		total += n
	}
	fmt.Println(total)
	// Output: 200
}

func write(ctx context.Context, c *client.Client, path string) (err error) {
	s, err := c.Stream(client.StreamOptions{
		Topic:        "lsst-alerts",
		Subscription: "my-night", // durable: the next run goes on where this one ends
		Selection: client.Selection{
			Where:      `snr > 5 && band in ["g", "r", "i"]`,
			Fields:     []string{"object_id", "mjd", "band", "flux", "flux_err", "diaSource.reliability"},
			Limit:      50,
			Quarantine: format.NewQuarantine(path+".quarantine", time.Now),
		},
	})
	if err != nil {
		return err
	}
	out, err := s.Output(format.Options{Format: format.Parquet, Path: path})
	if err != nil {
		return err
	}
	_, err = s.Run(ctx, out)
	return errors.Join(err, out.Close(err == nil))
}

func Example_output() {
	folder, err := os.MkdirTemp("", "pgb-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	c := simulated()
	defer c.Close()
	path := filepath.Join(folder, "night.parquet")
	if err := write(context.Background(), c, path); err != nil {
		log.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	fmt.Println(string(raw[:4]), err)
	// Output: PAR1 <nil>
}

// code is what pgb would end with.
func code(err error) int {
	var (
		tooExpensive *bigquery.TooExpensiveError
		notAllowed   *pubsub.PermissionError
		filter       *where.Error
		unknown      *registry.UnknownError
	)
	switch {
	case err == nil:
		return 0
	case errors.As(err, &tooExpensive):
		return 4
	case errors.Is(err, pubsub.ErrNoCredentials), errors.As(err, &notAllowed):
		return 3
	case errors.As(err, &filter):
		fmt.Println(filter.Caret()) // the filter, and a mark below what is wrong with it
		return 2
	case errors.As(err, &unknown):
		fmt.Println("did you mean", unknown.Near)
		return 2
	}
	return 1
}

func Example_errors() {
	c := simulated()
	defer c.Close()
	for _, o := range []client.StreamOptions{
		{Topic: "ztf-alert"},
		{Topic: "ztf-alerts", Selection: client.Selection{Where: "magg < 20"}},
	} {
		_, err := c.Stream(o)
		fmt.Println(code(err))
	}
	// Output:
	// did you mean [ztf-alerts ztf-alert_avros]
	// 2
	// magg < 20
	// ^^^^
	// 2
}

// brightest is the program that is tested.
func brightest(ctx context.Context, c *client.Client, messages int64) (id string, err error) {
	s, err := c.Stream(client.StreamOptions{
		Topic:     "ztf-alerts",
		Selection: client.Selection{Fields: []string{"object_id", "mag"}, Limit: messages},
	})
	if err != nil {
		return "", err
	}
	best := 99.0
	for m, err := range s.Messages(ctx) {
		if err != nil {
			return "", err
		}
		if mag, ok := m.Row().Get("mag").Float(); ok && mag < best {
			id, best = m.Row().Get("object_id").String(), mag
		}
	}
	return id, nil
}

func TestBrightestNamesAnObject(t *testing.T) {
	c, err := client.New(t.Context(), client.Options{
		Sandbox:        true,
		SandboxOptions: sandbox.Options{Seed: 7, Rate: 1000}, // alerts a second
		Archive:        client.ArchiveOptions{SandboxDir: t.TempDir()},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	id, err := brightest(t.Context(), c, 50)
	if err != nil || !strings.HasPrefix(id, "ZTF") {
		t.Errorf("gave %q, %v", id, err)
	}
}
