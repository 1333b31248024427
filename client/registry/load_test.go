package registry

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// load lays texts over the registry that is built in.
func load(t *testing.T, texts ...string) (*Registry, error) {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for i, text := range texts {
		name := filepath.Join(dir, string(rune('a'+i))+".yaml")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	r, err := Load(files...)
	if err != nil {
		var file *FileError
		var invalid *InvalidError
		if !errors.As(err, &file) && !errors.As(err, &invalid) {
			t.Fatalf("%T: %v", err, err)
		}
		err = errors.New(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""))
	}
	return r, err
}

// madeUp is a topic of a made-up survey, told in YAML alone.
const madeUp = `
brokers:
  garden: {doc: telescopes in gardens}
surveys:
  gnome: {name: Gnome Survey, missing: ["-1"], units: {shot.bright: mag}}
topics:
  gnome-classes:
    broker: garden
    project: my-garden
    survey: gnome
    payload: gnome-json
    access: public
    per_night: 100
    bytes: 2000
    identity: [shot.id, verdict.kind]
groups:
  garden: {topics: [gnome-classes, ztf-lite]}
payloads:
  gnome-json:
    survey: gnome
    framing: json
    schema: none
    alert: [inner.alert, alert]
    result: verdict
    result_fields: {kind: integer, sure: number}
    alert_fields: {name: text, shot.id: integer, shot.at: number, shot.bright: float, shot.x: number, shot.y: number, old: list, old.at: number}
    layout: gnome
    classified:
      - {classifier: Gnomes, style: classes, predicted: kind, probs: {"7": sure}}
    detect: [alert.shot verdict]
layouts:
  gnome:
    survey: gnome
    object_id: name
    trigger: {record: shot, source_id: id, ra: x, dec: y, time: {path: at, scale: mjd_utc}, mag: bright}
    history:
      - {list: old, kind: limit, point: {time: {path: at, scale: mjd_utc}}}
classifiers:
  Gnomes: {classes: [{name: red hat, code: "7"}]}
namespaces:
  - {name: Gnome, pattern: 'ZTF\d+', kind: text, survey: gnome, examples: [ZTF7]}
`

func TestATopicAndAPayloadAreAddedByYAMLAlone(t *testing.T) {
	r, err := load(t, madeUp)
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.Resolve("GARDEN", "")
	if err != nil || len(list) != 2 || list[0].FullName() != "projects/my-garden/topics/gnome-classes" {
		t.Fatalf("%v, %v", list, err)
	}
	p := r.Payloads[list[0].Payload]
	if p.Alert[0].String() != "inner.alert" || p.Result.String() != "verdict" || p.Classified[0].Probs["7"] != "sure" {
		t.Errorf("%+v", p)
	}
	if l := r.Layouts[p.Layout]; l.Trigger.Time.Scale != "mjd_utc" || l.ObjectID[0].String() != "name" {
		t.Errorf("%+v", l)
	}
	if by := r.IdentityOf(list[0]); by.By != IdentityPaths || len(by.Paths) != 2 {
		t.Errorf("%+v", by)
	}
	fields, err := r.Fields(list[0])
	if err != nil || !slices.ContainsFunc(fields, func(f Field) bool { return f == Field{"shot.bright", "float", "mag", ""} }) {
		t.Errorf("%+v, %v", fields, err)
	}
	if found := r.Namespace("ZTF7"); len(found) != 1 || found[0].Name != "Gnome" {
		t.Errorf("%v", found)
	}
	if _, err := Default().Topic("gnome-classes"); err == nil {
		t.Error("what one file adds is in every registry")
	}
}

func TestFilesMergeEntryByEntry(t *testing.T) {
	r, err := load(t, "topics:\n  ztf-lite: {per_night: 5, bytes: 7}\n  ztf-loop: null\ngroups:\n  loops: {topics: [lsst-loop]}\nbrokers:\n",
		"topics:\n  ztf-lite:\n    bytes: 8\nsurveys: {ztf: {units: {candidate.rb: none}}}\ncolumns: [{name: mag, priority: 99}]")
	if err != nil {
		t.Fatal(err)
	}
	lite := r.Topics["ztf-lite"]
	if lite.PerNight != 5 || lite.Bytes != 8 || lite.Payload != "ztf-lite" || lite.Project == "" {
		t.Errorf("%+v", lite)
	}
	if r.Topics["ztf-loop"] != nil || len(r.Brokers) == 0 {
		t.Error("null removes an entry, an empty section nothing")
	}
	if units := r.Surveys["ztf"].Units; units["candidate.rb"] != "none" || units["candidate.ra"] != "deg" {
		t.Error("maps merge by key")
	}
	if mag := r.Column("mag"); mag.Priority != 99 || mag.Unit != "mag" || len(r.Columns) != len(Default().Columns) {
		t.Errorf("%+v", mag)
	}
	if Default().Topics["ztf-lite"].Bytes == 8 {
		t.Error("the registry that is built in was changed")
	}
}

