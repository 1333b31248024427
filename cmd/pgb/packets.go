package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/archive/bucket"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// packetFlags are the flags of commands that fetch packets.
type packetFlags struct{ from client.PacketSource }

func (f *packetFlags) addFromFlags(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	a.addArchiveFlag(cmd)
	flags.StringVar((*string)(&f.from), "from", "", "archive, or bucket: the broker's, in Cloud Storage (default: the archive; the bucket where that is BigQuery)")
	flags.StringVar(&a.maxBytes, "max-bytes", "", "how much BigQuery may bill for the search, and how much may be fetched from the bucket: 500MB, 2GB (default 50GiB and 1GB)")
}

// checkFrom reads --from.
func (f *packetFlags) checkFrom() error {
	f.from = client.PacketSource(strings.ToLower(string(f.from)))
	switch f.from {
	case "", client.PacketsInArchive, client.PacketsInBucket:
		return nil
	}
	return usage([]string{"--from archive, --from bucket"}, "--from: packets are in the archive or in the bucket, not in %q", string(f.from))
}

// bucketOptions bound what is fetched from the bucket.
func (a *app) bucketOptions() (o client.BucketOptions, err error) {
	if o.MaxBytes, err = parseBytes(a.maxBytes); err != nil {
		return o, err
	}
	if ask := a.confirmed(a.ctx); ask != nil {
		o.Confirm = func(e bucket.Estimate) bool {
			return ask(fmt.Sprintf("%s to fetch, %s, about %s", render.Plural(e.Objects, "packet"), render.Bytes(float64(e.Bytes)), render.Dollars(e.USD)))
		}
	}
	return o, nil
}

// sayEstimate gives what says what fetching will cost, before anything is
// fetched.
func (a *app) sayEstimate(c *client.Client) func(bucket.Estimate) {
	return func(e bucket.Estimate) {
		a.screen.Note(fmt.Sprintf("fetching %s from the bucket, %s: %s at list price, for your project", render.Plural(e.Objects, "packet"), render.Bytes(float64(e.Bytes)), render.Dollars(e.USD)))
	}
}

// mostLost is how many packets that are not in the bucket are named.
const mostLost = 5

// sayCost says what was asked of the bucket and of BigQuery, and which packets
// are not there.
func (f *packetFlags) sayCost(a *app, p *client.Packets) {
	lost := p.Lost()
	for i, err := range lost {
		if i == mostLost {
			a.screen.Note(fmt.Sprintf("and %d more", len(lost)-mostLost))
			break
		}
		a.screen.Note(render.Clean(err.Error()))
	}
	if charge := billed(p.Answer().Archive()); charge != "" {
		a.screen.Note(p.Answer().Archive().Name() + charge)
	}
	if p.Bucket() == nil {
		return
	}
	if spent := p.Bucket().Spent(); spent.Reads+spent.Lists > 0 {
		a.screen.Note(fmt.Sprintf("%s: %s in %s (%s at list price)", p.Bucket().Name(), render.Bytes(float64(spent.Bytes)), render.Plural(spent.Reads+spent.Lists, "request"), render.Dollars(spent.USD())))
	}
}

// printPlan prints how alerts would be found.
func (f *packetFlags) printPlan(a *app, ctx context.Context, p *client.Packets) error {
	plan, err := p.Answer().Plan(ctx)
	if err != nil {
		return err
	}
	if p.From() == client.PacketsInBucket {
		plan.Notes = append(plan.Notes, "then the packets are fetched from the broker's bucket, each about 100 kB: $0.01 for some 800 of them")
	}
	return printPlan(a, p.Answer().Archive(), plan, p.Answer().Filter())
}

// bucketCostHints say what to do where packets are more than was allowed.
func bucketCostHints(e *bucket.TooExpensiveError) []string {
	const megabyte = 1_000_000
	return []string{
		"-n, --since or --where take fewer alerts",
		fmt.Sprintf("to pay that: --max-bytes %dMB", (e.Bytes+megabyte-1)/megabyte),
	}
}

// bucketLostHints say why a packet may not be in the bucket.
func bucketLostHints(e *bucket.NotFoundError) []string {
	if e.NoBucket {
		return []string{"the broker may have moved it: its listing says where it is"}
	}
	return []string{"the broker has stored packets of ZTF since 2019 and of LSST since it sends alerts, some versions elsewhere", "what it has of an object: gcloud storage ls --billing-project=YOUR-PROJECT gs://" + e.Bucket}
}
