package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/archive/local"
)

func newArchive(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "archive",
		Short: "The archive on this machine: import, info, export, check, prune",
		Long: `The local archive is one SQLite file with everything that pgb stream --save and
pgb archive import put into it: alerts, light curves, classifications, and for each
message where it came from. Lookups work on it without a network and for free. It
holds real alerts or simulated ones, never both.`,
		Example: `  pgb stream --topic classifications --save
  pgb archive import night.tar.gz
  pgb archive info
  pgb archive export --full -o night.jsonl
  pgb archive check
  pgb archive prune --before 90d`,
		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newArchiveImport(a), newArchiveInfo(a), newArchiveExport(a), newArchiveCheck(a), newArchivePrune(a))
	return cmd
}

// localOf opens the client of a command on the local archive, and says which
// file that is.
func (a *app) localOf() (*client.Client, error) {
	o, err := a.options()
	if err != nil {
		return nil, err
	}
	switch {
	case a.archive == client.BigQueryArchive:
		return nil, usage([]string{"--archive local, or --archive FILE"}, "BigQuery's tables are the broker's: this is about the local archive")
	case o.Archive.Name == client.BigQueryArchive || o.Archive.Name == "" && !o.Sandbox:
		o.Archive.Name = client.LocalArchive
	}
	o.Project = ""
	a.inSandbox = o.Sandbox && o.Archive.Name == ""
	return client.New(a.ctx, o)
}

// importFlags are the flags of pgb archive import.
type importFlags struct {
	as, where, quarantine string
	cutouts               bool
}

func newArchiveImport(a *app) *cobra.Command {
	f := &importFlags{}
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Save alert packets from files into the archive",
		Long: `Save alert packets into the archive: everything that pgb decode reads. What is there
already is left alone, so that an import can be repeated or gone on with. Cutouts,
most of a packet, are left out unless --cutouts asks for them.`,
		Example: `  pgb archive import night.tar.gz
  pgb archive import night/*.avro --where 'candidate.drb > 0.5'
  curl -s https://example.org/alerts.tar.gz | pgb archive import -`,
		RunE: func(_ *cobra.Command, args []string) error { return f.run(a, args) },
	}
	a.addArchiveFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.as, "as", "", "topic, payload or survey[:version] by which packets are read whose bytes do not tell")
	flags.StringVar(&f.where, "where", "", `save only alerts for which this holds, such as 'snr > 20'`)
	flags.BoolVar(&f.cutouts, "cutouts", false, "keep the cutout images")
	flags.StringVar(&f.quarantine, "quarantine", "", "file for packets that can't be decoded (default: in the state folder)")
	return cmd
}

func (f *importFlags) run(a *app, paths []string) error {
	if len(paths) == 0 {
		return usage([]string{"pgb archive import night.tar.gz", "for standard input: pgb archive import -"}, "no file named")
	}
	c, err := a.localOf()
	if err != nil {
		return err
	}
	defer c.Close()
	s := &selection{outputFlags: outputFlags{where: f.where}, quarantine: f.quarantine}
	options := client.FileOptions{Paths: paths, Stdin: a.stdin, As: f.as}
	if options.Selection, err = s.client(a); err != nil {
		return err
	}
	options.Fields = []string{"object_id"} // the archive reads its own
	options.Observe, options.ObserveEvery = s.observer(a, c.Registry(), false)
	described, err := c.Files(options)
	if err != nil {
		return err
	}
	into, err := c.OpenLocal(a.ctx)
	if err != nil {
		return err
	}
	defer into.Close()
	a.saySandboxChanges()
	save := &saver{Sink: into.Sink(local.SinkOptions{Cutouts: f.cutouts}), archive: into}
	err = s.run(a, c, described, save, false)
	save.say(a)
	return err
}

