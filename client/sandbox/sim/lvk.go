package sim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

const noticesANight = 3 // events, each with several notices

// notice is what is said of one event at one time.
type notice struct {
	id    string
	kind  string // alert_type
	merge float64
	seed  uint64
	step  int // notices before it
}

// planNotices adds the gravitational-wave notices of a night: each event is
// announced, refined, and now and then taken back.
func (s *Sky) planNotices(queue []todo, night int) []todo {
	for n := range noticesANight {
		r := generator(s.seed, forNotice, uint64(night), uint64(n))
		at := float64(night) + 0.135 + (float64(n)+r.Float64())*0.1
		if n == 0 {
			at = float64(night) + 0.14
		}
		k := int(mix(s.seed, forNotice, uint64(night)) % 200)
		id := fmt.Sprintf("MS%sz%c%c", timeOf(at).Format("060102"), 'a'+(k+n)/26, 'a'+(k+n)%26)
		kinds := []string{"PRELIMINARY", "INITIAL", "UPDATE"}
		switch {
		case r.Float64() < 0.2:
			kinds = []string{"EARLYWARNING", "PRELIMINARY", "RETRACTION"}
		case r.Float64() < 0.3:
			kinds = []string{"PRELIMINARY", "RETRACTION"}
		}
		for i, kind := range kinds {
			queue = append(queue, todo{
				at:     at + 40.0/86400 + float64(i)*0.006,
				survey: surveyCount,
				notice: &notice{id: id, kind: kind, merge: at, seed: mix(s.seed, forNotice, uint64(night), uint64(n)), step: i},
			})
		}
	}
	return queue
}

type lvkNotice struct {
	SchemaVersion string            `json:"schema_version"`
	AlertType     string            `json:"alert_type"`
	TimeCreated   string            `json:"time_created"`
	SupereventID  string            `json:"superevent_id"`
	URLs          map[string]string `json:"urls"`
	Event         *lvkEvent         `json:"event"`
	ExternalCoinc *struct{}         `json:"external_coinc"`
}

type lvkEvent struct {
	Time             string            `json:"time"`
	FAR              float64           `json:"far"`
	Significant      bool              `json:"significant"`
	Instruments      []string          `json:"instruments"`
	Group            string            `json:"group"`
	Pipeline         string            `json:"pipeline"`
	Search           string            `json:"search"`
	Properties       lvkProperties     `json:"properties"`
	Classification   lvkClassification `json:"classification"`
	Duration         *float64          `json:"duration"`
	CentralFrequency *float64          `json:"central_frequency"`
	Skymap           string            `json:"skymap"`
}

// share is a probability, written as the notices do: 0.0 and 1.0 with a point.
type share float64

// MarshalJSON writes the shortest decimal that has a point.
func (p share) MarshalJSON() ([]byte, error) {
	text := strconv.FormatFloat(float64(p), 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return []byte(text), nil
}

type lvkProperties struct {
	HasNS      share
	HasRemnant share
	HasMassGap share
	HasSSM     share
}

type lvkClassification struct {
	BNS         share
	NSBH        share
	BBH         share
	Terrestrial share
}

// event makes the notice's message.
func (n *notice) event(at float64) (*Event, error) {
	created := timeOf(at).Truncate(time.Second)
	doc := lvkNotice{
		SchemaVersion: "v1_0", AlertType: n.kind, TimeCreated: created.Format(time.RFC3339), SupereventID: n.id,
		URLs: map[string]string{"gracedb": "https://example.org/superevents/" + n.id + "/view/"},
	}
	if n.kind != "RETRACTION" {
		doc.Event = n.measured(created)
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("write notice of %s: %w", n.id, err)
	}
	return &Event{
		Survey: SurveyLVK, Time: timeOf(at), ObjectID: n.id, SourceID: n.id, Truth: Merger, Body: body,
		Attributes: map[string]string{"superevent_id": n.id, "schema_version": "v1_0", alert.SimulatedAttr: "true"},
	}, nil
}

func (n *notice) measured(created time.Time) *lvkEvent {
	r := generator(n.seed)
	round := func(x float64) share { return share(math.Round(x*1e4) / 1e4) }
	e := &lvkEvent{
		Time:        timeOf(n.merge).Format("2006-01-02T15:04:05.000Z"),
		FAR:         math.Pow(10, -7-8*r.Float64()),
		Instruments: []string{"H1", "L1"}, Group: "CBC", Pipeline: "gstlal", Search: "MDC",
	}
	e.Significant = e.FAR < 1e-8
	if r.Float64() < 0.6 {
		e.Instruments = append(e.Instruments, "V1")
	}
	noise := round(0.08 * r.Float64())
	c := lvkClassification{Terrestrial: noise}
	distance := 60 + 1200*r.Float64()*r.Float64()
	switch draw := r.Float64(); {
	case draw < 0.3:
		c.BNS = round(0.92 - float64(noise))
		c.NSBH = round(1 - float64(noise+c.BNS))
	case draw < 0.45:
		c.NSBH = round(0.85 - float64(noise))
		c.BBH = round(1 - float64(noise+c.NSBH))
	default:
		c.BBH = round(0.97 - float64(noise))
		c.NSBH = round(1 - float64(noise+c.BBH))
		distance *= 3
	}
	e.Classification = c
	e.Properties = lvkProperties{
		HasNS: round(float64(c.BNS + c.NSBH)), HasRemnant: round(float64(c.BNS) * 0.97), HasMassGap: round(0.1 * r.Float64()), HasSSM: round(0.02 * r.Float64()),
	}
	m := skymap{
		id: n.id, ra: 360 * r.Float64(), dec: math.Asin(2*r.Float64()-1) / degree, pa: math.Pi * r.Float64(),
		long: 14 / float64(1+n.step), short: 3 / float64(1+n.step), distance: distance,
		instruments: e.Instruments, merged: timeOf(n.merge), created: created, mjd: n.merge,
	}
	e.Skymap = base64.StdEncoding.EncodeToString(m.fits())
	return e
}
