package registry

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

func columnsNamed(t *testing.T, r *Registry, name, version string) []TableColumn {
	t.Helper()
	table, err := r.Table(name)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := r.TableColumns(table, version)
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

func line(c TableColumn) string {
	text := strings.TrimSpace(fmt.Sprintf("%s %s %s", c.Name, c.Type, c.Mode))
	if c.Single {
		text += " 32"
	}
	return text
}

func TestLSSTAlertsHaveTheColumnsOfTheSchemaWithoutCutouts(t *testing.T) {
	columns := columnsNamed(t, Default(), "lsst.alerts", "v11_1")
	var lines []string
	for _, c := range columns {
		lines = append(lines, line(c))
	}
	want := []string{
		"diaSourceId INTEGER required", "observation_reason STRING", "target_name STRING", "diaSource RECORD required",
		"prvDiaSources RECORD repeated", "prvDiaForcedSources RECORD repeated", "diaObject RECORD", "ssSource RECORD", "mpc_orbits RECORD",
		"healpix9 INTEGER required", "healpix19 INTEGER required", "healpix29 INTEGER required", "kafkaPublishTimestamp TIMESTAMP required",
	}
	slices.Sort(lines)
	slices.Sort(want)
	if !slices.Equal(lines, want) {
		t.Errorf("columns are\n%s", strings.Join(lines, "\n"))
	}
	for path, want := range map[string]string{
		"diaSource.diaSourceId": "diaSourceId INTEGER required", "diaSource.psfFlux": "psfFlux FLOAT 32", "diaSource.ra": "ra FLOAT required",
		"diaSource.isNegative": "isNegative BOOLEAN", "diaSource.band": "band STRING", "mpc_orbits.created_at": "created_at TIMESTAMP",
		"PRVDIASOURCES.Band": "band STRING", "diaObject.diaObjectId": "diaObjectId INTEGER required",
	} {
		c, ok := FindColumn(columns, field.ParsePath(path))
		if !ok || line(*c) != want {
			t.Errorf("%s is %+v, not %s", path, c, want)
		}
	}
	if c, _ := FindColumn(columns, field.ParsePath("mpc_orbits.created_at")); c == nil || c.Form != FormSeconds {
		t.Error("the broker's JSON has times as seconds")
	}
	for version, want := range map[string]int{"v10_0": 98, "v11_0": 98, "v11_1": 102} {
		c, _ := FindColumn(columnsNamed(t, Default(), "lsst.alerts", version), field.Path{"diaSource"})
		if c == nil || len(c.Fields) != want {
			t.Errorf("%s: diaSource has not %d fields", version, want)
		}
	}
}

func TestZTFAlertsOfEveryVersionHaveTheirColumns(t *testing.T) {
	for version, want := range map[string]struct {
		top, candidate, history int
	}{"v4_02": {7, 103, 57}, "v3_3": {6, 103, 57}, "v3_1": {6, 101, 57}, "v3_0": {6, 101, 57}, "v1_8": {4, 82, 51}} {
		columns := columnsNamed(t, Default(), "ztf.alerts", version)
		candidate, _ := FindColumn(columns, field.Path{"candidate"})
		history, _ := FindColumn(columns, field.Path{"prv_candidates"})
		if len(columns) != want.top || len(candidate.Fields) != want.candidate || len(history.Fields) != want.history || history.Mode != ModeRepeated {
			t.Errorf("%s has %d columns, %d of the candidate, %d of the history", version, len(columns), len(candidate.Fields), len(history.Fields))
		}
	}
	if n := len(columnsNamed(t, Default(), "ztf.DIASource", "")); n != 107 {
		t.Errorf("DIASource has %d columns", n)
	}
}

func TestTablesAreFoundByAnyOfTheirNames(t *testing.T) {
	r := Default()
	for name, want := range map[string]string{
		"lsst.alerts": "", "LSST.Alerts": "", "lsst.alerts_v11_1": "v11_1", "pitt-alert-broker.lsst.alerts_v10_0": "v10_0",
		"pitt-alert-broker.lsst.alerts": "", "lsst.supernnova": "", "ztf.supernnova": "",
	} {
		table, err := r.Table(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if version, _ := table.Version(name); version != want {
			t.Errorf("%s is version %q", name, version)
		}
	}
	for _, name := range []string{"lsst.alerts_v1_1", "lsst", "alerts", "ztf.alerts; drop", ""} {
		_, err := r.Table(name)
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.What != "table" {
			t.Errorf("%q: %v", name, err)
		}
	}
	table, _ := r.Table("lsst.alerts")
	if full := table.FullName("v11_1"); full != "pitt-alert-broker.lsst.alerts_v11_1" {
		t.Error(full)
	}
}

func TestEveryTableThatHoldsAnswersCanBeReadAndHasColumns(t *testing.T) {
	r := Default()
	for _, name := range slices.Sorted(maps.Keys(r.Tables)) {
		table := r.Tables[name]
		columns, err := r.TableColumns(table, "")
		if table.Holds == HoldsOther {
			continue
		}
		if err != nil || len(columns) == 0 || r.Payloads[table.Payload] == nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, path := range slices.Concat(table.ObjectID, table.SourceID) {
			if _, ok := FindColumn(columns, path); !ok {
				t.Errorf("%s has no column %s", name, path)
			}
		}
	}
}

func TestRowsAreNoStreamAndAreNeverGuessed(t *testing.T) {
	r := Default()
	for _, name := range slices.Sorted(maps.Keys(r.Payloads)) {
		if !strings.HasSuffix(name, "-rows") && name != "ztf-alerts-json" {
			continue
		}
		if len(r.Payloads[name].Detect) > 0 {
			t.Errorf("bytes are taken for %s", name)
		}
		if _, err := r.Topic(name); err == nil {
			t.Errorf("%s is a topic", name)
		}
	}
	for survey, want := range map[string]string{"ztf": "ztf-alerts", "lsst": "lsst-alerts", "lvk": "lvk-alerts", "swift": "swift-alerts-json"} {
		if p, err := r.ReadAs(survey); err != nil || p.Name != want {
			t.Errorf("read as %s: %v, %v", survey, p, err)
		}
	}
}

const ownTable = `
tables:
  garden.shots_of:
    broker: pitt-google
    project: my-garden
    dataset: garden
    table: shots_of
    holds: other
    access: public
    object_id: name
    partition: at
    columns: [name STRING required, at TIMESTAMP, {name: more, type: RECORD, mode: repeated, fields: [x FLOAT]}]
`

func TestTablesAreLaidOverLikeTheRest(t *testing.T) {
	r, err := load(t, ownTable+"  lsst.alerts: {versions: [v12_0, v11_1]}\n  ztf.tags: null\n")
	if err != nil {
		t.Fatal(err)
	}
	if c := columnsNamed(t, r, "garden.shots_of", ""); len(c) != 3 || c[0].Mode != ModeRequired || c[2].Fields[0].Name != "x" {
		t.Errorf("%+v", c)
	}
	if r.Tables["ztf.tags"] != nil || r.Tables["lsst.alerts"].Partition == "" {
		t.Error("null removes a table, and fields that a file does not give stay")
	}
	if len(Default().Tables["lsst.alerts"].Versions) != 3 {
		t.Error("the registry that is built in was changed")
	}
	// A version whose schema is not known yet has no columns of its own: a
	// service knows better.
	if _, err := r.TableColumns(r.Tables["lsst.alerts"], "v12_0"); err == nil {
		t.Error("columns were guessed")
	}
}

func TestErrorsOfATableNameFileLineAndEntry(t *testing.T) {
	for text, want := range map[string]string{
		"object_id: nme":                    "a.yaml:3: table garden.shots_of: object_id: no column nme",
		"object_id: at":                     "a.yaml:3: table garden.shots_of: object_id: column at is TIMESTAMP, not INTEGER or STRING",
		"partition: name":                   "a.yaml:3: table garden.shots_of: partition: column name is STRING, not TIMESTAMP",
		"cluster: [more]":                   "a.yaml:3: table garden.shots_of: cluster: column more is RECORD, not INTEGER or STRING or TIMESTAMP or BOOLEAN",
		"holds: alerts":                     "a.yaml:3: table garden.shots_of: what holds alerts needs a payload to read its rows as",
		"payload: ztf-alerts":               "a.yaml:3: table garden.shots_of: rows are read as JSON, and payload ztf-alerts is container",
		"payload: ztf-tagged":               "a.yaml:3: table garden.shots_of: payload ztf-tagged reads attributes, which rows do not have",
		"payload: ztf-tagd":                 "a.yaml:3: table garden.shots_of: no payload ztf-tagd, did you mean ztf-tagged?",
		"survey: zft":                       "a.yaml:3: table garden.shots_of: no survey zft, did you mean ztf?",
		"topic: ztf-lit":                    "a.yaml:3: table garden.shots_of: no topic ztf-lit, did you mean ztf-lite?",
		"project: 'p`x'":                    "a.yaml:3: table garden.shots_of: project \"p`x\" is not a name that a project can have",
		"table: 'a` where'":                 "a.yaml:3: table garden.shots_of: garden.a` where is not a name that a table can have",
		"dataset: flower":                   "a.yaml:3: table garden.shots_of: it is named after its dataset and table, flower.shots_of",
		"versions: [1]":                     `a.yaml:3: table garden.shots_of: a version is like v11_1, not "1"`,
		"lacks: {v3_1: [name]}":             "a.yaml:3: table garden.shots_of: lacks: no version v3_1",
		"access: secret":                    `a.yaml:3: table garden.shots_of: access is public, internal, unlisted, not "secret"`,
		"columns: [name]":                   `a.yaml:13: table garden.shots_of: a column is its name, its type and maybe required or repeated, not "name"`,
		"columns: [name TEXT]":              `a.yaml:3: table garden.shots_of: type of column name is INTEGER, FLOAT, STRING, BOOLEAN, TIMESTAMP, BYTES, RECORD, not "TEXT"`,
		"columns: [name STRING often]":      `a.yaml:3: table garden.shots_of: mode of column name is required, repeated, not "often"`,
		"columns: [na;me STRING]":           `a.yaml:3: table garden.shots_of: "na;me" is not a name that a column can have`,
		"extra: [Name STRING, name STRING]": "a.yaml:3: table garden.shots_of: column name stands twice",
	} {
		key, _, _ := strings.Cut(text, ":")
		var kept []string
		for _, line := range strings.Split(strings.TrimRight(ownTable, "\n"), "\n") {
			if !strings.HasPrefix(strings.TrimSpace(line), key+":") {
				kept = append(kept, line)
			}
		}
		_, err := load(t, strings.Join(kept, "\n")+"\n    "+text+"\n")
		if err == nil {
			t.Errorf("%s is taken", text)
			continue
		}
		var invalid *InvalidError
		message := err.Error()
		if errors.As(err, &invalid) {
			message = invalid.Problems[0]
		}
		if head, _, _ := strings.Cut(message, " (and "); head != want && !strings.HasPrefix(message, strings.Replace(want, "a.yaml:13", "a.yaml:12", 1)) {
			t.Errorf("%s\ngives %s\nnot   %s", text, message, want)
		}
	}
}
