package registry

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheRegistryThatIsBuiltInFitsTogether(t *testing.T) {
	err := Default().Validate()
	var invalid *InvalidError
	if errors.As(err, &invalid) {
		t.Fatal(strings.Join(invalid.Problems, "\n"))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryTopicIsFoundInAnyLetterCaseAndByItsFullName(t *testing.T) {
	r := Default()
	names := slices.Sorted(maps.Keys(r.Topics))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "name")
		typed := []byte(name)
		for i, upper := range rapid.SliceOfN(rapid.Bool(), len(typed), len(typed)).Draw(t, "upper") {
			if upper {
				typed[i] = strings.ToUpper(name[i : i+1])[0]
			} else {
				typed[i] = strings.ToLower(name[i : i+1])[0]
			}
		}
		want := r.Topics[name]
		for _, one := range []string{string(typed), want.FullName(), "projects/" + want.Project + "/topics/" + string(typed)} {
			if found, err := r.Topic(one); err != nil || found != want {
				t.Fatalf("%s: %v, %v", one, found, err)
			}
			if list, err := r.Resolve(one, ""); err != nil || len(list) != 1 || list[0] != want {
				t.Fatalf("resolve %s: %v, %v", one, list, err)
			}
		}
	})
}

func TestFullNamesOfTopics(t *testing.T) {
	for name, want := range map[string]string{
		"ztf-alerts": "projects/ardent-cycling-243415/topics/ztf-alerts", "LSST-LITE": "projects/pitt-alert-broker/topics/lsst-lite",
	} {
		topic, err := Default().Topic(name)
		if err != nil || topic.FullName() != want {
			t.Errorf("%s: %v, %v", name, topic, err)
		}
	}
}

func TestUnknownTopicsNameTheNearOnes(t *testing.T) {
	for _, one := range []struct{ name, text, near string }{
		{"ztf-lit", `unknown topic "ztf-lit"`, "ztf-lite"},
		{"ztf-supernova", `unknown topic "ztf-supernova"`, "ztf-SuperNNova"},
		{"supernnova-lsst", `unknown topic "supernnova-lsst"`, "lsst-supernnova"},
		{"lsst_alerts", `unknown topic "lsst_alerts"`, "lsst-alerts"},
		{"clasifications", `unknown topic "clasifications"`, "classifications"},
		{"xyzzy", `unknown topic "xyzzy"`, ""},
		{"", `unknown topic ""`, ""},
		{"projects/mine/topics/what", `unknown topic "projects/mine/topics/what": say what it carries, by naming a topic or a payload to read it as`, ""},
		{"projects/mine/topics/ztf-alerts", `unknown topic "projects/mine/topics/ztf-alerts": ztf-alerts is in project ardent-cycling-243415, not mine; ` +
			`to read this one like it, name it to read it as`, "ztf-alerts"},
	} {
		for _, find := range []func(string) error{
			func(name string) error { _, err := Default().Topic(name); return err },
			func(name string) error { _, err := Default().Resolve(name, ""); return err },
		} {
			err := find(one.name)
			var unknown *UnknownError
			if !errors.As(err, &unknown) {
				t.Fatalf("%s: %v", one.name, err)
			}
			if err.Error() != one.text || strings.Join(unknown.Near, " ") != one.near {
				t.Errorf("%s: %s, near %q", one.name, err, unknown.Near)
			}
		}
	}
}

func TestGroupsAreTheirTopicsInOrder(t *testing.T) {
	r := Default()
	list, err := r.Resolve("Classifications", "")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, topic := range list {
		names = append(names, topic.Name)
		if topic.Access != AccessPublic || len(r.Payloads[topic.Payload].Classified) == 0 {
			t.Errorf("%s is %s and has %d classifiers", topic.Name, topic.Access, len(r.Payloads[topic.Payload].Classified))
		}
	}
	if got := strings.Join(names, " "); got != "lsst-supernnova lsst-upsilon lsst-variability ztf-SuperNNova ztf-tagged" {
		t.Error(got)
	}
}

