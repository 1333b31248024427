package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/archive/bucket"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// localArchive is the archive on this machine.
type localArchive = *local.Archive

// archiveOptions reads where lookups look and what they may cost: flags, then
// the configuration.
func (a *app) archiveOptions(c config.Config) (client.ArchiveOptions, error) {
	o := client.ArchiveOptions{
		Name: firstOf(a.archive, a.getenv("PGB_ARCHIVE"), c.Archive), USDPerTiB: c.USDPerTiB, SandboxDir: a.getenv("PGB_SANDBOX_DIR"),
		Progress: a.sayMaking,
	}
	for _, text := range []string{a.maxBytes, c.MaxBytes} {
		bytes, err := parseBytes(text)
		if err != nil {
			return o, err
		}
		if bytes > 0 {
			o.MaxBytes = bytes
			break
		}
	}
	if path, err := local.DefaultPath(a.getenv); err == nil {
		o.Path = path
	}
	return o, nil
}

// sayMaking shows how far the sandbox's archive is made.
func (a *app) sayMaking(fraction float64) {
	text := ""
	if fraction < 1 {
		text = fmt.Sprintf("making the sandbox's archive, once: %.0f%%", 100*fraction)
	}
	a.screen.Status(text)
}

// asking makes the client of a command that asks an archive. Where a question
// costs more than was allowed it asks the person at the terminal, unless nothing
// will be asked.
func (a *app) asking(nothingAsked bool) (*client.Client, error) {
	o, err := a.options()
	if err != nil {
		return nil, err
	}
	if o.Bucket, err = a.bucketOptions(); err != nil {
		return nil, err
	}
	if o.Project == "" && !o.Sandbox {
		switch {
		case a.getenv("BIGQUERY_EMULATOR_HOST") != "", a.wantsBucket && a.getenv(bucket.EmulatorHost) != "":
			o.Project = sandbox.Project
		case o.Archive.Name == client.BigQueryArchive, a.wantsBucket:
			o.Project = pubsub.CredentialsProject(a.ctx)
		}
	}
	if !nothingAsked {
		o.Archive.Confirm = a.confirm()
	}
	a.inSandbox = o.Sandbox && (o.Archive.Name == "")
	return client.New(a.ctx, o)
}

// confirm asks the person at the terminal whether BigQuery may bill more than
// was allowed; nil where there is nobody.
func (a *app) confirm() func(bigquery.Estimate) bool {
	ask := a.confirmed(a.ctx)
	if ask == nil {
		return nil
	}
	return func(e bigquery.Estimate) bool {
		return ask(fmt.Sprintf("%s, about %s", render.Bytes(float64(e.Bytes)), render.Dollars(e.USD)))
	}
}

// confirmed asks the person at the terminal whether to do what can't be taken
// back; nil where there is nobody.
func (a *app) confirmed(ctx context.Context) func(what string) bool {
	if !hasPerson(a) {
		return nil
	}
	return func(what string) bool {
		a.screen.Status("")
		io.WriteString(a.screen.Err, what+": go on? [y/N] ")
		answer, err := a.answer(ctx)
		if err != nil {
			io.WriteString(a.screen.Err, "\n")
			return false
		}
		answer = strings.ToLower(answer)
		return answer == "y" || answer == "yes"
	}
}
