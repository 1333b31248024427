package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/picture"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// cutoutsFlags are the flags of pgb cutouts.
type cutoutsFlags struct {
	askFlags
	packetFlags
	folder, sheet   string
	png, show, bare bool
	stretch, kind   string
	scale           int
	all             bool
	idsFrom         string
	as, quarantine  string

	look  stamp.Look
	kinds []string
}

// allKinds are the stamps of an alert.
var allKinds = []string{"science", "template", "difference"}

func newCutouts(a *app) *cobra.Command {
	f := &cutoutsFlags{askFlags: askFlags{once: true, outputFlags: outputFlags{rowsOnly: true}}}
	cmd := &cobra.Command{
		Use:   "cutouts ID... | FILE...",
		Short: "The stamp images of alerts: FITS, PNG, a contact sheet, or here",
		Long: `The stamp images of alerts: the science image, the template and the difference. FITS
files are written as they stand in the packet (ZTF's are gzipped); --png draws them,
--contact-sheet puts many alerts on pages, --show shows them in the terminal.

Packets come from files, as pgb decode reads them, or by id: from the archive on this
machine, which has cutouts where they were saved with --cutouts, or from the broker's
bucket in Cloud Storage (--from bucket, and where the archive is BigQuery, whose tables
have none). Of an object the newest alert is taken, --all takes every one.

The bucket's readers pay: your project is billed for the requests and for what is sent,
about $0.01 for 800 packets. What it will be is said before anything is fetched, and
--max-bytes bounds it (default 1 GB of packets). See
https://github.com/mwvgroup/pgb/blob/main/docs/cutouts.md

Standard output has a line for each file: source_id, kind, path, width, height,
pixel_scale (arcsec).`,
		Example: `  pgb cutouts ZTF21abc --sandbox -o stamps
  pgb cutouts ZTF21abc --sandbox --show
  pgb cutouts night.tar.gz --where 'mag < 18' --contact-sheet bright.png
  pgb cutouts LSST:source:170094456272322680 -o stamps --png --stretch asinh --scale 8
  pgb cutouts ZTF17aaarzyp --from bucket --project my-project --all -o stamps --kind difference`,
		RunE: func(_ *cobra.Command, args []string) error { return f.run(a, args) },
	}
	f.addCutoutsFlags(a, cmd)
	return cmd
}

func (f *cutoutsFlags) addCutoutsFlags(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	f.outputFlags.flags = flags
	flags.StringVarP(&f.folder, "output", "o", "", "folder for the stamps, made where it is not there")
	flags.BoolVar(&f.png, "png", false, "write PNG instead of FITS, with a scale bar and north and east where they are known")
	flags.StringVar(&f.sheet, "contact-sheet", "", fmt.Sprintf("PNG file for all alerts, a row each; more than %d go to several, FILE-0001.png and so on", picture.SheetRows))
	flags.BoolVar(&f.show, "show", false, "show the stamps in the terminal: as pictures where it has graphics, else in half blocks")
	flags.StringVar(&f.kind, "kind", strings.Join(allKinds, ","), "which stamps, separated by commas")
	flags.StringVar(&f.stretch, "stretch", "zscale", "zscale, linear, asinh or log; with the last two the difference stays zscale")
	flags.IntVar(&f.scale, "scale", 0, "pixels of a PNG for each of the stamp (default: so many that it is about 500 wide)")
	flags.BoolVar(&f.bare, "no-marks", false, "leave scale bar, directions and words out of the PNG")
	flags.BoolVar(&f.all, "all", false, "all alerts of an object (default: the newest)")
	flags.StringVar(&f.idsFrom, "ids-from", "", onceHelp)
	flags.StringVar(&f.where, "where", "", `only alerts for which this holds, such as 'snr > 20 && band == "r"'`)
	flags.StringVar(&f.survey, "survey", "", "keep one survey (ztf, lsst), and say whose an id is that does not tell")
	flags.StringVar(&f.since, "since", "", "observed since: a date, RFC 3339, MJD, JD, or an age (30d)")
	flags.StringVar(&f.until, "until", "", "observed until, as --since")
	flags.StringVar(&f.as, "as", "", "files: topic, payload or survey[:version] by which packets are read whose bytes do not tell")
	flags.StringVar(&f.quarantine, "quarantine", "", "files: where messages go that can't be decoded (default: in the state folder)")
	flags.Int64VarP(&f.limit, "limit", "n", 0, "end after so many alerts (default: no limit)")
	flags.StringVarP(&f.format, "format", "f", "", "of the list of files: table, jsonl, json, csv (default: a table on a terminal and jsonl elsewhere)")
	flags.BoolVar(&f.force, "force", false, "replace existing files")
	flags.BoolVar(&f.failEmpty, "fail-empty", false, "exit with 6 when no alert passed")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print how alerts would be found and what that costs; ask nothing")
	f.addFromFlags(a, cmd)
}