func TestErrorsOfAFileNameFileLineAndEntry(t *testing.T) {
	for text, want := range map[string]string{
		"topics:\n  ztf-lite:\n    paylod: x":             "a.yaml:3: topic ztf-lite: unknown key paylod, did you mean payload?",
		"topic:\n  x: {}":                                 "a.yaml:1: unknown key topic, did you mean topics?",
		"topics:\n  - a":                                  "a.yaml:2: topic: expected key: value pairs",
		"topics:\n  a: {bytes: many}":                     `a.yaml:2: topic a: "many" is not a number`,
		"topics:\n  a: {bytes: inf}":                      `a.yaml:2: topic a: "inf" is not a number`,
		"topics:\n  a: {bytes: 1, bytes: 2}":              "a.yaml:2: topic a: key bytes stands twice",
		"topics:\n  a: {identity: body}":                  `a.yaml:2: topic a: identity is content, message or a list of paths, not "body"`,
		"columns: [{name: mag, priority: 1.5}]":           `a.yaml:1: column mag: "1.5" is not a whole number: invalid syntax`,
		"namespaces:\n  - {pattern: x}":                   "a.yaml:2: namespace: an entry needs a name",
		"namespaces:\n  - {name: x, simulated: yes}":      `a.yaml:2: namespace x: "yes" is neither true nor false`,
		"layouts: {ztf: {trigger: {time: {scle: x}}}}":    "a.yaml:1: layout ztf: unknown key scle, did you mean scale?",
		"groups:\n  g: {topics: ztf-lite}":                "a.yaml:2: group g: expected a list",
		"topics: {a: {doc: [x]}}":                         "a.yaml:1: topic a: expected one value",
		"- a":                                             "a.yaml:1: a registry file is a mapping: topics:, payloads:, ...",
		"topics: {a: &a {doc: *a}}":                       "a.yaml:1: topic a: expected one value",
		"layouts:\n a: &a\n  history: [{point: *a}]":      "a.yaml:3: layout a: unknown key history",
		"topics:\n\t- a":                                  "a.yaml:2: not YAML: found character that cannot start any token",
		"groups:\n  g: {topics: [ztf-lite, ztf-lit]}":     "a.yaml:2: group g: no topic ztf-lit, did you mean ztf-lite?",
		"groups:\n  ztf-Lite: {topics: [ztf-alerts]}":     "a.yaml:2: group ztf-Lite: there is a topic of that name",
		"topics:\n  ztf-lite: {payload: ztf-life}":        "a.yaml:2: topic ztf-lite: no payload ztf-life, did you mean ztf-lite?",
		"topics:\n  ztf-lite: {access: everyone}":         `a.yaml:2: topic ztf-lite: access is public, internal, unlisted, not "everyone"`,
		"topics:\n  ztf-lite: {survey: lsst}":             `a.yaml:2: topic ztf-lite: its survey is "lsst", but that of payload ztf-lite is ztf`,
		"topics:\n  ztf-lite: {bytes: -1}":                "a.yaml:2: topic ztf-lite: rate and size are not below zero",
		"surveys:\n  lsst: {latest: \"12.0\"}":            "a.yaml:2: survey lsst: no schema of its latest version 12.0",
		"surveys:\n  ztf: {units: {candidate.rc: mag}}":   "a.yaml:2: survey ztf: no field candidate.rc in its schemas or payloads",
		"surveys:\n  ztf: {pages: [{name: x, url: y}]}":   `a.yaml:2: survey ztf: a page needs a name and a url with {id}, or {ra} and {dec}, in it, not "y"`,
		"payloads:\n  ztf-lite: {framing: avro}":          `a.yaml:2: payload ztf-lite: framing is bare, confluent, container, json, notification, not "avro"`,
		"payloads:\n  elasticc: {schema: elasticc 9}":     `a.yaml:2: payload elasticc: no schema "elasticc 9"`,
		"payloads:\n  ztf-lite: {types: zft}":             "a.yaml:2: payload ztf-lite: types: no schema zft",
		"payloads:\n  lsst-lite: {layout: lst}":           "a.yaml:2: payload lsst-lite: no layout lst, did you mean lsst?",
		"payloads:\n  lsst-lite: {keeps: diaSource.rad}":  "a.yaml:2: payload lsst-lite: keeps: no field diaSource.rad",
		"payloads:\n  json: {alert_fields: {a: float32}}": `a.yaml:2: payload json: field a is boolean, integer, float, number, text, time, bytes, record, list, not "float32"`,
		"payloads:\n  json: {detect: [alert_lite.diaSource]}": "a.yaml:2: payload json: detect: lsst-lite is known by \"alert_lite.diaSource\" too|" +
			"detect: json is known by \"alert_lite.diaSource\" too",
		"payloads:\n  lsst-lite: {classified: [{classifier: SNN, style: flag}]}":                                    "a.yaml:2: payload lsst-lite: no classifier SNN",
		"payloads:\n  lvk-alerts: {classified: [{classifier: p_astro, at: alert, style: shares, probs: {BNS: b}}]}": "a.yaml:2: payload lvk-alerts: p_astro: no field b in the alert",
		"payloads:\n  lvk-alerts: {classified: [{classifier: p_astro, at: alert, style: shares, probs: {ZZZ: event.far}}]}": "a.yaml:2: payload lvk-alerts: " +
			"p_astro has no class with code ZZZ",
		"layouts:\n  ztf: {object_id: objectid}":                                               "a.yaml:2: layout ztf: object_id: no field objectid in the survey's schemas or the payloads' alert_fields; ",
		"layouts:\n  lsst: {object_id: ssObject.ssObjectId}":                                   "a.yaml:2: layout lsst: object_id: the latest schema has none of ssObject.ssObjectId",
		"layouts:\n  ztf: {trigger: {ra: [ra, rra]}}":                                          "a.yaml:2: layout ztf: trigger: ra: no field candidate.rra in the survey's schemas or the payloads' alert_fields",
		"layouts:\n  ztf: {trigger: {time: {scale: utc}}}":                                     `a.yaml:2: layout ztf: trigger: scale is jd_utc, mjd_utc, mjd_tai, iso_utc, not "utc"`,
		"layouts:\n  lsst: {trigger: {zero_point: 0}}":                                         "a.yaml:2: layout lsst: trigger: a flux needs its zero_point, 31.4 for nJy",
		"classifiers:\n  p_astro: {classes: [{name: a, code: \"1\"}, {name: b, code: \"1\"}]}": "a.yaml:2: classifier p_astro: \"1\" means both a and b",
		"namespaces:\n  - {name: LVK, pattern: '('}":                                           "a.yaml:2: namespace LVK: pattern: error parsing regexp: missing closing ): `^(?:()$`",
		"namespaces:\n  - {name: LVK, examples: [GW1]}":                                        "a.yaml:2: namespace LVK: its example GW1 does not fit it",
		"columns: [{name: mag, kind: float}]":                                                  `a.yaml:1: column mag: kind is boolean, integer, number, text, time, not "float"`,
	} {
		_, err := load(t, text)
		if err == nil {
			t.Errorf("%s: no error, want %s", text, want)
			continue
		}
		got, wants := err.Error(), strings.Split(want, "|")
		if !slices.ContainsFunc(wants, func(w string) bool {
			return strings.HasPrefix(got, w) || strings.Contains(got, ": "+w) && len(wants) > 1
		}) {
			t.Errorf("%s:\n  %s, want\n  %s", text, got, want)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "absent.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzARegistryFileIsReadOrRefused(f *testing.F) {
	f.Add(madeUp)
	f.Add("topics: {a: &a {doc: *a}}")
	f.Add("layouts: {a: {history: [{list: x, point: {good: {values: [1]}}}]}}")
	f.Add("columns: [{name: a, name: b}, null]")
	f.Fuzz(func(t *testing.T, text string) {
		r := &Registry{origins: map[string]string{}}
		if err := r.overlay("f.yaml", []byte(text)); err != nil {
			var file *FileError
			if !errors.As(err, &file) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if err := r.Validate(); err != nil {
			return
		}
		for name := range r.Topics {
			if _, err := r.Topic(name); err != nil {
				t.Fatal(err)
			}
		}
		r.Namespace("433")
	})
}

func BenchmarkParseRegistry(b *testing.B) {
	for b.Loop() {
		if _, err := parseEmbedded(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		Default()
	}
}

func BenchmarkTopic(b *testing.B) {
	r := Default()
	for b.Loop() {
		if _, err := r.Topic("LSST-SuperNNova"); err != nil {
			b.Fatal(err)
		}
	}
}
func TestNamesOfPeopleAreNotListed(t *testing.T) {
	topic, err := Default().Topic("ztf-alerts")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := Default().Fields(topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if f.Path == "candidate.programpi" {
			t.Error("candidate.programpi is listed")
		}
	}
}
