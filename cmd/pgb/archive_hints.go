package main

import (
	"errors"
	"os"

	"strings"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/archive/bucket"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/targets"
)

// cheaper says what to type to make a question cheaper.
var cheaper = map[bigquery.Hint]string{
	bigquery.HintSince:  "--since 30d reads fewer days",
	bigquery.HintFields: "--fields object_id,mjd,band,mag reads fewer columns",
	bigquery.HintNear:   "--near 'RA DEC' says where the object is: only that part of the sky is read",
	bigquery.HintCone:   "pgb cone RA DEC 5s reads only that part of the sky",
}

// archiveHints are the hints of lookups that name what the error is about.
var archiveHints = []func(error) []string{
	about(func(e *bigquery.TooExpensiveError) []string {
		var hints []string
		for _, h := range e.Hints {
			hints = append(hints, cheaper[h])
		}
		if e.Bytes > 0 {
			hints = append(hints, "to pay that: --max-bytes "+e.Flag())
		}
		return hints
	}),
	about(cutoutHints),
	about(func(e *noPacketError) []string { return e.hints }),
	about(bucketCostHints),
	about(bucketLostHints),
	about(rescuedHints),
	about(func(e *local.OlderError) []string {
		return []string{"pgb archive check --archive " + shellWord(e.Path) + " brings it up to date, and keeps the old file beside it"}
	}),
	about(func(e *local.CorruptError) []string { return rescueHints(e.Path) }),
	about(func(e *faultsError) []string { return rescueHints(e.path) }),
	about(func(e *bucket.UnnamedError) []string {
		return []string{"what pgb lookup finds tells enough: --archive bigquery, or an archive that streams were saved into"}
	}),
	about(func(e *bucket.BillingError) []string {
		return []string{"the bucket's readers pay: name a project with billing enabled, --project YOUR-PROJECT"}
	}),
	about(func(e *bucket.PermissionError) []string {
		return []string{
			"whoever is signed in needs roles/serviceusage.serviceUsageConsumer in the project that pays, " + e.Project,
			"or name a project of your own: --project YOUR-PROJECT",
		}
	}),
	func(err error) []string {
		host := os.Getenv(bucket.EmulatorHost)
		if host == "" || !errors.Is(err, bucket.ErrUnavailable) {
			return nil
		}
		return []string{bucket.EmulatorHost + " is " + host + ": does the emulator run there?", "for Google's service: unset " + bucket.EmulatorHost}
	},
	about(func(e *registry.UnresolvableError) []string {
		hints := []string{e.Instead}
		if e.Page != "" {
			hints = append(hints, "its page: "+e.Page)
		}
		return hints
	}),
	about(func(e *targets.Error) []string {
		if e.Expected == "" {
			return nil
		}
		return []string{"expected here: " + e.Expected}
	}),
	about(unknownHints),
	about(func(e *bigquery.DisabledError) []string {
		return []string{"gcloud services enable bigquery.googleapis.com --project " + e.Project}
	}),
	func(err error) []string {
		host := os.Getenv(bigquery.EmulatorHost)
		if host == "" || !errors.Is(err, bigquery.ErrUnavailable) {
			return nil
		}
		return []string{bigquery.EmulatorHost + " is " + host + ": does the emulator run there?", "for Google's service: unset " + bigquery.EmulatorHost}
	},
	about(func(e *bigquery.PermissionError) []string { return []string{e.Hint} }),
	about(func(e *local.SimulatedError) []string {
		if e.Archive {
			return []string{"real alerts go into a file of their own: --archive FILE"}
		}
		return []string{"simulated alerts go into a file of their own: --archive sandbox.db", "the sandbox's own archive: --sandbox without --archive"}
	}),
}

