package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/bucket"
)

// PacketSource is where packets are fetched from.
type PacketSource string

// The sources of packets.
const (
	// PacketsInArchive are those that were saved in the archive on this
	// machine: without cutouts, unless they were asked for then.
	PacketsInArchive PacketSource = "archive"
	// PacketsInBucket are those that the broker keeps in Cloud Storage, as
	// they were published. Your project is billed for fetching them.
	PacketsInBucket PacketSource = "bucket"
)

// BucketOptions say what fetching packets from the broker's buckets may cost.
type BucketOptions struct {
	// MaxBytes is how much may be fetched; default [bucket.DefaultMaxBytes].
	MaxBytes int64
	// Confirm is asked before more than MaxBytes is fetched. Default: the
	// answer ends with a [*bucket.TooExpensiveError].
	Confirm func(bucket.Estimate) bool
}

// PacketAsk says which packets are wanted.
type PacketAsk struct {
	// Ask names objects or alerts, and what alerts must pass. Its Limit counts
	// packets; Fields are the columns of their rows, by default those that tell
	// alerts apart; Whole does not count.
	Ask
	// From is where packets come from. Default: the archive; the bucket where
	// that is BigQuery, whose tables have no packets.
	From PacketSource
	// All gives all alerts of an object, oldest first. Default: the newest.
	All bool
	// WithCutouts prefers the newest alert that has cutouts in the archive.
	WithCutouts bool
	// Estimated is told what fetching from the bucket will cost, before
	// anything is fetched. Default: nobody is.
	Estimated func(bucket.Estimate)
}

// ErrNoPackets says that packets were asked of an archive that has none.
var ErrNoPackets = errors.New("BigQuery's tables have no packets, only their fields")

// ErrNoBucket says that packets of the bucket were asked of the sandbox.
var ErrNoBucket = errors.New("the sandbox has no bucket: its packets are in its archive")

// packetFields are the columns of a packet's row unless others are asked for.
var packetFields = []string{"object_id", "source_id", "survey", "mjd", "band", "mag", "mag_err", "simulated"}

// Packets is a question for packets that was described and checked. Ranging over
// its messages asks.
type Packets struct {
	client *Client
	ask    PacketAsk
	answer *Answer
	store  *bucket.Store
	lost   []error
	found  int64
}

