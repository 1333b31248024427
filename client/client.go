// Package client reads astronomical alert streams and the archives that they
// leave behind.
//
// A [Client] stands for a place to read from: the broker, with the Google Cloud
// project that your subscriptions live in, or a sandbox, which is a broker in
// this process with a simulated sky. [Client.Stream] describes a stream, a topic
// or a group of topics with a filter and an end; [Client.Files] does the same
// for files. Range over [Stream.Messages], or hand batches to a sink with
// [Stream.Run]:
//
//	c, err := client.New(ctx, client.Options{Project: "my-project"})
//	...
//	defer c.Close()
//	s, err := c.Stream(client.StreamOptions{Topic: "classifications", Selection: client.Selection{Where: `p("SN Ia") > 0.9`}})
//	...
//	for m, err := range s.Messages(ctx) {
//		...
//		fmt.Println(m.Row().Get("object_id"), m.Row().Get("prob"))
//	}
//
// [Client.Lookup], [Client.Cone], [Client.LightCurves], [Client.Classifications]
// and [Client.SQL] ask an archive: the broker's tables in BigQuery, or a file on
// this machine that streams and files were saved into.
//
// A message is done, and will not be delivered again, when the loop asks for
// the next one. On break, return or panic the message in hand is given back to
// the broker, unless its Done method was called; Return gives any back.
package client

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
)

// Options say where a [Client] reads. The zero value reads files only.
type Options struct {
	// Project is your Google Cloud project: subscriptions live in it and it
	// pays for them. The project that publishes a topic is only read.
	Project string
	// Sandbox reads simulated data from a broker in this process instead. No
	// account and no network are needed.
	Sandbox bool
	// SandboxOptions tune the sandbox.
	SandboxOptions sandbox.Options
	// Archive says where lookups look, and what they may cost.
	Archive ArchiveOptions
	// Bucket says what fetching packets from the broker's buckets may cost.
	Bucket BucketOptions
	// Registry lists YAML files laid over the built-in registry of topics and
	// payloads.
	Registry []string
	// Schemas is a folder of more Avro schemas, named
	// <survey>.<version>.json.
	Schemas string
	// Notify is told, in a line each, what a person watching would want to
	// know: a connection lost and found again, say. Default: nobody is.
	Notify func(line string)
}

// ErrRegistry says that a file laid over the registry can't be used, ErrSchemas that a
// folder of schemas can't.
var (
	ErrRegistry = errors.New("registry")
	ErrSchemas  = errors.New("schemas")
)

// ErrNoProject says that a stream needs a project and the client has none.
var ErrNoProject = errors.New("no Google Cloud project")

// Client reads streams and files. It is safe for concurrent use.
type Client struct {
	options  Options
	registry *registry.Registry
	reader   *alert.Reader

	mu      sync.Mutex
	sandbox *sandbox.Sandbox

	archiveMu sync.Mutex
	archive   archive.Archive
}

// New makes a client. It connects to nothing yet.
func New(_ context.Context, options Options) (*Client, error) {
	if options.Sandbox && options.Project != "" {
		return nil, errors.New("a client reads a project's streams or the sandbox, not both")
	}
	reg := registry.Default()
	if len(options.Registry) > 0 {
		var err error
		if reg, err = registry.Load(options.Registry...); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRegistry, err)
		}
	}
	if options.Schemas != "" {
		if err := reg.AddSchemaDir(options.Schemas); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSchemas, err)
		}
	}
	if options.Notify == nil {
		options.Notify = func(string) {}
	}
	return &Client{options: options, registry: reg, reader: alert.NewReader(reg)}, nil
}

// Registry gives what is known of topics, payloads and fields.
func (c *Client) Registry() *registry.Registry { return c.registry }

// Reader decodes messages: their rows, light curves, classifications, cutouts
// and parts.
func (c *Client) Reader() *alert.Reader { return c.reader }

// Close ends the sandbox and the archive, if they were opened. Streams end by
// themselves.
func (c *Client) Close() error {
	err := c.closeArchive()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sandbox != nil {
		err = errors.Join(err, c.sandbox.Close())
		c.sandbox = nil
	}
	return err
}

// broker gives the project and the address of the Pub/Sub service to use; an
// empty address is Google's own, or PUBSUB_EMULATOR_HOST.
func (c *Client) broker() (project, address string, err error) {
	if !c.options.Sandbox {
		if c.options.Project == "" {
			return "", "", ErrNoProject
		}
		return c.options.Project, "", nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sandbox == nil {
		c.sandbox, err = sandbox.Start(c.registry, c.options.SandboxOptions)
		if err != nil {
			return "", "", fmt.Errorf("sandbox: %w", err)
		}
	}
	return sandbox.Project, c.sandbox.Address(), nil
}
