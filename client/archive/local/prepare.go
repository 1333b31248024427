package local

import (
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

// alertColumns are the generic columns that stand in the table alert under
// their own names, in its order.
var alertColumns = []string{
	"ra", "dec", "mjd", "band", "flux", "flux_err", "mag", "mag_err",
	"mag_total", "mag_total_err", "flux_total", "flux_total_err", "snr", "lim_mag",
	"detected", "positive", "classifier", "classifier_version", "class", "prob",
}

// Where some of them stand in it.
const (
	atRA  = 0
	atDec = 1
	atMJD = 2
)

// incoming is a message ready to be saved: all that can be made of it without
// the file.
type incoming struct {
	message  *alert.Message
	err      error // why it can't be decoded
	identity alert.Identity
	packed
	attributes []byte

	objectID, sourceID, survey string
	as                         string // the payload
	simulated                  bool
	complete                   int  // see the column alert.complete
	notice                     bool // its source is the object itself
	ra, dec, mjd               float64
	healpix                    int64 // -1 where it has no place
	values                     []field.Value
	classes                    []alert.Classification
	points                     []alert.Point
}

// columns gives the view that a sink reads messages with.
func (a *Archive) columns() (*alert.View, error) {
	names := append(append([]string(nil), alertColumns...), "object_id", "source_id", "survey")
	return a.reader.View(nil, names)
}

// preparing is a batch that is being read and packed on all processors, while
// its first messages are written already.
type preparing struct {
	ready  []incoming
	chunks []chan struct{} // closed when all of a chunk's messages are ready
	next   atomic.Int64    // the chunk to be taken
	stop   atomic.Bool
	wait   sync.WaitGroup
}

// preparedTogether is how many messages a worker takes at a time.
const preparedTogether = 16

// prepare begins to read and pack a batch.
func (s *Sink) prepare(view *alert.View, batch []*alert.Message) *preparing {
	p := &preparing{ready: make([]incoming, len(batch))}
	p.chunks = make([]chan struct{}, (len(batch)+preparedTogether-1)/preparedTogether)
	for i := range p.chunks {
		p.chunks[i] = make(chan struct{})
	}
	for range min(runtime.GOMAXPROCS(0), len(p.chunks)) {
		p.wait.Go(func() {
			var row alert.Row
			for !p.stop.Load() {
				chunk := int(p.next.Add(1)) - 1
				if chunk >= len(p.chunks) {
					return
				}
				from := chunk * preparedTogether
				for i := from; i < min(from+preparedTogether, len(batch)); i++ {
					p.ready[i].message = batch[i]
					p.ready[i].err = s.archive.prepare(&p.ready[i], view, &row, s.options.Cutouts)
				}
				close(p.chunks[chunk])
			}
		})
	}
	return p
}

// at waits for a message to be ready.
func (p *preparing) at(i int) *incoming {
	<-p.chunks[i/preparedTogether]
	return &p.ready[i]
}

// end waits for the workers; what they have not begun they leave.
func (p *preparing) end() {
	p.stop.Store(true)
	p.wait.Wait()
}

// prepare makes of one message what is saved of it.
func (a *Archive) prepare(p *incoming, view *alert.View, row *alert.Row, cutouts bool) error {
	m := p.message
	if err := view.Read(m, row); err != nil {
		return err
	}
	p.take(row)
	bare, err := a.reader.WithoutCutouts(m)
	if err != nil {
		return err
	}
	if p.identity, err = a.identity(m, bare); err != nil {
		return err
	}
	if p.points, err = a.reader.Photometry(m); err != nil {
		return err
	}
	as, err := a.reader.ReadAs(m)
	if err != nil {
		return err
	}
	p.as, p.complete, p.notice = as, a.completeness(as), a.isNotice(as)
	if m.Form == alert.Line {
		p.complete = min(p.complete, fullCopy)
	}
	p.simulated = m.Simulated() || p.objectID != "" && a.registry.SimulatedID(p.objectID) ||
		p.sourceID != "" && a.registry.SimulatedID(p.sourceID)
	if cutouts {
		bare = m.Body
	}
	if p.packed, err = a.pack(m, as, bare); err != nil {
		return err
	}
	p.attributes = appendHeaders(nil, m.Headers)
	return nil
}

// identity is that of the message without its stamp images: it is the same
// whether they were kept or not, and for a message that comes back from an
// archive.
func (a *Archive) identity(m *alert.Message, bare []byte) (alert.Identity, error) {
	if len(bare) == len(m.Body) {
		return a.reader.Identity(m)
	}
	stripped := alert.Message{
		ID: m.ID, Topic: m.Topic, As: m.As, Key: m.Key, Headers: m.Headers, Body: bare, Form: m.Form, Schema: m.Schema,
		PublishTime: m.PublishTime,
	}
	return a.reader.Identity(&stripped)
}

// take keeps what a row says: its values alias the message and the row.
func (p *incoming) take(row *alert.Row) {
	n := len(alertColumns)
	p.values = make([]field.Value, n)
	for i := range p.values {
		p.values[i] = row.Values[i].Clone()
	}
	p.objectID, p.sourceID, p.survey = text(row.Values[n]), text(row.Values[n+1]), text(row.Values[n+2])
	p.classes = append(p.classes, row.Classifications...)
	for i := range p.classes {
		p.classes[i].Prob = p.classes[i].Prob.Clone()
	}
	p.ra, p.dec, p.mjd = number(p.values[atRA]), number(p.values[atDec]), number(p.values[atMJD])
	p.healpix = sky.Ang2PixNested(sky.MaxOrder, p.ra, p.dec)
}

func text(v field.Value) string { return string(v.Text()) }

// How much of the alert a message has.
const (
	liteCopy = iota // some fields of it
	fullCopy        // all of it, with a module's result or as a line
	original        // the survey's own packet
)

// completeness says how much of the alert a payload has.
func (a *Archive) completeness(payload string) int {
	entry := a.registry.Payloads[payload]
	switch {
	case entry == nil || entry.Framing == "notification" || len(entry.Keeps) > 0:
		return liteCopy
	case len(entry.Result) > 0 || len(entry.Classified) > 0:
		return fullCopy
	}
	return original
}

// isNotice says whether a payload has no id but the object's. Ids that are equal
// in one alert say nothing: LSST may give an object the id of its first source.
func (a *Archive) isNotice(payload string) bool {
	entry := a.registry.Payloads[payload]
	if entry == nil {
		return false
	}
	layout := a.registry.Layouts[entry.Layout]
	return layout != nil && slices.EqualFunc(layout.ObjectID, layout.SourceID, slices.Equal[field.Path])
}

// microseconds gives a time as it is stored; ok is false where it is not known.
func microseconds(t time.Time) (us int64, ok bool) { return t.UnixMicro(), !t.IsZero() }

// kafka gives the message's place in Kafka, from the attributes that say it.
type kafka struct {
	topic                   string
	partition, offset, time *int64
}

func kafkaOf(m *alert.Message) (k kafka) {
	whole := func(name string) *int64 {
		value, _ := m.Attr(name)
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return &n
		}
		return nil
	}
	k.topic, _ = m.Attr("kafka.topic")
	k.partition, k.offset = whole("kafka.partition"), whole("kafka.offset")
	if k.time = whole("kafka.timestamp"); k.time != nil {
		*k.time *= 1000
	}
	return k
}