// unknownHints say where names of a kind are listed, or what they look like.
func unknownHints(e *registry.UnknownError) []string {
	switch what := e.What; {
	case strings.HasPrefix(e.Name, "projects/"):
		return nil // a topic's full name
	case what == "survey":
		return []string{"surveys are " + strings.Join(sortedNames(registry.Default().Surveys), ", ")}
	case what == "archive":
		return []string{"--archive local, --archive bigquery, or an archive's file: --archive ./night.db"}
	case strings.HasSuffix(what, "table"):
		return []string{"pgb tables lists the tables"}
	case what == "prefix of an id":
		return []string{"such as ZTF:candid:ID, LSST:dia:ID, LSST:ss:ID, LSST:source:ID"}
	case (what == "id" || what == "ztf id" || what == "ZTF id") && strings.HasPrefix(strings.ToUpper(e.Name), "ZTF") && len(e.Name) < len("ZTF21"):
		return []string{"the beginning of a ZTF id has its year at least: pgb lookup ZTF21"}
	case what == "id", strings.HasSuffix(what, " id"):
		return []string{"ids look like ZTF21abiuvdk, 170028485706776685 (LSST), S230518h (LVK), '2004 JQ12' (a minor planet)"}
	}
	return nil
}

// archiveHintTable names the next command to type, by error.
var archiveHintTable = []struct {
	is    func(error) bool
	hints []string
}{
	{sentinel(client.ErrNoArchive), []string{
		"to try it on simulated data: add --sandbox",
		"the broker's tables, billed to your project: --project YOUR-PROJECT (--dry-run says what it costs)",
		"an archive of your own: pgb stream --topic classifications --save, or pgb archive import FILE",
	}},
	{sentinel(client.ErrNoPackets), []string{"--from bucket fetches them, at your project's expense"}},
	{sentinel(client.ErrNoBucket), []string{"leave --from out"}},
	{sentinel(bucket.ErrNoProject), []string{
		"--project YOUR-PROJECT, or set GOOGLE_CLOUD_PROJECT", "once and for all: pgb init --project YOUR-PROJECT",
	}},
	{sentinel(bucket.ErrUnavailable), []string{networkHint, "--from archive and --sandbox need no network"}},
	{sentinel(client.ErrNoBillingProject), []string{
		"pgb lookup ID --project YOUR-PROJECT (--dry-run says what it costs), or set GOOGLE_CLOUD_PROJECT",
		"once and for all: pgb init --project YOUR-PROJECT",
	}},
	{sentinel(client.ErrNeedsObject), []string{"pgb lookup ID --fields object_id says whose it is"}},
	{sentinel(client.ErrTooManyObjects), []string{"give more of the id, or leave --where, --since and --until out"}},
	{sentinel(local.ErrNotFound), []string{
		"it is made by pgb stream --topic TOPIC --save, or pgb archive import FILE, with the same --archive",
	}},
	{typed[*local.NotArchiveError], []string{"--archive takes local, bigquery or an archive's file; packets are saved into one with pgb archive import"}},
	{typed[*local.NewerError], []string{"a later pgb made it: install that one"}},
	{typed[*local.BusyError], []string{"another pgb is saving into it: wait, or save into another file with --archive"}},
	{sentinel(local.ErrReadOnly), []string{"--archive FILE names another place"}},
	{sentinel(local.ErrFull), []string{"make room, pgb archive prune --before 90d, or --archive FILE on another disk"}},
	{typed[*local.RefusedError], []string{"the archive is written by pgb stream --save, pgb archive import and prune; SQL only reads"}},
	{typed[*local.StatementError], []string{
		"pgb tables lists the tables, pgb tables show TABLE its columns",
		"the broker's tables are asked with --archive bigquery --project YOUR-PROJECT",
	}},
	{sentinel(bigquery.ErrNotReading), []string{"tables are the broker's, and only read: begin with select or with"}},
	{typed[*bigquery.QueryError], []string{"pgb tables lists the tables, pgb tables show TABLE its columns"}},
	{typed[*bigquery.NotFoundError], []string{"pgb tables lists what there is"}},
	{sentinel(bigquery.ErrUnavailable), []string{networkHint, "--archive local and --sandbox need no network"}},
}
