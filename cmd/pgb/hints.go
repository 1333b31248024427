package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/signin"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/files"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/where"
)

// hints gives what to type next after an error.
func hints(err error) []string {
	if typed[*sickError](err) { // each of its lines has its own
		return nil
	}
	var asked *usageError
	if errors.As(err, &asked) {
		return asked.hints
	}
	var own *hintedError
	if errors.As(err, &own) {
		return own.hints
	}
	if near := client.NearNames(err); len(near) > 0 {
		return []string{"did you mean " + orList(near) + "?"}
	}
	for _, row := range slices.Concat(placeHints, archiveHints, namedHints) {
		if found := row(err); found != nil {
			return found
		}
	}
	for _, row := range append(archiveHintTable, hintTable...) {
		if row.is(err) {
			return row.hints
		}
	}
	return nil
}

// namedHints are hints that name what the error is about; nil where it is about
// something else.
var namedHints = []func(error) []string{
	about(func(e *registry.UnknownError) []string {
		if strings.HasPrefix(e.Name, "projects/") {
			return []string{"--as TOPIC reads it like one that is known: pgb topics lists them"}
		}
		return nil
	}),
	about(func(e *pubsub.DriftError) []string {
		return []string{"choose another name, or delete it: pgb subscriptions delete " + e.Subscription}
	}),
	about(func(e *pubsub.DisabledError) []string {
		return []string{"gcloud services enable pubsub.googleapis.com --project " + e.Project}
	}),
	about(func(e *pubsub.NotFoundError) []string {
		switch e.Kind {
		case "project":
			return []string{"gcloud projects list shows yours; name one with --project"}
		case "subscription":
			return []string{"pgb subscriptions lists what there is"}
		}
		return []string{"the broker may have ended or moved it: pgb topics lists what was there"}
	}),
	about(func(e *pubsub.PermissionError) []string {
		if strings.Contains(e.Resource, "/topics/") {
			return []string{"the topic's owner can give it: roles/pubsub.subscriber on " + e.Resource}
		}
		return []string{"an owner of the project can give it: roles/pubsub.editor", "or use a project of your own: --project YOUR-PROJECT"}
	}),
	about(func(e *quarantinedError) []string {
		later := "each line there says why; to try again with a later version: pgb decode " + e.path
		if errors.Is(e.first, alert.ErrUnknownPayload) || errors.Is(e.first, alert.ErrUnknownSchema) {
			return []string{"if you know what it is: pgb decode FILE --as rapid:01.00", later}
		}
		return []string{later}
	}),
	about(func(e *pubsub.InvalidError) []string {
		for begin, hint := range map[string]string{
			"subscription name": "such as --subscription my-night",
			"retention":         "such as --retain 2d; --retain none keeps nothing that was read",
			"expiry":            "such as --expire 7d, and not less than --retain; --expire never keeps it until it is deleted",
			"transform":         "the file needs a function of that kind: function keep(message, metadata) { return message; }",
			"emulator address":  "a host and a port, such as PUBSUB_EMULATOR_HOST=127.0.0.1:8085",
		} {
			if strings.HasPrefix(e.What, begin) {
				return []string{hint}
			}
		}
		return nil
	}),
	func(err error) []string {
		if !errors.Is(err, signin.ErrNoCredentials) {
			return nil
		}
		return signin.Remedies()
	},
	func(err error) []string {
		host := os.Getenv("PUBSUB_EMULATOR_HOST")
		if host == "" || !errors.Is(err, pubsub.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
			return nil
		}
		return []string{
			"PUBSUB_EMULATOR_HOST is " + host + ": is pgb sandbox serve running there?",
			"for Google's service: unset PUBSUB_EMULATOR_HOST",
		}
	},
}

// about makes a hint for one type of error.
func about[E error](hint func(E) []string) func(error) []string {
	return func(err error) []string {
		var target E
		if errors.As(err, &target) {
			return hint(target)
		}
		return nil
	}
}