func newArchiveInfo(a *app) *cobra.Command {
	f := &listFormat{}
	cmd := &cobra.Command{
		Use:   "info",
		Short: "What the archive holds: counts by survey and topic, times, size",
		Long: `Say what the archive holds: its file and size in bytes, how many alerts, messages,
objects, points and classifications, between which times of observation (MJD UTC),
when something was saved last, and the messages of each survey and topic.`,
		Example: "  pgb archive info\n  pgb archive info --archive night.db",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return archiveInfo(a, f) },
	}
	a.addArchiveFlag(cmd)
	f.addFlag(cmd)
	return cmd
}

// exportFlags are the flags of pgb archive export.
type exportFlags struct {
	selection
	survey, since, until string
}

func newArchiveExport(a *app) *cobra.Command {
	f := &exportFlags{}
	cmd := &cobra.Command{
		Use:   "export -o FILE",
		Short: "Write the messages of the archive as they were saved",
		Long: `Write the messages of the archive, as they were saved, in any format that pgb stream
writes: full JSON lines that lose nothing, Avro with the original records, raw
folders, or columns. Avro takes the packets that came as Avro: messages that came as
JSON, as the classifications of the broker's streams do, are left out and counted. An
Avro file holds packets of one schema; of others there is night-2.avro and so on, and
a folder (-f avro -o night) names its files by schema. --since and --until bound the
observation.`,
		Example: `  pgb archive export --full -o night.jsonl
  pgb archive export --survey ztf -o night.avro
  pgb archive export --since 30d --where 'snr > 20' --full -o bright.jsonl
  pgb archive export --fields object_id,mjd,band,mag -o rows.csv`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return f.export(a) },
	}
	f.addFlags(cmd)
	a.addArchiveFlag(cmd)
	flags := cmd.Flags()
	for _, live := range []string{"for", "idle", "max-bytes", "keep-duplicates"} {
		flags.Lookup(live).Hidden = true // an archive ends by itself
	}
	flags.StringVar(&f.survey, "survey", "", "one survey: ztf, lsst, lvk (default: all)")
	flags.StringVar(&f.since, "since", "", "observed since: a date, RFC 3339, MJD, JD, or an age (30d)")
	flags.StringVar(&f.until, "until", "", "observed until, as --since")
	return cmd
}

func (f *exportFlags) export(a *app) error {
	f.sift = true
	name, err := f.check(a)
	if err != nil {
		return err
	}
	c, err := a.localOf()
	if err != nil {
		return err
	}
	defer c.Close()
	options := client.StoredOptions{Survey: strings.ToLower(f.survey)}
	if options.Since, err = parseObserved("--since", f.since); err != nil {
		return err
	}
	if options.Until, err = parseObserved("--until", f.until); err != nil {
		return err
	}
	if f.explain {
		topics, err := c.Reader().TopicsAs(options.Survey)
		if err != nil {
			return err
		}
		return explain(a, c, topics, f.where)
	}
	if options.Selection, err = f.client(a); err != nil {
		return err
	}
	options.Observe, options.ObserveEvery = f.observer(a, c.Registry(), false)
	described, err := c.Stored(options)
	if err != nil {
		return err
	}
	from, err := a.opened(c)
	if err != nil {
		return err
	}
	if err := refuseSame(f.output, from.Path()); err != nil {
		return err
	}
	out, err := f.openSink(a, c, described, name, true)
	if err != nil {
		return err
	}
	a.screen.Note("exporting from " + from.Name())
	return f.selection.run(a, c, described, out, false)
}

func newArchiveCheck(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Verify the archive's file: integrity, counts, dangling rows",
		Long: `Verify the archive's file: SQLite's own check, that each row belongs to something,
that counts are right, and that every message can be read back. Nothing is changed,
but that an archive of an earlier version is brought up to date, with a copy beside it.
Where something is wrong each fault is a line, and the exit code is not 0.`,
		Example: "  pgb archive check\n  pgb archive check --archive night.db",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return checkArchive(a) },
	}
	a.addArchiveFlag(cmd)
	return cmd
}
