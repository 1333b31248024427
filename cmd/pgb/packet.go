package main

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// onePacketFlags are the flags of pgb packet.
type onePacketFlags struct {
	packetFlags
	survey, as, output string
	force              bool
}

func newPacket(a *app) *cobra.Command {
	f := &onePacketFlags{}
	cmd := &cobra.Command{
		Use:   "packet ID [FILE...]",
		Short: "The packet of an alert, byte for byte as it was published",
		Long: `The packet of one alert as it was published: an Avro file (ZTF), an Avro record behind
five bytes that name its schema (LSST), a JSON document (LVK). An object gives the
packet of its newest alert; LSST:source:ID and ZTF:candid:ID name a single one.

It comes from files, where some are named, from the archive on this machine, which
keeps packets without their cutouts unless they were saved with --cutouts, or from the
broker's bucket in Cloud Storage (--from bucket, and where the archive is BigQuery),
whose readers pay: what it costs is said before it is fetched.

It goes to standard output, unless that is a terminal, or to a file with -o.`,
		Example: `  pgb packet ZTF21abc --sandbox -o newest.avro
  pgb packet ZTF:candid:2982177112815010003 night.tar.gz > alert.avro
  pgb packet ZTF17aaarzyp --from bucket --project my-project -o alert.avro
  pgb packet LSST:source:170094456272322680 | pgb decode - --full`,
		RunE: func(_ *cobra.Command, args []string) error { return f.run(a, args) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.output, "output", "o", "", "file to write it to (default: standard output)")
	flags.BoolVar(&f.force, "force", false, "replace an existing file")
	flags.StringVar(&f.survey, "survey", "", "say whose an id is that does not tell (ztf, lsst, lvk)")
	flags.StringVar(&f.as, "as", "", "files: topic, payload or survey[:version] by which packets are read whose bytes do not tell")
	f.addFromFlags(a, cmd)
	return cmd
}

func (f *onePacketFlags) run(a *app, args []string) error {
	if len(args) == 0 {
		return usage([]string{"pgb packet ZTF21abc -o newest.avro", "from files: pgb packet ID night.tar.gz"}, "no id given")
	}
	if err := f.checkFrom(); err != nil {
		return err
	}
	if f.output != "" && !f.force && exists(f.output) {
		return existsError(f.output)
	}
	id, files := args[0], args[1:]
	if namesFiles(id) {
		id, files = "", args
	}
	switch {
	case len(files) > 0 && f.from != "":
		return usage([]string{"leave one of them out"}, "--from and files exclude each other")
	case len(files) == 0 && f.as != "":
		return usage([]string{"pgb packet ID FILE --as lsst-alerts"}, "--as is for files")
	}
	for _, file := range files {
		if !namesFiles(file) && file != "-" {
			return usage([]string{"pgb packet ID, or pgb packet ID FILE...", "several at once: pgb lookup ID... --full -f raw -o FOLDER"}, "%s is no file, and pgb packet takes one id", render.Clean(file))
		}
	}
	a.wantsBucket = f.from == client.PacketsInBucket
	c, err := a.asking(false)
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, end := a.first()
	defer end()
	var m *alert.Message
	if len(files) > 0 {
		m, err = f.inFiles(a, ctx, c, id, files)
	} else {
		m, err = f.fetch(a, ctx, c, id)
	}
	if err != nil {
		return err
	}
	return f.write(a, c, m)
}

// noPacketError says that the packet is not there.
type noPacketError struct {
	text  string
	hints []string
}

func (e *noPacketError) Error() string { return e.text }

// fetch takes the packet from the archive or the bucket.
func (f *onePacketFlags) fetch(a *app, ctx context.Context, c *client.Client, id string) (*alert.Message, error) {
	p, err := c.Packets(ctx, client.PacketAsk{
		Ask: client.Ask{IDs: []string{id}, Survey: strings.ToLower(f.survey)}, From: f.from, Estimated: a.sayEstimate(c),
	})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	a.sayInSandbox()
	var found *alert.Message
	for m, err := range p.Messages(ctx) {
		if err != nil {
			return nil, err
		}
		found = m
	}
	f.sayCost(a, p)
	if found != nil {
		return found, nil
	}
	asked := &askFlags{survey: f.survey}
	if err := asked.sayNotFound(a, ctx, c, p.Answer(), []string{id}, nil); err != nil {
		return nil, err
	}
	from := p.Answer().Archive()
	return nil, &noPacketError{text: "nothing found of " + render.Clean(id) + " in " + from.Name(), hints: a.elsewhereHints(from)}
}

// elsewhereHints say what the archive holds in which an alert was not found, and where
// else it may be.
func (a *app) elsewhereHints(from archive.Archive) []string {
	files := "from files: pgb packet ID night.tar.gz"
	if _, isLocal := from.(localArchive); !isLocal {
		return []string{files}
	}
	switch {
	case a.archive != "":
		return []string{"pgb archive info --archive " + shellWord(a.archive) + " says what it holds", files}
	case a.inSandbox:
		return []string{"pgb lookup ZTF21 -n 5 --sandbox lists objects of the simulated sky", files}
	}
	return []string{"pgb archive info says what it holds", "by the broker's tables: --archive bigquery --project YOUR-PROJECT", files}
}

// inFiles looks for an alert in files: the newest one of the id, or the only one
// where no id is given.
func (f *onePacketFlags) inFiles(a *app, ctx context.Context, c *client.Client, text string, files []string) (*alert.Message, error) {
	var id registry.ID
	if text != "" {
		var err error
		if id, err = c.Registry().ParseID(text, strings.ToLower(f.survey)); err != nil {
			return nil, err
		}
	}
	described, err := c.Files(client.FileOptions{
		Paths: files, Stdin: a.stdin, As: f.as,
		Selection: client.Selection{Fields: []string{"object_id", "source_id", "mjd", "survey"}},
	})
	if err != nil {
		return nil, err
	}
	var found *alert.Message
	newest := math.Inf(-1)
	for m, err := range described.Messages(ctx) {
		if err != nil {
			return nil, err
		}
		if text != "" && !isOf(m, id) {
			continue
		}
		if text == "" && found != nil {
			return nil, usage([]string{"name one: pgb packet ID " + files[0], "all of them: pgb decode " + files[0] + " -f raw -o FOLDER"}, "there is more than one packet in it")
		}
		if mjd, ok := m.Row().Get("mjd").Float(); found == nil || ok && mjd >= newest {
			found = m
			if ok {
				newest = mjd
			}
		}
	}
	if found == nil {
		return nil, &noPacketError{text: "no packet of " + render.Clean(text) + " in " + strings.Join(files, ", "), hints: []string{"pgb decode FILE --fields object_id,source_id,mjd lists what is there"}}
	}
	return found, nil
}

// isOf says whether an alert is of an object, or is the one, that an id names.
func isOf(m *alert.Message, id registry.ID) bool {
	object, source := m.Row().Get("object_id").String(), m.Row().Get("source_id").String()
	return !id.Alert && object == id.Text || (id.Alert || id.MaybeAlert) && source == id.Text
}

// write writes the packet, and says what it is.
func (f *onePacketFlags) write(a *app, c *client.Client, m *alert.Message) error {
	if m.Form == alert.Line {
		return &noPacketError{
			text:  "the alert is there as one of pgb's own lines, not as the packet that was published",
			hints: []string{"the line has all its fields: pgb lookup ID --full", "--from bucket fetches the packet, at your project's expense"},
		}
	}
	what := render.Bytes(float64(len(m.Body)))
	if m.Topic != "" {
		what += " of " + render.Clean(m.Topic)
	}
	if m.Schema != "" {
		what += ", an Avro record without its schema (" + render.Clean(m.Schema) + ")"
	}
	if m.Simulated() && !a.saidSimulated {
		what += ", simulated"
	}
	if f.lacksCutouts(c, m) {
		what += ", without its cutouts: where it was saved they were left out (--from bucket has them)"
	}
	if f.output != "" {
		if err := writeWhole(filepath.Clean(f.output), m.Body, f.force); err != nil {
			return err
		}
		a.screen.Note("wrote " + f.output + ": " + what)
		return nil
	}
	if a.screen.OutTTY && !isText(m.Body) {
		return usage([]string{"-o alert.avro", "as text: pgb lookup ID --full, pgb decode FILE --full"}, "the packet is binary, and standard output is a terminal")
	}
	if err := a.screen.Print(m.Body); err != nil && !isPipe(err) {
		return err
	}
	a.screen.Note(what)
	return nil
}

// lacksCutouts says whether a packet of a topic that has cutouts has none.
func (f *onePacketFlags) lacksCutouts(c *client.Client, m *alert.Message) bool {
	as, err := c.Reader().ReadAs(m)
	if err != nil {
		return false
	}
	payload := c.Registry().Payloads[as]
	if payload == nil || len(c.Registry().Layouts[payload.Layout].Cutouts) == 0 {
		return false
	}
	cutouts, err := c.Reader().PackedCutouts(m)
	return err == nil && len(cutouts) == 0
}

// isText says whether bytes can go to a terminal.
func isText(body []byte) bool {
	return utf8.Valid(body) && !strings.ContainsFunc(string(body), func(r rune) bool { return r != '\n' && r != '\t' && format.IsControl(r) })
}