// networkHint is for whoever can't be reached.
const networkHint = "is the network there? behind a proxy: set HTTPS_PROXY; pgb doctor looks further"

// hintTable names the next command to type, by error.
var hintTable = []struct {
	is    func(error) bool
	hints []string
}{
	{sentinel(client.ErrNoProject), []string{
		"to read the broker: pgb stream --project YOUR-PROJECT ..., or set GOOGLE_CLOUD_PROJECT",
		"to try it on simulated data: add --sandbox, or once and for all: pgb init --sandbox",
	}},
	{sentinel(pubsub.ErrSinceWithoutSubscription), []string{
		"a new subscription only sees what is published from now on: name a durable one with --subscription NAME and come back to it with --since",
	}},
	{sentinel(pubsub.ErrDetached), []string{"it gets no messages any more: delete it with pgb subscriptions delete NAME, and run this again"}},
	{sentinel(client.ErrRegistry), []string{"pgb config names the file (registry); pgb config set registry leaves it out"}},
	{sentinel(client.ErrSchemas), []string{"pgb config names the folder (schemas), whose files are <survey>.<version>.json; pgb config set schemas leaves it out"}},
	{sentinel(format.ErrOtherContent), []string{"name another file, or the columns that this one has with --fields; --force replaces it"}},
	{sentinel(format.ErrExists), []string{"--append to go on in it, --force to replace it"}},
	{typed[*format.UnknownError], []string{"-f table, " + strings.Join(format.Names(), ", ")}},
	{sentinel(avro.ErrOtherSchema), []string{"-o FOLDER keeps a file for each schema, and goes on in them with --append"}},
	{sentinel(format.ErrSimulatedAndReal), []string{"write the simulated ones elsewhere: -o simulated.avro"}},
	{sentinel(format.ErrOnePart), []string{rotateHint("")}},
	{sentinel(format.ErrSchemas), []string{"-f avro -o FOLDER writes a file for each schema"}},
	{sentinel(alert.ErrNotAvro), []string{"these messages are JSON: -f jsonl --full, or -f raw -o FOLDER for the bytes as they are"}},
	{sentinel(files.ErrBrokenJSON), []string{"was the download cut off? in a folder, or beside other files, broken ones go to quarantine and the rest is read"}},
	{sentinel(files.ErrColumnsOnly), []string{"write lines that can be read again with: -f jsonl --full"}},
	{typed[*files.RowsError], []string{
		"a reader of tables takes it: astropy, TOPCAT, pandas or DuckDB",
		"to keep what pgb decode can read again: -f avro, -f raw -o FOLDER, or -f jsonl --full",
	}},
	{sentinel(files.ErrHTML), []string{"a download that wants a login, or has moved, often gives a page: a browser shows what it says"}},
	{sentinel(files.ErrEmpty), []string{"was the download cut off? ls -l shows its size"}},
	{typed[*files.NoPacketsError], []string{"pgb decode takes files, folders, patterns in quotes, archives, or - for standard input"}},
	{sentinel(fs.ErrNotExist), []string{"is the path right? ls shows what is there"}},
	{typed[*stream.QuarantineError], []string{"name another place for what can't be decoded: --quarantine FILE"}},
	{sentinel(syscall.ENOSPC), []string{"make room and run it again"}},
	{sentinel(context.DeadlineExceeded), []string{networkHint, "pgb stream --sandbox needs no network"}},
	{sentinel(pubsub.ErrUnavailable), []string{networkHint, "pgb stream --sandbox needs no network"}},
	{typed[*registry.UnknownError], []string{"pgb topics lists what there is"}},
	{typed[*client.FieldError], []string{"pgb topics show TOPIC lists a topic's fields"}},
	{typed[*where.Error], []string{"pgb topics show TOPIC lists a topic's fields; names without quotes, texts with: 'snr > 20 && band == \"r\"'"}},
}
