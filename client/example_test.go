package client_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

// A live stream in a loop: each message is acknowledged when the loop asks for
// the next one.
func Example() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true}) // or Project: "my-project"
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	s, err := c.Stream(client.StreamOptions{
		Topic:     "ztf-SuperNNova",
		Selection: client.Selection{Where: `object_id == "ZTF21abc" && p("SN Ia") > 0.5`, Limit: 1},
	})
	if err != nil {
		log.Fatal(err)
	}
	for m, err := range s.Messages(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		row := m.Row()
		fmt.Println(row.Get("object_id"), row.Get("survey"), row.Get("class"), row.Get("simulated"))
	}
	// Output: ZTF21abc ztf SN Ia true
}

// A message can be settled by hand: Done before the loop ends keeps it from
// being delivered again, Return gives it back.
func ExampleStream_Messages() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	s, err := c.Stream(client.StreamOptions{Topic: "lsst-alerts"})
	if err != nil {
		log.Fatal(err)
	}
	for m, err := range s.Messages(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		cutouts, err := c.Reader().Cutouts(m)
		if err != nil {
			log.Fatal(err)
		}
		for _, cutout := range cutouts {
			fmt.Println(cutout.Kind, len(cutout.FITS)%2880)
		}
		m.Done() // this one is dealt with; without this, break would give it back
		break
	}
	// Output:
	// science 0
	// template 0
	// difference 0
}

// A sink takes whole batches; what it has taken for good is acknowledged.
func ExampleStream_Run() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	s, err := c.Stream(client.StreamOptions{Topic: "classifications", Selection: client.Selection{Limit: 100}})
	if err != nil {
		log.Fatal(err)
	}
	var sink tally
	summary, err := s.Run(ctx, &sink)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(summary.Reason, sink.messages)
	// Output: limit reached 100
}

// tally counts messages.
type tally struct{ messages int }

func (t *tally) Put(_ context.Context, batch []*alert.Message) error {
	t.messages += len(batch)
	return nil
}

// What pgb writes, a program can write too.
func ExampleStream_Output() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	s, err := c.Stream(client.StreamOptions{
		Topic: "ztf-alerts",
		Selection: client.Selection{
			Fields: []string{"object_id", "survey", "candidate.programid"}, Where: `object_id == "ZTF21abc"`, Limit: 2,
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	out, err := s.Output(format.Options{Format: format.CSV, Writer: os.Stdout})
	if err != nil {
		log.Fatal(err)
	}
	_, err = s.Run(ctx, out)
	if err := out.Close(err == nil); err != nil {
		log.Fatal(err)
	}
	// Output:
	// object_id,survey,candidate.programid
	// ZTF21abc,ztf,1
	// ZTF21abc,ztf,1
}

// Files go through the same pipeline.
func ExampleClient_Files() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	notice := `{"superevent_id": "MS181101ab", "alert_type": "INITIAL", "time_created": "2018-11-01T22:34:49Z", "urls": {},
		"event": {"time": "2018-11-01T22:22:46.654Z", "far": 9.1e-14, "classification": {"BNS": 0.95, "NSBH": 0.01, "BBH": 0.03, "Terrestrial": 0.01}}}`
	path := os.TempDir() + "/pgb-example-notice.json"
	if err := os.WriteFile(path, []byte(notice), 0o600); err != nil {
		log.Fatal(err)
	}
	defer os.Remove(path)
	s, err := c.Files(client.FileOptions{Paths: []string{path}})
	if err != nil {
		log.Fatal(err)
	}
	for m, err := range s.Messages(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(m.Row().Get("object_id"), m.Row().Get("class"), m.Row().Get("prob"))
	}
	// Output: MS181101ab BNS 0.95
}
