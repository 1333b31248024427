package bigquery

import (
	"math"
	"slices"
	"strconv"
	"time"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// found is an alert that a statement gave.
type found struct {
	target             int
	separation         sky.Angle
	mjd                float64
	objectID, sourceID string
	key                string // tells alerts apart, not their revisions
	version            int    // the smaller, the newer
	pixel              int64
	message            *alert.Message
	values             []field.Value // of the query's names
	classes            []alert.Classification
}

// reading turns rows of one table into alerts.
type reading struct {
	*question
	*source
	row alert.Row
}

// read reads a row. The target is not set.
func (r *reading) read(one raw) (*found, sky.Position, error) {
	v := r.versions[one.version]
	m := &alert.Message{As: r.Payload, Body: one.body, Origin: v.name(), PublishTime: one.published}
	if !one.published.IsZero() {
		m.Headers = []alert.Header{{Name: "kafka.timestamp", Value: strconv.AppendInt(nil, one.published.UnixMilli(), 10)}}
	}
	if err := r.view.Read(m, &r.row); err != nil {
		return nil, sky.Position{}, err
	}
	cells := r.row.Values
	f := &found{
		objectID: cells[0].String(), sourceID: cells[1].String(), mjd: number(cells[2]), separation: sky.Angle(math.NaN()),
		version: one.version, pixel: one.pixel, message: m, classes: slices.Clone(r.row.Classifications),
	}
	f.key = f.sourceID
	if p := r.registry.Payloads[r.Payload]; p != nil && p.Identity.By == registry.IdentityPaths {
		if id, err := r.reader.Identity(m); err == nil {
			f.key = id.String()
		}
	}
	if r.registry.SimulatedID(f.objectID) || r.registry.SimulatedID(f.sourceID) {
		m.Headers = append(m.Headers, alert.Header{Name: alert.SimulatedAttr, Value: []byte("true")})
		for _, i := range r.question.simulated {
			cells[i] = field.OfBool(true)
		}
	}
	f.values = make([]field.Value, len(cells)-len(own))
	for i, cell := range cells[len(own):] {
		f.values[i] = cell.Clone()
	}
	return f, sky.Position{RA: number(cells[3]), Dec: number(cells[4])}, nil
}

func number(v field.Value) float64 {
	if f, ok := v.Decimal(); ok {
		return f
	}
	return math.NaN()
}

// floatOf gives a number of BigQuery; NaN for none.
func floatOf(v bq.Value) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	return math.NaN()
}

// mjdOf gives a value of the column of an observation's time as MJD on UTC; NaN
// where it is none.
func (q *question) mjdOf(s *source, v bq.Value) float64 {
	layout := q.layout(s)
	if layout == nil {
		return math.NaN()
	}
	if t, ok := v.(time.Time); ok {
		return sky.MJDFromTime(t)
	}
	day := floatOf(v)
	switch layout.Trigger.Time.Scale {
	case "jd_utc":
		day -= sky.MJDZero
	case "mjd_tai":
		day = sky.MJDFromTAI(day)
	}
	return day + layout.Trigger.Time.DefaultExposure/2/86400
}
