package client

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/bucket"
)

// askedAtOnce is how many requests to the bucket wait for an answer at a time.
const askedAtOnce = 8

// fetched finds the packets of alerts in the bucket, says what they cost, and
// fetches them in their order.
func (p *Packets) fetched(ctx context.Context, found iter.Seq2[*alert.Message, error]) iter.Seq2[*alert.Message, error] {
	return func(yield func(*alert.Message, error) bool) {
		var alerts []*alert.Message
		for m, err := range found {
			if err != nil {
				yield(nil, err)
				return
			}
			alerts = append(alerts, m)
			if p.ask.Limit > 0 && int64(len(alerts)) == p.ask.Limit {
				break
			}
		}
		alerts, objects, err := p.find(ctx, alerts)
		if err == nil && len(objects) > 0 {
			if p.ask.Estimated != nil {
				p.ask.Estimated(p.store.Estimate(objects...))
			}
			err = p.store.Admit(objects...)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for from := 0; from < len(objects); from += askedAtOnce {
			to := min(from+askedAtOnce, len(objects))
			bodies, err := atOnce(ctx, objects[from:to], p.store.Fetch)
			if err != nil {
				yield(nil, err)
				return
			}
			for i, body := range bodies {
				if !yield(packetOf(alerts[from+i], objects[from+i], body), nil) {
					return
				}
			}
		}
	}
}

// find finds the packets of alerts; those that have none are left out and noted.
// Where there is none at all that is the error.
func (p *Packets) find(ctx context.Context, alerts []*alert.Message) ([]*alert.Message, []bucket.Object, error) {
	type place struct {
		object bucket.Object
		lost   error
	}
	places, err := atOnce(ctx, alerts, func(ctx context.Context, m *alert.Message) (place, error) {
		known, err := p.client.knownOf(m)
		if err != nil {
			return place{lost: err}, nil
		}
		object, err := p.store.Find(ctx, known)
		missing, unnamed := new(bucket.NotFoundError), new(bucket.UnnamedError)
		if errors.As(err, &missing) || errors.As(err, &unnamed) {
			return place{lost: err}, nil
		}
		return place{object: object}, err
	})
	if err != nil {
		return nil, nil, err
	}
	var kept []*alert.Message
	var objects []bucket.Object
	for i, at := range places {
		if at.lost != nil {
			p.lost = append(p.lost, at.lost)
			continue
		}
		kept, objects = append(kept, alerts[i]), append(objects, at.object)
	}
	if len(kept) == 0 && len(p.lost) > 0 {
		return nil, nil, p.lost[0]
	}
	return kept, objects, nil
}

// knownOf gives what is known of an alert that names its packet.
func (c *Client) knownOf(m *alert.Message) (bucket.Alert, error) {
	row := m.Row()
	a := bucket.Alert{
		Survey: row.Get("survey").String(), ObjectID: row.Get("object_id").String(), SourceID: row.Get("source_id").String(),
		Version: versionOf(m), Published: sentAt(m),
	}
	if m.Simulated() {
		return a, &bucket.UnnamedError{Alert: a, Reason: "it is simulated"}
	}
	if a.Version == "" && len(m.Body) > 0 {
		if schema, err := c.reader.Schema(m); err == nil { // "lsst 10.0"
			if _, number, ok := strings.Cut(schema, " "); ok {
				a.Version = "v" + strings.ReplaceAll(number, ".", "_")
			}
		}
	}
	a.MJD, _ = row.Get("mjd").Float()
	if topic, ok := m.Attr("kafka.topic"); ok && a.Survey == "ztf" {
		a.Topic = topic
	}
	if id, err := c.registry.ParseID(a.ObjectID, a.Survey); err == nil {
		a.SolarSystem = id.Namespace == "LSST:ss"
	}
	return a, nil
}

// versionOf gives the version of a packet's schema that a message carries with
// it, or that the name of its table tells.
func versionOf(m *alert.Message) string {
	if version, ok := m.Attr("schema_version"); ok && version != "None" {
		return version
	}
	if _, version, ok := strings.Cut(m.Origin, ".alerts_"); ok {
		return version
	}
	return ""
}

// sentAt is when the survey sent an alert: the broker names LSST's packets by
// that day.
func sentAt(m *alert.Message) time.Time {
	if text, ok := m.Attr("kafka.timestamp"); ok {
		if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
			return time.UnixMilli(ms)
		}
	}
	return m.PublishTime
}

// packetTopics are the topics by which packets of the bucket are read.
var packetTopics = map[string]string{"lsst": "lsst-alerts", "ztf": "ztf-alerts", "lvk": "lvk-alerts"}

// packetOf makes the message of a packet.
func packetOf(known *alert.Message, from bucket.Object, body []byte) *alert.Message {
	m := &alert.Message{
		Topic: packetTopics[known.Row().Get("survey").String()], Body: body, Headers: known.Headers, PublishTime: known.PublishTime, Origin: from.URL(),
	}
	m.SetRow(known.Row())
	return m
}

// atOnce does something with each of a list, several at a time, and gives what
// came of them in their order, or the first error.
func atOnce[From, To any](ctx context.Context, list []From, do func(context.Context, From) (To, error)) ([]To, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]To, len(list))
	var wait sync.WaitGroup
	next := make(chan int)
	for range min(askedAtOnce, len(list)) {
		wait.Go(func() {
			for i := range next {
				var err error
				if results[i], err = do(ctx, list[i]); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range list {
		select {
		case next <- i:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	wait.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return results, nil
}
