// Package modules does what the broker's modules do with each alert of the
// simulated surveys: from the message on a survey's own topic come the messages
// of all other topics, with the payloads and attributes of the real ones.
//
// Tags, cuts and Stetson J are computed with the broker's formulas from the very
// packet they ride on. What SuperNNova and UPSILoN would say is drawn around what
// the object truly is; it is the same each time for the same alert.
package modules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// Output is a message that a module publishes.
type Output struct {
	Topic       string // short name, as in "ztf-lite"
	Data        []byte
	Attributes  map[string]string
	OrderingKey string // empty: the broker's topics are not ordered
}

var (
	ztfTopics  = []string{"ztf-alerts", "ztf-lite", "ztf-tagged", "ztf-SuperNNova", "ztf-loop"}
	lsstTopics = []string{"lsst-alerts", "lsst-alerts-json", "lsst-lite", "lsst-supernnova", "lsst-upsilon", "lsst-variability", "lsst-loop"}
	lvkTopics  = []string{"lvk-alerts"}
)

// Topics lists the topics that [Expand] publishes to.
func Topics() []string { return slices.Concat(ztfTopics, lsstTopics, lvkTopics) }

// Expand gives the messages that an alert causes on the topics named, or on all
// where none is named, in the order of [Topics]. The record of the event is used
// where it has one; otherwise its body is decoded.
//
// Outputs of one call may share Data and Attributes with each other and with the
// event: they are to be read only. The loop topics get every alert here, while
// the broker's repeat one a second; who publishes sets their pace.
func Expand(e *sim.Event, topics ...string) ([]Output, error) {
	run := expansion{event: e}
	switch e.Survey {
	case sim.SurveyZTF:
		run.choose(ztfTopics, topics)
		return run.ztf()
	case sim.SurveyLSST:
		run.choose(lsstTopics, topics)
		return run.lsst()
	case sim.SurveyLVK:
		run.choose(lvkTopics, topics)
		return run.through("lvk-alerts"), nil
	}
	return nil, fmt.Errorf("run modules: no survey %q", e.Survey)
}

// expansion is one alert on its way through the modules.
type expansion struct {
	event   *sim.Event
	wanted  []string
	outputs []Output
}

func (x *expansion) choose(all, wanted []string) {
	if len(wanted) == 0 {
		wanted = all
	}
	for _, t := range all {
		if slices.Contains(wanted, t) {
			x.wanted = append(x.wanted, t)
		}
	}
}

func (x *expansion) wants(topics ...string) bool {
	return slices.ContainsFunc(topics, func(t string) bool { return slices.Contains(x.wanted, t) })
}

func (x *expansion) put(topic string, data []byte, attributes map[string]string) {
	if x.wants(topic) {
		x.outputs = append(x.outputs, Output{Topic: topic, Data: data, Attributes: attributes})
	}
}

// through publishes the event as it is.
func (x *expansion) through(topic string) []Output {
	x.put(topic, x.event.Body, x.event.Attributes)
	return x.outputs
}

// with gives the event's attributes and more.
func with(attributes, more map[string]string) map[string]string {
	all := make(map[string]string, len(attributes)+len(more))
	maps.Copy(all, attributes)
	maps.Copy(all, more)
	return all
}

func (x *expansion) ztf() ([]Output, error) {
	x.through("ztf-alerts")
	if x.wants("ztf-lite", "ztf-tagged", "ztf-SuperNNova") {
		a := x.event.ZTF
		if a == nil {
			var err error
			if a, err = packet.DecodeZTF(x.event.Body); err != nil {
				return nil, err
			}
		}
		lite := liteZTF(a)
		tagged := with(x.event.Attributes, tags(a))
		x.put("ztf-lite", lite, x.event.Attributes)
		x.put("ztf-tagged", lite, tagged)
		if x.wants("ztf-SuperNNova") {
			said := supernova(x.event.Truth, a.Candid, ztfDetections(a))
			x.put("ztf-SuperNNova", said.beside(lite), tagged)
		}
	}
	return x.through("ztf-loop"), nil
}

func (x *expansion) lsst() ([]Output, error) {
	x.through("lsst-alerts")
	if x.wants("lsst-alerts-json", "lsst-lite", "lsst-supernnova", "lsst-upsilon", "lsst-variability") {
		a := x.event.LSST
		if a == nil {
			var err error
			if a, err = packet.DecodeLSST(x.event.Body); err != nil {
				return nil, err
			}
		}
		if x.wants("lsst-alerts-json") {
			x.put("lsst-alerts-json", fullLSST(a), x.event.Attributes)
		}
		x.lsstLite(a)
	}
	return x.through("lsst-loop"), nil
}

// lsstLite publishes the streams that begin with the lite copy of the alert.
func (x *expansion) lsstLite(a *packet.LSST) {
	if !x.wants("lsst-lite", "lsst-supernnova", "lsst-upsilon", "lsst-variability") {
		return
	}
	lite := liteLSST(a)
	x.put("lsst-lite", lite, x.event.Attributes)
	if x.wants("lsst-supernnova") {
		said := verdict{}
		if a.DiaObject != nil {
			said = supernova(x.event.Truth, a.DiaSourceID, 1+len(a.PrvDiaSources))
		}
		x.put("lsst-supernnova", said.beside(lite), with(x.event.Attributes, map[string]string{"pg_supernnova_class": said.class()}))
	}
	if !x.wants("lsst-upsilon", "lsst-variability") {
		return
	}
	points := pointsOf(a)
	if x.wants("lsst-upsilon") {
		result, attributes := periodic(x.event.Truth, a, &points)
		x.put("lsst-upsilon", beside(lite, "upsilon", result), with(x.event.Attributes, attributes))
	}
	if x.wants("lsst-variability") {
		result, likely := variability(&points)
		x.put("lsst-variability", beside(lite, "variability", result), with(x.event.Attributes, map[string]string{"pg_variable": likely}))
	}
}

// beside adds a result to a payload, as its last member.
func beside(payload []byte, name string, result []byte) []byte {
	out := make([]byte, 0, len(payload)+len(name)+len(result)+8)
	out = append(out, payload[:len(payload)-1]...)
	out = append(out, `, "`+name+`": `...)
	out = append(out, result...)
	return append(out, '}')
}