// Packets asks for the packets of alerts, as they were published. Names, filters
// and ids are checked here, before anything is asked. Close it in the end.
func (c *Client) Packets(ctx context.Context, a PacketAsk) (*Packets, error) {
	billed := c.AsksBigQuery()
	switch a.From {
	case "":
		a.From = PacketsInArchive
		if billed {
			a.From = PacketsInBucket
		}
	case PacketsInArchive:
		if billed {
			return nil, ErrNoPackets
		}
	case PacketsInBucket:
	default:
		return nil, fmt.Errorf("there is no source of packets %q: %s or %s", a.From, PacketsInArchive, PacketsInBucket)
	}
	p := &Packets{client: c, ask: a}
	if a.From == PacketsInBucket {
		var err error
		if p.store, err = c.openBucket(); err != nil {
			return nil, err
		}
	}
	asked := a.Ask
	asked.Limit, asked.Whole = 0, !billed
	if len(asked.Fields) == 0 {
		asked.Fields = packetFields
	}
	var err error
	if p.answer, err = c.Lookup(ctx, asked); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// From says where the packets come from.
func (p *Packets) From() PacketSource { return p.ask.From }

// Answer is the lookup that finds the alerts: its plan, its archive and its
// columns.
func (p *Packets) Answer() *Answer { return p.answer }

// Bucket is the store that packets are fetched from; nil for the archive.
func (p *Packets) Bucket() *bucket.Store { return p.store }

// Lost gives, once the packets have been read to their end, why some of the
// alerts that were found have none in the bucket.
func (p *Packets) Lost() []error { return p.lost }

// Found counts, once the packets have been read to their end, the alerts that
// were found: unless All was asked for only the newest of an object is given.
func (p *Packets) Found() int64 { return p.found }

// Close ends the use of the bucket.
func (p *Packets) Close() error {
	if p.store == nil {
		return nil
	}
	return p.store.Close()
}

// Messages gives the packets, each with the row of its alert. Where only some of
// the alerts that were found have a packet in the bucket these are given, see
// Lost; where none has, that is the error.
func (p *Packets) Messages(ctx context.Context) iter.Seq2[*alert.Message, error] {
	return func(yield func(*alert.Message, error) bool) {
		p.lost, p.found = nil, 0
		found := p.chosen(ctx)
		if p.store != nil {
			found = p.fetched(ctx, found)
		}
		left := p.ask.Limit
		for m, err := range found {
			if !yield(m, err) || err != nil {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

// chosen gives the alerts whose packets are wanted, with their rows.
func (p *Packets) chosen(ctx context.Context) iter.Seq2[*alert.Message, error] {
	return func(yield func(*alert.Message, error) bool) {
		if p.ask.All {
			for m, err := range p.answer.Messages(ctx) {
				if err == nil {
					p.found++
				}
				if !yield(m, err) {
					return
				}
			}
			return
		}
		var newest []*newestAlert
		known := map[string]*newestAlert{}
		for rows, err := range p.answer.passing(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			p.found += int64(len(rows))
			for _, r := range rows {
				key := fmt.Sprint(r.target, " ", r.message.Row().Get("object_id"))
				n := known[key]
				if n == nil {
					n = &newestAlert{}
					known[key] = n
					newest = append(newest, n)
				}
				n.see(r.message, p.ask.WithCutouts && p.store == nil, p.client.reader)
			}
		}
		for _, n := range newest {
			if !yield(n.message, nil) {
				return
			}
		}
	}
}

// newestAlert is the newest alert of an object so far.
type newestAlert struct {
	message *alert.Message
	mjd     float64
	cutouts bool
}

// see takes a later alert; one with cutouts counts more, where they are wanted.
func (n *newestAlert) see(m *alert.Message, wanted bool, reader *alert.Reader) {
	mjd, ok := m.Row().Get("mjd").Float()
	if !ok {
		mjd = math.Inf(-1)
	}
	has := false
	if wanted {
		cutouts, err := reader.PackedCutouts(m)
		has = err == nil && len(cutouts) > 0
	}
	if n.message == nil || has && !n.cutouts || has == n.cutouts && mjd >= n.mjd {
		n.message, n.mjd, n.cutouts = m, mjd, has
	}
}

// AlertCutouts are the stamps of an alert.
type AlertCutouts struct {
	// Message is the alert with its row.
	Message *alert.Message
	// Cutouts are FITS files as they stand in the packet, ZTF's with gzip;
	// package stamp draws them.
	Cutouts []alert.Cutout
}

// Cutouts gives the stamp images of alerts, of the newest alert of each object
// unless all are asked for. Alerts without cutouts are left out.
func (c *Client) Cutouts(ctx context.Context, a PacketAsk) iter.Seq2[AlertCutouts, error] {
	return func(yield func(AlertCutouts, error) bool) {
		a.WithCutouts = true
		p, err := c.Packets(ctx, a)
		if err != nil {
			yield(AlertCutouts{}, err)
			return
		}
		defer p.Close()
		for m, err := range p.Messages(ctx) {
			var cutouts []alert.Cutout
			if err == nil {
				cutouts, err = c.reader.PackedCutouts(m)
			}
			if err == nil && len(cutouts) == 0 {
				continue
			}
			if !yield(AlertCutouts{m, cutouts}, err) || err != nil {
				return
			}
		}
	}
}

// openBucket opens the broker's buckets for the client's project.
func (c *Client) openBucket() (*bucket.Store, error) {
	if c.options.Sandbox {
		return nil, ErrNoBucket
	}
	o := c.options.Bucket
	return bucket.Open(bucket.Options{Project: c.options.Project, MaxBytes: o.MaxBytes, Confirm: o.Confirm})
}