func TestTopicsCanBeReadAsSomethingElse(t *testing.T) {
	r := Default()
	for _, one := range []struct{ name, as, payload, survey string }{
		{"projects/mine/topics/what", "ztf-lite", "ztf-lite", "ztf"},
		{"projects/mine/topics/what", "ZTF-loop", "ztf-alerts", "ztf"},
		{"projects/mine/topics/what", "rapid", "rapid", "rapid"},
		{"projects/mine/topics/what", "elasticc:0.9.1", "elasticc", "elasticc"},
		{"projects/mine/topics/what", "lsst", "lsst-alerts", "lsst"},
		{"projects/mine/topics/what", "LVK", "lvk-alerts", "lvk"},
		{"lsst-lite", "lsst-supernnova", "lsst-supernnova", "lsst"},
	} {
		list, err := r.Resolve(one.name, one.as)
		if err != nil || len(list) != 1 {
			t.Fatalf("%s as %s: %v", one.name, one.as, err)
		}
		got := list[0]
		if got.Payload != one.payload || got.Survey != one.survey || got.Name != one.name {
			t.Errorf("%s as %s: %+v", one.name, one.as, got)
		}
		if got.Project == "mine" && got.FullName() != one.name {
			t.Errorf("full name %s", got.FullName())
		}
	}
	if r.Topics["lsst-lite"].Payload != "lsst-lite" {
		t.Error("the topic itself was changed")
	}
	for name, want := range map[[2]string]string{
		{"what", "ztf-lite"}:                     `unknown topic "what": a topic that is not known needs its full name, projects/PROJECT/topics/TOPIC`,
		{"projects/mine/topics/x", "ztf-lit"}:    `unknown topic, payload or survey "ztf-lit"`,
		{"ztf-alerts", "projects/a/topics/what"}: `unknown topic, payload or survey "projects/a/topics/what"`,
	} {
		if _, err := r.Resolve(name[0], name[1]); err == nil || err.Error() != want {
			t.Errorf("%v: %v", name, err)
		}
	}
}

