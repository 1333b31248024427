package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
)

// decodeFlags are the flags of pgb decode.
type decodeFlags struct {
	selection
	as string
}

func newDecode(a *app) *cobra.Command {
	f := &decodeFlags{}
	cmd := &cobra.Command{
		Use:   "decode FILE...",
		Short: "Read alert packets from files, folders or archives",
		Long: `Read alert packets through the same pipeline as a stream: Avro containers with any
number of records, LSST packets, JSON documents and lines, folders, patterns, .tar,
.tar.gz, .gz and .zst, "-" for standard input, and everything that pgb itself
writes: full JSON lines, raw folders, quarantine files.

What a file holds shows in its bytes. Where bytes alone can't tell (RAPID, bare
ELAsTiCC packets, some JSON) name it with --as: a topic (lsst-alerts), a payload
(lsst-lite) or a survey with its version (elasticc:0.9.1, rapid:01.00); --as any takes
any field of packets of a survey that is not known.`,
		Example: `  pgb decode alert.avro
  pgb decode night/*.avro ztf_public_20260101.tar.gz -f jsonl --full
  pgb decode night/ --where 'mag < 18' --fields object_id,mjd,band,mag -o bright.csv
  pgb decode packet.bin --as rapid
  curl -s https://example.org/alerts.tar.gz | pgb decode - -f jsonl`,
		RunE: func(_ *cobra.Command, args []string) error { return f.run(a, args) },
	}
	f.addFlags(cmd)
	cmd.Flags().StringVar(&f.as, "as", "", "topic, payload or survey[:version] by which packets are read whose bytes do not tell")
	return cmd
}

func (f *decodeFlags) run(a *app, paths []string) error {
	if len(paths) == 0 {
		return usage([]string{"pgb decode alert.avro", "for standard input: pgb decode -"}, "no file named")
	}
	name, err := f.check(a)
	if err != nil {
		return err
	}
	c, err := a.client()
	if err != nil {
		return err
	}
	defer c.Close()
	topics, err := f.topicsAs(c)
	if err != nil {
		return err
	}
	if f.explain {
		return explain(a, c, topics, f.where)
	}
	options := client.FileOptions{Paths: paths, Stdin: a.stdin, As: f.as}
	if options.Selection, err = f.client(a); err != nil {
		return err
	}
	options.Observe, options.ObserveEvery = f.observer(a, c.Registry(), false)
	described, err := c.Files(options)
	if unknown := new(alert.UnknownFieldError); errors.As(err, &unknown) && unknown.Hint != "" {
		return &hintedError{err, append(hints(err), "for packets of a survey that is not known: pgb decode --as any")}
	}
	if err != nil {
		return err
	}
	out, err := f.openSink(a, c, described, name, true)
	if err != nil {
		return err
	}
	return f.selection.run(a, c, described, out, false)
}

// topicsAs gives what packets are read by; nil where their bytes tell.
func (f *decodeFlags) topicsAs(c *client.Client) ([]*registry.Topic, error) {
	if f.as == "" {
		return nil, nil
	}
	topics, err := c.Reader().TopicsAs(f.as)
	if err != nil {
		hint := "--as TOPIC, --as SURVEY or --as SURVEY:VERSION, such as lsst-alerts, rapid or elasticc:0.9.1"
		if near := client.NearNames(err); len(near) > 0 {
			hint = "did you mean " + orList(near) + "?"
		}
		return nil, usage([]string{hint}, "--as: %w", err)
	}
	return topics, nil
}
