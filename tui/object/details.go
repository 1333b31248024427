package object

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/classes"
	"github.com/mwvgroup/pgb/tui/cutout"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/tree"
)

// Details is what the alerts that are at hand tell of an object.
type Details struct {
	Entry *feed.Entry // the alert that was selected
	// Alerts counts the alerts that are at hand, Entry among them.
	Alerts   int
	Points   []alert.Point // of all of them
	Verdicts []classes.Verdict
	Stamps   []cutout.Stamp
	// StampsOf is the alert that Stamps are of: the newest that has any.
	StampsOf *feed.Entry
	Parts    []tree.Part    // of Entry's message
	document *tree.Document // what Parts say
	// Problems are lines that say what could not be read.
	Problems []string
}

// What a person is told where there is nothing to show.
const (
	noPacket  = "the packet is no longer in memory"
	noCutouts = "no cutouts in this packet"
)

// mostStampTries bounds how many alerts are searched for cutouts.
const mostStampTries = 12

// Load reads what an alert and the others of the same object tell. It takes
// milliseconds for each, so the viewer does it beside its loop; it changes
// nothing.
func Load(r *alert.Reader, e *feed.Entry, others []*feed.Entry) Details {
	d := Details{Entry: e}
	if e == nil || e.Message == nil {
		return d
	}
	entries := []*feed.Entry{e}
	for _, other := range others {
		if other != nil && other.Message != nil && other != e && other.Seq != e.Seq {
			entries = append(entries, other)
		}
	}
	slices.SortStableFunc(entries, func(a, b *feed.Entry) int { return int(min(max(b.Seq-a.Seq, -1), 1)) })
	d.Alerts = len(entries)
	d.loadPoints(r, entries)
	for _, one := range entries {
		if row := one.Message.Row(); row != nil {
			for _, c := range row.Classifications {
				d.Verdicts = append(d.Verdicts, classes.Verdict{Classification: c, Topic: one.Topic, MJD: one.MJD})
			}
		}
	}
	d.loadStamps(r, entries)
	d.loadParts(r)
	d.document = tree.Parse(d.Parts)
	return d
}

// problem tells of an error once.
func (d *Details) problem(what string, err error) {
	var decode *alert.DecodeError
	text := err.Error()
	if errors.As(err, &decode) {
		text = decode.Reason
	}
	if what != "" {
		text = what + ": " + text
	}
	if line := text; !slices.Contains(d.Problems, line) {
		d.Problems = append(d.Problems, line)
	}
}

// loadPoints merges the photometry of alerts. Of those whose packets are gone
// the rows still tell the trigger.
func (d *Details) loadPoints(r *alert.Reader, entries []*feed.Entry) {
	var curve alert.Curve
	for _, e := range entries {
		var points []alert.Point
		if e.Message.Body != nil {
			var err error
			if points, err = r.Photometry(e.Message); err != nil {
				d.problem("light curve", err)
			}
		}
		if len(points) == 0 {
			if p, ok := pointOf(e); ok {
				points = append(points, p)
			}
		}
		curve.Add(points, e.MJD)
	}
	d.Points = curve.Points()
}

// pointOf gives the epoch that an alert's row tells of.
func pointOf(e *feed.Entry) (alert.Point, bool) {
	row := e.Message.Row()
	if row == nil || math.IsNaN(e.MJD) || wasMissed(row) {
		return alert.Point{}, false
	}
	number := func(name string) float64 {
		if x, ok := row.Get(name).Float(); ok {
			return x
		}
		return math.NaN()
	}
	p := alert.Point{
		Kind: alert.Detection, SourceID: e.SourceID, MJD: e.MJD, Band: e.Band, Trigger: true,
		Flux: number("flux"), FluxErr: number("flux_err"), Mag: number("mag"), MagErr: number("mag_err"),
		FluxTotal: number("flux_total"), MagTotal: number("mag_total"), LimMag: number("lim_mag"), SNR: number("snr"),
		RA: e.RA, Dec: e.Dec,
	}
	return p, !math.IsNaN(p.Mag) || !math.IsNaN(p.Flux)
}

// wasMissed says whether a row is of a source that was not detected.
func wasMissed(row *alert.Row) bool {
	detected, ok := row.Get("detected").Bool()
	return ok && !detected
}

// loadStamps reads the images of the newest alert that has any.
func (d *Details) loadStamps(r *alert.Reader, entries []*feed.Entry) {
	for _, e := range entries[:min(len(entries), mostStampTries)] {
		if e.Message.Body == nil {
			continue
		}
		images, err := r.Cutouts(e.Message)
		if err != nil {
			d.problem("cutouts", err)
		}
		for _, image := range images {
			stamp, err := cutout.Decode(image)
			if err != nil {
				d.problem("", err)
				continue
			}
			d.Stamps = append(d.Stamps, stamp.Of(e.Survey))
		}
		if len(d.Stamps) > 0 {
			d.StampsOf = e
			return
		}
	}
}

// loadParts makes the parts of the selected message as JSON.
func (d *Details) loadParts(r *alert.Reader) {
	m := d.Entry.Message
	d.Parts = append(d.Parts, tree.Part{Name: "message", JSON: appendEnvelope(nil, m)})
	if m.Body == nil {
		d.Problems = append(d.Problems, noPacket)
		return
	}
	for _, part := range []struct {
		name   string
		append func(dst []byte) ([]byte, error)
	}{
		{"result", func(dst []byte) ([]byte, error) { return r.AppendResultJSON(dst, m) }},
		{"alert", func(dst []byte) ([]byte, error) { return r.AppendAlertJSON(dst, m, false) }},
		{"other", func(dst []byte) ([]byte, error) { return r.AppendOtherJSON(dst, m) }},
	} {
		text, err := part.append(nil)
		if err != nil {
			d.problem(part.name, err)
			continue
		}
		if string(text) != "null" {
			d.Parts = append(d.Parts, tree.Part{Name: part.name, JSON: text})
		}
	}
}

// appendEnvelope appends what travels beside a message's body as JSON.
func appendEnvelope(dst []byte, m *alert.Message) []byte {
	member := func(name, value string) {
		if value == "" {
			return
		}
		if len(dst) > 1 && dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(append(appendText(dst, name), ':'), appendText(nil, value)...)
	}
	dst = append(dst, '{')
	member("topic", m.Topic)
	member("message_id", m.ID)
	if !m.PublishTime.IsZero() {
		member("publish_time", m.PublishTime.UTC().Format(time.RFC3339Nano))
	}
	member("origin", m.Origin)
	member("schema", m.Schema)
	member("key", string(m.Key))
	if m.Body != nil {
		member("body", fmt.Sprintf("%d bytes", len(m.Body)))
	}
	if len(dst) > 1 {
		dst = append(dst, ',')
	}
	dst = append(dst, `"attributes":{`...)
	for _, h := range m.Headers {
		member(h.Name, string(h.Value))
	}
	return append(dst, '}', '}')
}

func appendText(dst []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // a string can always be told
	return append(dst, quoted...)
}