func TestRapidAndELAsTiCCArePayloadsByName(t *testing.T) {
	r := Default()
	for name, framing := range map[string]string{"rapid": "confluent", "elasticc": "bare"} {
		if p := r.Payloads[name]; p == nil || p.Framing != framing || p.Survey != name {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestRatesAndListPrices(t *testing.T) {
	r := Default()
	topic, _ := r.Topic("lsst-alerts")
	if gb := r.GigabytesANight(topic); math.Abs(gb-1200) > 1e-9 {
		t.Errorf("%v GB a night", gb)
	}
	if usd := r.CostANight(topic); math.Abs(usd-1.2e12/(1<<40)*40) > 1e-9 {
		t.Errorf("%v USD a night", usd)
	}
	if usd := r.DeliveryCost(1 << 40); usd != 40 {
		t.Errorf("a TiB costs %v USD", usd)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Topics)) {
		if topic := r.Topics[name]; topic.Access == AccessPublic && (topic.PerNight == 0 || topic.Bytes == 0 || topic.RateDoc == "") {
			t.Errorf("%s is public and its rate is not said", name)
		}
	}
}

func TestMessagesAreTheSameByTheRuleOfTheirTopic(t *testing.T) {
	r := Default()
	for name, want := range map[string]string{
		"ztf-alerts": "content []", "lsst-supernnova": "content []", "ztf-loop": "message []", "lsst-loop": "message []",
		"lvk-alerts": "paths [superevent_id alert_type time_created]", "ztf-alert_avros": "paths [bucket name generation]",
	} {
		topic, err := r.Topic(name)
		if err != nil {
			t.Fatal(err)
		}
		identity := r.IdentityOf(topic)
		var paths []string
		for _, path := range identity.Paths {
			paths = append(paths, path.String())
		}
		if got := identity.By + " [" + strings.Join(paths, " ") + "]"; got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestGenericColumns(t *testing.T) {
	r := Default()
	var names []string
	ranks := map[int]string{}
	for _, c := range r.Columns {
		names = append(names, c.Name)
		if other, ok := ranks[c.Priority]; ok && c.Priority > 0 {
			t.Errorf("%s and %s have one priority", other, c.Name)
		}
		ranks[c.Priority] = c.Name
		if c.Doc == "" {
			t.Errorf("%s has no doc", c.Name)
		}
		if c.UCD == "" {
			t.Errorf("%s has no UCD", c.Name)
		}
	}
	for n, want := range []string{"object_id", "class", "classifier", "prob", "mjd"} {
		if ranks[n+1] != want { // a class without who says it, and when, says little
			t.Errorf("column %d of a narrow table is %s, not %s", n+1, ranks[n+1], want)
		}
	}
	const want = "object_id source_id survey topic message_id publish_time simulated ra dec mjd band flux flux_err mag mag_err " +
		"mag_total mag_total_err flux_total flux_total_err snr lim_mag detected positive classifier classifier_version class prob separation"
	if got := strings.Join(names, " "); got != want {
		t.Error(got)
	}
	if ranks[1] != "object_id" || r.Column("mjd").Unit != "d" || r.Column("nothing") != nil {
		t.Error("columns are not found by name")
	}
}

func TestFieldsOfATopic(t *testing.T) {
	r := Default()
	fields := func(name string) map[string]Field {
		topic, err := r.Topic(name)
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.Fields(topic)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]Field{}
		for _, f := range list {
			if _, twice := found[f.Path]; twice {
				t.Errorf("%s: %s stands twice", name, f.Path)
			}
			found[f.Path] = f
		}
		return found
	}
	full, lite, tagged := fields("lsst-alerts"), fields("lsst-supernnova"), fields("ztf-tagged")
	for _, one := range []struct {
		in         map[string]Field
		path, kind string
		unit       string
	}{
		{full, "diaSource.psfFlux", "float", "nJy"}, {full, "diaSource.reliability", "float", ""}, {full, "diaSourceId", "integer", ""},
		{full, "prvDiaSources", "list", ""}, {full, "mpc_orbits.created_at", "number", "s"}, {full, "cutoutScience", "bytes", ""},
		{lite, "diaSource.ra", "number", "deg"}, {lite, "result.prob_class0", "number", ""}, {lite, "result.predicted_class", "integer", ""},
		{lite, "prvDiaSources", "list", ""}, {lite, "ssSource.ephVmag", "float", "mag"},
		{tagged, `attr["is_pure"]`, "text", ""}, {tagged, "source.mag", "float", ""}, {tagged, "prvSources", "list", ""},
	} {
		if f := one.in[one.path]; f.Kind != one.kind || f.Unit != one.unit {
			t.Errorf("%s: %+v", one.path, f)
		}
	}
	for _, path := range []string{"diaSource.reliability", "diaObject.ra", "cutoutScience", "prvDiaSources.ra"} {
		if _, ok := lite[path]; ok {
			t.Errorf("the lite copy has no %s", path)
		}
	}
	if _, err := r.Fields(&Topic{Payload: "none"}); err == nil {
		t.Error("fields of a payload that is not there")
	}
	for name := range r.Topics {
		fields(name)
	}
}

func TestNearNames(t *testing.T) {
	among := []string{"object_id", "source_id", "mag", "mag_err", "mag_total", "diaSource.psfFlux", "diaSource.psfFluxErr", "snr", "ra", "dec"}
	for name, want := range map[string]string{
		"objectid": "object_id", "Mag": "mag", "mag_er": "mag_err mag", "diasource.psfflx": "diaSource.psfFlux", "srn": "snr",
		"psfFlux": "diaSource.psfFlux diaSource.psfFluxErr", "err_mag": "mag_err", "zzz": "", "": "",
	} {
		if got := strings.Join(Near(name, among), " "); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := Near(strings.Repeat("x", 1e6), []string{strings.Repeat("x", 1e6)}); len(got) != 1 {
		t.Errorf("%d names near a long one", len(got))
	}
}
