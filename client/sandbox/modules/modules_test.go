package modules

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// expanded gives the outputs of the first alerts of a sky, by topic.
func expanded(t testing.TB, seed uint64, n int, o sim.Options) (events []*sim.Event, outputs [][]Output) {
	t.Helper()
	s, err := sim.New(seed, o)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		e, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		out, err := Expand(e)
		if err != nil {
			t.Fatal(err)
		}
		events, outputs = append(events, e), append(outputs, out)
	}
	return events, outputs
}

func document(t testing.TB, data []byte) map[string]any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var doc map[string]any
	if err := d.Decode(&doc); err != nil {
		t.Fatalf("%v in %.200s", err, data)
	}
	return doc
}

// names gives the members of a JSON object in the order they are written.
func names(t testing.TB, data []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var list []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, key.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func part(t testing.TB, data []byte, path ...string) []byte {
	t.Helper()
	for _, p := range path {
		var doc map[string]json.RawMessage
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		data = doc[p]
	}
	return data
}

func expectNames(t testing.TB, what string, got []string, want string) {
	t.Helper()
	if text := strings.Join(got, " "); text != want {
		t.Fatalf("%s has the members\n%s, not\n%s", what, text, want)
	}
}

func TestEveryAlertGoesToEveryTopicOfItsSurvey(t *testing.T) {
	events, outputs := expanded(t, 1, 80, sim.Options{NoCutouts: true})
	want := map[string][]string{sim.SurveyZTF: ztfTopics, sim.SurveyLSST: lsstTopics, sim.SurveyLVK: lvkTopics}
	for i, out := range outputs {
		var topics []string
		for _, o := range out {
			topics = append(topics, o.Topic)
			if o.Attributes[alert.SimulatedAttr] == "" {
				t.Fatalf("%s does not say that it is simulated", o.Topic)
			}
			for name, value := range events[i].Attributes {
				if o.Attributes[name] != value {
					t.Fatalf("%s lost the attribute %s", o.Topic, name)
				}
			}
			if strings.HasSuffix(o.Topic, "-alerts") || strings.HasSuffix(o.Topic, "-loop") {
				if !bytes.Equal(o.Data, events[i].Body) || !maps.Equal(o.Attributes, events[i].Attributes) {
					t.Fatalf("%s is not the alert unchanged", o.Topic)
				}
			}
		}
		if !slices.Equal(topics, want[events[i].Survey]) {
			t.Fatalf("%s went to %v", events[i].Survey, topics)
		}
	}
	if n := len(Topics()); n != 13 {
		t.Errorf("%d topics", n)
	}
}

func TestOnlyTheTopicsAskedForAreMade(t *testing.T) {
	s, err := sim.New(1, sim.Options{NoCutouts: true, Surveys: []string{sim.SurveyLSST}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Next()
	if err != nil {
		t.Fatal(err)
	}
	out, err := Expand(e, "lsst-supernnova", "ztf-lite")
	if err != nil || len(out) != 1 || out[0].Topic != "lsst-supernnova" {
		t.Fatalf("%v: %v", out, err)
	}
}

// TestBodyAloneSaysTheSame takes the record away, so that the modules must read
// the packet: what they publish comes from its bytes.
func TestBodyAloneSaysTheSame(t *testing.T) {
	events, outputs := expanded(t, 2, 40, sim.Options{})
	for i, e := range events {
		bare := *e
		bare.ZTF, bare.LSST = nil, nil
		again, err := Expand(&bare)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(again, outputs[i]) {
			t.Fatalf("%s %s: outputs differ when read from the bytes", e.Survey, e.ObjectID)
		}
	}
	if _, err := Expand(&sim.Event{Survey: sim.SurveyZTF, Body: []byte("Obj\x01 no")}); err == nil {
		t.Error("a broken packet was taken")
	}
	if _, err := Expand(&sim.Event{Survey: sim.SurveyLSST, Body: []byte("{}")}); err == nil {
		t.Error("a broken packet was taken")
	}
	if _, err := Expand(&sim.Event{Survey: "sdss"}); err == nil {
		t.Error("an unknown survey was taken")
	}
}

const (
	lsstSourceNames = "diaSourceId midpointMjdTai ra raErr dec decErr psfFlux psfFluxErr band"
	ztfSourceNames  = "jd sourceId ra dec mag magerr magzp magzpsciunc diffmaglim isdiffpos rb drb nbad fwhm elong magdiff filter"
)

func TestPayloadsHaveTheMembersOfTheRealOnes(t *testing.T) {
	var upsilon, variability, object []string
	object = strings.Fields("diaObjectId lastDiaSourceMjdTai firstDiaSourceMjdTai nDiaSources")
	for _, b := range strings.Split("ugrizy", "") {
		upsilon = append(upsilon, "n_data_points_"+b+"_band", b+"_label", b+"_probability", b+"_flag")
		variability = append(variability, "n_detections_"+b+"_band", b+"_psfFluxStetsonJ")
		object = append(object, b+"_psfFluxErrMean")
	}
	full := allNames(reflect.TypeFor[packet.LSST]())
	_, outputs := expanded(t, 3, 50, sim.Options{NoCutouts: true})
	dia, ss := 0, 0
	for _, o := range slices.Concat(outputs...) {
		top := ""
		switch o.Topic {
		case "ztf-lite", "ztf-tagged":
			top = "alertIds source prvSources xmatch"
		case "ztf-SuperNNova":
			top = "alertIds source prvSources xmatch SuperNNova"
		case "lsst-lite":
			top = "alert_lite"
		case "lsst-supernnova":
			top = "alert_lite SuperNNova"
		case "lsst-upsilon":
			top = "alert_lite upsilon"
			expectNames(t, o.Topic, names(t, part(t, o.Data, "upsilon")), strings.Join(upsilon, " "))
		case "lsst-variability":
			top = "alert_lite variability"
			expectNames(t, o.Topic, names(t, part(t, o.Data, "variability")), strings.Join(variability, " "))
		case "lsst-alerts-json":
			top = full
			expectNames(t, o.Topic, names(t, part(t, o.Data, "diaSource")), allNames(reflect.TypeFor[packet.DiaSource]()))
		default:
			continue
		}
		expectNames(t, o.Topic, names(t, o.Data), top)
		if strings.HasSuffix(strings.ToLower(o.Topic), "supernnova") {
			expectNames(t, o.Topic, names(t, part(t, o.Data, "SuperNNova")), "prob_class0 prob_class1 predicted_class")
		}
		if strings.HasPrefix(o.Topic, "ztf") {
			expectNames(t, o.Topic, names(t, part(t, o.Data, "alertIds")), "sourceId objectId")
			expectNames(t, o.Topic, names(t, part(t, o.Data, "source")), ztfSourceNames)
			expectNames(t, o.Topic, names(t, part(t, o.Data, "xmatch")),
				"ssdistnr ssmagnr objectidps1 objectidps2 objectidps3 distpsnr1 distpsnr2 distpsnr3 sgscore1 sgscore2 sgscore3")
			expectFirst(t, part(t, o.Data, "prvSources"), strings.Replace(ztfSourceNames, " drb", "", 1))
		}
		if o.Topic != "lsst-lite" {
			continue
		}
		lite := part(t, o.Data, "alert_lite")
		expectNames(t, o.Topic, names(t, lite), "diaSourceId observation_reason target_name diaSource prvDiaSources prvDiaForcedSources diaObject ssSource mpc_orbits")
		expectNames(t, o.Topic, names(t, part(t, lite, "diaSource")), lsstSourceNames)
		expectFirst(t, part(t, lite, "prvDiaSources"), lsstSourceNames)
		expectFirst(t, part(t, lite, "prvDiaForcedSources"), allNames(reflect.TypeFor[packet.DiaForcedSource]()))
		if string(part(t, lite, "ssSource")) == "null" {
			dia++
			expectNames(t, o.Topic, names(t, part(t, lite, "diaObject")), strings.Join(object, " "))
			continue
		}
		ss++
		expectNames(t, o.Topic, names(t, part(t, lite, "diaObject")), "")
		expectNames(t, o.Topic, names(t, part(t, lite, "ssSource")), allNames(reflect.TypeFor[packet.SSSource]()))
		expectNames(t, o.Topic, names(t, part(t, lite, "mpc_orbits")), allNames(reflect.TypeFor[packet.MPCOrbits]()))
	}
	if dia == 0 || ss == 0 {
		t.Errorf("%d alerts of objects, %d of the solar system", dia, ss)
	}
}

func expectFirst(t testing.TB, list []byte, want string) {
	t.Helper()
	var items []json.RawMessage
	if err := json.Unmarshal(list, &items); err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		expectNames(t, "an item", names(t, item), want)
	}
}

func allNames(t reflect.Type) string {
	var list []string
	for i := range t.NumField() {
		list = append(list, t.Field(i).Tag.Get("avro"))
	}
	return strings.Join(list, " ")
}

func BenchmarkExpandZTF(b *testing.B)  { benchmark(b, sim.SurveyZTF) }
func BenchmarkExpandLSST(b *testing.B) { benchmark(b, sim.SurveyLSST) }

// BenchmarkSuperNNovaLSST is one classifier's stream alone, generation included.
func BenchmarkSuperNNovaLSST(b *testing.B) { benchmark(b, sim.SurveyLSST, "lsst-supernnova") }

func benchmark(b *testing.B, survey string, topics ...string) {
	s, err := sim.New(1, sim.Options{Surveys: []string{survey}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e, err := s.Next()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Expand(e, topics...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "alerts/s")
}