func (f *cutoutsFlags) run(a *app, args []string) error {
	name, err := f.check(a)
	if err != nil {
		return err
	}
	files := len(args) > 0 && namesFiles(args[0])
	if err := f.checkCutouts(args, files); err != nil {
		return err
	}
	if files {
		return f.ofFiles(a, args, name)
	}
	args = distinct(args)
	f.ids = args
	a.wantsBucket = f.from == client.PacketsInBucket
	return f.asking(a, f.idsFrom, 0, func(ctx context.Context, c *client.Client, ask client.Ask) error {
		ask.IDs = args
		return f.ofIDs(a, ctx, c, ask, name)
	})
}

// checkCutouts finds what can't be right, and reads how stamps are drawn.
func (f *cutoutsFlags) checkCutouts(args []string, files bool) error {
	switch {
	case len(args) == 0 && f.idsFrom == "":
		return usage([]string{"pgb cutouts ZTF21abc -o stamps", "pgb cutouts night.tar.gz --contact-sheet night.png"}, "neither ids nor files named")
	case len(args) > 0 && f.idsFrom != "":
		return usage([]string{"put them all into the list"}, "--ids-from and ids exclude each other")
	case f.folder == "" && f.sheet == "" && !f.show:
		return usage([]string{"-o stamps writes FITS files, -o stamps --png pictures", "--contact-sheet sheet.png", "--show shows them here"}, "where to?")
	case f.folder != "" && namesFile(f.folder):
		folder := strings.TrimSuffix(f.folder, filepath.Ext(f.folder))
		return usage([]string{"-o " + shellWord(folder) + " makes a folder, and the list on standard output names the files", "one picture of all stamps: --contact-sheet " + shellWord(folder+".png")},
			"-o is a folder for the stamps of each alert, and %s is a file's name", f.folder)
	case f.png && f.folder == "":
		return usage([]string{"--png -o stamps"}, "--png needs a folder to write into")
	case f.show && f.format != "":
		return usage([]string{"leave one of them out"}, "--show draws on standard output: -f %s excludes it", f.format)
	case f.scale < 0 || f.scale > 200:
		return usage([]string{"--scale 8"}, "--scale %d: from 1 to 200 pixels", f.scale)
	case files && (f.since != "" || f.until != "" || f.all || f.dryRun || f.from != "" || f.survey != ""):
		return usage([]string{"files: --where 'mjd > 61100', --where 'survey == \"ztf\"', -n 20"}, "--since, --until, --survey, --all, --from and --dry-run are for ids, not for files")
	case !files && (f.as != "" || f.quarantine != ""):
		return usage([]string{"pgb cutouts FILE --as lsst-alerts"}, "--as and --quarantine are for files")
	}
	if err := f.checkFrom(); err != nil {
		return err
	}
	if f.sheet != "" {
		if kind, ok := picture.ByPath(f.sheet); !ok || kind != picture.PNG {
			return usage([]string{"--contact-sheet sheet.png"}, "a contact sheet is a PNG: %s", f.sheet)
		}
	}
	return f.readLook()
}

// fileEndings are those of stamps, and of what people would have of them.
var fileEndings = []string{".fits", ".fit", ".fts", ".gz", ".png", ".jpg", ".jpeg", ".svg", ".pdf"}

// namesFile says whether a name is that of a file, by its ending or by what is
// there: not one that ends with a slash, and no folder.
func namesFile(path string) bool {
	at, err := os.Stat(path)
	if err == nil {
		return !at.IsDir()
	}
	return slices.Contains(fileEndings, strings.ToLower(filepath.Ext(path)))
}

// readLook reads the kinds and the stretch.
func (f *cutoutsFlags) readLook() error {
	for kind := range strings.SplitSeq(f.kind, ",") {
		kind = strings.ToLower(strings.TrimSpace(kind))
		if !slices.Contains(allKinds, kind) {
			hint := "--kind " + strings.Join(allKinds, ",")
			if near := registry.Near(kind, allKinds); len(near) > 0 {
				hint = "did you mean " + orList(near) + "?"
			}
			return usage([]string{hint}, "--kind: there is no stamp %q", kind)
		}
		if !slices.Contains(f.kinds, kind) {
			f.kinds = append(f.kinds, kind)
		}
	}
	stretch, err := stamp.ParseStretch(f.stretch)
	if err != nil {
		return usage([]string{"--stretch zscale, linear, asinh or log"}, "--stretch: %w", err)
	}
	f.look = stamp.Look{Stretch: stretch, PlainDifference: true}
	return nil
}

// alertFields are the columns that stamps are named by.
var alertFields = []string{"object_id", "source_id", "survey", "mjd", "band", "mag", "mag_err", "simulated"}

// ofFiles takes alerts from files.
func (f *cutoutsFlags) ofFiles(a *app, paths []string, name format.Name) error {
	s := &selection{outputFlags: f.outputFlags, quarantine: f.quarantine}
	s.fields, s.output = strings.Join(alertFields, ","), ""
	c, err := a.client()
	if err != nil {
		return err
	}
	defer c.Close()
	options := client.FileOptions{Paths: paths, Stdin: a.stdin, As: f.as}
	if options.Selection, err = s.client(a); err != nil {
		return err
	}
	options.Observe, options.ObserveEvery = s.observer(a, c.Registry(), false)
	described, err := c.Files(options)
	if err != nil {
		return err
	}
	out, err := f.openCutouts(a, c, name)
	if err != nil {
		return err
	}
	if err := s.run(a, c, described, out, false); err != nil {
		return err
	}
	return f.sayStamps(a, out, nil)
}

// ofIDs takes alerts by their ids.
func (f *cutoutsFlags) ofIDs(a *app, ctx context.Context, c *client.Client, ask client.Ask, name format.Name) error {
	p, err := c.Packets(ctx, client.PacketAsk{Ask: ask, From: f.from, All: f.all, WithCutouts: true, Estimated: a.sayEstimate(c)})
	if err != nil {
		return err
	}
	defer p.Close()
	if f.dryRun {
		return f.packetFlags.printPlan(a, ctx, p)
	}
	a.sayInSandbox()
	out, err := f.openCutouts(a, c, name)
	if err != nil {
		return err
	}
	err = putPackets(ctx, a, p, out)
	a.screen.Status("")
	if closed := out.Close(err == nil); err == nil && !isPipe(closed) {
		err = closed
	}
	if out.simulated > 0 && !a.saidSimulated {
		a.screen.Note("simulated data from a sandbox: no real observations")
	}
	f.sayCost(a, p)
	if err != nil {
		return err
	}
	if out.alerts == 0 {
		a.screen.Note("nothing found in " + p.Answer().Archive().Name() + f.restricted())
		if err := f.sayNotFound(a, ctx, c, p.Answer(), f.ids, nil); err != nil || !f.failEmpty {
			return err
		}
		return errEmpty
	}
	if err := f.sayNotFound(a, ctx, c, p.Answer(), f.ids, nil); err != nil {
		return err
	}
	return f.sayStamps(a, out, p)
}

// putPackets puts packets into an output one by one: what was paid for is kept
// before the next comes.
func putPackets(ctx context.Context, a *app, p *client.Packets, out sink) error {
	var done int64
	for m, err := range p.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := out.Put(ctx, []*alert.Message{m}); err != nil {
			if rejected := new(format.RejectedError); !errors.As(err, &rejected) {
				return err
			}
			a.screen.Note(render.Clean(err.Error()))
		}
		done++
		a.screen.Status(render.Plural(done, "alert"))
	}
	return nil
}

// sayStamps says what was written, and what alerts lacked. Alerts of which none
// has a stamp are an error.
func (f *cutoutsFlags) sayStamps(a *app, out *cutoutSink, p *client.Packets) error {
	if out.alerts > 0 && out.stamps == 0 {
		e := &noCutoutsError{alerts: out.alerts, packets: p}
		if p != nil && p.From() == client.PacketsInArchive {
			e.alerts = max(e.alerts, p.Found()) // the newest with cutouts was looked for among all
		}
		return e
	}
	switch {
	case f.folder != "":
		a.screen.Note(fmt.Sprintf("%s of %s in %s", render.Plural(out.stamps, "stamp"), render.Plural(out.alerts-out.without, "alert"), f.folder))
	case out.alerts > out.without:
		a.screen.Note(render.Plural(out.stamps, "stamp") + " of " + render.Plural(out.alerts-out.without, "alert"))
	}
	if out.without > 0 {
		a.screen.Note(render.Plural(out.without, "alert") + " without such stamps")
	}
	return nil
}

// noCutoutsError says that there are alerts and none of them has a stamp.
type noCutoutsError struct {
	alerts  int64
	packets *client.Packets // nil for files
}

func (e *noCutoutsError) Error() string {
	text := render.Plural(e.alerts, "alert") + ", and none has cutouts"
	if e.alerts == 1 {
		text = "1 alert, and it has no cutouts"
	}
	if e.packets == nil {
		return text
	}
	return e.packets.Answer().Archive().Name() + " has " + text
}

// cutoutHints say where cutouts are that are not here.
func cutoutHints(e *noCutoutsError) []string {
	switch {
	case e.packets == nil:
		return []string{"only packets of alerts have them (ztf-alerts, lsst-alerts, lsst-alerts-json), not lite messages or classifications"}
	case e.packets.From() == client.PacketsInBucket:
		hints := []string{"the survey sent none with them"}
		if e.packets.Found() > e.alerts {
			hints = append(hints, "others of the object may have some: --all")
		}
		return hints
	}
	return []string{
		"an archive has them where they were saved with them: pgb stream --save --cutouts, pgb archive import FILE --cutouts",
		"the broker's bucket has them, at your expense: --from bucket --project YOUR-PROJECT",
	}
}

// exists says whether there is something under a name.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
